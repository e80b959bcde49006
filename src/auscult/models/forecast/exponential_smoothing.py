"""Exponential smoothing with a damped trend and a season."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from auscult.models.forecast.base import Values
from auscult.models.forecast.checks import require_whole
from auscult.models.forecast.statistical import LocalForecaster, statsmodels
from auscult.types import IntArray

MODULE = "tsa.exponential_smoothing.ets"


class Smoothing(NamedTuple):
    """How far an error moves level, slope and season, and what a slope keeps at each step."""

    level: float
    slope: float
    season: float
    damping: float


class ExponentialSmoothing(LocalForecaster):
    """Additive exponential smoothing (Holt 1957, Winters 1960), in Hyndman's state-space form.

    Fitted by maximum likelihood with statsmodels (the extra ``forecast``) on the latest
    ``max_points`` of the training part; forecasts need it no more.

    Parameters
    ----------
    season
        Points of a season; 1 for none. Of a longer one only what adapts is seen.
    trend, damped
        Whether the level has a slope, and whether that slope dies away.
    max_points
        At most so many of the latest points are fitted on.
    """

    label: ClassVar[str] = "exponential smoothing"

    def __init__(
        self, season: int = 1, trend: bool = True, damped: bool = True, max_points: int = 10_000
    ) -> None:
        self.season = season
        self.trend = trend
        self.damped = damped
        self.max_points = max_points

    @property
    def lags_needed(self) -> int:
        return max(1, int(self.season))

    @property
    def points_needed(self) -> int:
        return 12 + 2 * int(self.season)

    @property
    def n_parameters_(self) -> int:
        return sum(len(fit) for fit in self.fits_)

    def check_settings(self) -> None:
        statsmodels(MODULE)
        require_whole("season", self.season, 1, self.label)
        require_whole("max_points", self.max_points, 12, self.label)

    def _fit_one(self, y: Values) -> Smoothing:
        seasonal = self.season > 1
        model = statsmodels(MODULE).ETSModel(
            y[-max(self.max_points, self.points_needed) :],
            trend="add" if self.trend else None,
            damped_trend=self.trend and self.damped,
            seasonal="add" if seasonal else None,
            seasonal_periods=self.season if seasonal else None,
            initialization_method="heuristic",
        )
        found = dict(zip(model.param_names, model.fit(disp=False).params, strict=False))
        return Smoothing(
            float(found["smoothing_level"]),
            float(found.get("smoothing_trend", 0.0)),
            float(found.get("smoothing_seasonal", 0.0)),
            float(found.get("damping_trend", 1.0)),
        )

    def _follow(self, fit: Smoothing, y: Values, origins: IntArray, horizon: int) -> Values:
        level, slope, season = _states(fit, y, int(self.season))
        at, steps = origins - 1, np.arange(1, horizon + 1)
        found = level[at][:, None] + slope[at][:, None] * np.cumsum(fit.damping**steps)
        back = self.season * ((steps - 1) // self.season + 1)
        place: Values = season[at[:, None] + steps - back]
        return found + place


def _states(fit: Smoothing, y: Values, season: int) -> tuple[Values, Values, Values]:
    """``(n_points,)`` level, slope and seasonal state behind each point, by one pass forwards."""
    first = y[:season]
    level, slope = float(first.mean()), 0.0
    positions = (first - level).tolist()
    states = np.empty((3, len(y)))
    for t, value in enumerate(y.tolist()):
        position = t % season
        expected = level + fit.damping * slope
        error = value - expected - positions[position]
        level = expected + fit.level * error
        slope = fit.damping * slope + fit.slope * error
        positions[position] += fit.season * error
        states[:, t] = level, slope, positions[position]
    return states[0], states[1], states[2]
