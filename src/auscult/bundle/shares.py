"""How the training cases of a column lay, in so few numbers that drift can be told without them.

A numeric column has bins between its deciles, a categorical one a bin a category; one bin more
holds the gaps. A channel of signals is described by one number a case, its mean magnitude.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from auscult.bundle.document import Document, Field
from auscult.types import FloatArray, IntArray

_TENTHS: Final = np.linspace(0, 1, 11)


def deciles_of(values: FloatArray) -> tuple[float, ...]:
    """Least value, nine deciles, greatest value of a numeric column; empty without values."""
    seen = values[np.isfinite(values)]
    if not len(seen):
        return ()
    # Values that occur, so that what is often one number lies on an edge, not between two.
    return tuple(np.quantile(seen, _TENTHS, method="inverted_cdf").tolist())


def shares_of(values: FloatArray, deciles: Sequence[float], n_categories: int) -> tuple[float, ...]:
    """Share of the cases in each bin, gaps last; empty without values.

    Parameters
    ----------
    values
        ``(n_cases,)`` numbers, or codes of categories; NaN is a gap.
    deciles
        Of :func:`deciles_of`; empty for categories.
    n_categories
        0 for a numeric column.
    """
    n = n_categories + 1 if n_categories else len(edges_of(deciles)) + 2
    if not len(values) or not (n_categories or deciles):
        return ()
    counts = np.bincount(binned(values, deciles, n_categories), minlength=n)
    return tuple((counts / len(values)).tolist())


def edges_of(deciles: Sequence[float]) -> FloatArray:
    """The inner edges of a numeric column's bins; each belongs to the bin below it."""
    return np.unique(np.array(deciles[1:-1], dtype=np.float64))


def binned(values: FloatArray, deciles: Sequence[float], n_categories: int) -> IntArray:
    """``(n_cases,)`` the bin of each value; what is no number or no category is a gap."""
    values = np.asarray(values, dtype=np.float64)
    if n_categories:
        known = (values >= 0) & (values < n_categories)
        return np.where(known, values, n_categories).astype(np.int64)
    edges = edges_of(deciles)
    found = np.searchsorted(edges, values, side="left")
    return np.where(np.isnan(values), len(edges) + 1, found)


def described(document: Document, X: FloatArray) -> FloatArray:
    """``(n_cases, n_columns)`` one number a case and column; of a channel its mean magnitude."""
    if document.kind == "table":
        return np.asarray(X, dtype=np.float64)
    return magnitudes(X)


def magnitudes(X: FloatArray) -> FloatArray:
    """``(n_cases, n_channels)`` mean of ``|x|`` over time, gaps left out; NaN where all is gap."""
    known = np.isfinite(X)
    total = np.abs(np.where(known, X, 0)).sum(axis=2, dtype=np.float64)
    count = known.sum(axis=2)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def with_shares(field: Field, values: FloatArray) -> Field:
    """The field with how ``(n_cases,)`` training values of it lay."""
    n_categories = len(field.categories)
    deciles = () if n_categories else deciles_of(values)
    return replace(field, deciles=deciles, shares=shares_of(values, deciles, n_categories))


def field_bins(field: Field, values: FloatArray) -> IntArray:
    """As :func:`binned`, for a column of a bundle."""
    return binned(values, field.deciles, len(field.categories))
