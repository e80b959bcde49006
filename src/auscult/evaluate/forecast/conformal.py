"""Prediction intervals that cover what they promise, whatever the forecaster."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
ConformalKind = Literal["split", "adaptive"]
CONFORMAL: Final[tuple[str, ...]] = get_args(ConformalKind)

RATE, MOST = 0.02, 0.1
"""How far one missed point moves the level, and the points of one origin together at most."""


@dataclass(frozen=True)
class IntervalQuality:
    """What prediction intervals did on points that came later.

    ``coverage`` is the share of points inside, ``width`` the mean width in the series' unit;
    ``by_step`` the coverage of each step.
    """

    kind: str
    level: float
    coverage: float
    width: float
    by_step: tuple[float, ...]


def split_widths(calibration: Values, level: float) -> Values:
    """``(horizon,)`` half widths of split conformal intervals (Lei et al. 2018).

    Parameters
    ----------
    calibration
        ``(n_origins, n_series, horizon)`` errors on a calibration part that the forecaster was
        not fitted on; those of a panel in units of each series' scale, as they are pooled.
    level
        The coverage asked for.
    """
    return _quantiles(np.abs(calibration), 1 - level)


def adaptive_widths(
    calibration: Values,
    residuals: Values,
    level: float,
    *,
    spacing: int = 1,
    gap: int = 0,
    rate: float = RATE,
) -> Values:
    """``(n_origins, horizon)`` half widths of adaptive intervals (Gibbs & Candès 2021).

    The quantile is of the latest errors known at the origin, as many as the calibration part
    has, and the level moves against the share of points that earlier intervals missed, of those
    that became known since the last origin: by ``rate`` a point, a tenth at most.

    Parameters
    ----------
    calibration, residuals
        ``(n, n_series, horizon)`` errors before the first origin and at the origins, the
        earliest first.
    level
        The coverage asked for.
    spacing, gap
        Points between two origins; points between an origin and its first step.
    rate
        How far one missed point moves the level.
    """
    size, horizon = len(calibration), calibration.shape[-1]
    errors = np.abs(np.concatenate([calibration, residuals]))
    # The error of step h is known this many origins later.
    delay = -(-(gap + 1 + np.arange(horizon)) // spacing)
    miss = 1 - level
    widths = np.empty((len(residuals), horizon))
    for now in range(len(residuals)):
        due = now - delay
        steps = np.flatnonzero(due >= 0)
        missed = errors[size + due[steps], :, steps] > widths[due[steps], steps][:, None]
        if missed.size:
            miss += min(rate * missed.size, MOST) * ((1 - level) - float(missed.mean()))
        first = np.maximum(due + 1, 0)
        latest = first + np.arange(size)[:, None]
        widths[now] = _quantiles(errors[latest, :, np.arange(horizon)].swapaxes(1, 2), miss)
    return widths


def quality(true: Values, low: Values, high: Values, kind: str, level: float) -> IntervalQuality:
    """Coverage and width over ``(n_rows, horizon)`` points."""
    inside = (true >= low) & (true <= high)
    by_step = tuple(float(share) for share in inside.mean(axis=0))
    return IntervalQuality(kind, level, float(inside.mean()), float(np.mean(high - low)), by_step)


def _quantiles(errors: Values, miss: float) -> Values:
    """The quantile of each step that a new error of the same law exceeds with chance ``miss``.

    The largest error stands in where so few cannot say more.
    """
    horizon = errors.shape[-1]
    ordered = np.sort(errors.reshape(-1, horizon), axis=0)
    n = len(ordered)
    rank = ceil((n + 1) * (1 - min(max(miss, 0.0), 1.0)))
    found: Values = ordered[min(max(rank, 1), n) - 1]
    return found
