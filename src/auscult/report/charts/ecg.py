"""A signal on paper, with what its moments spoke for; and two signals with their warping path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from auscult.evaluate.explain.result import ExplainedCase, Neighbour, Row
from auscult.report.charts.time_axis import TimeAxis
from auscult.report.scale import Scale, finite, padded
from auscult.report.svg import Frame, Svg

WIDTH = 262.0
_LEFT, _RIGHT = 34.0, 6.0
_TRACE, _LANE, _GAP, _FOOT, _HEAD = 104.0, 34.0, 8.0, 38.0, 18.0
_BETWEEN = 20.0
_MOST_TRACES = 2
_LINES = 28
_SMALL, _LARGE = (0.1, 40.0), (0.5, 200.0)  # mV and ms of the squares on paper


@dataclass(frozen=True)
class Paper:
    """What the signals are drawn on.

    ``millivolts`` says that values are in mV, ``names`` are the channels', ``classes`` the
    classes'.
    """

    sampling_rate: float | None
    millivolts: bool
    names: tuple[str, ...]
    classes: tuple[str, ...]

    @property
    def axis(self) -> TimeAxis:
        return TimeAxis(self.sampling_rate)


def moving_channels(signal: Sequence[Row]) -> list[int]:
    """The channels that change in time, the first two."""
    return [i for i, row in enumerate(signal) if max(row) > min(row)][:_MOST_TRACES]


def ecg_with_weight(case: ExplainedCase, paper: Paper, what: str) -> Markup:
    """Draw a case, and below each channel how much each moment spoke for the predicted class.

    Behind the signal stands the same as a shade: accent for, orange and hatched below against.
    """
    channels = moving_channels(case.signal) or [0]
    height = _HEAD + len(channels) * (_TRACE + _LANE + _GAP + _BETWEEN) - _BETWEEN + _FOOT
    svg = Svg(WIDTH, height, what, "ecg")
    x = Scale(0, paper.axis(len(case.signal[0]) - 1), _LEFT, WIDTH - _RIGHT)
    drawn = case.weight if len(case.weight) == 1 else [case.weight[c] for c in channels]
    most = max((abs(v) for row in drawn for v in row), default=0.0) or 1.0
    top = _HEAD
    for channel in channels:
        weight = case.weight[channel if len(case.weight) > 1 else 0]
        frame = Frame(svg, x, _values(case.signal[channel], top))
        _shade(frame, weight, most, paper.axis)
        _trace(frame, case.signal[channel], paper, channel, "trace")
        _lane(frame, weight, most, paper.axis, top + _TRACE + _GAP / 2)
        top += _TRACE + _LANE + _GAP + _BETWEEN
    _time(svg, x, paper.axis, top - _BETWEEN)
    return svg.render()


def ecg_with_path(case: ExplainedCase, near: Neighbour, paper: Paper, what: str) -> Markup:
    """Draw a case above its nearest neighbour, lines between matched time points."""
    channel = (moving_channels(case.signal) or [0])[0]
    svg = Svg(WIDTH, _HEAD + 2 * _TRACE + _LANE + _FOOT, what, "ecg")
    longest = max(len(case.signal[0]), len(near.signal[0]))
    x = Scale(0, paper.axis(longest - 1), _LEFT, WIDTH - _RIGHT)
    upper = Frame(svg, x, _values(case.signal[channel], _HEAD))
    lower = Frame(svg, x, _values(near.signal[channel], _HEAD + _TRACE + _LANE))
    step = max(1, len(near.path) // _LINES)
    for i, j in near.path[::step]:
        start = upper.at(paper.axis(i), case.signal[channel][i])
        end = lower.at(paper.axis(j), near.signal[channel][j])
        svg.line(start, end, "match")
    _trace(upper, case.signal[channel], paper, channel, "trace")
    _trace(lower, near.signal[channel], paper, channel, "trace near", named=False)
    svg.text((WIDTH - _RIGHT, _HEAD + _TRACE + _LANE - 2), "neighbour", "note", anchor="end")
    _time(svg, x, paper.axis, _HEAD + 2 * _TRACE + _LANE)
    return svg.render()


def _values(signal: Row, top: float) -> Scale:
    return Scale(*padded(finite(signal), share=0.08), top + _TRACE, top)


def _trace(
    frame: Frame, signal: Row, paper: Paper, channel: int, kind: str, *, named: bool = True
) -> None:
    _squares(frame, paper)
    if named:
        unit = ", mV" if paper.millivolts else ""
        name = paper.names[channel] if channel < len(paper.names) else f"channel {channel + 1}"
        frame.svg.text((frame.x.start, frame.y.end - 6), f"{name}{unit}", "note")
    for tick in frame.y.ticks(3):
        text = f"{tick:g}".replace("-", "−")
        frame.svg.text((frame.x.start - 5, frame.y(tick) + 3.8), text, "tick", anchor="end")
    frame.curve([paper.axis(t) for t in range(len(signal))], signal, kind)


def _squares(frame: Frame, paper: Paper) -> None:
    """The squares of ECG paper as far as the units are known; else a few faint lines."""
    (small_mv, small_ms), (large_mv, large_ms) = _SMALL, _LARGE
    x, y = frame.x, frame.y
    if paper.sampling_rate:
        _upright(frame, small_ms, "square")
        _upright(frame, large_ms, "square large")
    else:
        for tick in x.ticks(5):
            frame.svg.line((x(tick), y.start), (x(tick), y.end), "square")
    if not paper.millivolts:
        for tick in y.ticks(3):
            frame.svg.line((x.start, y(tick)), (x.end, y(tick)), "square")
        return
    for size, kind in ((small_mv, "square"), (large_mv, "square large")):
        if (y.high - y.low) / size > 60:
            continue
        first = int(y.low / size) - 1
        for k in range(first, int(y.high / size) + 2):
            if y.low <= k * size <= y.high:
                frame.svg.line((x.start, y(k * size)), (x.end, y(k * size)), kind)


def _upright(frame: Frame, step: float, kind: str) -> None:
    if (frame.x.high - frame.x.low) / step > 80:
        return
    for k in range(int(frame.x.high / step) + 1):
        at = frame.x(k * step)
        frame.svg.line((at, frame.y.start), (at, frame.y.end), kind)


def _shade(frame: Frame, weight: Row, most: float, axis: TimeAxis) -> None:
    """Strips behind the signal where a moment weighs at least an eighth of the heaviest."""
    half = (frame.x(axis(1)) - frame.x(axis(0))) / 2
    height = frame.y.start - frame.y.end
    for start, stop, level in _runs([round(8 * v / most) for v in weight]):
        left = frame.x(axis(start)) - half
        kind = "for" if level > 0 else "against"
        corner = (max(left, frame.x.start), frame.y.end)
        width = min(frame.x(axis(stop - 1)) + half, frame.x.end) - corner[0]
        frame.svg.bar(corner, width, height, f"shade {kind}", strength=0.42 * abs(level) / 8)


def _runs(levels: Sequence[int]) -> list[tuple[int, int, int]]:
    """Stretches of one level other than 0: start, stop, level."""
    found, start = [], 0
    for t in range(1, len(levels) + 1):
        if t == len(levels) or levels[t] != levels[start]:
            if levels[start]:
                found.append((start, t, levels[start]))
            start = t
    return found


def _lane(frame: Frame, weight: Row, most: float, axis: TimeAxis, top: float) -> None:
    """The same as areas: upwards for, downwards against."""
    y = Scale(-most, most, top + _LANE, top)
    times = [frame.x(axis(t)) for t in range(len(weight))]
    for sign, kind in ((1.0, "for"), (-1.0, "against")):
        edge = [(x, y(sign * max(sign * v, 0.0))) for x, v in zip(times, weight, strict=True)]
        if any(sign * v > 0 for v in weight):
            frame.svg.path([(times[0], y(0)), *edge, (times[-1], y(0))], f"area {kind}")
    frame.svg.line((frame.x.start, y(0)), (frame.x.end, y(0)), "axis")
    frame.svg.text((frame.x.start - 5, y(most) + 8), "for", "tick", anchor="end")
    frame.svg.text((frame.x.start - 5, y(-most)), "not", "tick", anchor="end")


def _time(svg: Svg, x: Scale, axis: TimeAxis, foot: float) -> None:
    frame = Frame(svg, x, Scale(0, 1, foot, foot - 1))
    frame.x_axis(axis.label, [(tick, f"{tick:g}") for tick in x.ticks(5)])
