"""Is one forecast better than another?"""

from __future__ import annotations

import numpy as np

from auscult.types import FloatArray


def diebold_mariano(difference: FloatArray, overlap: int = 1) -> float:
    """Two-sided p-value of the test of Diebold & Mariano (1995).

    The variance of the mean loss difference is of the HAC kind: autocovariances up to
    ``overlap - 1`` with equal weights, as forecasts that share points have; where that is not
    positive, with Bartlett's weights (Newey & West 1987). The statistic has the small-sample
    correction of Harvey, Leybourne & Newbold (1997) and is held against Student's t.

    Parameters
    ----------
    difference
        ``(n_origins,)`` loss of one forecast less that of the other, in order of time.
    overlap
        How many origins in a row share points: the horizon where origins are one point apart.

    Returns
    -------
    float
        NaN with fewer than ``2 * overlap + 2`` origins or three; 1 where there is no difference.
    """
    from scipy.stats import t  # noqa: PLC0415  (heavy)

    d = np.asarray(difference, dtype=np.float64)
    n, h = len(d), overlap
    if n < max(3, 2 * h + 2) or not np.isfinite(d).all():
        return float("nan")
    mean = float(d.mean())
    variance = _long_run_variance(d - mean, h) / n
    if variance <= 1e-24 * max(1.0, mean**2):
        return 1.0 if abs(mean) <= 1e-12 else 0.0
    correction = (n + 1 - 2 * h + h * (h - 1) / n) / n
    statistic = mean / np.sqrt(variance) * np.sqrt(correction)
    return float(2 * t.sf(abs(statistic), df=n - 1))


def _long_run_variance(centred: FloatArray, overlap: int) -> float:
    n = len(centred)
    covariance = np.array([centred[k:] @ centred[: n - k] / n for k in range(overlap)])
    equal = covariance[0] + 2 * covariance[1:].sum()
    if equal > 0:
        return float(equal)
    weights = 1 - np.arange(1, overlap) / overlap
    return float(covariance[0] + 2 * (weights * covariance[1:]).sum())
