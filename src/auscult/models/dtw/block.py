"""One query against a block of references in lanes, pruned and abandoned early.

EAPrunedDTW (Herrmann and Webb 2021) with lanes: a cell is left out where it is above the limit
in *every* lane, and the block is abandoned where a row has no cell left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auscult.models.dtw.jit import inner, kernel
from auscult.models.dtw.lanes import LANES
from auscult.models.dtw.rows import ROWS, advance, advance_all

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


@kernel
def lay_query(values: Float64, offset: Float64, scale: float, query: Float32) -> None:
    """Write a query for :func:`warp_block`: shifted, scaled, its rows a multiple of ``ROWS``.

    The rows in front are infinite; the path cannot enter them and starts below.
    """
    pad = -len(values) % ROWS
    for t in range(pad):
        for channel in range(values.shape[1]):
            query[t, channel] = np.inf
    for t in range(len(values)):
        for channel in range(values.shape[1]):
            query[pad + t, channel] = np.float32((values[t, channel] - offset[channel]) * scale)


@inner
def warp_block(
    query: Float32,
    rows: int,
    block: Float32,
    window: int,
    squared: bool,
    limit: Float32,
    row: Float32,
) -> tuple[int, int]:
    """Warp one query onto ``LANES`` references.

    Parameters
    ----------
    query, rows
        As :func:`lay_query` wrote it; the number of its true rows.
    block
        ``(n_timepoints, n_channels, LANES)`` references.
    window, squared
        As in :func:`auscult.models.dtw.distance.distance`.
    limit
        ``(LANES,)`` the distance above which a lane is of no interest; negative for never.
    row
        Scratch, ``(n_timepoints, LANES)``.

    Returns
    -------
    begin, end
        ``row[m - 1, lane]`` is the distance to the first ``m`` points of a reference, where
        ``m - 1`` is in this range and the value is within the lane's limit.
    """
    pad = -rows % ROWS
    columns, channels = block.shape[0], block.shape[1]
    begin, end = 0, 0
    for i in range(0, rows + pad, ROWS):
        centre = i - pad
        first, last = max(begin, centre - window), min(columns, centre + ROWS + window)
        if begin == first and first > 0:
            for lane in range(LANES):
                row[first - 1, lane] = np.inf
        whole = min(max(first, centre + ROWS - 1 - window), end)
        begin, end = advance(
            row,
            block,
            query,
            i,
            centre,
            pad if i == 0 else -1,
            first,
            window,
            channels,
            squared,
            whole,
            end,
            last,
            limit,
        )
        if begin >= end:
            break
    return begin, end


@inner
def warp_pairs(
    queries: Float64,
    rows: int,
    block: Float64,
    window: int,
    squared: bool,
    row: Float64,
) -> None:
    """Warp ``LANES`` queries onto a reference each, in float64 and without a limit.

    Each lane adds in the order of :func:`auscult.models.dtw.distance.distance`, hence to the
    same bits. ``queries`` is ``(n_rows, n_channels, LANES)``, infinite in its ``-rows % ROWS``
    first rows; ``row[m - 1, lane]`` is the distance to a reference's first ``m`` points.
    """
    pad = -rows % ROWS
    columns, channels = block.shape[0], block.shape[1]
    row.fill(np.inf)
    for i in range(0, rows + pad, ROWS):
        centre = i - pad
        first, last = max(0, centre - window), min(columns, centre + ROWS + window)
        origin = pad if i == 0 else -1
        advance_all(row, block, queries, i, centre, origin, first, window, channels, squared, last)
