"""Autoregression and moving average of a differenced series."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from auscult.errors import InputError
from auscult.models.forecast.base import Values
from auscult.models.forecast.checks import require_whole
from auscult.models.forecast.statistical import LocalForecaster, statsmodels
from auscult.types import IntArray

MODULE = "tsa.arima.model"


class Polynomials(NamedTuple):
    """``ar(B) difference(B) (y - mean) = ma(B) e``, each with a leading 1."""

    ar: Values
    ma: Values
    difference: Values
    mean: float


class ARIMA(LocalForecaster):
    """ARIMA (Box & Jenkins 1970) of a series less itself a season ago.

    The order is fitted by maximum likelihood with statsmodels (the extra ``forecast``) on the
    latest ``max_points`` of the training part. Forecasts filter the series with the fitted
    polynomials, errors before its first point taken as 0, and need statsmodels no more.

    Parameters
    ----------
    order
        Lags of the series, differences, lags of the errors: ``(p, d, q)``.
    season
        Points of a season to difference at; 1 for none.
    max_points
        At most so many of the latest points are fitted on.
    """

    label: ClassVar[str] = "ARIMA"

    def __init__(
        self, order: tuple[int, int, int] = (2, 1, 2), season: int = 1, max_points: int = 5000
    ) -> None:
        self.order = order
        self.season = season
        self.max_points = max_points

    @property
    def _lost(self) -> int:
        """Points that differencing takes."""
        return int(self.order[1]) + (int(self.season) if self.season > 1 else 0)

    @property
    def lags_needed(self) -> int:
        return self._lost + max(int(self.order[0]), int(self.order[2]), 1)

    @property
    def points_needed(self) -> int:
        return self._lost + 3 * (int(self.order[0]) + int(self.order[2])) + 10

    @property
    def n_parameters_(self) -> int:
        return sum(len(fit.ar) + len(fit.ma) - 1 for fit in self.fits_)

    def check_settings(self) -> None:
        statsmodels(MODULE)
        if len(tuple(self.order)) != 3:
            raise InputError(f"{self.label}: 'order' is three numbers p+d+q, not {self.order!r}.")
        for part in self.order:
            require_whole("order", part, 0, self.label)
        require_whole("season", self.season, 1, self.label)
        require_whole("max_points", self.max_points, 50, self.label)

    def _fit_one(self, y: Values) -> Polynomials:
        p, d, q = (int(part) for part in self.order)
        difference = np.ones(1)
        for lag in [1] * d + [int(self.season)] * (self.season > 1):
            difference = np.convolve(difference, [1.0, *[0.0] * (lag - 1), -1.0])
        mean = float(y.mean())
        stationary = np.convolve(y - mean, difference, mode="valid")[-self.max_points :]
        if not np.ptp(stationary):
            return Polynomials(np.ones(1), np.ones(1), difference, mean)
        scale = float(stationary.std())
        model = statsmodels(MODULE).ARIMA(stationary / scale, order=(p, 0, q), trend="n")
        found = model.fit()
        ar, ma = np.asarray(found.polynomial_ar), np.asarray(found.polynomial_ma)
        return Polynomials(ar, ma, difference, mean)

    def _follow(self, fit: Polynomials, y: Values, origins: IntArray, horizon: int) -> Values:
        from scipy.signal import lfilter  # noqa: PLC0415  (heavy)

        centred = y - fit.mean
        error = np.zeros(len(y))
        lost = len(fit.difference) - 1
        stationary = np.convolve(centred, fit.difference, mode="valid")
        error[lost:] = lfilter(fit.ar, fit.ma, stationary)
        weights = -np.convolve(fit.ar, fit.difference)[1:]
        return fit.mean + _iterated(centred, error, weights, fit.ma[1:], origins, horizon)


def _iterated(
    y: Values, error: Values, weights: Values, ma: Values, origins: IntArray, horizon: int
) -> Values:
    """Step after step, errors ahead taken as 0."""
    n_lags, n_errors = len(weights), len(ma)
    known = np.concatenate([np.zeros(n_lags), y])[origins[:, None] + np.arange(n_lags)]
    shocks = np.concatenate([np.zeros(n_errors), error])[origins[:, None] + np.arange(n_errors)]
    path = np.concatenate([known, np.empty((len(origins), horizon))], axis=1)
    for h in range(horizon):
        value = path[:, h : h + n_lags] @ weights[::-1]
        left = n_errors - h
        if left > 0:
            value = value + shocks[:, h:] @ ma[::-1][:left]
        path[:, n_lags + h] = value
    return path[:, n_lags:]
