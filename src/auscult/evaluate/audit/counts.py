"""Classes, columns and test parts that are too small, or say nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.audit.view import NotRun, View, cases, listed
from auscult.types import Finding, IntArray

IMBALANCE = 0.8
FEW_TESTED = 30
FEW_OF_CLASS = 10
FEW_GROUPS = 10


def small_test(view: View) -> Iterator[Finding]:
    """A test part so small that each case is worth percents."""
    if not view.splits:
        raise NotRun("nothing is tested")
    tested = len(view.tested)
    if tested < FEW_TESTED:
        yield Finding(
            "small-test",
            f"Only {cases(tested)} {'is' if tested == 1 else 'are'} tested: each is worth "
            f"{1 / tested:.1%} of the accuracy.",
            mend="Test on more cases, or cross-validate all of them.",
        )


def small_classes(view: View) -> Iterator[Finding]:
    """Classes with few cases to train on or to test."""
    if not view.splits:
        raise NotRun("nothing is tested")
    dataset = view.dataset
    tested = _counts(dataset, view.tested)
    trained = np.min([_counts(dataset, split.train) for split in view.splits], axis=0)
    parts = np.min([_counts(dataset, split.test) for split in view.splits], axis=0)
    for code in np.flatnonzero(dataset.class_counts):
        if tested[code] >= FEW_OF_CLASS and trained[code] >= FEW_OF_CLASS and parts[code]:
            continue
        counts = (int(trained[code]), int(tested[code]), int(parts[code]))
        yield _small_class(dataset.classes[code], *counts, n_splits=len(view.splits))


def _small_class(name: str, trained: int, tested: int, part: int, *, n_splits: int) -> Finding:
    """What few cases of a class mean: figures that are a guess, or fits that hardly saw it."""
    if n_splits == 1:
        count = f"{cases(trained)} to train on and {tested} to test"
    else:
        count = f"{cases(tested)}: as few as {trained} to train a fit on and {part} to test it"
    guess = "What is said of it is a guess."
    if tested >= FEW_OF_CLASS and part:
        guess = "Other training cases could give quite another figure."
    folds = "" if n_splits == 1 else ", or use other --folds"
    join = "join it to another class" if folds else "or join it to another class"
    return Finding(
        "small-class",
        f"Class '{name}' has {count}. {guess}",
        mend=f"Get more cases of it, {join}{folds}.",
    )


def few_groups(view: View) -> Iterator[Finding]:
    """So few groups that intervals which count them are too narrow."""
    groups = view.dataset.groups
    if groups is None or not view.splits:
        raise NotRun("no column of patients was named with --group")
    tested = np.unique(groups[view.tested])
    if len(tested) < FEW_GROUPS:
        yield Finding(
            "few-groups",
            f"Only {len(tested)} groups of '{view.dataset.group_name}' are tested. The intervals "
            "count groups, and of so few they come out too narrow.",
        )


def imbalance(view: View) -> Iterator[Finding]:
    """One class that nearly all cases are of."""
    counts = view.dataset.class_counts
    share = counts.max() / max(1, counts.sum())
    if share >= IMBALANCE:
        name = view.dataset.classes[int(counts.argmax())]
        yield Finding(
            "class-imbalance",
            f"{share:.0%} of cases are of class '{name}': always saying so has an accuracy of "
            f"{share:.3f}. Look at balanced_accuracy instead.",
        )


def constant_columns(view: View) -> Iterator[Finding]:
    """Columns of one value."""
    dataset = view.dataset
    values = dataset.X.reshape(dataset.n_cases, len(dataset.columns), -1)
    missing = np.isnan(values)
    low = np.where(missing, np.inf, values).min(axis=(0, 2))
    high = np.where(missing, -np.inf, values).max(axis=(0, 2))
    names = [c.name for c, still in zip(dataset.columns, low >= high, strict=True) if still]
    if names:
        what = "column has" if len(names) == 1 else "columns have"
        yield Finding(
            "constant-column",
            f"{len(names)} {what} one value only and tell nothing: {listed(names)}.",
            "note",
        )


def _counts(dataset: Dataset, index: IntArray) -> IntArray:
    y = dataset.y[index]
    return np.bincount(y[y >= 0], minlength=len(dataset.classes))
