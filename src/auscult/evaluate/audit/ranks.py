"""The area under the ROC curve of one column, and how often chance reaches it."""

from __future__ import annotations

import numpy as np

from auscult.evaluate.metrics import divide
from auscult.types import FloatArray, IntArray

FEW_OF_CLASS = 10


def areas(values: FloatArray, y: IntArray, n_classes: int) -> FloatArray:
    """``(n_classes,)`` AUC of one column for each class against the rest, either way round.

    NaN for a class of which, or of whose rest, too few cases have a value.
    """
    found = directed_areas(values, y, n_classes)
    return np.maximum(found, 1 - found)


def directed_areas(values: FloatArray, y: IntArray, n_classes: int) -> FloatArray:
    """As :func:`areas`; above 0.5 where the class has the larger values."""
    present = ~np.isnan(values)
    y = y[present]
    _, at, tied = np.unique(values[present], return_inverse=True, return_counts=True)
    rank = (np.cumsum(tied) - (tied - 1) / 2)[at]
    n = np.bincount(y, minlength=n_classes).astype(np.float64)
    rest = len(y) - n
    sums = np.bincount(y, weights=rank, minlength=n_classes)
    found = divide(sums - n * (n + 1) / 2, n * rest)
    found[(n < FEW_OF_CLASS) | (rest < FEW_OF_CLASS)] = np.nan
    return np.asarray(found)


def areas_of_categories(values: FloatArray, y: IntArray, n_classes: int) -> FloatArray:
    """As :func:`areas`, with the categories in order of each class's share in them."""
    present = ~np.isnan(values)
    code = values[present].astype(np.int64)
    n_categories = len(np.unique(code))
    # With few cases a category, their shares would echo the classes they are made of.
    if n_categories * FEW_OF_CLASS > len(code):
        return np.full(n_classes, np.nan)
    table = np.zeros((int(code.max(initial=0)) + 1, n_classes))
    np.add.at(table, (code, y[present]), 1)
    shares = divide(table, table.sum(axis=1, keepdims=True))[code]
    return np.array([areas(shares[:, c], y[present], n_classes)[c] for c in range(n_classes)])


def spread_of_area(n: float, rest: float, tied: FloatArray | None = None) -> float:
    """Standard deviation of an AUC by chance (Mann–Whitney), with the counts of tied values."""
    total = n + rest
    ties = 0.0 if tied is None else float((tied**3 - tied).sum()) / (total * (total - 1))
    return float(np.sqrt(max(0.0, total + 1 - ties) / (12 * n * rest)))


def p_of_areas(found: FloatArray, values: FloatArray, y: IntArray) -> FloatArray:
    """``(n_classes,)`` how likely chance gives an AUC as far from 0.5; 1 where it is NaN."""
    from scipy.special import ndtr  # noqa: PLC0415

    present = ~np.isnan(values)
    y = y[present]
    tied = np.unique(values[present], return_counts=True)[1].astype(np.float64)
    p = np.ones(len(found))
    for code in np.flatnonzero(~np.isnan(found)):
        n = float((y == code).sum())
        spread = spread_of_area(n, len(y) - n, tied)
        if spread > 0:
            p[code] = 2 * ndtr(-abs(found[code] - 0.5) / spread)
    return p
