"""Files with a day a row: which columns are the times of day, and the rows as one long series."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auscult.data.raw import RawColumn
from auscult.types import Finding, IntArray

_CLOCK = re.compile(r"(?P<prefix>[A-Za-z_ ]*)(?P<hour>[0-9]{1,2}):?(?P<minute>[0-9]{2})(?::?00)?")
_COUNT = re.compile(r"(?P<prefix>[A-Za-z_ ]*)(?P<count>[0-9]{1,4})")
_MINUTES = 24 * 60
_FEWEST = 4
# Columns x1 to x6 are six columns; x1 to x24 are a day.
_COUNTED = (24, 48, 72, 96, 144, 288, 1440)


@dataclass(frozen=True, eq=False)
class DayColumns:
    """The columns of a day.

    ``minutes`` is ``(n_columns,)``, how long after midnight each column's value stands.
    """

    columns: tuple[RawColumn, ...]
    minutes: IntArray

    @property
    def note(self) -> Finding:
        first, last = self.columns[0].name, self.columns[-1].name
        message = (
            f"A row was read as a day of {len(self.columns)} values, from '{first}' "
            f"({_clock(int(self.minutes[0]))}) to '{last}' ({_clock(int(self.minutes[-1]))})."
        )
        return Finding("day-per-row", message, "note", mend="--layout long")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def day_columns(columns: Sequence[RawColumn]) -> DayColumns | None:
    """The columns whose names are equally spaced times of a whole day; None where there are none.

    Names are times (``T0015``, ``00:15``, to 24:00 where a value stands for what ends then), or
    count through a day from 0 or 1 (``H1`` to ``H24``).
    """
    for read in (_of_clocks, _of_counts):
        found: dict[str, list[tuple[int, RawColumn]]] = {}
        for column in columns:
            place = read(column.name)
            if place is not None:
                found.setdefault(place[0], []).append((place[1], column))
        for places in found.values():
            day = _whole_day(places, counted=read is _of_counts)
            if day is not None:
                return day
    return None


def _of_clocks(name: str) -> tuple[str, int] | None:
    match = _CLOCK.fullmatch(name)
    if match is None or int(match["minute"]) >= 60 or int(match["hour"]) > 24:
        return None
    return match["prefix"], int(match["hour"]) * 60 + int(match["minute"])


def _of_counts(name: str) -> tuple[str, int] | None:
    match = _COUNT.fullmatch(name)
    return (match["prefix"], int(match["count"])) if match else None


def _whole_day(places: list[tuple[int, RawColumn]], *, counted: bool) -> DayColumns | None:
    places = sorted(places, key=lambda place: place[0])
    numbers = np.asarray([place for place, _ in places])
    n = len(places)
    if n < _FEWEST or _MINUTES % n or len(np.unique(np.diff(numbers))) != 1:
        return None
    spacing = _MINUTES // n
    if counted:
        if n not in _COUNTED or numbers[0] > 1 or numbers[1] - numbers[0] != 1:
            return None
        numbers = (numbers - numbers[0]) * spacing
    if numbers[1] - numbers[0] != spacing or numbers[0] > spacing or numbers[-1] > _MINUTES:
        return None
    return DayColumns(tuple(column for _, column in places), numbers)
