"""Time points as milliseconds, where the sampling rate is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TimeAxis:
    """``axis(point)`` is where a time point stands: in ms, or the point itself."""

    sampling_rate: float | None

    def __call__(self, point: float) -> float:
        return 1000.0 * point / self.sampling_rate if self.sampling_rate else float(point)

    @property
    def label(self) -> str:
        """What the axis measures."""
        return "ms" if self.sampling_rate else "time point"

    def stretch(self, start: int, stop: int) -> str:
        """``224–280 ms`` or ``points 28–34``: the points from ``start`` until before ``stop``."""
        if self.sampling_rate:
            return f"{self(start):.0f}–{self(stop):.0f} ms"
        return f"points {start}–{stop - 1}"
