"""The step of series, found or said, and where on its grid each point stands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from auscult.data.series.dataset import Times
from auscult.types import IntArray

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_UNITS = (
    ("D", 86_400 * 10**9), ("h", 3600 * 10**9), ("min", 60 * 10**9), ("s", 10**9), ("ms", 10**6),
    ("us", 10**3), ("ns", 1),
)  # fmt: skip


class Grid(ABC):
    """Equally spaced places in time, numbered by whole numbers."""

    @abstractmethod
    def places(self, ticks: IntArray) -> IntArray:
        """``(n,)`` the place of each stamp; of one beside the grid, the place before it."""

    @abstractmethod
    def ticks(self, places: IntArray) -> IntArray:
        """``(n,)`` the stamps of places, in nanoseconds or counts."""

    @property
    @abstractmethod
    def freq(self) -> str | None:
        """The offset alias."""

    @property
    def step(self) -> np.timedelta64 | None:
        return None

    def span(self, first: int, n: int) -> Times | None:
        """``(n,)`` times from the stamp ``first`` on; None where points are numbered."""
        place = int(self.places(np.asarray([first]))[0])
        return self.ticks(np.arange(place, place + n)).astype("datetime64[ns]")


@dataclass(frozen=True)
class Even(Grid):
    """Every ``size`` nanoseconds, some of them ``phase`` after 1970."""

    size: int
    phase: int = 0

    def places(self, ticks: IntArray) -> IntArray:
        return (ticks - self.phase) // self.size

    def ticks(self, places: IntArray) -> IntArray:
        return places * self.size + self.phase

    def span(self, first: int, n: int) -> Times | None:
        # A series of a panel may start at another phase than the others.
        return (first + np.arange(n) * self.size).astype("datetime64[ns]")

    @property
    def freq(self) -> str | None:
        return even_alias(self.size)

    @property
    def step(self) -> np.timedelta64 | None:
        return np.timedelta64(self.size, "ns")


@dataclass(frozen=True)
class Counted(Even):
    """Every ``size`` of the file's own count."""

    @property
    def freq(self) -> str | None:
        return None

    @property
    def step(self) -> np.timedelta64 | None:
        return None

    def span(self, first: int, n: int) -> Times | None:
        return None


@dataclass(frozen=True)
class Months(Grid):
    """Every ``size`` months, on the first day or, with ``ends``, on the last."""

    size: int
    phase: int = 0
    ends: bool = False

    def places(self, ticks: IntArray) -> IntArray:
        return (month_numbers(ticks) - self.phase) // self.size

    def ticks(self, places: IntArray) -> IntArray:
        months = places * self.size + self.phase + self.ends
        days = months.astype("datetime64[M]").astype("datetime64[D]") - int(self.ends)
        return days.astype("datetime64[ns]").astype(np.int64)

    @property
    def freq(self) -> str | None:
        side = "E" if self.ends else "S"
        month = self.phase % 12
        if self.size == 1:
            return f"M{side}"
        # A quarter is named by one of its months: the first of a year that starts, the last else.
        if self.size == 3:
            usual = 2 if self.ends else 0
            anchor = month % 3 + (9 if self.ends else 0)
            return f"Q{side}" if month % 3 == usual else f"Q{side}-{_MONTHS[anchor]}"
        if self.size == 12:
            usual = 11 if self.ends else 0
            return f"Y{side}" if month == usual else f"Y{side}-{_MONTHS[month]}"
        return f"{self.size}M{side}"


@dataclass(frozen=True)
class WorkingDays(Grid):
    """Monday to Friday."""

    def places(self, ticks: IntArray) -> IntArray:
        days = ticks // _UNITS[0][1] + 3  # 1970-01-01 was a Thursday
        return days // 7 * 5 + np.minimum(days % 7, 4)

    def ticks(self, places: IntArray) -> IntArray:
        return (places // 5 * 7 + places % 5 - 3) * _UNITS[0][1]

    @property
    def freq(self) -> str | None:
        return "B"


def month_numbers(ticks: IntArray) -> IntArray:
    """``(n,)`` months since January 1970."""
    return ticks.astype("datetime64[ns]").astype("datetime64[M]").astype(np.int64)


def even_alias(size: int) -> str:
    """The offset alias of so many nanoseconds: ``15min``, ``D``."""
    unit, length = next((u, n) for u, n in _UNITS if size % n == 0)
    return unit if size == length else f"{size // length}{unit}"


def step_text(grid: Grid) -> str:
    """A step in words: ``15 min``, ``1 day``, ``1 month``."""
    if isinstance(grid, Months):
        return f"{grid.size} month{'s' * (grid.size > 1)}"
    if isinstance(grid, WorkingDays):
        return "1 working day"
    if isinstance(grid, Counted) or not isinstance(grid, Even):
        return f"{grid.size}" if isinstance(grid, Even) else "1"
    unit, length = next((u, n) for u, n in _UNITS if grid.size % n == 0)
    n = grid.size // length
    return f"{n} {'day' + 's' * (n > 1) if unit == 'D' else unit}"


def times_after(
    last: np.datetime64, n: int, *, freq: str, step: np.timedelta64 | None = None
) -> Times:
    """``(n,)`` the times of the ``n`` points after ``last``, with the data's freq and step."""
    first = int(last.astype("datetime64[ns]").astype(np.int64))
    times = _grid_of(freq, step, first).span(first, n + 1)
    assert times is not None
    return times[1:]


def _grid_of(freq: str, step: np.timedelta64 | None, first: int) -> Grid:
    if step is not None:
        return Even(int(step.astype("timedelta64[ns]").astype(np.int64)))
    if freq == "B":
        return WorkingDays()
    kind = freq.lstrip("0123456789")
    size = int(freq[: len(freq) - len(kind)] or 1) * {"M": 1, "Q": 3, "Y": 12}[kind[0]]
    return Months(size, int(month_numbers(np.asarray([first]))[0]) % size, kind[1] == "E")
