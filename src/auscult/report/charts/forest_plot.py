"""A forest plot: one row a model, dot and interval on a common scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from auscult.report import words
from auscult.report.scale import Scale, finite, padded, tick_labels
from auscult.report.svg import Svg, short_label, text_width
from auscult.types import Estimate

WIDE, NARROW = 832.0, 350.0
_HEAD, _FOOT = 34.0, 44.0
_MOST_TIMES = 10.0


@dataclass(frozen=True)
class ForestRow:
    """A model's figure; ``leak`` says why it leaks, where it does."""

    label: str
    estimate: Estimate
    baseline: bool = False
    best: bool = False
    leak: str | None = None

    @property
    def kind(self) -> str:
        """The CSS class of its marks."""
        return "leaky" if self.leak else "best" if self.best else "other"


@dataclass(frozen=True)
class ForestPlot:
    """What is drawn.

    Parameters
    ----------
    rows
        From above.
    description
        What the picture shows, in a sentence.
    axis
        The name of the scale.
    baseline, baseline_note
        Where a dashed line goes through all rows, and the words above it; NaN for none.
    within
        Ends that the scale never leaves.
    places
        Decimals of the figures.
    stretched
        Whether the scale may be logarithmic where one figure is many times another.
    """

    rows: tuple[ForestRow, ...]
    description: str
    axis: str
    baseline: float = math.nan
    baseline_note: str = ""
    within: tuple[float, float] | None = None
    places: int = 3
    stretched: bool = False

    def draw(self, *, wide: bool = True) -> Markup:
        """The picture, for a page's full width or for a phone."""
        return _Forest(self, wide).draw()


def forest_axis(metric: str, where: str) -> str:
    """The name of a scale: what is measured, on what, and which way is better."""
    arrow = "← better" if words.lower_is_better(metric) else "better →"
    return f"{words.metric_label(metric)} {where}, {arrow}"


@dataclass(frozen=True)
class _Layout:
    """Where things stand; on a narrow screen the words go above the interval."""

    width: float
    label_width: float
    plot: tuple[float, float]
    row: float
    mark: float
    text: float
    margin: float = 0.0


def _layout(labels: list[str], figures: list[str], wide: bool) -> _Layout:
    if not wide:
        return _Layout(NARROW, 202.0, (8.0, NARROW - 8.0), 50.0, 36.0, 18.0, 8.0)
    width = min(max([text_width(label, 14) for label in labels] + [90.0]) + 76, 300.0)
    right = WIDE - max([172.0, *(text_width(figure, 13) + 16 for figure in figures)])
    return _Layout(WIDE, width - 8, (width + 10, right), 34.0, 17.0, 21.5)


def _scale(plot: ForestPlot, ends: tuple[float, float]) -> Scale:
    known = finite(v for row in plot.rows for v in row.estimate)
    if plot.stretched and known and 0 < _MOST_TIMES * min(known) < max(known):
        return Scale(min(known) / 1.15, max(known) * 1.15, *ends, log=True)
    return Scale(*padded(known, share=0.04, within=plot.within), *ends)


class _Forest:
    """The picture while it is drawn."""

    def __init__(self, plot: ForestPlot, wide: bool) -> None:
        self.plot = plot
        labels = [row.label for row in plot.rows]
        self.layout = _layout(labels, list(map(self._figure, plot.rows)), wide)
        self.scale = _scale(plot, self.layout.plot)
        self.foot = _HEAD + self.layout.row * len(plot.rows)
        self.svg = Svg(self.layout.width, self.foot + _FOOT, plot.description, "forest")

    def draw(self) -> Markup:
        self._grid()
        self._baseline()
        for i, row in enumerate(self.plot.rows):
            self._row(row, _HEAD + self.layout.row * i)
        return self.svg.render()

    def _grid(self) -> None:
        svg, scale, foot = self.svg, self.scale, self.foot
        ticks = scale.ticks(6)
        for tick, shown in zip(ticks, tick_labels(ticks), strict=True):
            svg.line((scale(tick), _HEAD), (scale(tick), foot), "grid")
            svg.text((scale(tick), foot + 16), shown, "tick", anchor="middle")
        svg.line((scale.start, foot), (scale.end, foot), "axis")
        name = self.plot.axis + (" (log scale)" if scale.log else "")
        svg.text(((scale.start + scale.end) / 2, foot + 35), name, "axis-label", anchor="middle")

    def _baseline(self) -> None:
        if not math.isfinite(self.plot.baseline):
            return
        at = self.scale(self.plot.baseline)
        if self.layout.margin:
            self._pieces(at)
        else:
            self.svg.line((at, _HEAD - 10), (at, self.foot), "baseline")
        note = self.plot.baseline_note
        half = text_width(note, 12) / 2
        middle = min(max(at, self.scale.start + half), self.scale.end - half)
        self.svg.text((middle, _HEAD - 15), note, "note", anchor="middle")

    def _pieces(self, at: float) -> None:
        """The baseline's line beside the marks only: above them stand words."""
        for i in range(len(self.plot.rows)):
            middle = _HEAD + self.layout.row * i + self.layout.mark
            self.svg.line((at, middle - 11), (at, middle + 13), "baseline")

    def _row(self, row: ForestRow, top: float) -> None:
        layout = self.layout
        strong = " strong" if row.kind == "best" else ""
        self._label(row, f"label{strong}", (layout.margin, top + layout.text))
        at = (layout.width - layout.margin, top + layout.text)
        self.svg.text(at, self._figure(row), f"figure{strong}", anchor="end")
        self._mark(row, top + layout.mark)
        if layout.margin:
            foot = top + layout.row
            self.svg.line((layout.margin, foot), (layout.width - layout.margin, foot), "grid")

    def _figure(self, row: ForestRow) -> str:
        return words.figure(row.estimate, self.plot.places)

    def _label(self, row: ForestRow, kind: str, at: tuple[float, float]) -> None:
        baseline = row.baseline and not self.layout.margin  # a phone has the diamond only
        tag = "leaky" if row.leak else "baseline" if baseline else ""
        room = self.layout.label_width
        if self.layout.margin:
            room = min(room, NARROW - 24 - text_width(self._figure(row), 13))
        shown = short_label(row.label, room - (text_width(tag, 12) + 8 if tag else 0), 14)
        aside = (tag, "leaky-word" if row.leak else "aside")
        self.svg.text(at, shown, kind, title=row.label if shown != row.label else "", aside=aside)

    def _mark(self, row: ForestRow, height: float) -> None:
        title = f"{row.label}: {self._figure(row)}"
        title += f", leaky: {row.leak}" if row.leak else ""
        if words.has_interval(row.estimate):
            low, high = self.scale(row.estimate.low), self.scale(row.estimate.high)
            self.svg.line((low, height), (high, height), f"whisker {row.kind}")
            for end in (low, high):
                self.svg.line((end, height - 4), (end, height + 4), f"whisker {row.kind}")
        at = (self.scale(row.estimate.value), height)
        draw = self.svg.diamond if row.baseline else self.svg.dot
        draw(at, 6.5 if row.baseline else 5.5, f"mark {row.kind}", title=title)
