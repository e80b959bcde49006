"""Columns that alone tell a class from the rest: too good to be known before the diagnosis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.metrics import divide
from auscult.types import Finding, FloatArray, IntArray

TELLING_AUC = 0.98
FEW_OF_CLASS = 10


def telling_columns(dataset: Dataset) -> Iterator[Finding]:
    """Columns that alone tell a class from the rest, by value or by being missing."""
    if dataset.kind != "table":
        return
    known = dataset.y >= 0
    y, X = dataset.y[known], dataset.X[known]
    for j, column in enumerate(dataset.columns):
        values = X[:, j]
        if column.kind == "categorical":
            areas = _areas_of_categories(values, y, len(dataset.classes))
        else:
            areas = _areas(values, y, len(dataset.classes))
        yield from _tells(dataset, areas, f"Column '{column.name}'")
        missing = np.isnan(values)
        if missing.any():
            areas = _areas(missing.astype(np.float64), y, len(dataset.classes))
            yield from _tells(dataset, areas, f"Whether column '{column.name}' is missing")


def _tells(dataset: Dataset, areas: FloatArray, what: str) -> Iterator[Finding]:
    if np.isnan(areas).all() or np.nanmax(areas) < TELLING_AUC:
        return
    code = int(np.nanargmax(areas))
    yield Finding(
        "illegitimate-feature",
        f"{what} alone tells class '{dataset.classes[code]}' from the rest "
        f"(AUC {areas[code]:.3f}). It may have been written down after the diagnosis.",
        mend="Leave the column out unless it is known before the diagnosis.",
    )


def _areas(values: FloatArray, y: IntArray, n_classes: int) -> FloatArray:
    """``(n_classes,)`` AUC of one column for each class against the rest, either way round.

    NaN for a class of which, or of whose rest, too few cases have a value.
    """
    present = ~np.isnan(values)
    y = y[present]
    _, at, tied = np.unique(values[present], return_inverse=True, return_counts=True)
    rank = (np.cumsum(tied) - (tied - 1) / 2)[at]
    n = np.bincount(y, minlength=n_classes).astype(np.float64)
    rest = len(y) - n
    sums = np.bincount(y, weights=rank, minlength=n_classes)
    areas = divide(sums - n * (n + 1) / 2, n * rest)
    areas[(n < FEW_OF_CLASS) | (rest < FEW_OF_CLASS)] = np.nan
    return np.maximum(areas, 1 - areas)


def _areas_of_categories(values: FloatArray, y: IntArray, n_classes: int) -> FloatArray:
    """As :func:`_areas`, with the categories in order of each class's share in them."""
    present = ~np.isnan(values)
    code = values[present].astype(np.int64)
    n_categories = len(np.unique(code))
    # With few cases a category, their shares would echo the classes they are made of.
    if n_categories * FEW_OF_CLASS > len(code):
        return np.full(n_classes, np.nan)
    table = np.zeros((int(code.max(initial=0)) + 1, n_classes))
    np.add.at(table, (code, y[present]), 1)
    shares = divide(table, table.sum(axis=1, keepdims=True))[code]
    return np.array([_areas(shares[:, c], y[present], n_classes)[c] for c in range(n_classes)])
