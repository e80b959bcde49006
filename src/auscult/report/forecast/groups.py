"""Errors by what the clock says: hour, weekday, month, or the place in a season."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.report.forecast.time import point_times
from auscult.types import IntArray

Values = NDArray[np.float64]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST = 96
_FEWEST = 3


@dataclass(frozen=True, eq=False)
class Grouping:
    """Tested points in groups; ``keys`` is ``(n_rows, horizon)``, numbers of ``names``."""

    title: str
    axis: str
    names: tuple[str, ...]
    keys: IntArray

    @property
    def counts(self) -> IntArray:
        """``(n_groups,)`` tested points of each."""
        found: IntArray = np.bincount(self.keys.ravel(), minlength=len(self.names))
        return found

    def mae(self, result: ForecastResult, row: ForecastModelResult) -> Values:
        """``(n_groups,)`` mean absolute error of each; NaN where nothing was tested."""
        error = np.abs(row.predictions.forecast - result.tested.true).ravel()
        sums = np.bincount(self.keys.ravel(), error, minlength=len(self.names))
        with np.errstate(invalid="ignore"):
            found: Values = sums / self.counts
        return found


def groupings(result: ForecastResult) -> list[Grouping]:
    """The groupings that make sense: of stamps those that vary, else the place in each season."""
    points = result.tested.origin[:, None] + result.plan.gap + np.arange(result.plan.horizon)
    times, step = _times(result, points), _step(result)
    if times is None or step is None:
        return [_season(points, season) for season in result.data.seasons if season >= _FEWEST]
    hour = times.astype("datetime64[h]").astype(np.int64) % 24
    # The first day of all, 1 January 1970, was a Thursday.
    day = (times.astype("datetime64[D]").astype(np.int64) + 3) % 7
    month = times.astype("datetime64[M]").astype(np.int64) % 12
    hours = tuple(f"{h:02d}" for h in range(24))
    found = [
        (Grouping("By hour of the day", "hour of the day", hours, hour), _FEWEST, 0.5),
        (Grouping("By day of the week", "", _DAYS, day), 5, 1),
        (Grouping("By month", "", _MONTHS, month), 12, 31),
    ]
    return [
        group
        for group, fewest, longest in found
        if step <= longest and np.count_nonzero(group.counts) >= fewest
    ]


def _step(result: ForecastResult) -> float | None:
    """Days from a point to the next, the fewest of the first series."""
    times = point_times(result.data, 0, max(result.data.lengths, default=0))
    if times is None or len(times) < 2:
        return None
    return float(np.diff(times).min() / np.timedelta64(1, "D"))


def _times(result: ForecastResult, points: IntArray) -> NDArray[np.datetime64] | None:
    """``(n_rows, horizon)`` when each tested point was."""
    found = np.empty(points.shape, dtype="datetime64[s]")
    for code in np.unique(result.tested.series).tolist():
        rows = result.tested.series == code
        times = point_times(result.data, code, int(points[rows].max()) + 1)
        if times is None:
            return None
        found[rows] = times[points[rows]]
    return found


def _season(points: IntArray, season: int) -> Grouping:
    """By the place in a season, neighbours together where there are many."""
    size = ceil(season / _MOST)
    n_groups = ceil(season / size)
    names = tuple(str(i * size) for i in range(n_groups))
    title = f"By place in the season of {season} points"
    return Grouping(title, f"place in the season of {season}", names, points % season // size)
