"""Square pictures of shares: ROC, precision and recall, reliability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from auscult.evaluate.curves import Curve
from auscult.evaluate.result import Predictions
from auscult.report.charts.choice import Line
from auscult.report.scale import Scale
from auscult.report.svg import Frame, Svg, shortened, text_width

SIDE = 360.0
_ROW = 18.0


@dataclass(frozen=True)
class NamedCurve:
    """A curve, the words beside it, how it is drawn (a CSS class) and a figure for it."""

    label: str
    kind: str
    curve: Curve
    value: str = ""


def usable(predictions: Predictions, code: int) -> bool:
    """Whether the predictions hold a finite probability of class ``code`` for every row."""
    p = predictions.probability
    return p.ndim == 2 and code < p.shape[1] and len(p) > 0 and bool(np.isfinite(p).all())


def named_curve(
    line: Line, curve_of: Callable[[Predictions, int], Curve], value: str = ""
) -> NamedCurve | None:
    """The line's curve; None where it is not defined."""
    predictions = line.row.predictions
    if not usable(predictions, line.code):
        return None
    curve = curve_of(predictions, line.code)
    if len(curve.x) < 2 or not (np.isfinite(curve.x).all() and np.isfinite(curve.y).all()):
        return None
    return NamedCurve(line.label, line.kind, curve, value)


def square(label: str) -> tuple[Svg, Frame]:
    """An empty picture whose axes both run from 0 to 1."""
    svg = Svg(SIDE, SIDE, label, "square")
    return svg, Frame(svg, Scale(0, 1, 34, SIDE - 12), Scale(0, 1, SIDE - 42, 24))


def names(svg: Svg, curves: Sequence[NamedCurve], corner: tuple[float, float]) -> None:
    """A line sample and the words of each curve, upwards from ``corner``, first one on top."""
    x, foot = corner
    shown = [c for c in curves if c.label]
    for i, named in enumerate(reversed(shown)):
        y = foot - _ROW * i
        svg.line((x, y - 4), (x + 20, y - 4), named.kind)
        room = SIDE - 16 - x - 26 - text_width(f" {named.value}", 12)
        text = f"{shortened(named.label, room, 12)} {named.value}".rstrip()
        kind = "note strong" if "best" in named.kind else "note"
        svg.text((x + 26, y), text, kind, title=named.label)
