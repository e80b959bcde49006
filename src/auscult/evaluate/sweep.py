"""A sweep: settings tried on validation parts, the choice scored once on the test cases.

The choice is made for every split by itself, so the figure is of the whole procedure (nested
validation; Cawley & Talbot 2010): no fit was chosen with a case that it is judged by. No setting's
test figure is computed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from auscult.data.dataset import Dataset
from auscult.errors import AuscultError, DivergedError, InputError
from auscult.evaluate.fitting import Fits, fit_all
from auscult.evaluate.grid import Sweep, grid_text
from auscult.evaluate.inputs import FitInput
from auscult.evaluate.intervals import estimate_all
from auscult.evaluate.metrics import HIGHER_IS_BETTER, Scorer
from auscult.evaluate.progress import StudyProgress, Within
from auscult.evaluate.result import Predictions, Split, SweepRow
from auscult.models.spec import ModelSpec, setting_text
from auscult.types import Estimate, History, IntArray

FAILURES = (AuscultError, ValueError, ArithmeticError)
"""What ends one fit, not the study."""

_NO_FIGURE = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, eq=False)
class Swept(Fits):
    """The fits of the settings chosen; ``validation`` is what the choice was made by.

    ``rows`` are all settings that were tried.
    """

    rows: tuple[SweepRow, ...] = ()

    def params(self, sweep: Sweep, base: Mapping[str, Any]) -> dict[str, Any]:
        """The settings that were fixed, the grid, and how often each of its settings won."""
        fixed = {name: value for name, value in base.items() if name not in sweep.grid}
        won = sorted((row for row in self.rows if row.chosen), key=lambda row: -row.chosen)
        chosen = "; ".join(f"{setting_text(row.params)} in {row.chosen}" for row in won)
        fits = sum(row.chosen for row in won)
        return {"grid": grid_text(sweep.grid), "chosen": f"{chosen} of {fits} fits", **fixed}


def require_validation(splits: Sequence[Split], why: str) -> None:
    """Refuse to choose settings where there is nothing to choose them on.

    Raises
    ------
    InputError
        A split has no validation part; ``why`` says why not.
    """
    if not all(len(split.validation) for split in splits):
        raise InputError(
            "settings are chosen on a validation part cut from the training cases, and there is "
            f"{why}. Get more training cases (in cross-validation a larger --folds leaves more), "
            "or name one setting with --models.",
            where="--grid",
        )


def run_sweep(
    sweep: Sweep,
    dataset: Dataset,
    inputs: Sequence[FitInput],
    seeds: Sequence[int],
    progress: StudyProgress,
    headline: str,
    seed: int = 0,
) -> Swept:
    """Fit every setting on every split; keep, split by split, the best on its validation part.

    Best is the best ``headline``, then the lowest log loss, then the first of the grid. A setting
    that fails in a split cannot be chosen there.

    Parameters
    ----------
    sweep
        A model and its settings.
    dataset, inputs, seeds, progress
        As of :func:`~auscult.evaluate.fitting.fit_all`; every split with a validation part.
    headline
        The metric to choose by.
    seed
        Of the intervals.

    Raises
    ------
    DivergedError
        No setting gave a figure in some split.
    """
    best: list[_Fit | None] = [None] * len(inputs)
    tried = []
    for number, spec in enumerate(sweep.specs):
        part = (number / len(sweep.specs), (number + 1) / len(sweep.specs))
        words = f"{number + 1} of {len(sweep.specs)}, {setting_text(sweep.settings[number])}"
        within = Within(progress, str(sweep), part, words)
        started = time.perf_counter()
        fits = _fit(spec, sweep.estimators[number], dataset, inputs, seeds, within)
        seconds = time.perf_counter() - started
        tried.append(_tried(fits, dataset.groups, headline, seed, seconds))
        best = [_better(number, a, b, headline) for a, b in zip(best, fits.each, strict=True)]
    return _gathered(sweep, tried, best)


@dataclass(frozen=True, eq=False)
class _Fit:
    """One split's fit of one setting, and how well it did on the validation part."""

    test: Predictions
    validation: Predictions
    history: History | None
    number: int = -1
    score: tuple[float, float] = (float("inf"), float("inf"))
    """Lowest first."""


@dataclass(frozen=True, eq=False)
class _Fits:
    """All fits of one setting; None where one failed."""

    each: tuple[_Fit | None, ...]
    predict_seconds: float
    n_parameters: int | None
    failure: str | None = None


