"""The mean of the latest points, or of the latest seasons at the same position."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from auscult.models.forecast.base import Forecaster, Panel, Values, Windows
from auscult.models.forecast.checks import require_whole


class MovingAverage(Forecaster):
    """Every step is the mean of the last ``window`` values at its position in the season.

    Parameters
    ----------
    window
        How many values to average.
    season
        Points of a season; 1 averages the last points themselves.
    """

    label: ClassVar[str] = "moving average"

    def __init__(self, window: int = 4, season: int = 1) -> None:
        self.window = window
        self.season = season

    @property
    def lags_needed(self) -> int:
        return int(self.window * self.season)

    def check_settings(self) -> None:
        require_whole("window", self.window, 1, self.label)
        require_whole("season", self.season, 1, self.label)

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        pass

    def _from_windows(self, windows: Windows, horizon: int) -> Values:
        cycles = windows.past.reshape(-1, self.window, self.season)
        mean: Values = cycles.mean(axis=1)
        return mean[:, np.arange(horizon) % self.season]
