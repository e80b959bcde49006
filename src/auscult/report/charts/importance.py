"""Permutation importance: columns as a forest plot, stretches of a signal along its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from auscult.evaluate.explain.result import Explanation, Importance, Row
from auscult.evaluate.result import DataSummary
from auscult.report import words
from auscult.report.charts.forest_plot import ForestPlot, ForestRow
from auscult.report.charts.time_axis import TimeAxis
from auscult.report.scale import Scale, padded
from auscult.report.svg import Frame, Svg

MOST_COLUMNS = 15
_WIDTH, _NARROW, _HEIGHT, _TRACE = 560.0, 350.0, 270.0, 62.0


def needed(part: Importance) -> bool:
    """Whether the whole interval lies above zero."""
    return words.has_interval(part.drop) and part.drop.low > 0


def by_drop(explained: Explanation) -> list[Importance]:
    """The parts, largest drop first."""
    return sorted(explained.importance, key=lambda part: -part.drop.value)


def importance_forest(explained: Explanation, label: str, *, wide: bool = True) -> Markup:
    """Columns by the drop without them, the largest first, at most fifteen.

    A column whose interval lies above zero has the accent's mark.
    """
    metric = words.metric_label(explained.metric)
    shown = by_drop(explained)[:MOST_COLUMNS]
    return ForestPlot(
        rows=tuple(ForestRow(part.part, part.drop, best=needed(part)) for part in shown),
        description=(
            f"{label}: how much worse {metric} gets where a column is exchanged among the test "
            f"cases, with 95 % intervals; most for '{shown[0].part}', "
            f"{words.figure(shown[0].drop)}"
        ),
        axis=f"loss of {metric} without it",
        baseline=0.0,
    ).draw(wide=wide)


def whole_channels(explained: Explanation) -> Explanation | None:
    """The same of those channels only that are one part: a rhythm beside the signal."""
    channels = [part.channel for part in explained.importance]
    alone = tuple(part for part in explained.importance if channels.count(part.channel) == 1)
    return replace(explained, importance=alone) if alone else None


def importance_in_time(
    explained: Explanation, label: str, data: DataSummary, *, wide: bool = True
) -> list[Markup]:
    """One picture a channel: the drop where a stretch of it is exchanged, along its time.

    Above it stands the first of the shown cases, to see which wave it is. A channel that is one
    part is left to :func:`whole_channels`.
    """
    every = [part.channel for part in explained.importance]
    channels = [channel for channel in dict.fromkeys(every) if every.count(channel) > 1]
    ends = padded(v for part in explained.importance if part.channel in channels for v in part.drop)
    example = explained.cases[0].signal if explained.cases else ()
    found = []
    for channel in channels:
        parts = [part for part in explained.importance if part.channel == channel]
        trace = example[channel] if example else ()
        found.append(_channel(parts, explained.metric, label, data, ends, trace, wide))
    return found


def _channel(
    parts: Sequence[Importance],
    metric: str,
    label: str,
    data: DataSummary,
    ends: tuple[float, float],
    trace: Row,
    wide: bool,
) -> Markup:
    name, shown = parts[0].part, words.metric_label(metric)
    most = max(parts, key=lambda part: part.drop.value)
    axis = TimeAxis(data.sampling_rate)
    where = axis.stretch(most.start, most.stop)
    note = f"{label}: loss of {shown} where a stretch of {name} is exchanged; most at {where}"
    width = _WIDTH if wide else _NARROW
    svg = Svg(width, _HEIGHT, f"{note}, {words.figure(most.drop)}", "importance")
    x = Scale(0, axis(parts[-1].stop), 44, width - 10)
    frame = Frame(svg, x, Scale(*ends, _HEIGHT - 40, 34 + _TRACE))
    frame.axes(axis.label, f"loss of {shown} without a stretch of {name}", x_ticks=8 if wide else 4)
    svg.line((x.start, frame.y(0)), (x.end, frame.y(0)), "baseline")
    for part in parts:
        _stretch(frame, part, axis)
    if trace:
        above = Frame(svg, x, Scale(*padded(trace), _TRACE, 4))
        above.curve([axis(t) for t in range(len(trace))], trace, "trace")
    return svg.render()


def _stretch(frame: Frame, part: Importance, axis: TimeAxis) -> None:
    kind = "best" if needed(part) else "other"
    left, right = frame.x(axis(part.start)), frame.x(axis(part.stop))
    height = frame.y(part.drop.value)
    middle = (left + right) / 2
    if words.has_interval(part.drop):
        ends = (frame.y(part.drop.low), frame.y(part.drop.high))
        frame.svg.line((middle, ends[0]), (middle, ends[1]), f"whisker {kind}")
    frame.svg.line((left + 1, height), (right - 1, height), f"stretch {kind}")
    title = f"{axis.stretch(part.start, part.stop)}: {words.figure(part.drop)}"
    frame.svg.dot((middle, height), 4, f"mark {kind}", title=title)
