"""The last value again: the baseline of a random walk."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from auscult.models.forecast.base import Forecaster, ForecastTags, Panel, Values, Windows


class LastValue(Forecaster):
    """Every step is the last value known."""

    label: ClassVar[str] = "last value"
    tags: ClassVar[ForecastTags] = ForecastTags(baseline=True)

    @property
    def lags_needed(self) -> int:
        return 1

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        pass

    def _from_windows(self, windows: Windows, horizon: int) -> Values:
        return np.repeat(windows.past[:, -1:], horizon, axis=1)
