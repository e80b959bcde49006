"""Steps and points as times: how long a horizon is, and when a point was."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auscult.evaluate.forecast.result import ForecastResult, SeriesSummary
from auscult.report import words

Times = NDArray[np.datetime64]

_ALIAS = re.compile(r"(\d*)([A-Za-z]+)(?:-[A-Z]+)?")
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "D": 86400, "W": 7 * 86400}
_UNITS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_CALENDAR: Final = {
    "MS": "month", "ME": "month", "QS": "quarter", "QE": "quarter", "YS": "year", "YE": "year",
    "B": "working day",
}  # fmt: skip


def span(freq: str | None, steps: int = 1) -> str:
    """``steps`` steps in words: ``15 minutes``, ``1 day``; empty where steps have no time."""
    found = _ALIAS.fullmatch(freq or "")
    if found is None:
        return ""
    n, name = int(found[1] or 1) * steps, found[2]
    if name in _CALENDAR:
        return words.plural(n, _CALENDAR[name])
    if name not in _SECONDS:
        return ""
    seconds = n * _SECONDS[name]
    size, unit = next(part for part in _UNITS if seconds % part[0] == 0)
    return words.plural(seconds // size, unit)


def ahead(result: ForecastResult) -> str:
    """How far is forecast: ``one step (15 minutes) ahead``."""
    plan, freq = result.plan, result.data.freq
    late = f" after a gap of {words.plural(plan.gap, 'step')}" if plan.gap else ""
    if plan.horizon == 1:
        one = span(freq)
        return f"one step{f' ({one})' if one else ''} ahead{late}"
    first, last = span(freq), span(freq, plan.horizon)
    number, _, unit = first.partition(" ")
    if unit.removesuffix("s") == last.partition(" ")[2].removesuffix("s"):
        first = number
    told = f" ({first} to {last})" if first else ""
    return f"1 to {words.count(plan.horizon)} steps{told} ahead{late}"


def point_times(data: SeriesSummary, code: int, n_points: int) -> Times | None:
    """``(n_points,)`` when each point of a series was, on its clock; None where only numbered."""
    if not data.starts or data.freq is None:
        return None
    return stamps(data.starts[code], n_points, data.freq, data.zone)


@lru_cache(maxsize=16)
def stamps(start: str, n_points: int, freq: str, zone: str | None = None) -> Times:
    """``(n_points,)`` times from ``start`` on, those of a ``zone`` on its own clock."""
    import pandas as pd  # noqa: PLC0415  (heavy)

    found = pd.date_range(start, periods=n_points, freq=freq)
    if zone is not None:
        found = found.tz_localize("UTC").tz_convert(zone).tz_localize(None)
    times: Times = found.to_numpy().astype("datetime64[ns]")
    times.setflags(write=False)
    return times


def point_ticks(times: Times | None, first: int, last: int, most: int) -> list[tuple[float, str]]:
    """At most about ``most`` marks along the points ``first`` to ``last``, with their words."""
    if times is None:
        step = _round_up((last - first) / most)
        start = -(-first // step) * step
        return [(float(i), words.count(i)) for i in range(start, last + 1, step)]
    shown = times[first : last + 1]
    for unit, size, form in _STEPS:
        floor = shown.astype(f"datetime64[{unit}]")
        # Weeks start on a Monday: the first day of all was a Thursday.
        number = floor.astype(np.int64) + (3 if size == 7 else 0)
        begins = bool(number[0] % size == 0 and floor[0] == shown[0])
        at = np.flatnonzero(np.diff(number // size, prepend=number[0] // size - begins))
        if len(at) <= most:
            return [(float(first + i), _told(shown[i], form)) for i in at]
    return [(float(first), _told(shown[0], "year"))]


_STEPS: Final = (
    ("m", 15, "clock"), ("h", 1, "clock"), ("h", 3, "clock"), ("h", 6, "clock"), ("h", 12, "clock"),
    ("D", 1, "day"), ("D", 2, "day"), ("D", 7, "day"), ("D", 14, "day"), ("M", 1, "month"),
    ("M", 3, "month"), ("M", 6, "month"), ("Y", 1, "year"), ("Y", 2, "year"), ("Y", 5, "year"),
    ("Y", 10, "year"), ("Y", 50, "year"),
)  # fmt: skip


def _told(time: np.datetime64, form: str) -> str:
    day = time.astype("datetime64[D]")
    if form == "clock" and time != day:
        return str(time.astype("datetime64[m]"))[-5:]
    moment = day.item()
    if form in {"clock", "day"}:
        return f"{moment.day} {moment:%b}"
    return f"{moment:%b %Y}" if form == "month" else str(moment.year)


def _round_up(step: float) -> int:
    """1, 2 or 5 times a power of ten, not below ``step``."""
    power = 10 ** int(np.floor(np.log10(max(step, 1))))
    return next(int(m * power) for m in (1, 2, 5, 10) if m * power >= step)
