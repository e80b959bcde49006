"""ROC curves: how many are found against how many are wrongly alarmed."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from auscult.evaluate.curves import roc
from auscult.evaluate.metrics import score
from auscult.evaluate.result import Result
from auscult.report import reading, words
from auscult.report.charts.choice import Line, lines, operating_point
from auscult.report.charts.square import NamedCurve, named_curve, names, square


def roc_chart(result: Result) -> Markup | None:
    """Draw the ROC of the best model, the linear baseline and, faintly, the others.

    With more than two classes the best model's classes are drawn, each against the rest.

    Returns
    -------
    Markup or None
        None where no curve is defined.
    """
    drawn = [n for line in lines(result) if (n := _named(line)) is not None]
    if not drawn:
        return None
    svg, frame = square(f"ROC curve of {reading.label(result.winner)}; {len(drawn)} curves")
    frame.axes("1 − specificity", "sensitivity")
    frame.curve([0, 1], [0, 1], "chance")
    for named in reversed(drawn):
        frame.steps(named.curve.x, named.curve.y, named.kind, title=named.label)
    point = operating_point(result.winner)
    if point is not None:
        at = frame.at(1 - point.specificity, point.sensitivity)
        svg.dot(at, 5.5, "mark best", title="operating point")
    names(svg, drawn, (130.0, frame.y.start - 12))
    return svg.render()


def _named(line: Line) -> NamedCurve | None:
    named = named_curve(line, roc)
    if named is None or not line.label:
        return named
    return named_curve(line, roc, words.number(_area(line)))


def _area(line: Line) -> float:
    """The area as the leaderboard has it; of one class among many, its own."""
    predictions = line.row.predictions
    known = line.row.metrics.get("roc_auc")
    if known is not None and predictions.probability.shape[1] == 2:
        return known.value
    p = predictions.probability[:, line.code]
    true = (predictions.true == line.code).astype(np.int64)
    return float(score("roc_auc", true, np.column_stack([1 - p, p]))[0])
