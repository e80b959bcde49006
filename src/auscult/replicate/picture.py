"""All systems in one picture, and the forecasts of one: how far figures fall without leaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from auscult.replicate.record import Figure, Line, Row, Track
from auscult.replicate.shown import interval_text, places, value_text
from auscult.report import words
from auscult.report.charts.forest_plot import ForestPlot, ForestRow
from auscult.report.forecast.charts.sizes import left_of, picture_width
from auscult.report.scale import Scale, finite, padded, tick_labels
from auscult.report.svg import Frame, Svg, shortened, text_width

_ROW, _HEAD, _AXIS, _GAP = 38.0, 16.0, 42.0, 14.0
_NARROW_ROW = 58.0
_TOP, _HEIGHT, _STRIP, _FOOT = 26.0, 220.0, 110.0, 40.0


def overview(rows: Sequence[Row], *, wide: bool = True) -> Markup:
    """Each system on one line: leaky figure, honest figure with its interval, baseline.

    Systems with the same metric share a scale.
    """
    metrics = list(dict.fromkeys(row.metric for row in rows))
    return _Overview(rows, metrics, wide).draw()


@dataclass(frozen=True)
class _Sides:
    """Where names, marks and figures stand."""

    left: float
    right: float
    row: float
    mark: float


class _Overview:
    """The picture while it is drawn."""

    def __init__(self, rows: Sequence[Row], metrics: Sequence[str], wide: bool) -> None:
        self.rows, self.metrics, self.wide = rows, metrics, wide
        width = picture_width(wide)
        names = max(text_width(row.system, 14) for row in rows)
        figures = max(text_width(_honest_text(row), 13) for row in rows)
        self.sides = (
            _Sides(min(names, 250.0) + 18, width - figures - 18, _ROW, _ROW / 2)
            if wide
            else _Sides(10.0, width - 10, _NARROW_ROW, 38.0)
        )
        each = _HEAD + _AXIS + _GAP
        height = each * len(metrics) + self.sides.row * len(rows)
        self.svg = Svg(width, height, _description(rows), "forest overview")

    def draw(self) -> Markup:
        top = 0.0
        for metric in self.metrics:
            own = [row for row in self.rows if row.metric == metric]
            self._group(metric, own, top)
            top += _HEAD + self.sides.row * len(own) + _AXIS + _GAP
        return self.svg.render()

    def _group(self, metric: str, rows: Sequence[Row], top: float) -> None:
        values = finite(v for row in rows for f in row.figures for v in f.estimate)
        within = (0.0, 1.0) if words.is_share(metric) else None
        scale = Scale(*padded(values, share=0.04, within=within), self.sides.left, self.sides.right)
        head, foot = top + _HEAD, top + _HEAD + self.sides.row * len(rows)
        for tick, shown in zip(scale.ticks(6), tick_labels(scale.ticks(6)), strict=True):
            self.svg.line((scale(tick), head), (scale(tick), foot), "grid")
            self.svg.text((scale(tick), foot + 16), shown, "tick", anchor="middle")
        self.svg.line((scale.start, foot), (scale.end, foot), "axis")
        arrow = "← better" if words.lower_is_better(metric) else "better →"
        name = f"{words.metric_label(metric)}, {arrow}"
        middle = (scale.start + scale.end) / 2
        self.svg.text((middle, foot + 34), name, "axis-label", anchor="middle")
        for i, row in enumerate(rows):
            self._row(row, scale, head + self.sides.row * i)

    def _row(self, row: Row, scale: Scale, top: float) -> None:
        middle = top + self.sides.mark
        text = middle + 5 if self.wide else top + 18
        room = self.sides.left - 14 if self.wide else self.svg.width - 150
        name = shortened(row.system, room, 14)
        self.svg.text(
            (0, text), name, "label strong", title=row.system if name != row.system else ""
        )
        shown = _honest_text(row)
        self.svg.text((self.svg.width, text), shown, "figure strong", anchor="end")
        leaky = row.rebuilt if row.rebuilt is not None else row.published
        if leaky.leaky:
            fall = (scale(leaky.estimate.value), scale(row.honest.estimate.value))
            self.svg.line((fall[0], middle), (fall[1], middle), "whisker leaky")
        if leaky.leaky:
            self._mark(leaky, scale, middle, "leaky", "with its leaks, leaky", row.metric)
        self._interval(row.honest, scale, middle)
        self._mark(row.baseline, scale, middle, "other", "baseline", row.metric)
        self._mark(row.honest, scale, middle, "best", "honest", row.metric)

    def _interval(self, figure: Figure, scale: Scale, height: float) -> None:
        if not words.has_interval(figure.estimate):
            return
        low, high = scale(figure.estimate.low), scale(figure.estimate.high)
        self.svg.line((low, height), (high, height), "whisker best")
        for end in (low, high):
            self.svg.line((end, height - 4), (end, height + 4), "whisker best")

    def _mark(
        self, figure: Figure, scale: Scale, height: float, kind: str, told: str, metric: str
    ) -> None:
        title = f"{told}: {figure.label}, {value_text(figure, metric)}"
        at = (scale(figure.estimate.value), height)
        draw = self.svg.diamond if told == "baseline" else self.svg.dot
        # A honest dot that lies on the leaky one leaves its ring to be seen.
        radius = {"baseline": 6.5, "honest": 5.0}.get(told, 7.5)
        draw(at, radius, f"mark {kind}", title=title)


def _honest_text(row: Row) -> str:
    return f"{value_text(row.honest, row.metric)} {interval_text(row.honest, row.metric)}".rstrip()


def _description(rows: Sequence[Row]) -> str:
    parts = []
    for row in rows:
        leaky = row.rebuilt
        before = "" if leaky is None else f"{value_text(leaky, row.metric)} leaky, "
        parts.append(f"{row.system}: {before}{_honest_text(row)} honest")
    return "Published systems with their leaks and without them. " + "; ".join(parts)


def forest_of(row: Row, *, wide: bool = True) -> Markup:
    """One system's figures on one scale."""
    rebuilt = [] if row.rebuilt is None else [("Rebuilt with its leaks", row.rebuilt)]
    published = f" ({row.published.text})" if row.published.text else ""
    drawn = [
        (f"As published{published}", row.published),
        *rebuilt,
        (f"{row.honest.label}, honest", row.honest),
        (row.baseline.label, row.baseline),
        (f"{row.best.label}, best here", row.best),
    ]
    arrow = "← better" if words.lower_is_better(row.metric) else "better →"
    return ForestPlot(
        rows=tuple(
            ForestRow(
                words.upper_first(label),
                figure.estimate,
                figure is row.baseline,
                figure is row.honest,
                figure.leaky,
            )
            for label, figure in drawn
            if math.isfinite(figure.estimate.value)
        ),
        description=f"{row.system} by {words.metric_label(row.metric)}",
        axis=f"{words.metric_label(row.metric)}, {arrow}",
        within=(0.0, 1.0) if words.is_share(row.metric) else None,
        places=places(row.metric),
    ).draw(wide=wide)


