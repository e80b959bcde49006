# mypy: allow-untyped-defs
"""The convolution with fewer multiplications: minimal filtering (Winograd 1980), two times at once.

Two neighbouring outputs of a filter of three taps take four multiplications instead of six, of two
taps three instead of four. A filter is cut into *chunks* of three taps and then of two. The sums of
the four products, over channels and chunks, are four matrix products; see Lavin & Gray, "Fast
algorithms for convolutional neural networks", CVPR 2016. The points are 0, 1, -1 and infinity,
whose factors are 1 and 1/2: rounding stays that of the plain sum, nearly.

A chunk is a column of each of three or four *regions*: region 2 has the chunks of three only.
"""

from __future__ import annotations

from auscult.models.convolution.direct import distance, on_disk, scatter, vectors, whole
from auscult.models.convolution.points import (
    finish,
    split_three,
    split_two,
    weight_three,
    weight_two,
)
from auscult.models.convolution.tiles import ROWS, WIDEST, copy, filter_tile, next_width
from auscult.models.recurrence.code import LANES, jit


@jit
def chunks(taps):
    """Chunks of three taps and of two."""
    twos = (0, 2, 1)[taps % 3]
    return (taps - 2 * twos) // 3, twos


@jit
def first_tap(chunk, threes):
    return 3 * chunk if chunk < threes else 2 * chunk + threes


@jit
def entries(region, taps):
    """Columns in the regions before ``region``; before the fourth, which is none, all."""
    threes, twos = chunks(taps)
    return region * (threes + twos) - (twos if region in (3, 4) else 0)


@jit
def starts(taps, unit):
    """Where regions 1, 2 and 3 start, of columns of ``unit``."""
    return entries(1, taps) * unit, entries(2, taps) * unit, entries(3, taps) * unit


@on_disk
def pack(first, last, n_out, n_in, taps, turned, w, packed):
    """Blocks of ``ROWS`` rows: ``packed[block, region, chunk, column, row]``, transformed.

    Rows are output channels and columns input channels; ``turned``, for the way back, rows are
    input channels, columns output channels, and the taps run backwards.
    """
    n_rows, n_columns = (n_in, n_out) if turned else (n_out, n_in)
    row_stride, column_stride = (taps, n_in * taps) if turned else (n_in * taps, taps)
    blocks = (n_rows + ROWS - 1) // ROWS
    threes, twos = chunks(taps)
    one = -1 if turned else 1
    unit = n_columns * ROWS
    to1, to2, to3 = starts(taps, unit)
    for item in range(first, last):
        fit, row = item // blocks, item % blocks * ROWS
        rows = min(ROWS, n_rows - row)
        source = fit * n_out * n_in * taps + row * row_stride + (taps - 1 if turned else 0)
        for chunk in range(threes + twos):
            tap = first_tap(chunk, threes)
            for column in range(n_columns):
                start = source + column * column_stride + one * tap
                a = (item * entries(4, taps) + chunk) * unit + column * ROWS
                if chunk < threes:
                    weight_three(w, start, row_stride, one, rows - 1, packed, a, to1, to2, to3)
                else:
                    weight_two(w, start, row_stride, one, rows - 1, packed, a, to1, to2, to3)


@jit
def _signal_tile(x, x0, stride, n_in, taps, columns, slab):
    """``slab[region, chunk, channel, pair]`` of the pairs that start at ``x0``."""
    threes, twos = chunks(taps)
    to1, to2, to3 = starts(taps, n_in * columns)
    for i in range(n_in):
        for chunk in range(threes + twos):
            start = x0 + i * stride + first_tap(chunk, threes)
            a = (chunk * n_in + i) * columns
            for p in range(0, columns, LANES):
                if chunk < threes:
                    split_three(x, start + 2 * p, slab, a + p, to1, to2, to3)
                else:
                    split_two(x, start + 2 * p, slab, a + p, to1, to2, to3)


@on_disk
def convolve(first, last, shape, x, packed, y):
    """Items ``fit · groups + group``: the group's cases, one behind the other, through all filters.

    The zeros behind a case serve the next one as the zeros in front of it.
    """
    fits, batch, n_in, n_out, steps, taps, left, group = shape
    groups, blocks = (batch + group - 1) // group, (n_out + ROWS - 1) // ROWS
    pitch = distance(steps, taps, left)
    stride = whole(group * pitch + taps + 4 * LANES, LANES) + LANES
    most = WIDEST * LANES
    rows_of_x = vectors(n_in * stride + 4 * most, x)
    slab = vectors(entries(4, taps) * n_in * most, x)
    products, tile = vectors(4 * ROWS * most, x), vectors(2 * ROWS * most, x)
    unit = entries(4, taps) * n_in * ROWS
    for item in range(first, last):
        fit, case = item // groups, item % groups * group
        cases = min(group, batch - case)
        for i in range(n_in):
            for c in range(cases):
                a = (((case + c) * fits + fit) * n_in + i) * steps
                b = i * stride + c * pitch + left
                copy(x, a, rows_of_x, b, steps)
        end = ((cases - 1) * pitch + steps + 2 * LANES - 1) // (2 * LANES)
        v = 0
        while v < end:
            width, position = next_width(end - v), v * 2 * LANES
            columns = width * LANES
            _signal_tile(rows_of_x, position, stride, n_in, taps, columns, slab)
            inside = position % pitch + 2 * columns <= steps
            for block in range(blocks):
                row = block * ROWS
                rows = min(ROWS, n_out - row)
                w0 = (fit * blocks + block) * unit
                for region in range(4):
                    low, high = entries(region, taps) * n_in, entries(region + 1, taps) * n_in
                    filter_tile(
                        width, high - low, 1, packed, w0 + low * ROWS, slab, low * columns, columns,
                        products, region * ROWS * columns, columns,
                    )  # fmt: skip
                y0 = ((case * fits + fit) * n_out + row) * steps
                if inside and rows == ROWS:
                    y0 += position // pitch * fits * n_out * steps + position % pitch
                    for r in range(ROWS):
                        for k in range(0, columns, LANES):
                            m = r * columns + k
                            finish(products, m, ROWS * columns, y, y0 + r * steps + 2 * k)
                else:
                    for m in range(0, ROWS * columns, LANES):
                        finish(products, m, ROWS * columns, tile, 2 * m)
                    scatter(
                        tile, 2 * columns, position, pitch, cases, steps, rows, n_out, fits, y, y0
                    )
            v += width
