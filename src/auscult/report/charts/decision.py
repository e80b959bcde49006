"""The decision curve: what acting on a model's word is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from auscult.evaluate.calibration.result import DecisionCurve
from auscult.evaluate.result import Result
from auscult.report import reading, words
from auscult.report.scale import Scale
from auscult.report.svg import Frame, Svg

_WIDTH, _HEIGHT = 520.0, 300.0
_DEEP = 0.15


def decision_chart(result: Result) -> Markup | None:
    """Draw net benefit against the probability from which one would act.

    The best model with its interval, the linear baseline dashed, acting on everyone and on no
    one dotted.

    Returns
    -------
    Markup or None
        None where the best model has no decision curve.
    """
    best, linear = result.winner, reading.linear_baseline(result)
    curve = decision_of(result)
    if curve is None:
        return None
    top = 1.08 * max(0.01, *curve.high, curve.treat_all[0])
    svg = Svg(_WIDTH, _HEIGHT, _description(result, curve), "square")
    frame = Frame(svg, Scale(0, 1, 46, _WIDTH - 10), Scale(-_DEEP * top, top, _HEIGHT - 42, 26))
    frame.axes(f"probability of '{result.data.classes[1]}' from which one acts", "net benefit")
    floor = frame.y.low
    _band(frame, curve, floor)
    frame.curve([0, 1], [0, 0], "chance")
    _line(frame, curve.threshold, curve.treat_all, "chance", floor)
    if linear is not None and linear.model != best.model and linear.calibration:
        base = linear.calibration.decision
        if base is not None:
            _line(frame, base.threshold, base.net_benefit, "curve base", floor)
    _line(frame, curve.threshold, curve.net_benefit, "curve best", floor)
    _names(frame, result)
    return svg.render()


def decision_of(result: Result) -> DecisionCurve | None:
    """The best model's curve."""
    told = result.winner.calibration if result.models else None
    return told.decision if told else None


def worth(curve: DecisionCurve) -> tuple[float, float] | None:
    """The longest stretch of thresholds over which the model is above acting on all or none."""
    found: tuple[float, float] | None = None
    start: float | None = None
    columns = zip(curve.threshold, curve.net_benefit, curve.treat_all, strict=True)
    for t, benefit, everyone in columns:
        if not benefit > max(everyone, 0.0):
            start = None
            continue
        start = t if start is None else start
        if found is None or t - start > found[1] - found[0]:
            found = (start, t)
    return found


def _description(result: Result, curve: DecisionCurve) -> str:
    span = worth(curve)
    said = (
        f"above both from {words.percent(span[0])} to {words.percent(span[1])}"
        if span
        else "nowhere above both"
    )
    return (
        f"Decision curve of {reading.label(result.winner)}: net benefit by the probability from "
        f"which one acts, beside acting on everyone and on no one; {said}"
    )


def _line(frame: Frame, x: Sequence[float], y: Sequence[float], kind: str, floor: float) -> None:
    frame.curve(x, [v if v >= floor else math.nan for v in y], kind)


def _band(frame: Frame, curve: DecisionCurve, floor: float) -> None:
    shown = [
        (t, max(low, floor), max(high, floor))
        for t, low, high in zip(curve.threshold, curve.low, curve.high, strict=True)
        if math.isfinite(low) and math.isfinite(high)
    ]
    top = [frame.at(t, high) for t, _, high in shown]
    foot = [frame.at(t, low) for t, low, _ in shown]
    frame.svg.path([*top, *foot[::-1]], "band")


def _names(frame: Frame, result: Result) -> None:
    """Words in the upper right corner, where net benefit is low."""
    best, linear = result.winner, reading.linear_baseline(result)
    named = [(reading.label(best), "curve best", "note strong")]
    if linear is not None and linear.model != best.model:
        named.append((reading.label(linear), "curve base", "note"))
    named.append(("acting on everyone, and on no one", "chance", "note"))
    for place, (label, kind, manner) in enumerate(named):
        y = frame.y.end + 10 + 18 * place
        frame.svg.text((frame.x.end - 30, y), label, manner, anchor="end")
        frame.svg.line((frame.x.end - 24, y - 4), (frame.x.end, y - 4), kind)
