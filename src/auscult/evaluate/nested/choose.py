"""The choice of model and settings, made for each fit of the plan on its inner folds alone.

No fit is judged by a case that had a say in what was chosen for it, so the figure is of the whole
procedure: of choosing, and of the model chosen (Varma & Simon, BMC Bioinformatics 2006; Cawley &
Talbot, JMLR 2010).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from auscult.data.dataset import Dataset
from auscult.errors import DivergedError
from auscult.evaluate.fitting import Fits, fit_all
from auscult.evaluate.inputs import FitInput, fit_inputs
from auscult.evaluate.metrics import HIGHER_IS_BETTER
from auscult.evaluate.nested.inner import Inner
from auscult.evaluate.nested.result import Candidate, Nested
from auscult.evaluate.progress import StudyProgress, Within
from auscult.evaluate.result import Predictions
from auscult.evaluate.sweep import FAILURES, joined, rows_of, validation_score
from auscult.models.spec import ModelSpec, setting_text

NAME = "chosen-inside"
LABEL = "chosen inside"
Score = tuple[float, float]
"""The headline metric and the log loss, lowest best."""


@dataclass(frozen=True, eq=False)
class Option:
    """What can be chosen: a model with its settings."""

    spec: ModelSpec
    label: str
    estimator: Any


@dataclass(frozen=True, eq=False)
class NestedFits(Fits):
    """The fits of what was chosen for each split.

    ``inside`` holds, by model as it was named, each fit's predictions of its inner folds.
    """

    nested: Nested | None = None
    inside: Mapping[str, tuple[Predictions, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Task:
    """What a choice is made of and by."""

    dataset: Dataset
    inputs: Sequence[FitInput]
    """Of the plan's fits."""
    seeds: Sequence[int]
    inner: Inner
    headline: str
    seed: int = 0

    def predict_outer(self, option: Option, outer: int, progress: StudyProgress) -> Predictions:
        """Train on all training cases of one fit of the plan; predict its test cases."""
        one, seed = [self.inputs[outer]], [self.seeds[outer]]
        return fit_all(option.spec, option.estimator, self.dataset, one, seed, progress).predictions


@dataclass(frozen=True, eq=False)
class Tried:
    """An option on the inner folds: its predictions for each fit of the plan it was tried in."""

    option: Option
    predictions: Mapping[int, Predictions]
    named: bool
    """Whether it is a model as it was named, with a row of its own beside."""
    failed: str | None = None

    def scores(self, headline: str) -> dict[int, Score]:
        """By fit of the plan."""
        return {k: validation_score(p, headline) for k, p in self.predictions.items()}


Search = Callable[[Task, Sequence[Tried], StudyProgress], tuple[list[Tried], int, int]]
"""Tries more; gives what was the best of each fit, how many were tried, and stopped early."""


def choose_inside(
    task: Task,
    named: Sequence[Option],
    settings: Sequence[Option],
    fitted: Mapping[str, Fits],
    progress: StudyProgress,
    search: Search | None = None,
) -> NestedFits:
    """Choose for each fit of the plan, on its inner folds; let the choice predict its test cases.

    Best is the best headline metric over the predictions of all inner folds together, then the
    lowest log loss, then the first.

    Parameters
    ----------
    task
        Data, plan and metric.
    named
        The models as they were named; those in ``fitted`` can be chosen.
    settings
        Settings of a grid.
    fitted
        All fits of the models on the plan, by name.
    progress
        Told what happens.
    search
        Tries settings of its own, in the inner folds too.

    Raises
    ------
    DivergedError
        Some fit was left without anything to choose.
    """
    started = time.perf_counter()
    able = [option for option in named if str(option.spec) in fitted]
    options = [*able, *settings]
    tried = []
    for number, option in enumerate(options):
        share = 0.9 if search is None else 0.4
        part = (share * number / len(options), share * (number + 1) / len(options))
        within = Within(progress, NAME, part, f"inner folds of {option.label}")
        tried.append(try_option(task, option, number < len(able), within))
    found, searched, stopped = search(task, tried, progress) if search else ([], 0, 0)
    tried += found
    chosen = _best(task, tried)
    parts = []
    for outer, best in enumerate(chosen):
        within = Within(progress, NAME, (0.9, 1.0), best.option.label)
        parts.append(_outer(task, best, outer, fitted, within))
    predictions = joined(parts)
    return NestedFits(
        predictions,
        (),
        time.perf_counter() - started,
        0.0,
        None,
        nested=_told(task, tried, chosen, searched + len(settings) * len(chosen), stopped),
        inside={
            str(one.option.spec): tuple(one.predictions[k] for k in range(len(chosen)))
            for one in tried
            if one.named and one.failed is None
        },
    )


