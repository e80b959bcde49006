"""Points in the order of time: sorted, local clocks made one clock, duplicates settled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from auscult.data.series.dataset import Times
from auscult.data.series.options import Duplicates
from auscult.data.series.points import Points
from auscult.errors import InputError
from auscult.types import BoolArray, Finding, FloatArray, IntArray

_CLOCK = "It looks like the end of daylight saving time: say --zone NAME (Europe/Berlin), or "
_MOSTLY = 0.9


def sort(points: Points) -> tuple[Points, tuple[Finding, ...]]:
    """Points by series, and within by time; equal stamps stay in the order of the file."""
    order = np.argsort(points.series, kind="stable")
    if (order != np.arange(len(order))).any():
        points = points.take(order)
    ticks = points.ticks
    if ticks is None or len(ticks) < 2:
        return points, ()
    back = (np.diff(ticks) < 0) & same_series(points)
    if not back.any():
        return points, ()
    n_pairs = int((same_series(points) & (np.diff(ticks) != 0)).sum())
    if back.sum() > _MOSTLY * n_pairs:
        # Of an hour that a clock shows twice, the second stands above: turn before sorting.
        points = points.take(np.arange(len(order))[::-1])
        said = "The rows run from the newest to the oldest; they were turned around."
    else:
        i = int(np.flatnonzero(back)[0]) + 1
        n = int(back.sum())
        said = (
            f"{n:,} {'rows stand' if n > 1 else 'row stands'} behind a later one (first: row "
            f"{points.rows[i]}, {points.when(i)}); all were sorted by time."
        )
    ticks = points.ticks
    assert ticks is not None
    points = points.take(np.lexsort((ticks, points.series)))
    return points, (Finding("unordered-times", said, "note"),)


def in_file_order(points: Points) -> bool:
    """Whether the points of each series are in the order of their rows."""
    return not (same_series(points) & (np.diff(points.rows) < 0)).any()


def same_series(points: Points) -> BoolArray:
    """``(n - 1,)`` whether a point and the next are of one series."""
    same: BoolArray = np.diff(points.series) == 0
    return same


def in_utc(points: Points, zone: str | None) -> tuple[Points, tuple[Finding, ...]]:
    """Points whose times, of a local clock, are made UTC, where the person named the zone.

    Raises
    ------
    InputError
        If there is no such zone, or a value stands in an hour that its clock skips.
    """
    if zone is None:
        return points, ()
    if points.times is None:
        raise InputError("the points have no times that could be of a zone.", where="--zone")
    times = points.times if points.utc else _localized(points, zone)
    points = replace(points, times=times, utc=True).take(np.flatnonzero(~np.isnat(times)))
    message = f"The stamps were read as local time of {zone}; times are in UTC."
    return points, (Finding("times-in-utc", message, "note"),)


def _localized(points: Points, zone: str) -> Times:
    """UTC of local stamps; NaT where an hour is skipped and nothing was measured."""
    import pandas as pd  # noqa: PLC0415

    assert points.times is not None
    again = np.zeros(len(points.times), dtype=bool)
    again[1:] = (np.diff(points.times.astype(np.int64)) == 0) & same_series(points)
    local = pd.DatetimeIndex(points.times)
    try:
        # Of an hour that a clock shows twice, the first is still daylight saving time.
        there = local.tz_localize(zone, ambiguous=~again, nonexistent="NaT")
    except (KeyError, ValueError, OSError):
        raise InputError(
            f"there is no time zone '{zone}'. Names are such as Europe/Berlin or UTC.",
            where="--zone",
        ) from None
    times: Times = there.tz_convert(None).to_numpy().astype("datetime64[ns]")
    wrong = np.isnat(times) & ~np.isnan(points.values)
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"row {points.rows[i]}: clocks in {zone} skip {points.when(i)}, and there is a value. "
            "Is it another --zone, or does the clock not change?"
        )
    return times


def settle_duplicates(points: Points, how: Duplicates) -> tuple[Points, tuple[Finding, ...]]:
    """Sorted points with one point a stamp.

    Rows that say the same are one point. Others are refused, or become their mean, the first or
    the last of them.

    Raises
    ------
    InputError
        Naming the rows, and how they can be settled.
    """
    ticks = points.ticks
    if ticks is None or len(ticks) < 2:
        return points, ()
    again = np.concatenate([[False], (np.diff(ticks) == 0) & same_series(points)])
    if not again.any():
        return points, ()
    differ = _differ_from_before(points) & again
    if differ.any() and how == "refuse":
        raise InputError(_refusal(points, int(np.flatnonzero(differ)[0])))
    kept = points.take(_one_of_each(points, again, last=how == "last"))
    if how == "mean" and differ.any():
        of = np.cumsum(~again) - 1
        kept = replace(
            kept,
            values=_means(points.values[:, None], of)[:, 0],
            covariates=_means(points.covariates, of),
        )
    return kept, (_said(points, again, differ, how),)


def _one_of_each(points: Points, again: BoolArray, *, last: bool) -> IntArray:
    """The first or the last point of each stamp, in the order of the file."""
    starts = np.flatnonzero(~again)
    ends = np.append(starts[1:], len(again)) - 1
    turned = points.rows[ends] < points.rows[starts]
    return np.where(turned == last, starts, ends)


def _differ_from_before(points: Points) -> BoolArray:
    both = np.column_stack([points.values, points.covariates])
    equal = (both[1:] == both[:-1]) | (np.isnan(both[1:]) & np.isnan(both[:-1]))
    return np.concatenate([[False], ~equal.all(axis=1)])


def _means(values: FloatArray, of: IntArray) -> FloatArray:
    """Means of the values there are, by group; NaN where there are none."""
    known = ~np.isnan(values)
    sums = np.zeros((int(of[-1]) + 1, values.shape[1]))
    counts = np.zeros(sums.shape)
    np.add.at(sums, of, np.where(known, values, 0.0))
    np.add.at(counts, of, known.astype(np.float64))
    means = np.full(sums.shape, np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means


def _refusal(points: Points, i: int) -> str:
    first, second = sorted((int(points.rows[i - 1]), int(points.rows[i])))
    say = _CLOCK if looks_repeated(points, i) else "Say "
    several = "" if len(points.ids) > 1 else "; of several series, --series NAME"
    return (
        f"rows {first} and {second}, column '{points.time_name}': {points.of(i)}{points.when(i)} "
        f"stands twice with different values. {say}--duplicates mean, first or last{several}."
    )


def looks_repeated(points: Points, i: int) -> bool:
    """Whether a stamp that stands twice is where clocks are set back an hour."""
    return points.times is not None and not points.utc and _is_change(points.times[i])


def looks_skipped(before: np.datetime64, after: np.datetime64, step: np.timedelta64) -> bool:
    """Whether what is missing between two stamps is an hour that clocks skip."""
    one_hour = after - before - step == np.timedelta64(1, "h")
    return bool(one_hour) and _is_change(before + step)


def _is_change(time: np.datetime64) -> bool:
    """Whether clocks may change then: early on a Sunday in spring or autumn."""
    day = time.astype("datetime64[D]")
    month = int(time.astype("datetime64[M]").astype(np.int64)) % 12 + 1
    sunday = (int(day.astype(np.int64)) + 4) % 7 == 0  # 1970-01-01 was a Thursday
    return bool(sunday and month in (3, 4, 9, 10, 11) and time - day < np.timedelta64(4, "h"))


def _said(points: Points, again: BoolArray, differ: BoolArray, how: Duplicates) -> Finding:
    i = int(np.flatnonzero(again)[0])
    n, n_differ = int(again.sum()), int(differ.sum())
    first = f"(first: {points.of(i)}{points.when(i)}, row {points.rows[i]})"
    if not n_differ:
        message = f"{n:,} rows say the same as another {first} and were left out."
        return Finding("duplicate-times", message, "note")
    became = {"mean": "the mean of them was", "first": "the first was", "last": "the last was"}
    message = f"{n:,} stamps stand again {first}; where values differ, {became[how]} taken."
    if looks_repeated(points, i):
        message += " It looks like the end of daylight saving time."
    return Finding("duplicate-times", message, mend="--zone NAME where a clock was set back")
