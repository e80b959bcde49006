"""How time was split: what each fit learnt from, the gap, and what it forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from auscult.evaluate.forecast.plan import PUBLISHED_INPUTS
from auscult.evaluate.forecast.result import ForecastResult
from auscult.report import words
from auscult.report.forecast.charts.sizes import picture_width
from auscult.report.forecast.time import point_ticks, point_times
from auscult.report.scale import Scale
from auscult.report.svg import Svg, text_width

_SHOWN, _ROW = 10, 22.0


@dataclass(frozen=True)
class FitSpan:
    """What one fit saw of the first series, and what it forecast: points ``start`` to ``end``."""

    number: int
    start: int
    end: int
    first: int
    last: int
    origins: tuple[int, ...]


def fit_spans(result: ForecastResult) -> list[FitSpan]:
    """The fits of the first series, the earliest first."""
    tested, plan = result.tested, result.plan
    own = tested.series == tested.series.min()
    found = []
    for number in np.unique(tested.fold[own]).tolist():
        origins = np.sort(tested.origin[own & (tested.fold == number)])
        # The published program cuts its first window from the test part itself.
        end = int(origins[0]) - (PUBLISHED_INPUTS if plan.kind == "published" else 0)
        start = max(0, end - plan.window) if plan.window else 0
        last = int(origins[-1]) + plan.gap + plan.horizon
        found.append(
            FitSpan(number, start, end, int(origins[0]) + plan.gap, last, tuple(origins.tolist()))
        )
    return found


def forecast_plan_picture(result: ForecastResult, *, wide: bool = True) -> Markup:
    """Draw a bar a fit along time: training light, what is not scored hollow, tested solid.

    Of many fits ten are drawn, evenly spaced. The ticks below are origins, where they are few.
    """
    spans = fit_spans(result)
    if len(spans) > _SHOWN:
        spans = [spans[int(i)] for i in np.linspace(0, len(spans) - 1, _SHOWN).round()]
    left = 44.0 if len(spans) > 1 else 0.0
    foot = 30 + _ROW * len(spans) + 8
    svg = Svg(picture_width(wide), foot + 24, _description(result), "plan")
    x = Scale(0, max(s.last for s in spans), left, svg.width - 2)
    for i, one in enumerate(spans):
        _bar(svg, one, x, 30 + _ROW * i)
        if left:
            svg.text((0, 30 + _ROW * i + 11), f"fit {one.number + 1}", "tick")
    _names(svg, result, spans[0])
    _axis(svg, result, x, foot, wide)
    return svg.render()


def _bar(svg: Svg, one: FitSpan, x: Scale, top: float) -> None:
    height = _ROW - 7
    trained = words.plural(one.end - one.start, "point")
    svg.bar((x(one.start), top), x(one.end) - x(one.start), height, "part train", title=trained)
    if one.first > one.end:
        width = max(x(one.first) - x(one.end) - 2, 0.6)
        note = f"not scored: {words.plural(one.first - one.end, 'point')}"
        svg.bar((x(one.end) + 1, top + 1), width, height - 2, "part validation", title=note)
    note = f"tested: {words.plural(one.last - one.first, 'point')}"
    width = max(x(one.last) - x(one.first), 1.5)
    svg.bar((x(one.first), top), width, height, "part test", title=note)
    steps = np.diff(one.origins)
    if len(one.origins) > 1 and x(float(steps.min())) - x(0) >= 3:
        for origin in one.origins:
            svg.line((x(origin), top + height), (x(origin), top + height + 4), "origin")


def _names(svg: Svg, result: ForecastResult, one: FitSpan) -> None:
    """Each part named once, with its points in the first fit."""
    parts = [("train", f"training {words.count(one.end - one.start)}")]
    if one.first > one.end:
        parts.append(("validation", f"not scored {words.count(one.first - one.end)}"))
    parts.append(("test", f"tested {words.count(one.last - one.first)}"))
    at = 0.0
    for kind, shown in parts:
        svg.bar((at, 5), 11, 11, f"part {kind}")
        svg.text((at + 17, 14.5), shown, "note")
        at += 17 + text_width(shown, 12) + 16


def _axis(svg: Svg, result: ForecastResult, x: Scale, foot: float, wide: bool) -> None:
    last = int(x.high)
    code = int(result.tested.series.min())
    times = point_times(result.data, code, last + 1)
    svg.line((x.start, foot), (x.end, foot), "axis")
    for at, shown in point_ticks(times, 0, last, 8 if wide else 4):
        svg.line((x(at), foot), (x(at), foot + 4), "axis")
        half = text_width(shown, 11) / 2
        middle = min(max(x(at), half), svg.width - half)
        svg.text((middle, foot + 16), shown, "tick", anchor="middle")


def _description(result: ForecastResult) -> str:
    plan = result.plan
    fits, origins = words.plural(plan.folds, "fit"), words.plural(plan.n_origins, "origin")
    return f"The plan: {fits} on the past, forecasts of later points from {origins}"