@dataclass(frozen=True)
class _Tried:
    """What is kept of a setting when the next one is tried."""

    validation: Estimate
    seconds: float
    predict_seconds: float
    n_parameters: int | None
    failure: str | None


def _fit(
    spec: ModelSpec,
    estimator: Any,
    dataset: Dataset,
    inputs: Sequence[FitInput],
    seeds: Sequence[int],
    progress: StudyProgress,
) -> _Fits:
    try:
        fits = fit_all(spec, estimator, dataset, inputs, seeds, progress, validate=True)
    except FAILURES as error:
        if len(inputs) == 1:
            return _Fits((None,), 0.0, None, str(error))
    else:
        return _Fits(tuple(_cut(fits, inputs)), fits.predict_seconds, fits.n_parameters)
    # Which splits failed must not depend on other splits: their training cases are tested here.
    alone = [
        _fit(spec, estimator, dataset, [one], [seed], progress)
        for one, seed in zip(inputs, seeds, strict=True)
    ]
    failures = [fits.failure.removeprefix("1 of 1 fits: ") for fits in alone if fits.failure]
    return _Fits(
        tuple(fit for fits in alone for fit in fits.each),
        sum(fits.predict_seconds for fits in alone),
        next((fits.n_parameters for fits in alone if fits.n_parameters), None),
        f"failed in {len(failures)} of {len(inputs)} fits: {failures[0]}" if failures else None,
    )


def _cut(fits: Fits, inputs: Sequence[FitInput]) -> Iterator[_Fit]:
    """The fits one by one."""
    if fits.validation is None:
        raise ValueError("a sweep needs a validation part in every split")
    tested = validated = 0
    for place, one in enumerate(inputs):
        test = slice(tested, tested := tested + len(one.split.test))
        validation = slice(validated, validated := validated + len(one.split.validation))
        history = fits.histories[place] if fits.histories else None
        yield _Fit(rows_of(fits.predictions, test), rows_of(fits.validation, validation), history)


def _tried(
    fits: _Fits, groups: IntArray | None, headline: str, seed: int, seconds: float
) -> _Tried:
    parts = [fit.validation for fit in fits.each if fit is not None]
    figure = _NO_FIGURE
    if parts:
        whole = joined(parts)
        figure = estimate_all(whole, groups=groups, seed=seed, metrics=(headline,))[headline]
    return _Tried(figure, seconds, fits.predict_seconds, fits.n_parameters, fits.failure)


def _better(number: int, best: _Fit | None, fit: _Fit | None, headline: str) -> _Fit | None:
    if fit is None:
        return best
    score = validation_score(fit.validation, headline)
    if best is not None and best.score <= score:
        return best
    return _Fit(fit.test, fit.validation, fit.history, number, score)


def validation_score(predictions: Predictions, headline: str) -> tuple[float, float]:
    """The headline metric and the log loss, turned so that lower is better."""
    scorer = Scorer(predictions.true, predictions.probability)
    found = scorer.scores(np.ones((len(predictions.case), 1)), (headline, "log_loss"))
    signed = [
        -float(found[name][0]) if HIGHER_IS_BETTER[name] else float(found[name][0])
        for name in (headline, "log_loss")
    ]
    first, second = (float("inf") if np.isnan(value) else value for value in signed)
    return first, second


def _gathered(sweep: Sweep, tried: Sequence[_Tried], best: Sequence[_Fit | None]) -> Swept:
    chosen = [fit for fit in best if fit is not None]
    if len(chosen) < len(best):
        failure = next((one.failure for one in tried if one.failure), "no figure")
        raise DivergedError(f"no setting gave a figure in every fit: {failure}")
    wins = Counter(fit.number for fit in chosen)
    rows = tuple(
        SweepRow(dict(setting), one.validation, wins[number], one.seconds, one.failure)
        for number, (setting, one) in enumerate(zip(sweep.settings, tried, strict=True))
    )
    predicting = sum(one.predict_seconds for one in tried)
    return Swept(
        joined([fit.test for fit in chosen]),
        tuple(fit.history for fit in chosen if fit.history is not None),
        sum(one.seconds for one in tried) - predicting,
        predicting,
        tried[wins.most_common(1)[0][0]].n_parameters,
        joined([fit.validation for fit in chosen]),
        rows=rows,
    )


def rows_of(predictions: Predictions, rows: slice) -> Predictions:
    """Some rows of predictions."""
    return Predictions(*(getattr(predictions, f.name)[rows] for f in fields(Predictions)))


def joined(parts: Sequence[Predictions]) -> Predictions:
    """Predictions one after the other."""
    return Predictions(
        *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Predictions))
    )
