"""What prediction intervals hold and how wide they are, by step or as time goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from auscult.evaluate.forecast.result import ForecastResult
from auscult.report import words
from auscult.report.forecast.charts.sizes import left_of, picture_width
from auscult.report.forecast.time import span
from auscult.report.reading import label
from auscult.report.scale import Scale, tick_labels
from auscult.report.svg import Frame, Svg

_TOP, _HEIGHT, _GAP, _FOOT = 24.0, 120.0, 34.0, 42.0
_STRETCHES, _FEWEST = 10, 100


@dataclass(frozen=True)
class Coverage:
    """Shares held and widths, a pair for each of ``at``: steps, or tenths of the tested time."""

    at: tuple[float, ...]
    held: tuple[float, ...]
    width: tuple[float, ...]
    axis: str
    level: float


def coverage(result: ForecastResult) -> Coverage | None:
    """Of the best model: by step, or of one step ahead in ten stretches of time.

    Returns
    -------
    Coverage or None
        None where there are no intervals, or too few points of one step to cut into ten.
    """
    row = result.winner
    p, found = row.predictions, row.intervals
    if found is None or p.low is None or p.high is None:
        return None
    inside = (result.tested.true >= p.low) & (result.tested.true <= p.high)
    width = p.high - p.low
    horizon = result.plan.horizon
    if horizon > 1:
        each = span(result.data.freq)
        axis = f"steps ahead{f', {each} each' if each else ''}"
        steps = tuple(float(h) for h in range(1, horizon + 1))
        return Coverage(steps, found.by_step, _means(width, 0), axis, found.level)
    if len(inside) < _FEWEST:
        return None
    order = np.argsort(result.tested.origin, kind="stable")
    parts = np.array_split(order, _STRETCHES)
    held = tuple(float(inside[part].mean()) for part in parts)
    wide = tuple(float(width[part].mean()) for part in parts)
    tenths = tuple(float(i + 1) for i in range(_STRETCHES))
    return Coverage(tenths, held, wide, "tenth of the tested time", found.level)


def _means(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], axis: int
) -> tuple[float, ...]:
    return tuple(float(v) for v in values.mean(axis=axis))


def coverage_chart(result: ForecastResult, found: Coverage, *, wide: bool = True) -> Markup:
    """Draw the share held with the promised one as a line, and below it the width."""
    foot = _TOP + 2 * _HEIGHT + _GAP
    svg = Svg(picture_width(wide), foot + _FOOT, _description(result, found), "coverage")
    low = max(min(*found.held, found.level) - 0.06, 0.0)
    held = Scale(100 * low, 100.0, _TOP + _HEIGHT, _TOP)
    width = Scale(0.0, max(found.width) * 1.08 or 1.0, foot, _TOP + _HEIGHT + _GAP)
    left = max(left_of(held, 4), left_of(width, 4))
    x = Scale(found.at[0], max(found.at[-1], found.at[0] + 1), left, svg.width - 8)
    upper, lower = Frame(svg, x, held), Frame(svg, x, width)
    upper.y_axis(f"points inside, %; promised {100 * found.level:g}, dashed", 4)
    promised = held(100 * found.level)
    svg.line((x.start, promised), (x.end, promised), "baseline")
    _line(upper, found.at, [100 * share for share in found.held])
    lower.y_axis(f"mean width, {result.data.target}", 4)
    ticks = _ticks(x)
    lower.x_axis(found.axis, list(zip(ticks, tick_labels(ticks), strict=True)))
    _line(lower, found.at, found.width)
    return svg.render()


def _line(frame: Frame, at: Sequence[float], values: Sequence[float]) -> None:
    frame.curve(at, values, "curve best")
    if len(at) <= 31:
        for x, value in zip(at, values, strict=True):
            frame.svg.dot(frame.at(x, value), 3, "mark best", title=f"{x:.0f}: {value:.4g}")


def _ticks(x: Scale) -> list[float]:
    ticks = [t for t in x.ticks(6) if t.is_integer()]
    return ticks if ticks and ticks[0] <= x.low + (x.high - x.low) / 10 else [x.low, *ticks]


def _description(result: ForecastResult, found: Coverage) -> str:
    low, high = words.percent(min(found.held)), words.percent(max(found.held))
    return (
        f"Prediction intervals of {label(result.winner)} by {found.axis}: {low} to {high} of the "
        f"points inside, promised {words.percent(found.level)}; and their mean width"
    )
