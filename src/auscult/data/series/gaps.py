"""Gaps: stamps that are not there and values that are empty, told where and how to mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auscult.data.series.grid import Counted, Grid, step_text
from auscult.data.series.order import looks_skipped
from auscult.data.series.points import Points, time_text
from auscult.types import Finding, IntArray

_MEND = "Say --fill linear, previous or season"


@dataclass(frozen=True)
class Gaps:
    """What is missing between the first and the last value of each series.

    Parameters
    ----------
    n_points, n_stamps, n_values
        Points on the grid; of these missing for want of a row, and with an empty value.
    n_covariates
        Empty cells of covariates.
    longest
        Points in the longest gap that missing stamps make.
    where, first
        File row and column of the first gap, and its stamp.
    clock
        Whether the first gap is an hour that clocks skip.
    """

    n_points: int
    n_stamps: int
    n_values: int
    n_covariates: int
    longest: int
    where: str
    first: str
    clock: bool
    step: str

    @property
    def _counted(self) -> str:
        parts = []
        if self.n_stamps:
            run = f", up to {self.longest:,} in a row" if self.longest > 1 else ""
            parts.append(f"{self.n_stamps:,} of {self.n_points:,} stamps are not there{run}")
        if self.n_values:
            parts.append(f"{self.n_values:,} value{'s are' if self.n_values > 1 else ' is'} empty")
        if self.n_covariates:
            some = "cells of covariates are" if self.n_covariates > 1 else "cell of covariates is"
            parts.append(f"{self.n_covariates:,} {some} empty")
        return " and ".join(parts)

    @property
    def refusal(self) -> str:
        """The one line that says where the gaps are and how to mend them."""
        step = f" (a step is {self.step})" if self.step else ""
        if self.clock:
            why = "clocks skip it as daylight saving time starts: --zone NAME (Europe/Berlin), or "
            return (
                f"{self.where}: {self._counted}{step}, first {self.first}; "
                f"{why}{_MEND.replace('Say ', '')}."
            )
        return f"{self.where}: {self._counted}{step}, first {self.first}. {_MEND}."

    def finding(self, how: str) -> Finding:
        """What was missing, and with what it was filled."""
        message = f"{self._counted} (first: {self.first}); filled {how}."
        if self.clock:
            message += " The first looks like the start of daylight saving time."
        mend = "--zone NAME where a clock was set forward" if self.clock else None
        return Finding("gaps-filled", message, mend=mend)


def find_gaps(
    points: Points,
    grid: Grid,
    places: IntArray,
    first: IntArray,
    last: IntArray,
    covariates: Sequence[str],
) -> Gaps | None:
    """The gaps between ``first`` and ``last`` of each series (indices into points), if any."""
    index = np.arange(len(places))
    inside = (index >= first[points.series]) & (index <= last[points.series])
    jumps = np.where(inside[1:] & inside[:-1] & (np.diff(points.series) == 0), np.diff(places), 1)
    empty = np.isnan(points.values) & inside
    cells = np.isnan(points.covariates) & inside[:, None]
    n_stamps = int((jumps - 1).sum())
    if not n_stamps and not empty.any() and not cells.any():
        return None
    jump = int(np.argmax(jumps > 1)) if n_stamps else len(places)
    hole = int(np.argmax(empty)) if empty.any() else len(places)
    cell = int(np.argmax(cells.any(axis=1))) if cells.any() else len(places)
    clock = False
    if jump < min(hole, cell):
        rows = sorted((int(points.rows[jump]), int(points.rows[jump + 1])))
        where, stamp, clock = f"rows {rows[0]} and {rows[1]}", *_after(points, grid, jump)
        where += f", column '{points.time_name}'"
    else:
        i = min(hole, cell)
        name = points.target if hole <= cell else covariates[int(np.argmax(cells[i]))]
        where, stamp = f"row {points.rows[i]}, column '{name}'", points.when(i)
    return Gaps(
        n_points=int((places[last] - places[first] + 1).sum()),
        n_stamps=n_stamps,
        n_values=int(empty.sum()),
        n_covariates=int(cells.sum()),
        longest=int(jumps.max()) - 1,
        where=where,
        first=f"{points.of(min(jump, hole, cell))}{stamp}",
        clock=clock,
        step="" if isinstance(grid, Counted) and grid.size == 1 else step_text(grid),
    )


def _after(points: Points, grid: Grid, i: int) -> tuple[str, bool]:
    """The first missing stamp after point ``i``, and whether clocks skip it."""
    ticks = points.ticks
    assert ticks is not None
    if points.times is None:
        return str(int(ticks[i]) + getattr(grid, "size", 1)), False
    span = grid.span(int(ticks[i]), 2)
    assert span is not None
    step = grid.step
    clock = step is not None and not points.utc
    skipped = clock and looks_skipped(points.times[i], points.times[i + 1], span[1] - span[0])
    return time_text(span[1]), bool(skipped)
