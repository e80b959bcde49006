"""Reliability: whether 80 % means 80 %."""

from __future__ import annotations

from markupsafe import Markup

from auscult.evaluate.calibration.recalibrate import two_sided
from auscult.evaluate.curves import Reliability, reliability
from auscult.evaluate.result import ModelResult, Result
from auscult.report import reading, words
from auscult.report.charts.square import SIDE, square, usable
from auscult.report.svg import Frame


def reliability_chart(result: Result) -> Markup | None:
    """Draw the observed share against the predicted one, in ten bins of equally many rows.

    With two classes it is the second class's share; with more, how often the likeliest class
    is the right one. The dashed line is the linear baseline.

    Returns
    -------
    Markup or None
        None where the best model gave no probabilities.
    """
    best, linear = result.winner, reading.linear_baseline(result)
    bins = _bins(best)
    if bins is None:
        return None
    svg, frame = square(f"Reliability of {reading.label(best)}: observed against predicted share")
    frame.axes(_axis(result), "observed share")
    frame.curve([0, 1], [0, 1], "chance")
    base = _bins(linear) if linear is not None and linear.model != best.model else None
    if linear is not None and base is not None:
        frame.curve(base.predicted, base.observed, "curve base")
        _name(frame, reading.label(linear), "curve base", 0)
    done = best.calibration and best.calibration.recalibration
    if done:
        predicted, observed = zip(*done.bins, strict=True)
        frame.curve(predicted, observed, "curve faint", title="before calibration")
    _draw(frame, bins)
    _name(frame, reading.label(best), "curve best", 1)
    return svg.render()


def _axis(result: Result) -> str:
    if len(result.data.classes) == 2:
        return f"predicted probability of '{result.data.classes[1]}'"
    return "predicted probability of the likeliest class"


def _bins(row: ModelResult) -> Reliability | None:
    if not usable(row.predictions, 1):
        return None
    return reliability(two_sided(row.predictions), 1)


def _draw(frame: Frame, bins: Reliability) -> None:
    frame.curve(bins.predicted, bins.observed, "curve best")
    columns = (bins.predicted, bins.observed, bins.low, bins.high, bins.count)
    for predicted, observed, low, high, n in zip(*columns, strict=True):
        frame.svg.line(frame.at(predicted, low), frame.at(predicted, high), "whisker best")
        note = f"predicted {words.percent(predicted)}, observed {words.percent(observed)}"
        at = frame.at(predicted, observed)
        frame.svg.dot(at, 4, "mark best", title=f"{note}, {words.plural(int(n), 'prediction')}")


def _name(frame: Frame, label: str, kind: str, place: int) -> None:
    """Words in the lower right corner, where a sane curve leaves room."""
    y = frame.y.start - 14 - 18 * place
    strong = "note strong" if "best" in kind else "note"
    frame.svg.text((SIDE - 42, y), label, strong, anchor="end")
    frame.svg.line((SIDE - 36, y - 4), (SIDE - 16, y - 4), kind)
