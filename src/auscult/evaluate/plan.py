"""How a study splits its data: which cases each fit trains on, watches and is tested on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from auscult.data.dataset import Dataset
from auscult.data.splits import (
    MIN_OF_CLASS,
    MIN_TRAINING,
    cut,
    grouped_kfold,
    part_sizes,
    rare,
    stratified_kfold,
)
from auscult.errors import InputError, did_you_mean
from auscult.evaluate.beat_splits import LEAKY_BY_BEAT, by_beat, ds1_ds2
from auscult.evaluate.plan_checks import (
    class_counts_of,
    overlapping_groups,
    require,
    require_folds,
    require_learnable,
)
from auscult.evaluate.result import PlanSummary, Split
from auscult.types import BoolArray, IntArray

PlanKind = Literal["kfold", "grouped", "given", "ds1-ds2", "by-beat"]
PLANS: Final[tuple[str, ...]] = get_args(PlanKind)
_FOLDED: Final = ("kfold", "grouped")
_WHOLE: Final = ("grouped", "given")

_SPLIT, _VALIDATION, _FIT = 0, 1, 2


@dataclass(frozen=True)
class Plan:
    """How the data is split.

    Parameters
    ----------
    kind
        ``kfold``: repeated, stratified; ``grouped``: folds of whole groups; ``given``: one split,
        the test cases named by the person; ``ds1-ds2``: de Chazal's training and test records of
        MIT-BIH; ``by-beat``: beats drawn one by one, which leaks and is called leaky.
    folds, repeats
        Of cross-validation; a single split has one of each.
    seed
        Every random choice of the plan and of its fits follows from it.
    group
        Name of the column of groups (the patient).
    validation
        The share of a fit's training cases that early stopping watches, from 0 (none) to 0.5.

    Raises
    ------
    InputError
        Where a value is out of its range.
    """

    kind: PlanKind = "kfold"
    folds: int = 5
    repeats: int = 2
    seed: int = 0
    group: str | None = None
    validation: float = 0.15

    def __post_init__(self) -> None:
        require(
            self.kind in PLANS,
            f"no plan is '{self.kind}'. {did_you_mean(self.kind, PLANS)}",
            "--plan",
        )
        if self.kind in _FOLDED:
            require(self.folds >= 2, f"needs 2 folds or more, not {self.folds}. Try 5.", "--folds")
            require(self.repeats >= 1, f"needs 1 repeat or more, not {self.repeats}.", "--repeats")
        require(self.seed >= 0, f"must be 0 or larger, not {self.seed}.", "--seed")
        require(
            0 <= self.validation <= 0.5,
            f"the validation part is a share from 0 (none) to 0.5, not {self.validation}.",
            "plan",
        )

    def splits(
        self, dataset: Dataset, test_cases: IntArray | Sequence[int] | None = None
    ) -> tuple[Split, ...]:
        """The fits of this plan, in order of repeat and fold.

        Cases whose class is not known stand in no part.

        Parameters
        ----------
        dataset
            What to split.
        test_cases
            Indices of the test cases; for a ``given`` plan only.

        Raises
        ------
        InputError
            Where the plan does not fit the data: more folds than the smallest class has cases,
            fewer groups than folds, a group on both sides of a given split, a class that some
            fit could not learn.
        """
        dataset.require_known_classes()
        fits = tuple(self._parts(dataset, test_cases))
        for fit in fits:
            require_learnable(dataset, fit)
        return self._validated(dataset, fits)

    def whole(self, dataset: Dataset) -> Split:
        """One fit of every case whose class is known, to predict others; none is tested.

        Raises
        ------
        InputError
            Fewer than two classes are known.
        """
        dataset.require_known_classes()
        fit = _uncut(0, 0, np.flatnonzero(dataset.y >= 0), np.empty(0, dtype=np.int64))
        return self._validated(dataset, (fit,))[0]

    def _validated(self, dataset: Dataset, fits: tuple[Split, ...]) -> tuple[Split, ...]:
        """The fits with their validation parts, where those pay in all of them."""
        if self._why_no_validation(dataset, [fit.train for fit in fits]):
            return fits
        parts = tuple(self._with_validation(dataset, fit) for fit in fits)
        heard = ~_rare_somewhere(dataset, parts)
        held = np.array([class_counts_of(dataset, part.validation) for part in parts])
        return fits if held[:, heard].min() < MIN_OF_CLASS else parts

    def fit_seed(self, repeat: int, fold: int) -> int:
        """The seed of one fit, below 2**32; the same whatever models the study has."""
        return int(self._sequence(_FIT, repeat, fold).generate_state(1)[0])

    def summary(self, splits: Sequence[Split], dataset: Dataset) -> PlanSummary:
        """What the result keeps of the plan. A group on both sides marks it as leaky."""
        groups = dataset.groups
        single = self.kind not in _FOLDED
        return PlanSummary(
            kind=self.kind,
            folds=1 if single else self.folds,
            repeats=1 if single else self.repeats,
            seed=self.seed,
            group=(self.group or dataset.group_name) if self.kind in _WHOLE else None,
            n_groups=None if groups is None else len(np.unique(groups)),
            validation=self.validation_words(splits, dataset),
            splits=tuple(_sizes(split) for split in splits),
            leaky=self._leak(splits, dataset),
        )

    def validation_words(self, splits: Sequence[Split], dataset: Dataset) -> str:
        """How large the validation part is, or why there is none."""
        sizes = [len(split.validation) for split in splits]
        if all(sizes):
            low, high = min(sizes), max(sizes)
            count = f"{low}" if low == high else f"{low} to {high}"
            cut_from = f"cut from the training cases of each fit ({self.validation:.0%})"
            return f"{count} cases {cut_from}{_unwatched(dataset, splits)}"
        why = self._why_no_validation(dataset, [split.train for split in splits])
        return "none: " + (
            why or f"whole groups left fewer than {MIN_OF_CLASS} cases of some class"
        )

    def _why_no_validation(self, dataset: Dataset, trains: Sequence[IntArray]) -> str | None:
        if self.validation == 0:
            return "none was asked for"
        smallest = min(len(train) for train in trains)
        if smallest < MIN_TRAINING:
            return f"a fit has {smallest} training cases, fewer than {MIN_TRAINING}"
        whole = [_uncut(0, 0, train, train[:0]) for train in trains]
        present = np.flatnonzero(~_rare_somewhere(dataset, whole))
        counts = np.array([class_counts_of(dataset, train)[present] for train in trains])
        sizes = part_sizes(counts, self.validation).min(axis=0)
        if sizes.min() < MIN_OF_CLASS:
            name = dataset.classes[present[int(sizes.argmin())]]
            held = f"{sizes.min()} case{'' if sizes.min() == 1 else 's'}"
            return f"it would hold {held} of class '{name}', fewer than {MIN_OF_CLASS}"
        return None

    def _parts(
        self, dataset: Dataset, test_cases: IntArray | Sequence[int] | None
    ) -> Iterator[Split]:
        known = np.flatnonzero(dataset.y >= 0)
        if self.kind == "given":
            yield _given(dataset, known, test_cases)
            return
        require(test_cases is None, "test cases are for a plan of kind 'given'.", "plan")
        if self.kind not in _FOLDED:
            yield self._published(dataset)
            return
        groups = self._fold_groups(dataset)
        require_folds(dataset, groups, self.folds)
        y = dataset.y[known]
        for repeat in range(self.repeats):
            rng = np.random.default_rng(self._sequence(_SPLIT, repeat))
            if groups is None:
                fold_of = stratified_kfold(y, self.folds, rng)
            else:
                fold_of = grouped_kfold(y, groups[known], self.folds, rng)
            for fold in range(self.folds):
                tested = fold_of == fold
                yield _uncut(repeat, fold, known[~tested], known[tested])

    @property
    def keeps_groups(self) -> bool:
        """Whether no group stands on both sides of a split."""
        return self.kind not in ("kfold", "by-beat")

    def _published(self, dataset: Dataset) -> Split:
        if self.kind == "ds1-ds2":
            return _uncut(0, 0, *ds1_ds2(dataset))
        return _uncut(0, 0, *by_beat(dataset, np.random.default_rng(self._sequence(_SPLIT, 0))))

    def _leak(self, splits: Sequence[Split], dataset: Dataset) -> str | None:
        if self.kind == "by-beat":
            return LEAKY_BY_BEAT
        # De Chazal's halves share one person, which the audit tells; they are the standard.
        return None if self.kind == "ds1-ds2" else _leak(splits, dataset)

    def _fold_groups(self, dataset: Dataset) -> IntArray | None:
        if self.kind == "kfold":
            return None
        if dataset.groups is None:
            raise InputError(
                "a grouped plan needs a column of groups. Name the patient's with --group.",
                where=dataset.name,
            )
        return dataset.groups

    def _with_validation(self, dataset: Dataset, fit: Split) -> Split:
        groups = dataset.groups if self.keeps_groups else None
        rng = np.random.default_rng(self._sequence(_VALIDATION, fit.repeat, fit.fold))
        stay, part = cut(
            dataset.y[fit.train],
            None if groups is None else groups[fit.train],
            self.validation,
            rng,
        )
        return Split(fit.repeat, fit.fold, fit.train[stay], fit.train[part], fit.test)

    def _sequence(self, *key: int) -> np.random.SeedSequence:
        return np.random.SeedSequence(self.seed, spawn_key=key)


def _given(dataset: Dataset, known: IntArray, test_cases: IntArray | Sequence[int] | None) -> Split:
    if test_cases is None or len(test_cases) == 0:
        raise InputError("a given plan needs test cases.", where=dataset.name)
    asked = np.unique(np.asarray(test_cases, dtype=np.int64))
    if asked[0] < 0 or asked[-1] >= dataset.n_cases:
        raise InputError("test cases are outside the data.", where=dataset.name)
    test = np.intersect1d(asked, known)
    train = np.setdiff1d(known, asked)
    for name, part in (("test", test), ("training", train)):
        require(len(part) > 0, f"no {name} case has a known class.", dataset.name)
    fit = _uncut(0, 0, train, test)
    shared = overlapping_groups([fit], dataset)
    if shared:
        raise InputError(
            f"{shared} of the groups of '{dataset.group_name}' stand in both the training and the "
            "test cases. Take them out of one, or leave out --test for a grouped plan.",
            where=dataset.name,
        )
    return fit


def _uncut(repeat: int, fold: int, train: IntArray, test: IntArray) -> Split:
    """A fit without a validation part."""
    return Split(repeat, fold, train, np.empty(0, dtype=np.int64), test)


def _rare_somewhere(dataset: Dataset, splits: Sequence[Split]) -> BoolArray:
    """``(n_classes,)`` which classes some validation part may do without."""
    trains = [np.concatenate([split.train, split.validation]) for split in splits]
    few = np.array([rare(class_counts_of(dataset, train)) for train in trains])
    return np.asarray(few.any(axis=0) | (dataset.class_counts == 0))


def _unwatched(dataset: Dataset, splits: Sequence[Split]) -> str:
    """Names the classes that are as good as missing from some validation part."""
    held = np.array([class_counts_of(dataset, split.validation) for split in splits]).min(axis=0)
    missing = np.flatnonzero((held < MIN_OF_CLASS) & (dataset.class_counts > 0))
    if not len(missing):
        return ""
    names = " and ".join(f"'{dataset.classes[code]}'" for code in missing)
    return f"; too rare to be watched: {names}"


def _sizes(split: Split) -> Mapping[str, int]:
    return {
        "repeat": split.repeat,
        "fold": split.fold,
        "train": len(split.train),
        "validation": len(split.validation),
        "test": len(split.test),
    }


def _leak(splits: Sequence[Split], dataset: Dataset) -> str | None:
    shared = overlapping_groups(splits, dataset)
    if not shared or dataset.groups is None:
        return None
    total = len(np.unique(dataset.groups))
    return f"{shared} of {total} groups of '{dataset.group_name}' stand in training and test cases"
