"""Where the lines of a picture run; the templates say how they look.

A signal is drawn as on paper: squares of 0.1 mV × 40 ms, every fifth line stronger, as far as the
units are known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

WIDTH: Final = 340.0
_LEFT, _RIGHT, _TOP, _TRACE, _GAP, _LANE, _FOOT = 36.0, 4.0, 20.0, 118.0, 8.0, 30.0, 34.0
_SMALL: Final = (0.1, 40.0)
_LARGE: Final = (0.5, 200.0)
_LEVELS: Final = 8
_STRONGEST: Final = 0.4

Row = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Tick:
    """A position along an axis and the figure that stands there."""

    at: float
    text: str


@dataclass(frozen=True)
class Strip:
    """A stretch behind the signal that spoke for the class, or against it."""

    x: float
    width: float
    strength: float
    speaks_for: bool


@dataclass(frozen=True)
class EcgPicture:
    """One channel on paper; lengths in units of the picture, paths as SVG writes them."""

    height: float
    left: float
    right: float
    top: float
    foot: float
    name: str
    millivolts: bool
    seconds: bool
    small: str
    large: str
    trace: str
    strips: tuple[Strip, ...]
    lane_for: str
    lane_against: str
    lane_middle: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    width: float = WIDTH


def ecg(
    signal: Row,
    weight: Row | None,
    *,
    name: str,
    sampling_rate: float | None,
    millivolts: bool,
) -> EcgPicture:
    """One channel, and how much each of its moments spoke for the class.

    Parameters
    ----------
    signal
        ``(n_timepoints,)``; NaN past its end.
    weight
        ``(n_timepoints,)``; positive for the class. None draws the signal alone.
    name
        The channel's.
    sampling_rate
        Hz, where it is known.
    millivolts
        Whether values are in mV.
    """
    known = signal[: _length(signal)]
    step = 1000.0 / sampling_rate if sampling_rate else 1.0
    x = _Scale(0.0, max(step * (len(known) - 1), step), _LEFT, WIDTH - _RIGHT)
    foot = _TOP + _TRACE
    y = _Scale(*_ends(known), foot, _TOP)
    times = step * np.arange(len(known))
    lane = foot + _GAP
    end = foot if weight is None else lane + _LANE
    middle, up, down = lane + _LANE / 2, "", ""
    strips: tuple[Strip, ...] = ()
    if weight is not None:
        weight = np.nan_to_num(weight[: len(known)])
        strips = tuple(_strips(weight, times, x, step))
        up, down = (_area(sign * weight, times, x, middle, -sign) for sign in (1.0, -1.0))
    return EcgPicture(
        height=end + _FOOT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        top=_TOP,
        foot=end,
        name=name,
        millivolts=millivolts,
        seconds=sampling_rate is not None,
        small=_squares(x, y, _SMALL, bool(sampling_rate), millivolts),
        large=_squares(x, y, _LARGE, bool(sampling_rate), millivolts),
        trace=path(x(times), y(known)),
        strips=strips,
        lane_for=up,
        lane_against=down,
        lane_middle=middle,
        x_ticks=_ticks(x, 5),
        y_ticks=_ticks(y, 3),
    )


def moving_channels(signal: Row) -> list[int]:
    """The channels of ``(n_channels, n_timepoints)`` that change in time, the first two."""
    spread = np.nanmax(signal, axis=1) - np.nanmin(signal, axis=1)
    return np.flatnonzero(spread > 0)[:2].tolist() or [0]


@dataclass(frozen=True)
class RhythmPicture:
    """Heart rate along the time of a recording, with marks where a beat is not of the usual class.

    ``each`` is the rate at every beat, ``line`` that of the nine intervals around; ``marks`` are
    positions along the time and the class's code.
    """

    width: float
    height: float
    left: float
    right: float
    top: float
    foot: float
    each: str
    line: str
    marks: tuple[tuple[float, int], ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    minutes: bool


def rhythm(seconds: Row, codes: NDArray[Any], usual: int, *, width: float) -> RhythmPicture:
    """Heart rate, 60 / RR, at each beat from the second on.

    Parameters
    ----------
    seconds
        ``(n_beats,)`` of the R-peaks.
    codes
        ``(n_beats,)`` classes.
    usual
        The class that is not marked.
    width
        Of the picture.
    """
    rate = heart_rate(seconds)
    minutes = bool(seconds[-1] > 120)
    scale = 60.0 if minutes else 1.0
    x = _Scale(0.0, max(float(seconds[-1]) / scale, 1e-9), 36.0, width - 6.0)
    low, high = (float(np.quantile(rate, q)) for q in (0.01, 0.98))
    y = _Scale(min(low, 50.0) - 3, max(high, 90.0) + 3, 122.0, 26.0)
    at = x(seconds / scale)
    marked = np.flatnonzero(codes != usual)
    height = np.clip(y(rate), 26.0, 122.0)
    usually = np.clip(y(60.0 / _mean_around(np.diff(seconds))), 26.0, 122.0)
    return RhythmPicture(
        width=width,
        height=158.0,
        left=36.0,
        right=width - 6.0,
        top=26.0,
        foot=122.0,
        each=path(at[1:], height),
        line=path(at[1:], usually),
        marks=tuple((round(float(at[i]), 1), int(codes[i])) for i in marked),
        x_ticks=_ticks(x, 6),
        y_ticks=_ticks(y, 4),
        minutes=minutes,
    )


def heart_rate(seconds: Row) -> Row:
    """``(n_beats - 1,)`` beats a minute between one R-peak and the next."""
    return 60.0 / np.maximum(np.diff(seconds), 1e-3)


def _mean_around(intervals: Row, n: int = 9) -> Row:
    """The mean of the ``n`` intervals around each; the ends are repeated."""
    padded = np.pad(intervals, n // 2, mode="edge")
    return np.maximum(np.convolve(padded, np.full(n, 1 / n), mode="valid"), 1e-3)


def path(x: Row, y: Row) -> str:
    """The ``d`` of a line through points; one that is not finite breaks it."""
    parts, pen = [], False
    for a, b in zip(x.tolist(), y.tolist(), strict=True):
        if math.isfinite(a) and math.isfinite(b):
            parts.append(f"{'L' if pen else 'M'}{a:.1f} {b:.1f}")
            pen = True
        else:
            pen = False
    return "".join(parts)


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: Any) -> Any:
        part = (np.asarray(value, dtype=np.float64) - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


def _length(signal: Row) -> int:
    known = np.flatnonzero(np.isfinite(signal))
    return int(known[-1]) + 1 if len(known) else len(signal)


def _ends(values: Row) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return -0.5, 0.5
    low, high = float(known.min()), float(known.max())
    room = 0.08 * (high - low) or 0.5
    return low - room, high + room


def _ticks(scale: _Scale, count: int) -> tuple[Tick, ...]:
    raw = (scale.high - scale.low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1.0, 2.0, 2.5, 5.0, 10.0) if s * power >= raw * (1 - 1e-9))
    first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
    values = [round(i * step, 12) for i in range(first, last + 1)]
    return tuple(Tick(round(float(scale(v)), 1), f"{v:g}".replace("-", "−")) for v in values)


def _squares(
    x: _Scale, y: _Scale, size: tuple[float, float], in_time: bool, in_millivolts: bool
) -> str:
    """Lines of the paper, where there are not so many that they would cover it."""
    parts = []
    if in_time and (x.high - x.low) / size[1] <= 80:
        for k in range(int(x.high / size[1]) + 1):
            at = float(x(k * size[1]))
            parts.append(f"M{at:.1f} {y.end:.1f}V{y.start:.1f}")
    if in_millivolts and (y.high - y.low) / size[0] <= 60:
        for k in range(math.ceil(y.low / size[0]), math.floor(y.high / size[0]) + 1):
            at = float(y(k * size[0]))
            parts.append(f"M{x.start:.1f} {at:.1f}H{x.end:.1f}")
    return "".join(parts)


def _strips(weight: Row, times: Row, x: _Scale, step: float) -> Sequence[Strip]:
    """Stretches that weigh at least an eighth of the heaviest moment."""
    most = float(np.abs(weight).max()) or 1.0
    levels = np.rint(_LEVELS * weight / most).astype(int)
    edges = np.flatnonzero(np.diff(levels)) + 1
    found = []
    for start, stop in zip([0, *edges], [*edges, len(levels)], strict=True):
        level = int(levels[start])
        if level:
            left = max(float(x(times[start] - step / 2)), x.start)
            right = min(float(x(times[stop - 1] + step / 2)), x.end)
            strength = round(_STRONGEST * abs(level) / _LEVELS, 2)
            found.append(Strip(round(left, 1), round(right - left, 1), strength, level > 0))
    return found


def _area(weight: Row, times: Row, x: _Scale, middle: float, direction: float) -> str:
    """The part of ``weight`` above zero, as an area up or down from ``middle``."""
    positive = np.maximum(weight, 0.0)
    if not positive.any():
        return ""
    most = float(np.abs(weight).max())
    edge = path(x(times), middle + direction * positive / most * (_LANE / 2))
    return f"M{x.start:.1f} {middle:.1f}L{edge[1:]}L{x.end:.1f} {middle:.1f}Z"
