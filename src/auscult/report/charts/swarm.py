"""Attributions: a dot a case, a row a column."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from auscult.evaluate.explain.result import Attributions
from auscult.report.scale import Scale, padded
from auscult.report.svg import Svg, shortened, text_width
from auscult.types import Column

WIDTH, NARROW = 720.0, 350.0
_ROW, _HEAD, _FOOT = 30.0, 12.0, 44.0
_LANES = (0, 1, -1, 2, -2, 3, -3)
_RADIUS = 2.6


def swarm(
    found: Attributions,
    classes: Sequence[str],
    columns: Sequence[Column],
    label: str,
    *,
    wide: bool = True,
) -> Markup | None:
    """Draw what each column added to the answers for cases, the most used column on top.

    A full dot is a value in the upper third of the column's values, an empty one in the lower
    third; of two categories the second is full, more have no order and are drawn alike.
    """
    if not found.values or not found.values[0]:
        return None
    names = found.columns[: len(found.values[0])]
    width = WIDTH if wide else NARROW
    room = min(max(text_width(name, 13) for name in names) + 12, 190.0 if wide else 105.0)
    foot = _HEAD + _ROW * len(names)
    note = f"{label}: what each column added to the answers for {len(found.values)} test cases"
    svg = Svg(width, foot + _FOOT, f"{note}, most by '{names[0]}'", "swarm")
    x = Scale(*padded([0.0, *(v for row in found.values for v in row)]), room + 6, width - 8)
    _axis(svg, x, foot, _axis_label(found, classes), 8 if wide else 4)
    known = {column.name: column for column in columns}
    for place, name in enumerate(names):
        middle = _HEAD + _ROW * (place + 0.5)
        shown = shortened(name, room - 10, 13)
        svg.text((room - 4, middle + 4.5), shown, "label", anchor="end", title=name)
        marks = _marks([row[place] for row in found.inputs], known[name])
        _dots(svg, x, middle, [row[place] for row in found.values], marks)
    return svg.render()


def _axis_label(found: Attributions, classes: Sequence[str]) -> str:
    if found.towards is None:
        return f"added to the {found.unit} of the predicted class"
    return f"added to the {found.unit} of '{classes[found.towards]}'"


def _axis(svg: Svg, x: Scale, foot: float, label: str, count: int) -> None:
    for tick in x.ticks(count):
        at = x(tick)
        svg.line((at, _HEAD), (at, foot), "axis" if tick == 0 else "grid")
        text = f"{tick:+g}".replace("-", "−") if tick else "0"
        svg.text((at, foot + 16), text, "tick", anchor="middle")
    svg.text(((x.start + x.end) / 2, foot + 35), label, "axis-label", anchor="middle")


def _marks(inputs: Sequence[float], column: Column) -> list[tuple[str, str]]:
    """The kind of each dot, and what stood in the column."""
    known = sorted(v for v in inputs if math.isfinite(v))
    if not known or known[0] == known[-1] or len(column.categories) > 2:
        return [("mid", _said(value, column)) for value in inputs]
    third = (len(known) - 1) // 3
    low, high = known[third], known[-1 - third]
    if low == high:  # most cases share a value: the rest stand above or below it
        low, high = (low, known[-1]) if low < known[-1] else (known[0], high)
    kinds = (
        "high" if value >= high else "low" if value <= low else "mid"  # NaN is neither
        for value in inputs
    )
    return [(kind, _said(value, column)) for kind, value in zip(kinds, inputs, strict=True)]


def _said(value: float, column: Column) -> str:
    if not math.isfinite(value):
        return "missing"
    return column.categories[int(value)] if column.categories else f"{value:g}"


def _dots(
    svg: Svg, x: Scale, middle: float, values: Sequence[float], marks: Sequence[tuple[str, str]]
) -> None:
    """Dots that would touch stand above and below each other, as far as the row has room."""
    ends: dict[int, float] = {}
    for place in sorted(range(len(values)), key=lambda i: values[i]):
        at = x(values[place])
        lane = next((k for k in _LANES if at - ends.get(k, -math.inf) > 1.7 * _RADIUS), None)
        if lane is None:
            lane = _LANES[place % len(_LANES)]
        ends[lane] = at
        kind, value = marks[place]
        title = f"{value}: {values[place]:+.3g}".replace("-", "−")
        svg.dot((at, middle + 3.6 * lane), _RADIUS, f"case {kind}", title=title)
