"""Stamps written as numbers: ``20140101``, ``201401``, ``2014``, seconds since 1970, or a count."""

from __future__ import annotations

import numpy as np

from auscult.data.roles import words
from auscult.data.series.dataset import Times
from auscult.types import BoolArray, IntArray

_YEAR_WORDS = frozenset(["year", "years", "yr", "date", "time", "period", "ds", "season"])
_EPOCH_WORDS = frozenset(
    ["time", "times", "timestamp", "timestamps", "ts", "unix", "epoch", "date", "datetime", "utc"]
)
# Digits of a written-out stamp to how many parts behind the year it has.
_PARTS = {4: 0, 6: 1, 8: 2, 10: 3, 12: 4, 14: 5}
_EPOCHS = {10: "s", 13: "ms", 16: "us"}
NOT_A_TIME = np.datetime64("NaT", "ns")


def written_out(numbers: IntArray, name: str) -> Times | None:
    """Times of numbers such as ``20140131``, NaT where one is none; None: the numbers are others.

    Parameters
    ----------
    numbers
        ``(n,)`` whole numbers.
    name
        Of the column. ``1949`` is a year only where the name says so.
    """
    if not len(numbers) or numbers.min() < 1000:
        return None
    widths = np.unique([len(str(n)) for n in (numbers.min(), numbers.max())])
    n_parts = _PARTS.get(int(widths[0])) if len(widths) == 1 else None
    if n_parts is None or (n_parts == 0 and not words(name) & _YEAR_WORDS):
        return None
    times = _assembled(numbers, n_parts)
    return times if np.isnat(times).mean() < 0.5 else None


def _assembled(numbers: IntArray, n_parts: int) -> Times:
    parts: list[IntArray] = []
    for _ in range(n_parts):
        numbers, last = np.divmod(numbers, 100)
        parts.insert(0, last)
    month, day, hour, minute, second = (
        parts[i] if i < n_parts else np.full(len(numbers), 1 if i < 2 else 0) for i in range(5)
    )
    sound = (numbers >= 1700) & (numbers <= 2261) & (month >= 1) & (month <= 12)
    sound &= (day >= 1) & (day <= 31) & (hour < 24) & (minute < 60) & (second < 60)
    months = np.where(sound, (numbers - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(sound, day - 1, 0).astype("timedelta64[D]")
    sound &= days.astype("datetime64[M]") == months  # 31 February would be 3 March
    within = ((hour * 60 + minute) * 60 + second).astype("timedelta64[s]")
    return _where(sound, days.astype("datetime64[s]") + within)


def since_1970(numbers: IntArray, name: str) -> Times | None:
    """Times of seconds, milliseconds or microseconds since 1970, where the name fits such."""
    unit = _EPOCHS.get(len(str(int(numbers.min())))) if len(numbers) else None
    if unit is None or not words(name) & _EPOCH_WORDS or len(str(int(numbers.max()))) > 16:
        return None
    return _where(np.ones(len(numbers), dtype=bool), numbers.astype(f"datetime64[{unit}]"))


def _where(sound: BoolArray, times: Times) -> Times:
    return np.where(sound, times.astype("datetime64[ns]"), NOT_A_TIME)
