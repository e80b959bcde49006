"""Precision against recall: what an alarm is worth, the more cases are found."""

from __future__ import annotations

from markupsafe import Markup

from auscult.evaluate.curves import pr
from auscult.evaluate.result import Result
from auscult.report import reading, words
from auscult.report.charts.choice import Line, lines, operating_point
from auscult.report.charts.square import NamedCurve, named_curve, names, square
from auscult.report.svg import Frame


def precision_recall_chart(result: Result) -> Markup | None:
    """Draw precision against recall for the same curves as the ROC.

    Returns
    -------
    Markup or None
        None where no curve is defined.
    """
    drawn = [n for line in lines(result) if (n := _named(line)) is not None]
    if not drawn:
        return None
    svg, frame = square(
        f"Precision and recall of {reading.label(result.winner)}; {len(drawn)} curves"
    )
    frame.axes("sensitivity (recall)", "precision")
    _prevalence(result, frame)
    for named in reversed(drawn):
        frame.curve(named.curve.x, named.curve.y, named.kind, title=named.label)
    point = operating_point(result.winner)
    if point is not None:
        at = frame.at(point.sensitivity, point.precision)
        svg.dot(at, 5.5, "mark best", title="operating point")
    names(svg, drawn, (46.0, frame.y.start - 12))
    return svg.render()


def _named(line: Line) -> NamedCurve | None:
    """The curve; of two classes with the leaderboard's average precision."""
    known = line.row.metrics.get("average_precision")
    two = line.row.predictions.probability.shape[-1] == 2
    value = words.number(known.value) if known is not None and two and line.label else ""
    return named_curve(line, pr, value)


def _prevalence(result: Result, frame: Frame) -> None:
    """What alarming at every case would reach: the class's share among all tested cases."""
    true = result.winner.predictions.true
    if len(result.data.classes) != 2 or not len(true):
        return
    share = float((true == 1).mean())
    frame.curve([0, 1], [share, share], "chance")
    right, height = frame.at(1, share)
    note = f"every case alarmed {words.number(share, 2)}"
    # Below the line, save where the curves' names stand there.
    below = height + 14 if share > 0.25 else height - 6
    frame.svg.text((right - 2, below), note, "note", anchor="end")
