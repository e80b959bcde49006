"""The inner folds of each fit of a plan: where a choice is made that test cases have no part in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from auscult.data.dataset import Dataset
from auscult.data.splits import cut, grouped_kfold, stratified_kfold, validation_pays
from auscult.evaluate.plan import Plan
from auscult.evaluate.plan_checks import require_learnable
from auscult.evaluate.result import Split
from auscult.types import IntArray

FOLDS: Final = 5
PAIRED_FROM: Final = 4
"""With fewer folds the other folds leave too little to train on; others are cut then."""
_CUT, _INNER_VALIDATION, _INNER_FIT = 3, 4, 5


@dataclass(frozen=True, eq=False)
class InnerFit:
    """A model trained inside; it serves the choice of one fit of the plan, or of two.

    ``serves`` maps the place of a fit among the plan's to the cases that are judged for it.
    """

    split: Split
    serves: dict[int, IntArray]
    seed: int


@dataclass(frozen=True, eq=False)
class Inner:
    """All inner fits of a plan."""

    fits: tuple[InnerFit, ...]
    words: str

    def of(self, outer: int) -> tuple[InnerFit, ...]:
        """The inner fits that serve one fit of the plan, in the order of its inner folds."""
        return tuple(fit for fit in self.fits if outer in fit.serves)


def inner_folds(plan: Plan, dataset: Dataset, splits: Sequence[Split]) -> Inner:
    """The inner folds of every fit.

    In cross-validation of four folds or more the inner folds of a fit are the other folds of the
    plan: a model trained without folds *k* and *l* judges *l* for the fit that is tested on *k*,
    and *k* for the one tested on *l*, so every such model serves twice. Elsewhere the training
    cases of each fit are cut into five folds. Either way groups stay whole where the plan keeps
    them whole, and a validation part is cut from each where it pays in all.

    Parameters
    ----------
    plan
        The study's.
    dataset
        The cases.
    splits
        The fits of the plan.

    Raises
    ------
    InputError
        An inner fold has a class that its training cases have not.
    """
    repeats = {repeat: _of(splits, repeat) for repeat in dict.fromkeys(s.repeat for s in splits)}
    if min(map(len, repeats.values())) >= PAIRED_FROM:
        fits = [fit for places in repeats.values() for fit in _pairs(splits, places)]
        words = "the other folds of the plan"
    else:
        fits = [fit for place in range(len(splits)) for fit in _cuts(plan, dataset, splits, place)]
        words = f"{FOLDS} folds of its training cases"
    for fit, _ in fits:
        require_learnable(dataset, fit)
    if all(len(split.validation) for split in splits):
        fits = _validated(plan, dataset, fits)
    return Inner(
        tuple(
            InnerFit(split, serves, _seed(plan, _INNER_FIT, number))
            for number, (split, serves) in enumerate(fits)
        ),
        words,
    )


_Fit = tuple[Split, dict[int, IntArray]]


def _of(splits: Sequence[Split], repeat: int) -> list[int]:
    return [place for place, split in enumerate(splits) if split.repeat == repeat]


def _pairs(splits: Sequence[Split], places: Sequence[int]) -> Iterator[_Fit]:
    for k, j in combinations(places, 2):
        first, second = splits[k], splits[j]
        train = np.setdiff1d(_training(first), second.test)
        test = np.concatenate([first.test, second.test])
        serves = {k: second.test, j: first.test}
        yield Split(first.repeat, k * len(splits) + j, train, train[:0], test), serves


def _cuts(plan: Plan, dataset: Dataset, splits: Sequence[Split], place: int) -> Iterator[_Fit]:
    cases = np.sort(_training(splits[place]))
    rng = np.random.default_rng(_sequence(plan, _CUT, place))
    groups = dataset.groups if plan.keeps_groups else None
    y = dataset.y[cases]
    if groups is None:
        fold_of = stratified_kfold(y, FOLDS, rng)
    else:
        fold_of = grouped_kfold(y, groups[cases], min(FOLDS, len(np.unique(groups[cases]))), rng)
    for fold in np.unique(fold_of):
        train, test = cases[fold_of != fold], cases[fold_of == fold]
        number = place * FOLDS + int(fold)
        yield Split(splits[place].repeat, number, train, train[:0], test), {place: test}


def _validated(plan: Plan, dataset: Dataset, fits: Sequence[_Fit]) -> list[_Fit]:
    if not all(validation_pays(dataset.y[split.train], plan.validation) for split, _ in fits):
        return list(fits)
    groups = dataset.groups if plan.keeps_groups else None
    found = []
    for number, (split, serves) in enumerate(fits):
        rng = np.random.default_rng(_sequence(plan, _INNER_VALIDATION, number))
        held = None if groups is None else groups[split.train]
        stay, part = cut(dataset.y[split.train], held, plan.validation, rng)
        train, validation = split.train[stay], split.train[part]
        found.append((Split(split.repeat, split.fold, train, validation, split.test), serves))
    return found


def _training(split: Split) -> IntArray:
    return np.concatenate([split.train, split.validation])


def _sequence(plan: Plan, *key: int) -> np.random.SeedSequence:
    return np.random.SeedSequence(plan.seed, spawn_key=key)


def _seed(plan: Plan, *key: int) -> int:
    return int(_sequence(plan, *key).generate_state(1)[0])
