"""The leaderboard as a forest plot: one row a model, dot and interval on a common scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from auscult.evaluate.result import ModelResult, Result
from auscult.report import reading, words
from auscult.report.scale import Scale, padded, tick_labels
from auscult.report.svg import Svg, shortened, text_width
from auscult.types import Estimate

WIDE, NARROW = 832.0, 350.0
_HEAD, _FOOT = 34.0, 44.0


def forest(result: Result, *, wide: bool = True) -> Markup:
    """Draw the leaderboard.

    Parameters
    ----------
    result
        A finished study; its models stand best first.
    wide
        For a page's full width, or for a phone.

    Returns
    -------
    Markup
        An SVG element. The linear baseline is a dashed line through all rows, a leaky figure a
        hollow grey mark beside the word *leaky*, a baseline a diamond.
    """
    return _Forest(result, wide).draw()


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


def _layout(labels: list[str], wide: bool) -> _Layout:
    if not wide:
        return _Layout(NARROW, 202.0, (8.0, NARROW - 8.0), 50.0, 36.0, 18.0, 8.0)
    width = min(max([text_width(label, 14) for label in labels] + [90.0]) + 76, 300.0)
    return _Layout(WIDE, width - 8, (width + 10, WIDE - 172), 34.0, 17.0, 21.5)


def _scale(result: Result, plot: tuple[float, float]) -> Scale:
    ends = [v for row in result.models for v in reading.headline(result, row)]
    within = (0.0, 1.0) if words.is_share(result.headline) else None
    return Scale(*padded(ends, share=0.04, within=within), *plot)


def _description(result: Result) -> str:
    best = reading.headline(result, result.winner) if result.models else reading.UNKNOWN
    name = reading.label(result.winner) if result.models else "none"
    return (
        f"Leaderboard by {words.metric_label(result.headline)} with 95 % intervals, "
        f"{words.plural(len(result.models), 'model')}; best: {name}, {words.figure(best)}"
    )


class _Forest:
    """The picture while it is drawn."""

    def __init__(self, result: Result, wide: bool) -> None:
        self.result = result
        self.labels = reading.distinct_labels(result)
        self.layout = _layout(list(self.labels.values()), wide)
        self.scale = _scale(result, self.layout.plot)
        self.foot = _HEAD + self.layout.row * len(result.models)
        self.svg = Svg(self.layout.width, self.foot + _FOOT, _description(result), "forest")

    def draw(self) -> Markup:
        self._grid()
        self._baseline()
        for i, row in enumerate(self.result.models):
            self._row(row, _HEAD + self.layout.row * i)
        return self.svg.render()

    def _grid(self) -> None:
        svg, scale, foot = self.svg, self.scale, self.foot
        ticks = scale.ticks(6)
        for tick, shown in zip(ticks, tick_labels(ticks), strict=True):
            svg.line((scale(tick), _HEAD), (scale(tick), foot), "grid")
            svg.text((scale(tick), foot + 16), shown, "tick", anchor="middle")
        svg.line((scale.start, foot), (scale.end, foot), "axis")
        metric = self.result.headline
        arrow = "← better" if words.lower_is_better(metric) else "better →"
        name = f"{words.metric_label(metric)} on cases the fit never saw, {arrow}"
        svg.text(((scale.start + scale.end) / 2, foot + 35), name, "axis-label", anchor="middle")

    def _baseline(self) -> None:
        row = reading.linear_baseline(self.result)
        value = reading.headline(self.result, row).value if row else math.nan
        if not math.isfinite(value):
            return
        at = self.scale(value)
        if self.layout.margin:
            self._pieces(at)
        else:
            self.svg.line((at, _HEAD - 10), (at, self.foot), "baseline")
        note = f"linear baseline {words.number(value)}"
        half = text_width(note, 12) / 2
        middle = min(max(at, self.scale.start + half), self.scale.end - half)
        self.svg.text((middle, _HEAD - 15), note, "note", anchor="middle")

    def _pieces(self, at: float) -> None:
        """The baseline's line beside the marks only: above them stand words."""
        for i in range(len(self.result.models)):
            middle = _HEAD + self.layout.row * i + self.layout.mark
            self.svg.line((at, middle - 11), (at, middle + 13), "baseline")

    def _row(self, row: ModelResult, top: float) -> None:
        layout, estimate = self.layout, reading.headline(self.result, row)
        strong = " strong" if self._kind(row) == "best" else ""
        self._label(row, f"label{strong}", (layout.margin, top + layout.text))
        at = (layout.width - layout.margin, top + layout.text)
        self.svg.text(at, words.figure(estimate), f"figure{strong}", anchor="end")
        self._mark(row, estimate, top + layout.mark)
        if layout.margin:
            foot = top + layout.row
            self.svg.line((layout.margin, foot), (layout.width - layout.margin, foot), "grid")

    def _kind(self, row: ModelResult) -> str:
        if reading.leak(self.result, row):
            return "leaky"
        return "best" if row.model == self.result.best else "other"

    def _label(self, row: ModelResult, kind: str, at: tuple[float, float]) -> None:
        label, leaky = self.labels[row.model], reading.leak(self.result, row)
        baseline = row.baseline and not self.layout.margin  # a phone has the diamond only
        tag = "leaky" if leaky else "baseline" if baseline else ""
        room = self.layout.label_width - (text_width(tag, 12) + 8 if tag else 0)
        shown = shortened(label, room, 14)
        aside = (tag, "leaky-word" if leaky else "aside")
        self.svg.text(at, shown, kind, title=label if shown != label else "", aside=aside)

    def _mark(self, row: ModelResult, estimate: Estimate, height: float) -> None:
        kind, leaky = self._kind(row), reading.leak(self.result, row)
        title = f"{self.labels[row.model]}: {words.figure(estimate)}"
        title += f", leaky: {leaky}" if leaky else ""
        if words.has_interval(estimate):
            low, high = self.scale(estimate.low), self.scale(estimate.high)
            self.svg.line((low, height), (high, height), f"whisker {kind}")
            for end in (low, high):
                self.svg.line((end, height - 4), (end, height + 4), f"whisker {kind}")
        at = (self.scale(estimate.value), height)
        draw = self.svg.diamond if row.baseline else self.svg.dot
        draw(at, 6.5 if row.baseline else 5.5, f"mark {kind}", title=title)
