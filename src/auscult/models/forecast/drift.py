"""Straight lines: through the first and the last point, and through the last two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from auscult.models.forecast.base import Forecaster, ForecastTags, Panel, Values, Windows
from auscult.types import IntArray


class Drift(Forecaster):
    """The line through the first and the last point known (Hyndman & Athanasopoulos 2021, 5.2)."""

    label: ClassVar[str] = "drift"
    tags: ClassVar[ForecastTags] = ForecastTags(baseline=True)

    @property
    def lags_needed(self) -> int:
        return 2

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        pass

    def _forecast(
        self, panel: Panel, origins: Sequence[IntArray], horizon: int, X: Panel | None
    ) -> list[Values]:
        ahead = np.arange(1, horizon + 1)
        rows = []
        for y, at in zip(panel, origins, strict=True):
            last = y[at - 1]
            slope = (last - y[0]) / (at - 1)
            rows.append(last[:, None] + slope[:, None] * ahead)
        return rows


class Line(Forecaster):
    """The line through the last two points.

    One quarter-hour ahead it beats the published load LSTM; many steps ahead it runs away.
    """

    label: ClassVar[str] = "line through two points"
    tags: ClassVar[ForecastTags] = ForecastTags(baseline=True)

    @property
    def lags_needed(self) -> int:
        return 2

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        pass

    def _from_windows(self, windows: Windows, horizon: int) -> Values:
        last, slope = windows.past[:, -1:], np.diff(windows.past, axis=1)
        return last + slope * np.arange(1, horizon + 1)
