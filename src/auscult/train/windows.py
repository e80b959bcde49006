"""What a network sees of a series, and how its outputs become a forecast again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from auscult.models.forecast.base import Windows
from auscult.types import IntArray

Values = NDArray[np.float64]
Scaling = Literal["relative", "range", "leaky"]
SCALINGS: Final[tuple[str, ...]] = get_args(Scaling)


@dataclass(frozen=True)
class WindowMaker:
    """Windows to inputs, targets to scaled targets, and scaled forecasts back.

    Parameters
    ----------
    lags, horizon
        Points before and after an origin.
    seasons
        Points of each season, ascending.
    calendar
        Whether the inputs hold, beside the points, sine and cosine of each one's position in
        every season.
    bounds
        What becomes 0 and 1. None: values are relative to a naive forecast instead, which lets
        them follow the level: one step ahead, or without seasons, the latest point; many steps
        ahead the inputs are relative to the mean of the latest shortest season, and each step to
        the latest value at its own position in that season.
    panel
        Series are of unlike size: each window is divided by its own spread (or, with bounds,
        by its own range).
    unit
        The spread of the targets of the training part.
    """

    lags: int
    horizon: int
    seasons: tuple[int, ...] = ()
    calendar: bool = True
    bounds: tuple[float, float] | None = None
    panel: bool = False
    unit: float = 1.0

    @property
    def n_channels(self) -> int:
        """Channels of the inputs: the points, and two a season."""
        return 1 + 2 * len(self.seasons) * self.calendar

    def inputs(self, windows: Windows) -> Values:
        """``(n_origins, n_channels, lags)``."""
        past = windows.past[:, -self.lags :]
        points = ((past - self._level(past)) / self._spread(past))[:, None]
        if self.n_channels == 1:
            return points
        at = windows.at[:, None] - self.lags + np.arange(self.lags)
        return np.concatenate([points, calendar_waves(at, self.seasons)], axis=1)

    def targets(self, windows: Windows) -> Values:
        """``(n_origins, horizon)``."""
        assert windows.target is not None
        past = windows.past[:, -self.lags :]
        found: Values = (windows.target - self._base(past)) / (self._spread(past) * self.unit)
        return found

    def forecast(self, outputs: Values, windows: Windows) -> Values:
        """``(n_origins, horizon)`` forecasts from what the network says."""
        past = windows.past[:, -self.lags :]
        found: Values = self._base(past) + outputs * self._spread(past) * self.unit
        return found

    def measured(self, targets: Values) -> Self:
        """With the unit that gives these targets, made with unit 1, the spread 1."""
        spread = float(targets.std()) if self.bounds is None else 1.0
        return replace(self, unit=spread if np.isfinite(spread) and spread > 0 else 1.0)

    @property
    def _season(self) -> int:
        """The season that many steps lean on; 0 where there is none."""
        fits = self.horizon > 1 and self.seasons and self.seasons[0] <= self.lags
        return self.seasons[0] if fits else 0

    def _level(self, past: Values) -> Values:
        if self.bounds is not None:
            return past.min(axis=1, keepdims=True) if self.panel else np.full((1, 1), self._low)
        if self._season:
            found: Values = past[:, -self._season :].mean(axis=1, keepdims=True)
            return found
        return past[:, -1:]

    def _spread(self, past: Values) -> Values:
        if self.bounds is not None and not self.panel:
            return np.full((1, 1), self.bounds[1] - self.bounds[0])
        if not self.panel:
            return np.ones((1, 1))
        spread = np.ptp(past, axis=1) if self.bounds is not None else past.std(axis=1)
        return np.where(spread > 0, spread, 1.0)[:, None]

    @property
    def _low(self) -> float:
        return self.bounds[0] if self.bounds is not None else 0.0

    def _base(self, past: Values) -> Values:
        """``(n_origins, horizon)`` what the network corrects."""
        if self.bounds is not None or not self._season:
            return np.repeat(self._level(past), self.horizon, axis=1)
        steps = np.arange(self.horizon)
        places = past.shape[1] + steps - self._season * (steps // self._season + 1)
        found: Values = past[:, places]
        return found


def calendar_waves(at: IntArray, seasons: Sequence[int]) -> Values:
    """``(n_origins, 2 · n_seasons, lags)`` sine and cosine of the points' positions.

    Parameters
    ----------
    at
        ``(n_origins, lags)`` numbers of points.
    seasons
        Points of each season.
    """
    angles = [2 * np.pi * (at % season) / season for season in seasons]
    return np.stack([wave(angle) for angle in angles for wave in (np.sin, np.cos)], axis=1)
