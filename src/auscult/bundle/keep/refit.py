"""A row of a leaderboard, fitted once more, on all cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np

from auscult.bundle.keep.export import Exported, exported, exported_vote
from auscult.data.dataset import Dataset
from auscult.errors import AuscultError, InputError
from auscult.evaluate.asked import Asked, SensitivityAsked
from auscult.evaluate.calibration.kept import Kept, KeptFits, fit_keeping
from auscult.evaluate.calibration.scaling import METHODS
from auscult.evaluate.conformal.measure import SetsAsked
from auscult.evaluate.fitting import Fits, Watch, fit_all, make_estimator
from auscult.evaluate.inputs import FitInput, fit_inputs
from auscult.evaluate.metrics import HIGHER_IS_BETTER
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import Silent, StudyProgress, Within
from auscult.evaluate.result import ModelResult, Result, SweepRow
from auscult.evaluate.vote_count import count_votes
from auscult.evaluate.votes import KINDS, Vote
from auscult.models.spec import ModelSpec, parse_models
from auscult.types import FloatArray, IntArray

_CHECKED = 256
"""Cases whose answers the bundle must give bit by bit before it is written."""


@dataclass(frozen=True, eq=False)
class Refit:
    """A model trained on all cases, as numbers.

    ``kept`` are predictions of cases by models that were not trained on them, where something is
    learned on those; ``cases`` and ``probability`` are answers that the bundle must repeat.
    """

    name: str
    params: Mapping[str, Any]
    exported: Exported
    training: FitInput
    kept: Kept | None
    cases: IntArray
    probability: FloatArray


def refit(
    result: Result, row: ModelResult, dataset: Dataset, progress: StudyProgress | None = None
) -> Refit:
    """Train the model of a row, or the members of a vote, on every case of a study.

    As the study trained it on parts: early stopping watches a validation part cut from the cases;
    what is learned on cases kept aside is learned on folds of them, or on that part where it is
    large enough.

    Raises
    ------
    InputError
        The row is a way to choose, or a model cannot be trained on all cases.
    """
    vote = vote_of(row, {one.model: one.label for one in result.models})
    task = _Task.of(result, dataset, progress or Silent())
    if vote is None:
        one = task.fit(row)
        kept = one.fits.kept[0] if isinstance(one.fits, KeptFits) else None
        said = one.fits.predictions.probability
        return Refit(one.spec.name, one.params, one.exported, task.one, kept, task.cases, said)
    members = {name: task.fit(result[name], vote.validates(name)) for name in vote.members}
    counted = count_votes(vote, {name: one.fits for name, one in members.items()})
    weights = None if counted.unlearned else counted.params.get("weights")
    exported = exported_vote(
        vote.kind,
        weights,
        [(one.spec.name, result[name].label, one.exported) for name, one in members.items()],
    )
    said = counted.predictions.probability
    params = {"members": list(members)}
    return Refit(vote.name, params, exported, task.one, None, task.cases, said)


@dataclass(frozen=True, eq=False)
class _Fitted:
    """One model, trained on all cases."""

    spec: ModelSpec
    params: Mapping[str, Any]
    exported: Exported
    fits: Fits


@dataclass(frozen=True, eq=False)
class _Task:
    """All cases of a study, as models are trained on them."""

    result: Result
    dataset: Dataset
    plan: Plan
    one: FitInput
    progress: StudyProgress

    @classmethod
    def of(cls, result: Result, dataset: Dataset, progress: StudyProgress) -> Self:
        grouped = dataset.groups is not None
        plan = Plan("grouped" if grouped else "kfold", seed=result.plan.seed)
        split = plan.whole(dataset)
        known = np.sort(np.concatenate([split.train, split.validation]))
        cases = known[np.unique(np.linspace(0, len(known) - 1, _CHECKED).astype(np.int64))]
        (one,) = fit_inputs(dataset, [replace(split, test=cases)])
        return cls(result, dataset, plan, one, progress)

    @property
    def cases(self) -> IntArray:
        """Those whose answers are compared."""
        return self.one.split.test

    def fit(self, row: ModelResult, validate: bool = False) -> _Fitted:
        """Train the model of a row; it is turned into numbers before another takes its place."""
        spec = row_spec(row, self.dataset, self.result.headline)
        estimator = make_estimator(spec, _epochs(row, spec), where="--keep")
        found: list[Exported] = []

        def watch(one: FitInput, fitted: Any) -> None:
            found.append(exported(fitted, one, len(self.dataset.classes)))

        self.progress.model_started(row.model, 1)
        fits = self._fits(row, spec, estimator, validate, watch)
        self.progress.model_finished(row.model, "trained on all cases")
        return _Fitted(spec, estimator.get_params(), found[0], fits)

    def _fits(
        self, row: ModelResult, spec: ModelSpec, estimator: Any, validate: bool, watch: Watch
    ) -> Fits:
        keeps = row_asked(row, self.dataset.classes).keeps
        how = partial(fit_keeping, grouped=self.dataset.groups is not None) if keeps else fit_all
        told = Within(self.progress, row.model, (0.0, 1.0), "on all cases")
        seeds = [self.plan.fit_seed(0, 0)]
        try:
            return how(
                spec, estimator, self.dataset, [self.one], seeds, told, validate, watch=watch
            )
        except AuscultError:
            raise
        except (ValueError, ArithmeticError) as error:
            raise InputError(f"{row.model} failed: {error}", where=self.dataset.name) from error


def vote_of(row: ModelResult, labels: Mapping[str, str]) -> Vote | None:
    """The vote that a row is of; None where it is of a model.

    Its members are those that gave figures.
    """
    members = row.params.get("members")
    if members is None:
        return None
    kind = next(kind for kind in KINDS if row.model.startswith(f"{kind}-vote"))
    return Vote(kind, tuple(members), tuple(labels[name] for name in members))


def row_asked(row: ModelResult, classes: tuple[str, ...]) -> Asked:
    """What was asked of the row's probabilities, read back from what it says of them."""
    method, sets, chosen = None, None, None
    if row.calibration and row.calibration.recalibration:
        said = row.calibration.recalibration.method
        method = next(known for known in METHODS if known == said)
    if row.sets:
        score = "aps" if row.sets.method == "aps" else "lac"
        sets = SetsAsked(row.sets.wanted, score, row.sets.by_class)  # type: ignore[arg-type]
    if row.chosen_sensitivity:
        name, share = row.chosen_sensitivity.target, row.chosen_sensitivity.wanted
        chosen = SensitivityAsked(classes.index(name), name, share)
    return Asked(method, sets, chosen)


def row_spec(row: ModelResult, dataset: Dataset, headline: str) -> ModelSpec:
    """The model of a row with its settings; of a sweep, with those best on validation parts.

    Raises
    ------
    InputError
        The row is of choosing: it says how to keep the model that was chosen most often.
    """
    if row.nested:
        often = max(row.nested.candidates, key=lambda one: one.chosen)
        raise InputError(
            f"'{row.model}' is a way to choose, no model. It chose {often.model} most often: "
            f"--keep {often.model}.",
            where="--keep",
        )
    (spec,) = parse_models([row.model.removesuffix(":grid")], dataset.kind, baselines=False)
    if not row.sweep:
        return spec
    best = max(row.sweep, key=lambda one: _validation(one, headline))
    return ModelSpec(spec.name, {**spec.params, **best.params})


def _validation(row: SweepRow, headline: str) -> float:
    sign = 1.0 if HIGHER_IS_BETTER[headline] else -1.0
    value = sign * row.validation.value
    return value if np.isfinite(value) else -np.inf


def _epochs(row: ModelResult, spec: ModelSpec) -> int | None:
    epochs = row.params.get("epochs")
    return None if epochs is None or "epochs" in spec.params else int(epochs)
