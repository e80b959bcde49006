"""What may be among the nearest: bounds first, then float32 distances in lanes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from auscult.models.dtw_block import lay_query, warp_block
from auscult.models.dtw_bounds import bound_block, envelope
from auscult.models.dtw_jit import kernel
from auscult.models.dtw_lanes import LANES
from auscult.models.dtw_margin import Margin, exact_at_most, rounded_at_most
from auscult.models.dtw_rows import ROWS

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

_FEW = 6


class Lanes(NamedTuple):
    """The references as the kernels see them; see :class:`~auscult.models.dtw_references`."""

    values: Float64
    lengths: Int64
    blocks: Float32
    members: Int64
    place: Int64
    offset: Float64
    scale: float


class Task(NamedTuple):
    """What is asked: how many neighbours, which cost, how wide a window."""

    k: int
    window: int
    squared: bool
    bound: Margin


class Scratch(NamedTuple):
    """Memory of one thread; a search allocates nothing a query."""

    query: Float32
    low: Float32
    high: Float32
    row: Float32
    edge: Float32
    limit: Float32
    above: Float32
    below: Float32
    gathered: Float32
    floor: Float64
    rounded: Float64
    likely: Float64
    likely_cases: Int64
    waiting: Int64
    best: Float64
    best_cases: Int64


@kernel
def make_scratch(lanes: Lanes, rows: int, k: int) -> Scratch:
    cases, columns, channels = lanes.values.shape
    tall = rows + ROWS
    likely = max(k, LANES)
    return Scratch(
        np.empty((tall, channels), np.float32),
        np.empty((tall, channels), np.float32),
        np.empty((tall, channels), np.float32),
        np.empty((columns, LANES), np.float32),
        np.empty((ROWS + 1, LANES), np.float32),
        np.empty(LANES, np.float32),
        np.empty(LANES, np.float32),
        np.empty(LANES, np.float32),
        np.zeros((columns, channels, LANES), np.float32),
        np.empty(cases),
        np.empty(cases),
        np.empty(likely),
        np.empty(likely, np.int64),
        np.empty(2 * LANES, np.int64),
        np.empty(k),
        np.empty(k, np.int64),
    )


@kernel
def keep_smallest(values: Float64, cases: Int64, value: float, case: int) -> None:
    """Insert into lists sorted by value, then case; the last entry falls out."""
    last = len(values) - 1
    if value > values[last] or (value == values[last] and case > cases[last]):
        return
    at = last
    while at > 0 and (
        value < values[at - 1] or (value == values[at - 1] and case < cases[at - 1])
    ):
        values[at], cases[at] = values[at - 1], cases[at - 1]
        at -= 1
    values[at], cases[at] = value, case


@kernel
def bound_all(lanes: Lanes, query: Float32, rows: int, task: Task, skip: int, s: Scratch) -> None:
    """Fill ``s.floor`` (no reference is nearer) and ``s.likely`` (the nearest on the diagonal)."""
    pad, channels = -rows % ROWS, query.shape[1]
    envelope(query, pad, task.window, s.low, s.high)
    s.likely[:] = np.inf
    s.likely_cases[:] = -1
    for b in range(len(lanes.blocks)):
        same = one_length(lanes, b, rows)
        if same:
            bound_block(
                query, pad * channels, s.low, s.high, lanes.blocks[b], rows * channels,
                task.squared, s.above, s.below,
            )
        for lane in range(LANES):
            case = lanes.members[b, lane]
            if case < 0:
                break
            s.floor[case] = s.below[lane] if same else 0.0
            if same and case != skip:
                keep_smallest(s.likely, s.likely_cases, float(s.above[lane]), case)


@kernel
def one_length(lanes: Lanes, b: int, rows: int) -> bool:
    """Whether all references of a block have ``rows`` time points."""
    for lane in range(LANES):
        case = lanes.members[b, lane]
        if case >= 0 and lanes.lengths[case] != rows:
            return False
    return True


@kernel
def note_block(
    cases: Int64, lanes: Lanes, begin: int, end: int, task: Task, s: Scratch
) -> None:
    """Keep what :func:`warp_block` found, and the k smallest upper bounds of it."""
    for lane in range(LANES):
        case = cases[lane]
        if s.limit[lane] < 0:
            continue
        last = lanes.lengths[case] - 1
        found = begin <= last < end and s.row[last, lane] <= s.limit[lane]
        s.rounded[case] = s.row[last, lane] if found else np.inf
        if found:
            keep_smallest(s.best, s.best_cases, exact_at_most(s.rounded[case], task.bound), case)


@kernel
def set_limits(cases: Int64, skip: int, reach: float, task: Task, s: Scratch) -> int:
    """One limit a lane: ``reach`` as float32, or never. Returns how many lanes are left."""
    limit = np.float32(min(rounded_at_most(reach, task.bound) * (1 + 1e-6), 3e38))
    wanted = 0
    for lane in range(LANES):
        case = cases[lane]
        s.limit[lane] = np.float32(-1)
        if case >= 0 and case != skip and s.rounded[case] < 0 and s.floor[case] <= limit:
            s.limit[lane] = limit
            wanted += 1
    return wanted


@kernel
def gather(cases: Int64, lanes: Lanes, s: Scratch) -> None:
    """Put the references that have a limit side by side, as if they were a block."""
    columns, channels = s.gathered.shape[:2]
    for lane in range(LANES):
        if s.limit[lane] < 0:
            continue
        place = lanes.place[cases[lane]]
        b, source = place // LANES, place % LANES
        for t in range(columns):
            for channel in range(channels):
                s.gathered[t, channel, lane] = lanes.blocks[b, t, channel, source]


@kernel
def screen(lanes: Lanes, rows: int, task: Task, skip: int, s: Scratch) -> float:
    """Warp every reference that may be among the k nearest; returns the k-th distance's bound.

    The nearest on the diagonal go first. Blocks of which few lanes are wanted are not warped as
    they lie; their references wait until a block can be filled.
    """
    s.rounded[:] = -1.0
    s.best[:] = np.inf
    s.best_cases[:] = len(lanes.values)
    reach = exact_at_most(s.likely[task.k - 1], task.bound)
    for start in range(0, len(s.likely) - LANES + 1, LANES):
        likely = s.likely_cases[start : start + LANES]
        reach = warp_gathered(likely, lanes, rows, reach, task, skip, s)
    n_waiting = 0
    for b in range(len(lanes.blocks)):
        wanted = set_limits(lanes.members[b], skip, reach, task, s)
        if wanted > _FEW or (wanted and lanes.lengths[lanes.members[b, 0]] != rows):
            reach = warp_and_note(lanes.members[b], lanes.blocks[b], lanes, rows, reach, task, s)
            continue
        for lane in range(LANES):
            if s.limit[lane] >= 0:
                s.waiting[n_waiting] = lanes.members[b, lane]
                n_waiting += 1
        if n_waiting >= LANES:
            reach = warp_gathered(s.waiting[:LANES], lanes, rows, reach, task, skip, s)
            n_waiting -= LANES
            s.waiting[:n_waiting] = s.waiting[LANES : LANES + n_waiting]
    s.waiting[n_waiting:] = -1
    return warp_gathered(s.waiting[:LANES], lanes, rows, reach, task, skip, s)


@kernel
def warp_gathered(
    cases: Int64, lanes: Lanes, rows: int, reach: float, task: Task, skip: int, s: Scratch
) -> float:
    """Warp references from anywhere, all of one length; lowers ``reach`` by what it found."""
    if not set_limits(cases, skip, reach, task, s):
        return reach
    gather(cases, lanes, s)
    return warp_and_note(cases, s.gathered, lanes, rows, reach, task, s)


@kernel
def warp_and_note(
    cases: Int64, block: Float32, lanes: Lanes, rows: int, reach: float, task: Task, s: Scratch
) -> float:
    """Warp one block and lower ``reach`` by what it found."""
    window = max(task.window, abs(rows - lanes.lengths[max(cases[0], 0)]))
    begin, end = warp_block(s.query, rows, block, window, task.squared, s.limit, s.row, s.edge)
    note_block(cases, lanes, begin, end, task, s)
    return min(reach, s.best[task.k - 1])


@kernel
def screen_query(x: Float64, lanes: Lanes, task: Task, skip: int, s: Scratch) -> float:
    """Fill ``s.rounded``; what is within the returned float32 distance may be a neighbour."""
    rows = len(x)
    lay_query(x, lanes.offset, lanes.scale, s.query)
    bound_all(lanes, s.query[: rows + -rows % ROWS], rows, task, skip, s)
    reach = screen(lanes, rows, task, skip, s)
    return rounded_at_most(reach, task.bound) * (1 + 1e-6)
