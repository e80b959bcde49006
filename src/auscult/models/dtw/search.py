"""What may be among the nearest: bounds first, then float32 distances in lanes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from auscult.models.dtw.block import warp_block
from auscult.models.dtw.bounds import bound_block, envelope
from auscult.models.dtw.jit import inner, kernel
from auscult.models.dtw.lanes import LANES
from auscult.models.dtw.margin import Margin, exact_at_most, rounded_at_most
from auscult.models.dtw.rows import ROWS

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

_FEW = 6


class Lanes(NamedTuple):
    """The references as the kernels see them; see :class:`~auscult.models.dtw.references`."""

    values: Float64
    lengths: Int64
    blocks: Float32
    flat: Float32
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
    limit: Float32
    above: Float32
    below: Float32
    gathered: Float32
    gathered_flat: Float32
    floor: Float64
    rounded: Float64
    likely: Float64
    likely_cases: Int64
    cases: Int64
    waiting: Int64
    n_waiting: Int64
    best: Float64
    best_cases: Int64


@kernel
def make_scratch(lanes: Lanes, rows: int, k: int) -> Scratch:
    cases, columns, channels = lanes.values.shape
    tall = rows + ROWS
    likely = max(k, LANES)
    gathered = np.zeros((columns * channels, LANES), np.float32)
    return Scratch(
        np.empty((tall, channels), np.float32),
        np.empty((tall, channels), np.float32),
        np.empty((tall, channels), np.float32),
        np.empty((columns, LANES), np.float32),
        np.empty(LANES, np.float32),
        np.empty(LANES, np.float32),
        np.empty(LANES, np.float32),
        gathered.reshape(columns, channels, LANES),
        gathered,
        np.empty(cases),
        np.empty(cases),
        np.empty(likely),
        np.empty(likely, np.int64),
        np.empty(LANES, np.int64),
        np.empty(LANES, np.int64),
        np.empty(1, np.int64),
        np.empty(k),
        np.empty(k, np.int64),
    )


@inner
def keep_smallest(values: Float64, cases: Int64, value: float, case: int) -> None:
    """Insert into lists sorted by value, then case; the last entry falls out."""
    last = len(values) - 1
    if value > values[last] or (value == values[last] and case > cases[last]):
        return
    at = last
    while at > 0 and (value < values[at - 1] or (value == values[at - 1] and case < cases[at - 1])):
        values[at], cases[at] = values[at - 1], cases[at - 1]
        at -= 1
    values[at], cases[at] = value, case


@kernel
def bound_all(lanes: Lanes, query: Float32, rows: int, task: Task, skip: int, s: Scratch) -> None:
    """Fill ``s.floor`` (no reference is nearer) and ``s.likely`` (the nearest on the diagonal)."""
    pad, channels = -rows % ROWS, query.shape[1]
    envelope(query[: pad + rows], pad, task.window, s.low, s.high)
    s.likely.fill(np.inf)
    s.likely_cases.fill(-1)
    for b in range(len(lanes.blocks)):
        same = one_length(lanes, b, rows)
        if same:
            bound_block(
                query,
                pad * channels,
                s.low,
                s.high,
                lanes.blocks[b],
                rows * channels,
                task.squared,
                s.above,
                s.below,
            )
        for lane in range(LANES):
            case = lanes.members[b, lane]
            if case < 0:
                break
            s.floor[case] = s.below[lane] if same else 0.0
            if same and case != skip:
                keep_smallest(s.likely, s.likely_cases, s.above[lane], case)


@inner
def one_length(lanes: Lanes, b: int, rows: int) -> bool:
    """Whether all references of a block have ``rows`` time points."""
    for lane in range(LANES):
        case = lanes.members[b, lane]
        if case >= 0 and lanes.lengths[case] != rows:
            return False
    return True


@inner
def note_block(lanes: Lanes, begin: int, end: int, task: Task, s: Scratch) -> None:
    """Keep what :func:`warp_block` found, and the k smallest upper bounds of it.

    What was found, or abandoned, also bounds the distance with any narrower window.
    """
    for lane in range(LANES):
        if s.limit[lane] < 0:
            continue
        case = s.cases[lane]
        last = lanes.lengths[case] - 1
        found = begin <= last < end and s.row[last, lane] <= s.limit[lane]
        s.rounded[case] = s.row[last, lane] if found else np.inf
        s.floor[case] = s.row[last, lane] if found else max(s.floor[case], s.limit[lane])
        if found:
            keep_smallest(s.best, s.best_cases, exact_at_most(s.rounded[case], task.bound), case)


@inner
def set_limits(cases: Int64, skip: int, limit: float, s: Scratch) -> int:
    """One limit a lane, negative for a reference that is not wanted; how many are wanted."""
    wanted = 0
    for lane in range(LANES):
        case = cases[lane]
        s.limit[lane] = np.float32(-1)
        if case >= 0 and case != skip and s.rounded[case] < 0 and s.floor[case] <= limit:
            s.limit[lane] = limit
            wanted += 1
    return wanted


@inner
def gather(lanes: Lanes, s: Scratch) -> None:
    """Put the references that are wanted side by side, as if they were a block."""
    for lane in range(LANES):
        if s.limit[lane] < 0:
            continue
        place = lanes.place[s.cases[lane]]
        b, source = place // LANES, place % LANES
        for step in range(len(s.gathered_flat)):
            s.gathered_flat[step, lane] = lanes.flat[b, step, source]


@inner
def next_batch(turn: int, lanes: Lanes, rows: int, limit: float, skip: int, s: Scratch) -> int:
    """Choose what is warped next: ``s.cases``, with ``s.limit``.

    First those nearest on the diagonal (turns below 0), then block after block. A block of
    which few lanes are wanted is not warped as it lies: its references wait until a block can
    be filled, or until the last turn.

    Returns the number of the block, or -1 for references that lie elsewhere, or -2 for nothing.
    """
    if 0 <= turn < len(lanes.blocks):
        for lane in range(LANES):
            s.cases[lane] = lanes.members[turn, lane]
        wanted = set_limits(s.cases, skip, limit, s)
        if wanted > _FEW or lanes.lengths[s.cases[0]] != rows:
            return turn if wanted else -2
        let_wait(s)
        if s.n_waiting[0] <= LANES - _FEW:
            return -2
    for lane in range(LANES):
        if turn < 0:
            s.cases[lane] = s.likely_cases[-LANES * turn - LANES + lane]
        else:
            s.cases[lane] = s.waiting[lane] if lane < s.n_waiting[0] else -1
    if turn >= 0:
        s.n_waiting[0] = 0
    return -1 if set_limits(s.cases, skip, limit, s) else -2


@inner
def let_wait(s: Scratch) -> None:
    """Add the wanted cases to those that wait."""
    for lane in range(LANES):
        if s.limit[lane] >= 0:
            s.waiting[s.n_waiting[0]] = s.cases[lane]
            s.n_waiting[0] += 1


@inner
def screen(lanes: Lanes, rows: int, task: Task, skip: int, reach: float, s: Scratch) -> float:
    """Warp every reference that may be among the k nearest.

    Fills ``s.rounded`` and returns what a neighbour's is at most. ``reach`` is what is known of
    the k-th distance beforehand, in the references' scale.
    """
    s.rounded.fill(-1.0)
    s.best.fill(np.inf)
    s.best_cases.fill(len(lanes.values))
    s.n_waiting.fill(0)
    reach = min(reach, exact_at_most(s.likely[task.k - 1], task.bound))
    limit = rounded_at_most(reach, task.bound)
    for turn in range(-(len(s.likely) // LANES), len(lanes.blocks) + 1):
        b = next_batch(turn, lanes, rows, limit, skip, s)
        if b == -2:
            continue
        if b == -1:
            gather(lanes, s)
        block = lanes.blocks[b] if b >= 0 else s.gathered
        window = max(task.window, abs(rows - lanes.lengths[max(s.cases[0], 0)]))
        begin, end = warp_block(s.query, rows, block, window, task.squared, s.limit, s.row)
        note_block(lanes, begin, end, task, s)
        limit = min(limit, rounded_at_most(s.best[task.k - 1], task.bound))
    return limit
