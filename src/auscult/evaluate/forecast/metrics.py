"""Figures of forecasts, from sums an origin so that origins can be drawn again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from auscult.types import FloatArray, IntArray

Values = NDArray[np.float64]

FORECAST_METRICS = ("r2", "mae", "rmse", "mape", "smape", "mase", "rmsse")
HIGHER_IS_BETTER = ("r2", "skill")
N_SUMS = 11


def error_sums(true: Values, forecast: Values, centre: Values, scale: Values) -> Values:
    """``(n_rows, N_SUMS)`` sums over the steps of each row, from which every figure follows.

    Parameters
    ----------
    true, forecast
        ``(n_rows, horizon)``.
    centre
        ``(n_rows,)`` the mean of the row's series over the test part, for R².
    scale
        ``(n_rows, 2)`` mean absolute and mean squared error of the seasonal naive forecast one
        season ahead on the training part of the row's series; NaN where it makes none.
    """
    error = forecast - true
    size, square = np.abs(error), error**2
    nonzero = true != 0
    share = np.divide(size, np.abs(true), out=np.zeros_like(size), where=nonzero)
    spread = np.abs(true) + np.abs(forecast)
    symmetric = np.divide(2 * size, spread, out=np.zeros_like(size), where=spread > 0)
    scaled = np.isfinite(scale[:, 0]) & (scale[:, 0] > 0)
    divisor = np.where(scaled[:, None], scale, 1.0)
    steps = np.full(len(true), true.shape[1], dtype=np.float64)
    absolute, squared = size.sum(axis=1), square.sum(axis=1)
    return np.stack(
        [
            steps,
            absolute,
            squared,
            ((true - centre[:, None]) ** 2).sum(axis=1),
            share.sum(axis=1),
            nonzero.sum(axis=1),
            symmetric.sum(axis=1),
            (spread > 0).sum(axis=1),
            np.where(scaled, absolute / divisor[:, 0], 0.0),
            np.where(scaled, squared / divisor[:, 1], 0.0),
            np.where(scaled, steps, 0.0),
        ],
        axis=1,
    )


def figures(sums: FloatArray) -> dict[str, FloatArray]:
    """Every metric from sums ``(..., N_SUMS)``; NaN where it is not defined.

    ``r2``: about each series' own mean of the test part. ``mape`` and ``smape`` (Makridakis
    1993) are shares, of points whose truth is not zero. ``mase`` (Hyndman & Koehler 2006) and
    ``rmsse`` are scaled by the seasonal naive forecast on each series' training part.
    """
    n, absolute, squared, total, share, nonzero, symmetric, spread, mase, rmsse, scaled = (
        np.moveaxis(np.asarray(sums, dtype=np.float64), -1, 0)
    )
    return {
        "r2": 1 - _over(squared, total),
        "mae": _over(absolute, n),
        "rmse": np.sqrt(_over(squared, n)),
        "mape": _over(share, nonzero),
        "smape": _over(symmetric, spread),
        "mase": _over(mase, scaled),
        "rmsse": np.sqrt(_over(rmsse, scaled)),
    }


def naive_scales(panel: Sequence[Values], ends: IntArray, season: int) -> Values:
    """``(n_series, 2)`` mean absolute and squared change over a season, in the training parts.

    NaN where the training part has no whole season, or never changes over one.
    """
    found = np.full((len(panel), 2), np.nan)
    for row, y, end in zip(found, panel, ends, strict=True):
        change = y[season:end] - y[: max(end - season, 0)]
        if len(change) and np.any(change):
            row[:] = np.abs(change).mean(), (change**2).mean()
    return found


def by_number(sums: Values, number: IntArray) -> Values:
    """``(n_numbers, N_SUMS)``: sums of the series of a panel whose origins have one number.

    Series of one time go up and down together; drawn together, they do not pass for more.
    """
    found = np.zeros((int(number.max()) + 1, sums.shape[1]))
    np.add.at(found, number, sums)
    return found


def _over(a: FloatArray, b: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(b > 0, a / b, np.nan)
