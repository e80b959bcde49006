"""Scaling and filling that were fitted on test cases: their traces in the values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.evaluate.audit.view import NotRun, View, listed
from auscult.types import BoolArray, Finding, FloatArray

FEW_VALUES = 3
EXACT_MEAN = 1e-5
EXACT_SPREAD = 1e-4
LEAST_COLUMNS = 2
CHANCE = 1e-3
FEW_FILLED = 3

_SCALED = (
    "Fit the scaler on training cases only; auscult does it inside each fit: give it raw values."
)


def scaling(view: View) -> Iterator[Finding]:
    """Columns scaled with statistics of all cases, or of the test file by itself.

    A scaler leaves its mark: the cases it was fitted on have mean 0 and standard deviation 1, or
    the range from 0 to 1, to the last digit. Values that were rounded after scaling are found
    down to three decimals.
    """
    X = _measures(view)
    if not X.shape[1]:
        raise NotRun("no column is a measurement")
    names = [view.dataset.columns[j].name for j in _measured(view)]
    if len(view.splits) != 1:
        whole = _scaled(X)
        if _enough(whole):
            yield Finding(
                "scaled-before-split",
                f"{int(whole.sum())} of {len(whole)} columns have mean 0 and standard deviation 1, "
                f"or the range 0 to 1, over all cases ({_named(names, whole)}): the scaler has "
                "seen the cases that are tested.",
                "note",
                mend=_SCALED,
            )
        return
    train, test = view.halves
    yield from _of_halves(X, X[train], X[test], names)


def _of_halves(
    X: FloatArray, train: FloatArray, test: FloatArray, names: list[str]
) -> Iterator[Finding]:
    by_train = _scaled(train)
    joined = np.concatenate([train, test])
    both = _scaled(joined) & ~by_train
    if both.any() or _inside(joined, train):
        both |= _ranged(joined) & by_train
    alone = _scaled(test) & ~both
    if _enough(both):
        yield Finding(
            "scaled-before-split",
            f"{int(both.sum())} of {len(both)} columns have mean 0 and standard deviation 1, or "
            f"the range 0 to 1, over training and test cases together and over neither alone "
            f"({_named(names, both)}): they were scaled before the split.",
            mend=_SCALED,
        )
    if _enough(alone):
        yield Finding(
            "test-scaled-apart",
            f"{int(alone.sum())} of {len(alone)} columns have mean 0 and standard deviation 1, or "
            f"the range 0 to 1, over the test cases by themselves ({_named(names, alone)}): the "
            "scaler was fitted again on the test file, so equal values no longer mean the same.",
            mend=_SCALED,
        )


def _enough(found: BoolArray) -> bool:
    """One column may be a share or a score that has such values by nature."""
    return bool(found.sum() >= min(LEAST_COLUMNS, len(found)) and found.mean() >= 0.1)


def _named(names: list[str], which: BoolArray) -> str:
    return listed([name for name, is_it in zip(names, which, strict=True) if is_it])


def _scaled(X: FloatArray) -> BoolArray:
    """``(n_columns,)`` which bear the mark of a scaler fitted on just these cases."""
    if len(X) < 2:
        return np.zeros(X.shape[1], dtype=np.bool_)
    empty = np.isnan(X).all(axis=0)
    X = np.where(empty, 0.0, X)
    mean, digits = np.nanmean(X, axis=0), _rounding(X)
    # n values rounded to a step leave the mean off by the step / sqrt(12 n).
    slack = EXACT_MEAN + 4 * digits / np.sqrt(12 * len(X))
    standard = np.zeros(X.shape[1], dtype=np.bool_)
    for ddof in (0, 1):
        spread = np.nanstd(X, axis=0, ddof=ddof)
        standard |= (np.abs(mean) <= slack) & (np.abs(spread - 1) <= EXACT_SPREAD + slack)
    return np.asarray(standard | _ranged(X))


def _ranged(X: FloatArray) -> BoolArray:
    """``(n_columns,)`` which run from 0 to 1, or from -1 to 1, in more than a few steps."""
    low, high = np.nanmin(X, axis=0), np.nanmax(X, axis=0)
    inside = ~((low == X) | (high == X) | np.isnan(X))
    # Whole steps between 0 and 1 (a share of ten) are no mark of a scaler.
    fine = np.array([len(np.unique(X[inside[:, j], j])) > FEW_VALUES for j in range(X.shape[1])])
    ranged = (np.abs(low) < EXACT_MEAN) & (np.abs(high - 1) < EXACT_MEAN) & fine
    signed = (np.abs(low + 1) < EXACT_MEAN) & (np.abs(high - 1) < EXACT_MEAN) & fine
    return np.asarray(ranged | signed)


def _inside(joined: FloatArray, train: FloatArray) -> bool:
    """Whether no test case exceeds the range of the training cases, in columns that bear a range.

    Of all extremes as many belong to test cases as there are test cases; a scaler fitted on
    training cases therefore leaves some below 0 or above 1.
    """
    ranged = np.flatnonzero(_ranged(joined))
    extremes = [X.min(axis=0) for X in (joined[:, ranged], -joined[:, ranged])]
    single = [
        (sign * joined[:, ranged] == extreme).sum(axis=0) <= 2
        for sign, extreme in zip((1, -1), extremes, strict=True)
    ]
    return bool((len(train) / len(joined)) ** int(np.sum(single)) < CHANCE)


def _rounding(X: FloatArray) -> FloatArray:
    """``(n_columns,)`` the step that values were rounded to, 0.001 at most, else 0."""
    for step in (1e-3, 1e-4, 1e-5, 1e-6):
        off = np.nanmax(np.abs(X / step - np.round(X / step)), axis=0)
        if (off < 1e-6).any():
            return np.where(off < 1e-6, step, 0.0)
    return np.zeros(X.shape[1])


def _measured(view: View) -> list[int]:
    """Numeric columns with more than a few values."""
    columns = view.dataset.columns
    X = view.dataset.X
    return [int(j) for j in view.numeric if _distinct(X[:, j], columns[j].n_distinct) > FEW_VALUES]


def _distinct(values: FloatArray, known: int) -> int:
    return known or len(np.unique(values[~np.isnan(values)]))


def _measures(view: View) -> FloatArray:
    if view.derived:
        raise NotRun("the columns are measures taken from the signals")
    X: FloatArray = view.dataset.X[:, _measured(view)] if view.is_table else np.empty((0, 0))
    return X


def filling(view: View) -> Iterator[Finding]:
    """Gaps filled with the mean of training and test cases together.

    A filled-in mean is a value that many cases share, that lies between the steps of the column
    or among values that are all different, and that is the mean of the other values to the last
    digit.
    """
    X = _measures(view)
    if not X.shape[1]:
        raise NotRun("no column is a measurement")
    train = view.halves[0] if len(view.splits) == 1 else None
    names = [view.dataset.columns[j].name for j in _measured(view)]
    hits = [
        (name, count)
        for j, name in enumerate(names)
        if (count := _filled(X[:, j], None if train is None else X[train, j]))
    ]
    if hits:
        yield Finding(
            "filled-before-split",
            f"{len(hits)} column{' has' if len(hits) == 1 else 's have'} a value that many cases "
            f"share and that is the mean of all other cases to the last digit, test cases among "
            f"them ({listed([name for name, _ in hits])}; {sum(n for _, n in hits)} cells): gaps "
            "were filled before the split.",
            "note" if train is None else "warning",
            mend="Leave gaps empty; auscult fills them inside each fit, from training cases.",
        )


def _filled(values: FloatArray, train: FloatArray | None) -> int:
    """How many cells hold the mean of all others, or 0."""
    present = values[~np.isnan(values)]
    distinct, counts = np.unique(present, return_counts=True)
    if len(distinct) <= FEW_VALUES:
        return 0
    mean = present.mean()
    at = int(np.argmin(np.abs(distinct - mean)))
    value, count = float(distinct[at]), int(counts[at])
    if count < FEW_FILLED or not _equal(value, present[present != value].mean()):
        return 0
    if train is not None:
        rest = train[~np.isnan(train)]
        rest = rest[rest != value]
        if len(rest) and _equal(value, rest.mean()):
            return 0
    others = np.delete(distinct, at)
    stands_out = count >= 3 * np.delete(counts, at).max(initial=1)
    return count if stands_out or _off_grid(value, others) else 0


def _equal(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-9)


def _off_grid(value: float, others: FloatArray) -> bool:
    """Whether a value has more decimals than all others."""
    for step in (1.0, 0.1, 0.01, 0.001):
        if np.abs(others / step - np.round(others / step)).max() < 1e-6:
            return bool(abs(value / step - round(value / step)) > 1e-4)
    return False