def track_picture(track: Track, *, wide: bool = True) -> Markup:
    """The truth, and below it the error of each forecast."""
    foot = _TOP + _HEIGHT
    step = _STRIP + 30
    height = foot + 16 + step * len(track.lines) + _FOOT
    svg = Svg(
        picture_width(wide), height, f"{track.label}: truth, and errors of forecasts", "track"
    )
    y = Scale(*padded(track.true), foot, _TOP)
    errors = [_errors(track, line) for line in track.lines]
    ends = padded([0.0, *(e for part in errors for e in part)])
    left = max(left_of(y), left_of(Scale(*ends, 1, 0), 3))
    x = Scale(0, max(len(track.true) - 1, 1), left, svg.width - 10)
    upper = Frame(svg, x, y)
    upper.y_axis("truth")
    upper.curve(range(len(track.true)), track.true, "curve truth")
    for i, (line, error) in enumerate(zip(track.lines, errors, strict=True)):
        top = foot + 16 + step * i + 30
        frame = Frame(svg, x, Scale(*ends, top + _STRIP - 10, top))
        mean = sum(map(abs, error)) / len(error)
        told = f"error of {line.label}{', leaky' if line.leaky else ''}: {mean:.1f} on average"
        frame.y_axis(shortened(told, svg.width - left, 12), 3)
        zero = frame.y(0.0)
        svg.line((x.start, zero), (x.end, zero), "axis")
        frame.curve(range(len(error)), error, "curve faint" if line.leaky else "curve best")
        if i == len(errors) - 1:
            frame.x_axis(*_clock(track, 8 if wide else 4))
    return svg.render()


def _errors(track: Track, line: Line) -> list[float]:
    return [said - true for said, true in zip(line.values, track.true, strict=True)]


def _clock(track: Track, count: int) -> tuple[str, list[tuple[float, str]]]:
    """The name of the axis, and hours below it."""
    start = np.datetime64(track.start, "m")
    every = max(len(track.true) // count, 1)
    ticks = []
    for i in range(0, len(track.true), every):
        moment = start + np.timedelta64(round(i * track.minutes), "m")
        ticks.append((float(i), str(moment)[11:16]))
    return f"hour of {str(start)[:10]}", ticks
