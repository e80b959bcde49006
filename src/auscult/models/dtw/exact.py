"""Float64 distances of the pairs that the float32 search could not rule out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from auscult.models.dtw.block import lay_query, warp_pairs
from auscult.models.dtw.distance import distance
from auscult.models.dtw.jit import inner, kernel
from auscult.models.dtw.lanes import LANES
from auscult.models.dtw.rows import ROWS
from auscult.models.dtw.search import (
    Lanes,
    Task,
    bound_all,
    keep_smallest,
    make_scratch,
    screen,
)

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


class Pairs(NamedTuple):
    """Pairs that wait until all lanes are taken, and the memory to warp them."""

    waiting: Int64
    queries: Int64
    cases: Int64
    xs: Float64
    ys: Float64
    row: Float64
    single: Float64


@inner
def make_pairs(lanes: Lanes, rows: int) -> Pairs:
    columns, channels = lanes.values.shape[1:]
    return Pairs(
        np.zeros(1, np.int64),
        np.empty(LANES, np.int64),
        np.empty(LANES, np.int64),
        np.empty((rows + ROWS, channels, LANES)),
        np.zeros((columns, channels, LANES)),
        np.empty((columns, LANES)),
        np.empty(columns),
    )


@kernel
def search_part(
    queries: Float64,
    lengths: Int64,
    lanes: Lanes,
    task: Task,
    skip: Int64,
    distances: Float64,
    cases: Int64,
) -> None:
    """The k nearest of some queries; fills ``distances`` and ``cases``, ``(n_queries, k)``."""
    rows = queries.shape[1]
    s, pairs = make_scratch(lanes, rows, task.k), make_pairs(lanes, rows)
    distances.fill(np.inf)
    cases.fill(len(lanes.values))
    for q in range(len(queries)):
        x = queries[q, : lengths[q]]
        lay_query(x, lanes.offset, lanes.scale, s.query)
        bound_all(lanes, s.query, len(x), task, skip[q], s)
        within = screen(lanes, len(x), task, skip[q], np.inf, s)
        for case in range(len(lanes.values)):
            if s.rounded[case] < 0 or s.rounded[case] > within:
                continue
            if lengths[q] != rows or lanes.lengths[case] != rows:
                exact = one_pair(x, case, lanes, task, distances[q, task.k - 1], pairs)
                keep_smallest(distances[q], cases[q], exact, case)
                continue
            lane = pairs.waiting[0]
            pairs.queries[lane], pairs.cases[lane] = q, case
            pairs.waiting[0] += 1
            if pairs.waiting[0] == LANES:
                warp_waiting(queries, lanes, task, pairs, distances, cases)
    warp_waiting(queries, lanes, task, pairs, distances, cases)


@inner
def one_pair(x: Float64, case: int, lanes: Lanes, task: Task, limit: float, pairs: Pairs) -> float:
    """The distance of a pair of unequal lengths."""
    y = lanes.values[case, : lanes.lengths[case]]
    window = max(task.window, abs(len(x) - len(y)))
    return distance(x, y, window, task.squared, limit, pairs.single)


@inner
def warp_waiting(
    queries: Float64,
    lanes: Lanes,
    task: Task,
    pairs: Pairs,
    distances: Float64,
    cases: Int64,
) -> None:
    """Warp the pairs that wait and sort each into its query's neighbours."""
    rows, channels = queries.shape[1:]
    pad = -rows % ROWS
    pairs.xs.fill(np.inf)
    xs, ys = pairs.xs.reshape(-1, LANES), pairs.ys.reshape(-1, LANES)
    flat_queries = queries.reshape(len(queries), -1)
    flat_values = lanes.values.reshape(len(lanes.values), -1)
    for lane in range(pairs.waiting[0]):
        q, case = pairs.queries[lane], pairs.cases[lane]
        for step in range(rows * channels):
            xs[pad * channels + step, lane] = flat_queries[q, step]
            ys[step, lane] = flat_values[case, step]
    warp_pairs(pairs.xs, rows, pairs.ys[:rows], task.window, task.squared, pairs.row)
    for lane in range(pairs.waiting[0]):
        q, case = pairs.queries[lane], pairs.cases[lane]
        keep_smallest(distances[q], cases[q], pairs.row[rows - 1, lane], case)
    pairs.waiting[0] = 0
