"""Predictions of cases that a fit kept aside: what maps, thresholds and sets are learned on.

Where the plan cuts validation parts that are large enough, those are kept aside. Where they are
small or there are none, because cases are few, the training cases of each fit are folded once
more, and each is predicted by a model that was not trained on it: a temperature or a threshold
learned on few cases does more harm than good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from auscult.data.dataset import Dataset
from auscult.data.splits import grouped_kfold, stratified_kfold
from auscult.errors import InputError
from auscult.evaluate.fitting import Fits, Watch, fit_all
from auscult.evaluate.inputs import FitInput, fit_inputs
from auscult.evaluate.progress import StudyProgress, Within
from auscult.evaluate.result import Predictions, Split
from auscult.models.spec import ModelSpec
from auscult.types import FloatArray, IntArray

FOLDS: Final = 5
ENOUGH: Final = 1000
"""Validation parts of so many cases, or groups, are what maps, thresholds and sets are learned on.
What 258 cases taught was still so noisy that it made well calibrated models worse
(docs/calibration.md)."""
ON_PARTS: Final = "validation parts"
ON_FOLDS: Final = "out-of-fold predictions of the training cases"


@dataclass(frozen=True, eq=False)
class Member:
    """One model and what it said of cases that it was not trained on.

    ``true`` ``(n_kept,)`` and ``probability`` ``(n_kept, n_classes)`` are of the cases kept
    aside, ``test`` ``(n_test, n_classes)`` of the test cases of the plan's fit.
    """

    true: IntArray
    probability: FloatArray
    test: FloatArray


@dataclass(frozen=True, eq=False)
class Kept:
    """What one fit of the plan kept aside, by one model, or by those of several folds.

    ``rows`` are the places of the fit's test cases in the predictions of all fits.
    """

    rows: IntArray
    members: tuple[Member, ...]

    @property
    def true(self) -> IntArray:
        return np.concatenate([member.true for member in self.members])

    @property
    def probability(self) -> FloatArray:
        return np.concatenate([member.probability for member in self.members])


@dataclass(frozen=True, eq=False)
class KeptFits(Fits):
    """Fits with what each of them kept aside."""

    kept: tuple[Kept, ...] = ()


def fit_keeping(
    spec: ModelSpec,
    estimator: Any,
    dataset: Dataset,
    inputs: Sequence[FitInput],
    seeds: Sequence[int],
    progress: StudyProgress,
    validate: bool = False,
    watch: Watch | None = None,
    *,
    grouped: bool = False,
    enough: int = ENOUGH,
) -> KeptFits:
    """Fit and predict every split, and what it keeps aside: a validation part, or folds.

    Parameters
    ----------
    spec, estimator, dataset, inputs, seeds, progress, validate, watch
        As of :func:`~auscult.evaluate.fitting.fit_all`.
    grouped
        Whether whole groups are folded, where validation parts are too small.
    enough
        Cases, or groups where whole groups are folded, that a validation part must hold: a thousand
        beats of three patients say little of a fourth.
    """
    splits = [one.split for one in inputs]
    parts = min(_units(dataset, split.validation, grouped) for split in splits) >= enough
    told = progress if parts else Within(progress, str(spec), (0, 1 / (1 + FOLDS)), "test")
    fits = fit_all(spec, estimator, dataset, inputs, seeds, told, validate or parts, parts, watch)
    if parts:
        kept = from_parts(fits)
    else:
        told = Within(progress, str(spec), (1 / (1 + FOLDS), 1), "cases kept aside")
        kept = from_folds(spec, estimator, dataset, splits, seeds, told, grouped)
    return KeptFits(**{f.name: getattr(fits, f.name) for f in fields(Fits)}, kept=kept)


def _units(dataset: Dataset, cases: IntArray, grouped: bool) -> int:
    if grouped and dataset.groups is not None:
        return len(np.unique(dataset.groups[cases]))
    return len(cases)


def kept_of(fits: Fits) -> tuple[Kept, ...]:
    """What fits kept aside; empty where they kept nothing."""
    if isinstance(fits, KeptFits):
        return fits.kept
    return from_parts(fits) if fits.validation is not None else ()


def learned_on(kept: Sequence[Kept]) -> str:
    """In words: which cases were kept aside."""
    return ON_PARTS if all(len(one.members) == 1 for one in kept) else ON_FOLDS


def from_parts(fits: Fits) -> tuple[Kept, ...]:
    """What the fits kept aside as validation parts.

    The test cases are as the models said that were trained without the validation part.
    """
    if fits.validation is None:
        raise ValueError("no validation part was predicted")
    test = fits.apart or fits.predictions
    pairs = np.stack([test.repeat, test.fold])
    found = []
    for repeat, fold in np.unique(pairs, axis=1).T:
        rows = _rows(test, repeat, fold)
        aside = _rows(fits.validation, repeat, fold)
        part = fits.validation
        member = Member(part.true[aside], part.probability[aside], test.probability[rows])
        found.append(Kept(rows, (member,)))
    return tuple(found)


def from_folds(
    spec: ModelSpec,
    estimator: Any,
    dataset: Dataset,
    splits: Sequence[Split],
    seeds: Sequence[int],
    progress: StudyProgress,
    grouped: bool,
) -> tuple[Kept, ...]:
    """Out-of-fold predictions of the training cases of each split.

    The validation part stays what it is, so that no case kept aside has a say in when a network's
    training ends; other models train on it too.

    Parameters
    ----------
    spec, estimator, dataset, seeds, progress
        As of :func:`~auscult.evaluate.fitting.fit_all`.
    splits
        The fits of the plan.
    grouped
        Whether whole groups are folded.

    Raises
    ------
    InputError
        Some split has one training case of a class, or training cases of one group only.
    """
    inner: list[Split] = []
    inner_seeds: list[int] = []
    shares: list[int] = []
    for split, seed in zip(splits, seeds, strict=True):
        parts = _folded(dataset, split, seed, grouped)
        shares.append(len(parts))
        for fold, (train, aside) in enumerate(parts):
            test = np.concatenate([aside, split.test])
            inner.append(Split(split.repeat, fold, train, split.validation, test))
            inner_seeds.append(int(np.random.SeedSequence([seed, fold]).generate_state(1)[0]))
    inputs = fit_inputs(dataset, inner)
    said = fit_all(spec, estimator, dataset, inputs, inner_seeds, progress).predictions
    return tuple(_gathered(said, inputs, shares, splits))


def _folded(
    dataset: Dataset, split: Split, seed: int, grouped: bool
) -> list[tuple[IntArray, IntArray]]:
    cases = split.train
    y = dataset.y[cases]
    groups = dataset.groups[cases] if grouped and dataset.groups is not None else None
    counts = np.bincount(y)
    most = int(counts[counts > 0].min()) if groups is None else len(np.unique(groups))
    folds = min(FOLDS, most)
    if folds < 2:
        raise InputError(
            "calibration and prediction sets need cases kept aside, and a fit has one training "
            f"{'case of some class' if groups is None else 'group'}. Get more cases.",
            where=dataset.name,
        )
    rng = np.random.default_rng(seed)
    fold_of = (
        stratified_kfold(y, folds, rng) if groups is None else grouped_kfold(y, groups, folds, rng)
    )
    return [(cases[fold_of != k], cases[fold_of == k]) for k in range(folds)]


def _gathered(
    said: Predictions, inputs: Sequence[FitInput], shares: Sequence[int], splits: Sequence[Split]
) -> list[Kept]:
    """Cut the predictions of all inner fits into those of each split."""
    ends = np.cumsum([len(one.split.test) for one in inputs])
    tested = np.cumsum([len(split.test) for split in splits])
    found, inner = [], 0
    for place, split in enumerate(splits):
        members = []
        for end in ends[inner : inner + shares[place]]:
            n = len(inputs[inner].split.test)
            rows, aside = slice(end - n, end), n - len(split.test)
            true, p = said.true[rows], said.probability[rows]
            members.append(Member(true[:aside], p[:aside], p[aside:]))
            inner += 1
        stop = int(tested[place])
        found.append(Kept(np.arange(stop - len(split.test), stop), tuple(members)))
    return found


def _rows(predictions: Predictions, repeat: int, fold: int) -> IntArray:
    same = (predictions.repeat == repeat) & (predictions.fold == fold)
    return np.flatnonzero(same)
