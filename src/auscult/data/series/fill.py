"""Gaps of one series filled as asked, and the season that a step suggests."""

from __future__ import annotations

import numpy as np

from auscult.data.series.options import Fill
from auscult.errors import InputError
from auscult.types import FloatArray, IntArray

_DAY = np.timedelta64(1, "D")
_CALENDAR = {"B": (5,), "M": (12,), "Q": (4,)}

HOW = {
    "linear": "on a line between the values around, of which one is later than the gap",
    "previous": "with the last value before the gap",
    "season": "with the value of the season before, or the next one that is known",
}
"""What stands in a gap, in words."""


def usual_seasons(freq: str | None, step: np.timedelta64 | None = None) -> tuple[int, ...]:
    """Seasons in steps that data of this freq usually has, the shortest first.

    A day and a week of quarter-hours are ``(96, 672)``; days have ``(7,)``, months ``(12,)``.
    Empty where none is usual, or points are only numbered.
    """
    if freq is None:
        return ()
    if step is None:
        kind = freq.lstrip("0123456789")[:1]
        return _CALENDAR.get(kind, ()) if kind == freq[:1] else ()
    lengths = (_DAY, 7 * _DAY) if step <= np.timedelta64(1, "h") else (_DAY,)
    if step == _DAY:
        lengths = (7 * _DAY,)
    seasons = [int(length // step) for length in lengths if length % step == np.timedelta64(0)]
    return tuple(n for n in seasons if n > 1) or ((52,) if step == 7 * _DAY else ())


def fill_gaps(values: FloatArray, how: Fill, season: int = 0) -> FloatArray:
    """The values of one series without NaN; known values stay as they are.

    Parameters
    ----------
    values
        ``(n_points,)`` with at least one known value.
    how
        ``linear``, ``previous`` or ``season``. Before the first known value it stands itself.
    season
        Steps of a season.
    """
    known = np.flatnonzero(~np.isnan(values))
    if len(known) == len(values):
        return values
    if how == "season":
        values = _by_season(values, season)
        known = np.flatnonzero(~np.isnan(values))
    if how == "previous":
        return _previous(values[:, None])[:, 0]
    filled: FloatArray = np.interp(np.arange(len(values)), known, values[known])
    return np.where(np.isnan(values), filled, values)


def _previous(values: FloatArray) -> FloatArray:
    """Down each column the last known value, above the first known one that one."""
    last = _last_known(values)
    filled = np.take_along_axis(values, np.maximum(last, 0), axis=0)
    upwards = values[::-1]
    following = np.take_along_axis(upwards, np.maximum(_last_known(upwards), 0), axis=0)[::-1]
    return np.where(last >= 0, filled, following)


def _last_known(values: FloatArray) -> IntArray:
    row = np.arange(len(values))[:, None]
    last: IntArray = np.maximum.accumulate(np.where(np.isnan(values), -1, row), axis=0)
    return last


def _by_season(values: FloatArray, season: int) -> FloatArray:
    """Gaps filled with the value a season before, else after; NaN where a phase has none."""
    n_seasons = -(-len(values) // season)
    padded = np.full(n_seasons * season, np.nan)
    padded[: len(values)] = values
    return _previous(padded.reshape(n_seasons, season)).ravel()[: len(values)]


def season_for(how: Fill, season: int | None, freq: str | None, step: np.timedelta64 | None) -> int:
    """Steps of the season to fill by; 0 where none is needed.

    Raises
    ------
    InputError
        If it is needed, was not said, and the step suggests none.
    """
    if how != "season":
        return 0
    usual = usual_seasons(freq, step)
    if season is None and not usual:
        raise InputError("--fill season needs the steps of a season: --season 12.")
    return season or usual[0]
