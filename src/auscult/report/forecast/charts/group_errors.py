"""The mean absolute error of each group of points, as bars beside the rival's."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from auscult.evaluate.forecast.result import ForecastResult
from auscult.report import words
from auscult.report.forecast import reading
from auscult.report.forecast.charts.sizes import left_of, picture_width
from auscult.report.forecast.groups import Grouping
from auscult.report.reading import label
from auscult.report.scale import Scale, finite
from auscult.report.svg import Frame, Svg, text_width

_TOP, _HEIGHT, _FOOT = 48.0, 170.0, 42.0


def group_errors(result: ForecastResult, groups: Grouping, *, wide: bool = True) -> Markup:
    """Draw a bar a group for the best model, and a dash across it for its rival.

    The rival is the best baseline, or the next best model where the best is that baseline.
    """
    best, rival = result.winner, reading.rival(result)
    own = groups.mae(result, best)
    other = np.full(len(own), np.nan) if rival is None else groups.mae(result, rival)
    top = max(finite([*own, *other]), default=1.0) * 1.05 or 1.0
    foot = _TOP + _HEIGHT
    name = f"{groups.title}: mean absolute error of {label(best)}"
    svg = Svg(picture_width(wide), foot + (_FOOT if groups.axis else 24), name, "groups")
    y = Scale(0.0, top, foot, _TOP)
    x = Scale(-0.5, len(own) - 0.5, left_of(y), svg.width - 4)
    frame = Frame(svg, x, y)
    frame.y_axis(f"MAE, {result.data.target}", 4)
    frame.x_axis(groups.axis, _ticks(groups.names, wide))
    _bars(frame, groups, own, other, reading.unit_places(result))
    _key(svg, label(best), "" if rival is None else words.lower_first(rival.label))
    return svg.render()


def _bars(
    frame: Frame,
    groups: Grouping,
    own: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    other: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    places: int,
) -> None:
    slot = frame.x(1) - frame.x(0)
    width = min(slot * 0.72, 46.0)
    for i, (group, n) in enumerate(zip(groups.names, groups.counts.tolist(), strict=True)):
        middle, height = frame.x(i), frame.y(float(own[i]))
        title = f"{group}: {words.number(float(own[i]), places)}, {words.plural(n, 'point')}"
        corner = (middle - width / 2, height)
        frame.svg.bar(corner, width, frame.y.start - height, "bar best", title=title)
        level, half = frame.y(float(other[i])), width / 2 + min(3.0, slot * 0.1)
        frame.svg.line((middle - half, level), (middle + half, level), "dash")


def _ticks(names: tuple[str, ...], wide: bool) -> list[tuple[float, str]]:
    """Names below the bars, as many as there is room for."""
    if not wide and len(names) == 12 and not names[0].isdigit():
        return [(float(i), name[0]) for i, name in enumerate(names)]
    step = -(-len(names) // (24 if wide else 8))
    return [(float(i), names[i]) for i in range(0, len(names), step)]


def _key(svg: Svg, best: str, rival: str) -> None:
    """What a bar is and what a dash is, in a line above the picture."""
    svg.bar((0, 4), 12, 12, "bar best")
    svg.text((18, 14.5), best, "note strong")
    if rival:
        at = 18 + text_width(best, 12.5) + 18
        svg.line((at, 10), (at + 16, 10), "dash")
        svg.text((at + 22, 14.5), rival, "note")