def try_option(task: Task, option: Option, named: bool, progress: StudyProgress) -> Tried:
    """An option on all inner folds; one that fails cannot be chosen."""
    inputs = fit_inputs(task.dataset, [fit.split for fit in task.inner.fits])
    seeds = [fit.seed for fit in task.inner.fits]
    try:
        fits = fit_all(option.spec, option.estimator, task.dataset, inputs, seeds, progress)
    except FAILURES as error:
        return Tried(option, {}, named, f"failed: {error}")
    return Tried(option, _by_outer(task.inner, fits.predictions), named)


def judged(predictions: Predictions, cases: Any) -> Predictions:
    """The rows of some cases; repeat 0, for it is one choice."""
    kept = predictions
    rows = np.flatnonzero(np.isin(kept.case, cases))
    taken = Predictions(
        kept.case[rows], kept.repeat[rows], kept.fold[rows], kept.true[rows], kept.probability[rows]
    )
    return replace(taken, repeat=np.zeros_like(taken.repeat))


def _by_outer(inner: Inner, predictions: Predictions) -> dict[int, Predictions]:
    parts: dict[int, list[Predictions]] = {}
    start = 0
    for fit in inner.fits:
        rows = rows_of(predictions, slice(start, start + len(fit.split.test)))
        start += len(fit.split.test)
        for outer, cases in fit.serves.items():
            parts.setdefault(outer, []).append(judged(rows, cases))
    return {outer: joined(found) for outer, found in sorted(parts.items())}


def _best(task: Task, tried: Sequence[Tried]) -> list[Tried]:
    """For each fit of the plan what did best on its inner folds."""
    scores = [one.scores(task.headline) for one in tried]
    found = []
    for outer in range(len(task.inputs)):
        able = [number for number, by_outer in enumerate(scores) if outer in by_outer]
        if not able:
            why = next((one.failed for one in tried if one.failed), "nothing could be tried")
            raise DivergedError(f"nothing is left to choose: {why}")
        found.append(tried[min(able, key=lambda number: (*scores[number][outer], number))])
    return found


def _outer(
    task: Task,
    best: Tried,
    outer: int,
    fitted: Mapping[str, Fits],
    progress: StudyProgress,
) -> Predictions:
    """What the option chosen for a fit says of its test cases."""
    if not best.named:
        return task.predict_outer(best.option, outer, progress)
    split, all_of = task.inputs[outer].split, fitted[str(best.option.spec)].predictions
    rows = np.flatnonzero((all_of.repeat == split.repeat) & (all_of.fold == split.fold))
    return rows_of(all_of, slice(int(rows[0]), int(rows[-1]) + 1))


def _told(
    task: Task, tried: Sequence[Tried], chosen: Sequence[Tried], settings: int, stopped: int
) -> Nested:
    counts = Counter(id(one) for one in chosen)
    shown = [one for one in tried if one.named or counts[id(one)]]
    merged: dict[str, list[Tried]] = {}
    for one in shown:
        merged.setdefault(str(one.option.spec), []).append(one)
    candidates = tuple(
        _candidate(task, ones, sum(counts[id(one)] for one in ones)) for ones in merged.values()
    )
    n_models = sum(len(one.predictions) == len(chosen) for one in tried)
    return Nested(
        candidates,
        task.inner.words,
        len(chosen),
        n_models * len(task.inner.fits),
        settings,
        stopped,
    )


def _candidate(task: Task, ones: Sequence[Tried], chosen: int) -> Candidate:
    option = ones[0].option
    scores = [score[0] for one in ones for score in one.scores(task.headline).values()]
    sign = -1.0 if HIGHER_IS_BETTER[task.headline] else 1.0
    known = [sign * score for score in scores if np.isfinite(score)]
    inner = float(np.mean(known)) if known else float("nan")
    return Candidate(str(option.spec), option.label, inner, len(scores), chosen, ones[0].failed)


def label_of(spec: ModelSpec) -> str:
    """What reports call settings that were tried: the model, and all that was set."""
    if not spec.params:
        return spec.label
    return f"{ModelSpec(spec.name).label} ({setting_text(spec.params)})"
