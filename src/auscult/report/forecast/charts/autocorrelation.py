"""Autocorrelation of a model's one-step errors: whether it left something to be learnt."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.report import words
from auscult.report.forecast.charts.sizes import left_of, picture_width
from auscult.report.forecast.time import span
from auscult.report.reading import label
from auscult.report.scale import Scale
from auscult.report.svg import Frame, Svg

Values = NDArray[np.float64]

_TOP, _HEIGHT, _FOOT = 24.0, 150.0, 42.0
_LAGS, _FEWEST = 100, 20


@dataclass(frozen=True, eq=False)
class Autocorrelation:
    """``values`` of lags 1, 2, …; ``bound`` holds 95 % of those of pure chance.

    A lag is one origin: ``spacing`` points.
    """

    values: Values
    bound: float
    n: int
    spacing: int

    @property
    def outside(self) -> int:
        """Lags beyond the bound."""
        return int((np.abs(self.values) > self.bound).sum())


def autocorrelation(result: ForecastResult, row: ForecastModelResult) -> Autocorrelation | None:
    """Of the errors of the first step, over the series of a panel together.

    Returns
    -------
    Autocorrelation or None
        Up to two seasons or 100 lags, a third of the errors at most; None where there are fewer
        than 20 errors of a series, or they are all the same.
    """
    tested, spacing = result.tested, result.plan.step
    error = row.predictions.forecast[:, 0] - tested.true[:, 0]
    parts = []
    for code in np.unique(tested.series).tolist():
        own = np.flatnonzero(tested.series == code)
        part = error[own[np.argsort(tested.origin[own], kind="stable")]]
        parts.append(part - part.mean())
    shortest = min(len(part) for part in parts)
    total = sum(float(part @ part) for part in parts)
    if shortest < _FEWEST or not total > 0:
        return None
    n_lags = min(_wanted(result), shortest // 3)
    sums = [sum(float(p[k:] @ p[:-k]) for p in parts) for k in range(1, n_lags + 1)]
    n = sum(len(part) for part in parts)
    return Autocorrelation(np.array(sums) / total, 1.96 / sqrt(n), n, spacing)


def _wanted(result: ForecastResult) -> int:
    """Two seasons, where a season is at least two origins long and two are not too many lags."""
    seasons = [s // result.plan.step for s in result.data.seasons]
    two = [2 * s for s in seasons if s >= 2 and 2 * s <= 2 * _LAGS]
    return max(two, default=_LAGS)


def autocorrelation_chart(
    result: ForecastResult, found: Autocorrelation, *, wide: bool = True
) -> Markup:
    """Draw a stem a lag, and the band that chance stays in."""
    n_lags = len(found.values)
    foot = _TOP + _HEIGHT
    svg = Svg(picture_width(wide), foot + _FOOT, _description(result, found), "stems")
    low = min(-2 * found.bound, float(found.values.min()) * 1.1)
    high = max(2 * found.bound, float(found.values.max()) * 1.1)
    y = Scale(low, high, foot, _TOP)
    frame = Frame(svg, Scale(0, n_lags + 1, left_of(y), svg.width - 6), y)
    edge, top = frame.x.start, y(found.bound)
    svg.bar((edge, top), frame.x.end - edge, y(-found.bound) - top, "band")
    frame.y_axis("autocorrelation", 4)
    ticks = [t for t in frame.x.ticks(8 if wide else 4) if t >= 1 and t.is_integer()]
    frame.x_axis(_axis(result, found), [(t, f"{t:.0f}") for t in ticks])
    zero = y(0.0)
    svg.line((edge, zero), (frame.x.end, zero), "axis")
    for lag, value in enumerate(found.values.tolist(), start=1):
        at, kind = frame.x(lag), "stem" if abs(value) <= found.bound else "stem outside"
        svg.line((at, zero), (at, y(value)), kind)
    return svg.render()


def _axis(result: ForecastResult, found: Autocorrelation) -> str:
    one = span(result.data.freq, found.spacing)
    each = f"{one} each" if one else words.plural(found.spacing, "step") + " each"
    return f"lag, {each}"


def _description(result: ForecastResult, found: Autocorrelation) -> str:
    return (
        f"Autocorrelation of the one-step errors of {label(result.winner)}, lags 1 to "
        f"{len(found.values)}; {found.outside} lie outside the band of chance"
    )
