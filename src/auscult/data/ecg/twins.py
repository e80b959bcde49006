"""Which beats stand in another file too, so that none is trained on and tested."""

from __future__ import annotations

import numpy as np

from auscult.types import BoolArray, FloatArray, IntArray

TOLERANCE = 1e-5


def twins(X: FloatArray, rows: FloatArray, *, tolerance: float = TOLERANCE) -> IntArray:
    """``(n_rows,)`` index of the first case that equals each row; -1 where none does.

    Parameters
    ----------
    X, rows
        ``(n_cases, …)`` and ``(n_rows, …)`` of the same size a case.
    tolerance
        The most that two equal values may differ by: files hold rounded numbers.
    """
    cases, wanted = (np.asarray(a, dtype=np.float64).reshape(len(a), -1) for a in (X, rows))
    sums = cases.sum(axis=1)
    order = np.argsort(sums, kind="stable")
    reach = tolerance * cases.shape[1]
    found = np.full(len(wanted), -1, dtype=np.int64)
    low = np.searchsorted(sums[order], wanted.sum(axis=1) - reach, side="left")
    high = np.searchsorted(sums[order], wanted.sum(axis=1) + reach, side="right")
    for row, (first, last) in enumerate(zip(low, high, strict=True)):
        near = np.sort(order[first:last])
        same = near[np.abs(cases[near] - wanted[row]).max(axis=1) <= tolerance]
        if len(same):
            found[row] = same[0]
    return found


def twin_cases(X: FloatArray, rows: FloatArray, *, tolerance: float = TOLERANCE) -> BoolArray:
    """``(n_cases,)`` which cases equal some row: what to leave out of a training on ``X``."""
    # Several cases may equal one row: the search goes the other way round.
    return np.asarray(twins(rows, X, tolerance=tolerance) >= 0, dtype=np.bool_)
