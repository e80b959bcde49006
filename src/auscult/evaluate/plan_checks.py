"""What a plan refuses, and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from auscult.data.dataset import Dataset
from auscult.errors import InputError
from auscult.evaluate.result import Split
from auscult.types import IntArray


def overlapping_groups(splits: Sequence[Split], dataset: Dataset) -> int:
    """How many groups stand on both sides of some split."""
    if dataset.groups is None:
        return 0
    shared: set[int] = set()
    for split in splits:
        train = dataset.groups[np.concatenate([split.train, split.validation])]
        shared.update(np.intersect1d(train, dataset.groups[split.test]).tolist())
    return len(shared)


def require(holds: bool, message: str, where: str) -> None:
    if not holds:
        raise InputError(message, where=where)


def require_folds(dataset: Dataset, groups: IntArray | None, folds: int) -> None:
    """Refuse more folds than the smallest class has cases, or than there are groups."""
    if groups is not None:
        n_groups = len(np.unique(groups[dataset.y >= 0]))
        _require_enough(
            n_groups, folds, f"'{dataset.group_name}' has {n_groups}", "groups", dataset
        )
        return
    counts = dataset.class_counts
    code = min(np.flatnonzero(counts), key=lambda c: int(counts[c]))
    smallest = int(counts[code])
    has = f"class '{dataset.classes[code]}' of column '{dataset.target}' has {smallest}"
    _require_enough(smallest, folds, has, "cases", dataset)


def _require_enough(count: int, folds: int, has: str, what: str, dataset: Dataset) -> None:
    if count >= folds:
        return
    if count < 2:
        mend = f"No plan can both train on it and test it; it takes 2 {what} or more."
        raise InputError(f"{has} {what[:-1]}. {mend}", where=dataset.name)
    raise InputError(
        f"{has} {what}, fewer than {folds} folds. Use --folds {count}.", where=dataset.name
    )


def require_learnable(dataset: Dataset, fit: Split) -> None:
    """Refuse a fit that is tested on a class it has no training case of."""
    trained, tested = class_counts_of(dataset, fit.train), class_counts_of(dataset, fit.test)
    missing = np.flatnonzero((trained == 0) & (tested > 0))
    if not len(missing):
        return
    name = dataset.classes[int(missing[0])]
    raise InputError(
        f"class '{name}' of column '{dataset.target}' has test cases and no training case in a "
        f"fit (repeat {fit.repeat + 1}, fold {fit.fold + 1}). Too few groups have it: leave its "
        "cases out or join it to another class.",
        where=dataset.name,
    )


def class_counts_of(dataset: Dataset, cases: IntArray) -> IntArray:
    return np.bincount(dataset.y[cases], minlength=len(dataset.classes))
