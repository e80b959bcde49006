"""The value of a season ago."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from auscult.models.forecast.base import Forecaster, ForecastTags, Panel, Values, Windows
from auscult.models.forecast.checks import require_whole


class SeasonalNaive(Forecaster):
    """Every step is the latest known value at its position in the season.

    Parameters
    ----------
    season
        Points of a season, e.g. 96 quarter-hours of a day.
    """

    label: ClassVar[str] = "seasonal naive"
    tags: ClassVar[ForecastTags] = ForecastTags(baseline=True)

    def __init__(self, season: int = 1) -> None:
        self.season = season

    @property
    def lags_needed(self) -> int:
        return int(self.season)

    def check_settings(self) -> None:
        require_whole("season", self.season, 1, self.label)

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        pass

    def _from_windows(self, windows: Windows, horizon: int) -> Values:
        return windows.past[:, np.arange(horizon) % self.season]
