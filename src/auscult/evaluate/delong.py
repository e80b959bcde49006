"""The area under the ROC curve with its variance, and the difference of two areas, by DeLong."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from auscult.evaluate.result import Predictions
from auscult.types import BoolArray, Estimate, FloatArray

_Z = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas of several scores of the same cases.

    ``value`` is ``(n_scores,)``, ``covariance`` ``(n_scores, n_scores)``; the covariance is NaN
    with fewer than two cases of either class.
    """

    value: FloatArray
    covariance: FloatArray


def areas(positive: BoolArray, scores: FloatArray) -> Areas:
    """The areas under the ROC curves of several scores, and their covariance.

    DeLong, DeLong & Clarke-Pearson (Biometrics 1988), in O(n log n) by mid-ranks (Sun & Xu, IEEE
    Signal Processing Letters 2014): the place of a positive among the negatives is its rank among
    all cases less its rank among the positives.

    Parameters
    ----------
    positive
        ``(n_cases,)`` which cases are positive.
    scores
        ``(n_scores, n_cases)``, larger where a case looks more positive; ties count half.

    Raises
    ------
    ValueError
        One class has no case.
    """
    ahead, behind = placements(positive, scores)
    return Areas(ahead.mean(axis=1), _mean_covariance(ahead) + _mean_covariance(behind))


def placements(positive: BoolArray, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """For each positive the share of negatives below it, for each negative of positives above.

    Parameters
    ----------
    positive, scores
        As of :func:`areas`.

    Returns
    -------
    tuple of FloatArray
        ``(n_scores, n_positive)`` and ``(n_scores, n_negative)``; the mean of either is the area.

    Raises
    ------
    ValueError
        One class has no case.
    """
    positive = np.asarray(positive, dtype=bool)
    table = np.atleast_2d(np.asarray(scores, dtype=np.float64))
    m, n = int(positive.sum()), int((~positive).sum())
    if not (m and n):
        raise ValueError("an area needs cases of both classes")
    ahead, behind = np.empty((len(table), m)), np.empty((len(table), n))
    for place, row in enumerate(table):
        ranks = _mid_ranks(row)
        ahead[place] = (ranks[positive] - _mid_ranks(row[positive])) / n
        behind[place] = 1 - (ranks[~positive] - _mid_ranks(row[~positive])) / m
    return ahead, behind


def influence(positive: BoolArray, score: FloatArray) -> FloatArray:
    """``(n_cases,)`` how far each case pulls the area from its mean; the sum is 0.

    The sum of squares is the variance of the area, to the order of 1 / n. Summed by group
    (Obuchowski, Biometrics 1997) it is the variance where cases of a group belong together.
    """
    positive = np.asarray(positive, dtype=bool)
    ahead, behind = (part[0] for part in placements(positive, score))
    found = np.empty(len(positive))
    found[positive] = (ahead - ahead.mean()) / len(ahead)
    found[~positive] = (behind - behind.mean()) / len(behind)
    return found


def area_interval(positive: BoolArray, score: FloatArray) -> Estimate:
    """The area with its 95 % interval, normal, cut at 0 and 1.

    The bounds are NaN with fewer than two cases of either class. They tell how far chance in
    the choice of tested cases carries, of one fitted model.
    """
    found = areas(positive, score)
    value, half = float(found.value[0]), _Z * sqrt(float(found.covariance[0, 0]))
    return Estimate(value, float(np.maximum(0, value - half)), float(np.minimum(1, value + half)))


def area_difference(positive: BoolArray, a: FloatArray, b: FloatArray) -> tuple[Estimate, float]:
    """The area of ``a`` less that of ``b`` on the same cases, its 95 % interval, and p two-sided.

    Parameters
    ----------
    positive
        ``(n_cases,)`` which cases are positive.
    a, b
        ``(n_cases,)`` each.
    """
    found = areas(positive, np.stack([a, b]))
    value = float(found.value[0] - found.value[1])
    sign = np.array([1.0, -1.0])
    spread = sqrt(max(0.0, float(sign @ found.covariance @ sign)))
    if np.isnan(found.covariance).any():
        return Estimate(value, float("nan"), float("nan")), float("nan")
    if spread < 1e-12:
        p = 1.0 if abs(value) < 1e-12 else 0.0
    else:
        p = erfc(abs(value) / spread / sqrt(2))
    return Estimate(value, value - _Z * spread, value + _Z * spread), p


def delong_test(a: Predictions, b: Predictions) -> float:
    """Two-sided p-value that two models of the same cases, of two classes, have the same area.

    ``a`` and ``b`` hold the same cases in the same order, each once.
    """
    positive = a.true == 1
    if not 0 < positive.sum() < len(positive):
        return float("nan")
    return area_difference(positive, a.probability[:, 1], b.probability[:, 1])[1]


def _mid_ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1; equal values share the mean of theirs."""
    ordered = np.sort(values)
    below, up_to = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    ranks: FloatArray = (below + up_to + 1) / 2
    return ranks


def _mean_covariance(values: FloatArray) -> FloatArray:
    """``(n_scores, n_scores)`` covariance of the means of ``(n_scores, n)`` values."""
    n = values.shape[1]
    if n < 2:
        return np.full((len(values), len(values)), np.nan)
    centred = values - values.mean(axis=1, keepdims=True)
    covariance: FloatArray = centred @ centred.T / (n - 1) / n
    return covariance
