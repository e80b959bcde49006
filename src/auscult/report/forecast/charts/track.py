"""Truth against forecast: the last stretch that was tested, and what is forecast beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.report import reading
from auscult.report.forecast.charts.sizes import left_of, picture_width
from auscult.report.forecast.time import point_ticks, point_times
from auscult.report.scale import Scale, padded
from auscult.report.svg import Frame, Svg
from auscult.types import IntArray

if TYPE_CHECKING:
    from auscult.evaluate.forecast.ahead import Ahead

Values = NDArray[np.float64]

_SHOWN, _MOST_SHOWN = 300, 700
_TOP, _FOOT, _STRIP = 26.0, 40.0, 92.0


@dataclass(frozen=True, eq=False)
class Stretch:
    """A piece of one series.

    ``true`` starts at point ``first``, NaN where a point was not tested. ``rows`` number tested
    origins whose forecasts do not overlap, the earliest first.
    """

    code: int
    first: int
    true: Values
    rows: IntArray

    @property
    def last(self) -> int:
        """The last point."""
        return self.first + len(self.true) - 1


def last_stretch(result: ForecastResult, code: int) -> Stretch:
    """The end of what was tested of a series: a few seasons and horizons of it."""
    tested, plan = result.tested, result.plan
    own = np.flatnonzero(tested.series == code)
    own = own[np.argsort(tested.origin[own], kind="stable")]
    starts = tested.origin[own] + plan.gap
    end = int(starts[-1]) + plan.horizon
    first = max(int(starts[0]), end - _shown(result))
    rows: list[int] = []
    free = end
    for row, start in zip(own[::-1], starts[::-1], strict=True):
        if start < first and rows:
            break
        if start + plan.horizon <= free:
            rows.append(int(row))
            free = int(start)
    first = min(first, free)
    true = np.full(end - first, np.nan)
    for row, start in zip(own, starts, strict=True):
        if start >= first:
            true[start - first : start - first + plan.horizon] = tested.true[row]
    return Stretch(code, first, true, np.array(rows[::-1], dtype=np.int64))


def _shown(result: ForecastResult) -> int:
    """Points that are drawn: seven seasons where that is neither little nor much."""
    seasons = result.data.seasons
    week = 7 * seasons[0] if seasons else 0
    shown = week if 60 <= week <= _MOST_SHOWN else _SHOWN
    return max(shown, 2 * result.plan.horizon)


def track(
    result: ForecastResult,
    row: ForecastModelResult,
    code: int = 0,
    *,
    ahead: Ahead | None = None,
    wide: bool = True,
) -> Markup:
    """Draw the end of a series, the row's forecasts of it, and below them their errors.

    Parameters
    ----------
    result
        A finished study.
    row
        The model whose forecasts are drawn.
    code
        The series.
    ahead
        What the model forecasts beyond the data, if it does.
    wide
        For a page's full width, or for a phone.
    """
    return _Track(result, row, last_stretch(result, code), _fan(result, ahead, code), wide).draw()


@dataclass(frozen=True, eq=False)
class Fan:
    """What stands behind the data, from point ``first`` on."""

    first: int
    forecast: Values
    low: Values | None
    high: Values | None


def _fan(result: ForecastResult, ahead: Ahead | None, code: int) -> Fan | None:
    ids = result.data.ids
    if ahead is None or code >= len(ids) or ids[code] not in ahead.ids:
        return None
    at = ahead.ids.index(ids[code])
    low = None if ahead.low is None else ahead.low[at]
    high = None if ahead.high is None else ahead.high[at]
    return Fan(result.data.lengths[code] + result.plan.gap, ahead.forecast[at], low, high)


class _Track:
    """The picture while it is drawn."""

    def __init__(
        self,
        result: ForecastResult,
        row: ForecastModelResult,
        stretch: Stretch,
        fan: Fan | None,
        wide: bool,
    ) -> None:
        self.result, self.row, self.stretch, self.fan, self.wide = result, row, stretch, fan, wide
        height = 250.0 if wide else 210.0
        foot = _TOP + height
        name = f"{reading.label(row)}: truth and forecast of '{self._name()}', and the error"
        self.svg = Svg(picture_width(wide), foot + 20 + _STRIP + _FOOT, name, "track")
        end = stretch.last if fan is None else fan.first + len(fan.forecast) - 1
        y = Scale(*padded(self._values()), foot, _TOP)
        strip = Scale(*padded([0.0, *self._errors()]), foot + 20 + _STRIP, foot + 38)
        left = max(left_of(y), left_of(strip, 4))
        x = Scale(stretch.first, max(end, stretch.first + 1), left, self.svg.width - 10)
        self.upper, self.lower = Frame(self.svg, x, y), Frame(self.svg, x, strip)

    def draw(self) -> Markup:
        self.upper.y_axis(self.result.data.target)
        self.lower.y_axis("error: forecast − truth", 4)
        self.lower.x_axis(self._x_label(), self._ticks())
        for at, forecast, low, high in self._pieces():
            _band(self.upper, at, low, high)
            if low is not None and high is not None:
                _band(self.lower, at, forecast - high, forecast - low)
            self.upper.curve(at, forecast, "curve best")
            if len(at) == 1:
                self.svg.dot(self.upper.at(float(at[0]), float(forecast[0])), 3, "mark best")
        first = self.stretch.first
        points = range(first, first + len(self.stretch.true))
        self.upper.curve(points, self.stretch.true.tolist(), "curve truth")
        self._error_lines()
        self._beyond()
        return self.svg.render()

    def _name(self) -> str:
        ids, code = self.result.data.ids, self.stretch.code
        return ids[code] if code < len(ids) else self.result.data.target

    def _values(self) -> list[float]:
        found = [*self.stretch.true.tolist()]
        for _, *parts in self._pieces():
            found += [v for part in parts if part is not None for v in part.tolist()]
        if self.fan is not None:
            parts = [self.fan.forecast, self.fan.low, self.fan.high]
            found += [v for part in parts if part is not None for v in part.tolist()]
        return found

    def _errors(self) -> list[float]:
        rows, p = self.stretch.rows, self.row.predictions
        parts = [p.forecast[rows] - self.result.tested.true[rows]]
        parts += [p.forecast[rows] - end[rows] for end in (p.low, p.high) if end is not None]
        return [float(v) for part in parts for v in part.ravel()]

    def _pieces(self) -> list[tuple[Values, Values, Values | None, Values | None]]:
        """Points, forecasts and interval ends of each origin; one step ahead, all in one line."""
        p, rows, plan = self.row.predictions, self.stretch.rows, self.result.plan
        at = self.result.tested.origin[rows][:, None] + plan.gap + np.arange(plan.horizon)
        one = plan.horizon == 1 and plan.step == 1
        shape = (1, -1) if one else at.shape

        def cut(values: Values | None) -> list[Values | None]:
            if values is None:
                return [None] * (1 if one else len(rows))
            return list(values[rows].reshape(shape))

        pieces = zip(at.reshape(shape), p.forecast[rows].reshape(shape), strict=True)
        ends = zip(cut(p.low), cut(p.high), strict=True)
        return [(a, f, low, high) for (a, f), (low, high) in zip(pieces, ends, strict=True)]

    def _error_lines(self) -> None:
        zero = self.lower.y(0.0)
        self.svg.line((self.lower.x.start, zero), (self.lower.x.end, zero), "axis")
        start = self.stretch.first
        for at, forecast, *_ in self._pieces():
            error = forecast - self.stretch.true[np.asarray(at, dtype=np.int64) - start]
            self.lower.curve(at.tolist(), error.tolist(), "curve error")

    def _beyond(self) -> None:
        fan = self.fan
        if fan is None:
            return
        at = fan.first + np.arange(len(fan.forecast))
        _band(self.upper, at, fan.low, fan.high)
        self.upper.curve(at.tolist(), fan.forecast.tolist(), "curve best ahead")
        if len(at) == 1:
            self.svg.dot(self.upper.at(float(at[0]), float(fan.forecast[0])), 3, "mark best")
        edge = self.upper.x(fan.first - 0.5)
        self.svg.line((edge, self.upper.y.start), (edge, _TOP - 8), "best-epoch")
        room = self.upper.x.end - edge
        anchor, shift = ("start", 5) if room > 110 else ("end", -5)
        self.svg.text((edge + shift, _TOP - 2), "beyond the data", "note", anchor=anchor)

    def _x_label(self) -> str:
        times = self._times()
        if times is None:
            return "point"
        zone = self.result.data.zone
        years = sorted({str(t)[:4] for t in (times[self.stretch.first], times[self.stretch.last])})
        return f"{'–'.join(years)}{f', time of {zone}' if zone else ''}"

    def _times(self) -> NDArray[np.datetime64] | None:
        last = int(self.upper.x.high)
        return point_times(self.result.data, self.stretch.code, last + 1)

    def _ticks(self) -> list[tuple[float, str]]:
        x = self.upper.x
        return point_ticks(self._times(), int(x.low), int(x.high), 9 if self.wide else 4)


def _band(frame: Frame, at: Values | IntArray, low: Values | None, high: Values | None) -> None:
    """An interval along points; an upright line where there is one point."""
    if low is None or high is None:
        return
    foot = [frame.at(float(a), float(v)) for a, v in zip(at, low, strict=True)]
    top = [frame.at(float(a), float(v)) for a, v in zip(at, high, strict=True)]
    if len(at) == 1:
        frame.svg.line(foot[0], top[0], "band-line")
    else:
        frame.svg.path([*top, *foot[::-1]], "band")
