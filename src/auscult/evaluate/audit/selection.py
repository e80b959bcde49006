"""Columns that were chosen by the class of all cases, test cases among them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.evaluate.audit.view import NotRun, View, filled
from auscult.types import Finding, FloatArray, IntArray

LEAST_COLUMNS = 8
CHOSEN = 0.03
RAREST = 1e-7
EXCESS = 1.6
TYPICAL = 1.2


def feature_selection(view: View) -> Iterator[Finding]:
    """Columns that are all related to the class, and all hardly more than a threshold asks.

    The best of many columns of noise have p-values that lie evenly below a threshold, so that
    -ln p exceeds its smallest by 1 on average. Columns that matter spread far wider, and with
    those that do not among them the smallest is near 0.
    """
    if not view.is_table or view.derived:
        raise NotRun("there are no columns to be chosen among")
    X = view.dataset.X[:, view.numeric]
    if X.shape[1] < LEAST_COLUMNS:
        raise NotRun(f"fewer than {LEAST_COLUMNS} columns are numeric")
    n_columns = X.shape[1]
    logs = np.sort(_minus_log_p(X[view.known], view.dataset.y[view.known]))
    low = max(LEAST_COLUMNS, int(0.9 * n_columns))
    # The strongest tenth may be real.
    excess = logs[:low] - logs[0]
    # No threshold that chance can reach is as low as what real columns have in large data.
    reached = -np.log(CHOSEN) <= logs[0] <= -np.log(RAREST)
    if not reached or excess.mean() > EXCESS or np.median(excess) > TYPICAL:
        return
    parted = ""
    if len(view.splits) == 1:
        train, test = view.halves
        parted = _parted(X, view.dataset.y, train, test)
        if not parted:
            return
    yield Finding(
        "selected-before-split",
        f"All {n_columns} numeric columns are related to the class (p < {np.exp(-logs[0]):.2g}) "
        f"and hardly any more than that: so look the best of many columns of chance, chosen by the "
        f"classes of all cases.{parted} Then nothing need be left in new cases.",
        mend="Give auscult all columns, or choose them by the training cases of each fit only.",
    )


def _minus_log_p(X: FloatArray, y: IntArray) -> FloatArray:
    """``(n_columns,)`` -ln of the p-value of an analysis of variance."""
    from scipy.special import fdtrc  # noqa: PLC0415

    X = filled(X)
    present, y = np.unique(y, return_inverse=True)
    counts = np.bincount(y).astype(np.float64)
    total = X - X.mean(axis=0)
    within = np.array([np.bincount(y, weights=column) for column in total.T]).T / counts[:, None]
    between = (counts[:, None] * within**2).sum(axis=0)
    rest = np.maximum((total**2).sum(axis=0) - between, 1e-300)
    freedom = len(present) - 1, len(y) - len(present)
    p = fdtrc(*freedom, between / freedom[0] / (rest / freedom[1]))
    return np.asarray(-np.log(np.maximum(p, 1e-300)))


def _parted(X: FloatArray, y: IntArray, train: IntArray, test: IntArray) -> str:
    """What test cases show by themselves: nothing, where only training cases chose."""
    logs = _minus_log_p(X[test], y[test])
    if logs.mean() < 1 + 3 / np.sqrt(len(logs)):
        return ""
    return f" In the test cases by themselves {(logs > -np.log(0.05)).sum()} are below p = 0.05."
