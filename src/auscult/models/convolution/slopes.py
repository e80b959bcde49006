# mypy: allow-untyped-defs
"""The filters' gradient by minimal filtering, see :mod:`auscult.models.convolution.minimal`.

The transposed form of the same products: three slopes a chunk from four products of a pair. Signal
and slopes are transformed for all cases first, which makes every number of the gradient's one sum
over all cases and pairs, taken in registers.
"""

from __future__ import annotations

from auscult.models.convolution.direct import on_disk, vectors
from auscult.models.convolution.minimal import chunks, entries, first_tap, starts
from auscult.models.convolution.points import row_three, row_two, slope_points
from auscult.models.convolution.tiles import ROWS, next_width, slope_tile
from auscult.models.recurrence.code import LANES, jit
from auscult.models.recurrence.simd import to_lanes


@on_disk
def spread(first, last, shape, x, wide):
    """Items ``fit · batch + case``: ``wide[fit, channel block, column, case, pair, channel]``."""
    fits, batch, n_in, steps, taps, left = shape
    half = (steps + 1) // 2
    count, columns = (n_in + LANES - 1) // LANES, entries(4, taps)
    threes, twos = chunks(taps)
    rows = vectors((2 * half + taps + 2 * LANES) * LANES, x)
    size = batch * half * LANES
    to1, to2, to3 = starts(taps, size)
    for item in range(first, last):
        fit, case = item // batch, item % batch
        for v in range(count):
            source = ((case * fits + fit) * n_in + v * LANES) * steps
            to_lanes(x, source, steps, min(LANES, n_in - v * LANES), steps, rows[left * LANES :])
            rows[(left + steps) * LANES :] = 0
            for chunk in range(threes + twos):
                tap = first_tap(chunk, threes)
                a = ((fit * count + v) * columns + chunk) * size + case * half * LANES
                for p in range(half):
                    b, c = a + p * LANES, (2 * p + tap) * LANES
                    if chunk < threes:
                        row_three(rows, c, wide, b, to1, to2, to3)
                    else:
                        row_two(rows, c, wide, b, to1, to2, to3)


@on_disk
def combine(first, last, batch, steps, dy, dm):
    """Items ``fit · n_out + row``: ``dm[fit · n_out + row, region, case, pair]``."""
    half = (steps + 1) // 2
    n, to = dy.size // (batch * steps), batch * half
    for item in range(first, last):
        for case in range(batch):
            source, target = (case * n + item) * steps, (item * 4 * batch + case) * half
            pairs, p = steps // 2, 0
            if pairs >= LANES:
                while p + LANES < pairs:
                    slope_points(dy, source + 2 * p, dm, target + p, to)
                    p += LANES
                p = pairs - LANES  # overlaps the one before
                slope_points(dy, source + 2 * p, dm, target + p, to)
                p = pairs
            while p < half:
                u, v = dy[source + 2 * p], dy.dtype.type(0)
                if 2 * p + 1 < steps:
                    v = dy[source + 2 * p + 1]
                a = target + p
                dm[a], dm[a + to], dm[a + 2 * to], dm[a + 3 * to] = u, u + v, u - v, -v
                p += 1


@jit
def _sum_slopes(low, high, fit, shape, wide, dm, sums):
    """``sums[block, column, row, channel] = Σ dm · wide`` over cases and pairs, of one fit."""
    batch, n_in, n_out, steps, taps = shape
    count, columns = (n_in + LANES - 1) // LANES, entries(4, taps)
    n, room = batch * ((steps + 1) // 2), count * LANES
    sums[: (high - low) * columns * ROWS * room] = 0
    for region in range(4):
        for column in range(entries(region, taps), entries(region + 1, taps)):
            v = 0
            while v < count:
                width = next_width(count - v)
                b = ((fit * count + v) * columns + column) * n * LANES
                for block in range(low, high):
                    row = block * ROWS
                    a = ((fit * n_out + row) * 4 + region) * n
                    c = ((block - low) * columns + column) * ROWS * room + v * LANES
                    slope_tile(
                        width, n, dm, a, 4 * n, min(ROWS, n_out - row) - 1, wide, b, LANES,
                        columns * n * LANES, sums, c, room,
                    )  # fmt: skip
                v += width


@jit
def _taps_of_slopes(sums, a, to1, to2, to3, n_in, taps, dw, target):
    """The sums of one filter back to its taps."""
    threes, twos = chunks(taps)
    half = dw.dtype.type(0.5)
    for chunk in range(threes + twos):
        for i in range(n_in):
            j = a + chunk * (to1 // (threes + twos)) + i
            b = target + i * taps + first_tap(chunk, threes)
            u0, u1, u3 = sums[j], sums[j + to1], sums[j + to3]
            if chunk < threes:
                u2 = sums[j + to2]
                middle = (u1 + u2) * half
                dw[b], dw[b + 1], dw[b + 2] = u0 + middle, (u1 - u2) * half, middle + u3
            else:
                dw[b], dw[b + 1] = u0 + u1, u1 + u3


@on_disk
def slopes(first, last, shape, wide, dm, dw):
    """Items ``fit · blocks + block`` of ``ROWS`` filters: their gradient over cases and times."""
    _, n_in, n_out, _, taps = shape
    blocks, columns = (n_out + ROWS - 1) // ROWS, entries(4, taps)
    room = (n_in + LANES - 1) // LANES * LANES
    sums = vectors(min(last - first, blocks) * columns * ROWS * room, dm)
    to1, to2, to3 = starts(taps, ROWS * room)
    for fit in range(first // blocks, (last - 1) // blocks + 1):
        low, high = max(first - fit * blocks, 0), min(last - fit * blocks, blocks)
        _sum_slopes(low, high, fit, shape, wide, dm, sums)
        for row in range(low * ROWS, min(high * ROWS, n_out)):
            block = row // ROWS - low
            a = (block * columns * ROWS + row % ROWS) * room
            target = (fit * n_out + row) * n_in * taps
            _taps_of_slopes(sums, a, to1, to2, to3, n_in, taps, dw, target)
