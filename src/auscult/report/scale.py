"""From figures to positions: linear and logarithmic scales with ticks people can read."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def finite(values: Iterable[float]) -> list[float]:
    """The finite ones of ``values``, in order."""
    return [float(v) for v in values if math.isfinite(v)]


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About ``count`` round figures within ``[low, high]``.

    They stand 1, 2, 2.5 or 5 times a power of ten apart.

    Parameters
    ----------
    low, high
        The ends of the axis, finite.
    count
        How many ticks are wished for; the answer holds at most one more.
    """
    span = high - low
    if not span > 0:
        return [low]
    raw = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in _STEPS if s * power >= raw * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def tick_labels(ticks: list[float]) -> list[str]:
    """The ticks as text with equal decimals, as few as tell them apart."""
    if any(t != 0 and not 1e-3 <= abs(t) < 1e5 for t in ticks):
        return [f"{t:.3g}" for t in ticks]
    places = next(
        (d for d in range(6) if all(abs(round(t, d) - t) < 1e-9 for t in ticks)),
        6,
    )
    return [f"{t:.{places}f}".replace("-", "−") for t in ticks]


def padded(
    values: Iterable[float], *, share: float = 0.06, within: tuple[float, float] | None = None
) -> tuple[float, float]:
    """Ends of an axis that holds all finite ``values`` with a little room.

    Parameters
    ----------
    values
        What is to be drawn; figures that are not finite are left out.
    share
        The room at each end, as a share of the span.
    within
        Ends that the axis never leaves, ``(0, 1)`` for shares.
    """
    known = finite(values)
    if not known:
        return within or (0.0, 1.0)
    low, high = min(known), max(known)
    room = (high - low) * share or abs(high) * share or 0.5
    low, high = low - room, high + room
    if within is not None:
        low, high = max(low, within[0]), min(high, within[1])
    return (low, high) if high > low else (low - 0.5, high + 0.5)


@dataclass(frozen=True)
class Scale:
    """A scale from ``low..high`` in the data to ``start..end`` in the picture.

    ``log`` needs ``low > 0``.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The position of ``value``; NaN stays NaN."""
        if self.log:
            if not value > 0:
                return math.nan
            part = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    def ticks(self, count: int = 5) -> list[float]:
        """Round figures along the scale.

        On a logarithmic one powers of ten, with 2 and 5 times them where few fit.
        """
        if not self.log:
            return nice_ticks(self.low, self.high, count)
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        powers = [10.0**e for e in range(first, last + 1)]
        inside = self._inside(powers)
        if len(inside) < 3 and count > 3:
            inside = self._inside([p * m for p in [powers[0] / 10, *powers] for m in (1, 2, 5)])
        return inside or [self.low, self.high]

    def _inside(self, values: list[float]) -> list[float]:
        return [v for v in values if self.low * 0.999 <= v <= self.high * 1.001]
