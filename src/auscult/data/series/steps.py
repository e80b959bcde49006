"""Finding the grid that a file's stamps stand on, and refusing stamps beside it."""

from __future__ import annotations

import numpy as np

from auscult.data.series.grid import (
    Counted,
    Even,
    Grid,
    Months,
    WorkingDays,
    month_numbers,
    step_text,
)
from auscult.data.series.options import ROW
from auscult.data.series.order import same_series
from auscult.data.series.points import Points
from auscult.errors import InputError
from auscult.types import BoolArray, Finding, IntArray

_DAY = 86_400 * 10**9


def find_grid(points: Points, step: str | None) -> tuple[Grid, IntArray, tuple[Finding, ...]]:
    """The grid, ``(n,)`` the place of each point on it, and what is to be said.

    Parameters
    ----------
    points
        Sorted, one point a stamp.
    step
        An offset alias of pandas, ``row`` where every row is a step, or None: the most common
        difference between stamps that follow each other.

    Raises
    ------
    InputError
        If stamps do not stand a whole number of steps apart.
    """
    ticks = points.ticks
    if ticks is None or step == ROW:
        return _rows(points, said=ticks is not None)
    together = same_series(points)
    differences = np.diff(ticks)[together]
    if not len(differences):
        return _rows(points, said=False)
    if points.times is None:
        return _on(Counted(_most_common(differences)), points, ticks)
    grid = _said_grid(step, ticks) if step else _calendar(points, ticks, differences)
    return _on(grid or Even(_most_common(differences)), points, ticks)


def _rows(points: Points, *, said: bool) -> tuple[Grid, IntArray, tuple[Finding, ...]]:
    starts = np.searchsorted(points.series, points.series)
    places = np.arange(len(points.series)) - starts
    message = "Every row was taken for one step, whatever the time between rows."
    findings = (Finding("rows-as-steps", message),) if said else ()
    return Counted(1), places, findings


def _most_common(differences: IntArray) -> int:
    sizes, counts = np.unique(differences, return_counts=True)
    return int(sizes[np.argmax(counts)])


def _calendar(points: Points, ticks: IntArray, differences: IntArray) -> Grid | None:
    """A grid of months or working days, where the stamps are of days on one."""
    if (ticks % _DAY).any():
        return None
    if differences.min() >= 28 * _DAY:
        return _months(ticks, same_series(points))
    weekdays = (ticks // _DAY + 3) % 7
    weekends = (differences == 3 * _DAY).sum()
    most = _most_common(differences)
    if most == _DAY and weekdays.max() < 5 and weekends > 1:
        return WorkingDays()
    return None


def _months(ticks: IntArray, together: BoolArray) -> Months | None:
    days = ticks.astype("datetime64[ns]").astype("datetime64[D]")
    in_month = (days - days.astype("datetime64[M]")).astype(np.int64)
    ends = (days + 1).astype("datetime64[M]") != days.astype("datetime64[M]")
    if not ends.all() and ((in_month != in_month[0]).any() or in_month[0] > 27):
        return None
    months = month_numbers(ticks)
    apart = np.diff(months)[together]
    size = _most_common(apart)
    return Months(size, int(months[0]) % size, bool(ends.all()))


def _said_grid(step: str, ticks: IntArray) -> Grid:
    """The grid of an offset alias."""
    import pandas as pd  # noqa: PLC0415

    try:
        offset = pd.tseries.frequencies.to_offset(step)
    except ValueError:
        offset = None
    n = getattr(offset, "n", 0)
    if offset is not None and n > 0:
        name = offset.rule_code.partition("-")[0]
        if name == "B":
            return WorkingDays()
        months = {"MS": 1, "ME": 1, "QS": 3, "QE": 3, "YS": 12, "YE": 12}.get(name)
        if months:
            size = months * n
            return Months(size, int(month_numbers(ticks[:1])[0]) % size, name[1] == "E")
        size = n * 7 * _DAY if name == "W" else _nanoseconds(offset)
        if size:
            return Even(size)
    raise InputError(
        f"'{step}' is no step. Say such as 15min, h, D, W, MS (months), or row (every row).",
        where="--freq",
    )


def _nanoseconds(offset: object) -> int:
    import pandas as pd  # noqa: PLC0415

    try:
        return int(pd.Timedelta(offset).as_unit("ns").value)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return 0


def _on(grid: Grid, points: Points, ticks: IntArray) -> tuple[Grid, IntArray, tuple[Finding, ...]]:
    """The places of stamps on the grid, its phase taken from most of them."""
    if isinstance(grid, Even):
        phases = ticks % grid.size
        grid = type(grid)(grid.size, _most_common(phases))
        beside = phases != _of_each_series(phases, points)
    else:
        beside = _beside_calendar(grid, ticks)
    if beside.any():
        raise InputError(_uneven(grid, points, beside))
    places = grid.places(ticks)
    _refuse_crowds(grid, places, points)
    moved = isinstance(grid, Months) and (grid.ticks(places) != ticks).any()
    if not moved:
        return grid, places, ()
    side = "last" if grid.freq and grid.freq[1:2] == "E" else "first"
    message = f"Stamps (first: {points.when(0)}) stand for their month; times are its {side} day."
    return grid, places, (Finding("times-moved", message, "note"),)


def _refuse_crowds(grid: Grid, places: IntArray, points: Points) -> None:
    crowded = (np.diff(places) == 0) & same_series(points)
    if not crowded.any():
        return
    i = int(np.flatnonzero(crowded)[0])
    first, second = sorted((int(points.rows[i]), int(points.rows[i + 1])))
    raise InputError(
        f"rows {first} and {second}, column '{points.time_name}': {points.of(i)}{points.when(i)} "
        f"and {points.when(i + 1)} are less than a step ({step_text(grid)}) apart. Say a smaller "
        "--freq."
    )


def _of_each_series(phases: IntArray, points: Points) -> IntArray:
    """``(n,)`` the most common phase of each point's series."""
    distinct, codes = np.unique(phases, return_inverse=True)
    keys, counts = np.unique(points.series * len(distinct) + codes, return_counts=True)
    of = keys // len(distinct)
    order = np.lexsort((-keys, counts, of))
    last = np.flatnonzero(np.append(np.diff(of[order]) != 0, True))
    best = np.zeros(len(points.ids), dtype=np.int64)
    best[of[order][last]] = distinct[keys[order][last] % len(distinct)]
    return best[points.series]


def _beside_calendar(grid: Grid, ticks: IntArray) -> BoolArray:
    if isinstance(grid, Months):
        wrong: BoolArray = (month_numbers(ticks) - grid.phase) % grid.size != 0
        return wrong
    beside: BoolArray = grid.ticks(grid.places(ticks)) != ticks
    return beside


def _uneven(grid: Grid, points: Points, beside: BoolArray) -> str:
    i = int(np.flatnonzero(beside)[0])
    n = int(beside.sum())
    share = f"{n:,} of {len(beside):,} stamps are" if n > 1 else "a stamp is"
    return (
        f"row {points.rows[i]}, column '{points.time_name}': {share} not a whole number of steps "
        f"({step_text(grid)}, the most common) from the others (first: {points.of(i)}"
        f"{points.when(i)}). Mend the stamps, say --freq, or --freq row to take every row for a "
        "step."
    )
