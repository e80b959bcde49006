# mypy: allow-untyped-defs
"""The convolution and its gradients in compiled code.

No matrix of shifted copies is made: the taps of a filter read the same row of the signal at
neighbouring addresses. Kernels run without the interpreter's lock on numbered items and share
nothing that is written. Every sum is taken in an order that knows nothing of the items of others.
Arrays are flat.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from auscult.models.convolution.tiles import ROWS, WIDEST, copy, filter_tile, next_width, slope_tile
from auscult.models.recurrence.code import LANES, jit, jit_on_disk
from auscult.models.recurrence.simd import to_lanes

_FILES = ("direct", "minimal", "slopes", "points", "tiles")


def on_disk(function: Any) -> Any:
    """Kept on disk until one of the files that it is compiled from changes."""
    files = (Path(__file__).with_name(f"{name}.py") for name in _FILES)
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:16]
    function.__qualname__ += f"_{digest}"
    return jit_on_disk(function)


@jit
def vectors(size, like):
    """Zeros that start at a cache line, so that no vector lies across two."""
    room = np.zeros(size + LANES, like.dtype)
    start = -(room.ctypes.data // room.itemsize) % LANES
    return room[start : start + size]


@jit
def whole(n, unit):
    return (n + unit - 1) // unit * unit


@jit
def distance(steps, taps, left):
    """From a case to the next: room for the zeros, and even, so that pairs begin where it does."""
    return (steps + max(left, taps - 1 - left) + 1) // 2 * 2


@on_disk
def pack(first, last, n_out, n_in, taps, turned, w, packed):
    """Blocks ``first`` to ``last`` of ``ROWS`` rows: ``packed[block, column, tap, row]``.

    Rows are output channels and columns input channels; ``turned``, for the way back, rows are
    input channels, columns output channels, and the taps run backwards.
    """
    n_rows, n_columns = (n_in, n_out) if turned else (n_out, n_in)
    row_stride, column_stride = (taps, n_in * taps) if turned else (n_in * taps, taps)
    blocks = (n_rows + ROWS - 1) // ROWS
    for item in range(first, last):
        fit, row = item // blocks, item % blocks * ROWS
        rows = min(ROWS, n_rows - row)
        source = fit * n_out * n_in * taps + row * row_stride
        target = item * n_columns * taps * ROWS
        for column in range(n_columns):
            for k in range(taps):
                tap = taps - 1 - k if turned else k
                start = source + column * column_stride + tap
                for r in range(rows):
                    packed[target + r] = w[start + r * row_stride]
                for r in range(rows, ROWS):
                    packed[target + r] = 0
                target += ROWS


@jit
def scatter(tile, columns, position, pitch, cases, steps, rows, n_out, fits, y, y0):
    """A tile's columns, ``position`` and on, to their cases and times; the gaps go nowhere."""
    case = position // pitch
    while case < cases and case * pitch < position + columns:
        low = max(position, case * pitch)
        n = min(position + columns, case * pitch + steps) - low
        source, target = low - position, y0 + case * fits * n_out * steps + low - case * pitch
        for r in range(rows):
            a, b = source + r * columns, target + r * steps
            copy(tile, a, y, b, n)
        case += 1


@on_disk
def convolve(first, last, shape, x, packed, y):
    """Items ``fit · groups + group``: the group's cases, one behind the other, through all filters.

    The zeros behind a case serve the next one as the zeros in front of it.
    """
    fits, batch, n_in, n_out, steps, taps, left, group = shape
    groups, blocks = (batch + group - 1) // group, (n_out + ROWS - 1) // ROWS
    pitch = distance(steps, taps, left)
    end = (group * pitch + LANES - 1) // LANES
    # An odd number of cache lines a row: rows a power of two apart would push each other out.
    stride = (whole(end * LANES + taps, LANES) // LANES | 1) * LANES
    rows_of_x = vectors(n_in * stride, x)
    tile = vectors(ROWS * WIDEST * LANES, x)
    for item in range(first, last):
        fit, case = item // groups, item % groups * group
        cases = min(group, batch - case)
        for i in range(n_in):
            for c in range(cases):
                a = (((case + c) * fits + fit) * n_in + i) * steps
                b = i * stride + c * pitch + left
                copy(x, a, rows_of_x, b, steps)
        end = ((cases - 1) * pitch + steps + LANES - 1) // LANES
        v = 0
        while v < end:
            width, position = next_width(end - v), v * LANES
            columns = width * LANES
            inside = position % pitch + columns <= steps
            for block in range(blocks):
                row = block * ROWS
                rows = min(ROWS, n_out - row)
                y0 = ((case * fits + fit) * n_out + row) * steps
                w0 = (fit * blocks + block) * n_in * taps * ROWS
                if inside and rows == ROWS:
                    y0 += position // pitch * fits * n_out * steps + position % pitch
                    filter_tile(
                        width, n_in, taps, packed, w0, rows_of_x, position, stride, y, y0, steps
                    )
                else:
                    filter_tile(
                        width, n_in, taps, packed, w0, rows_of_x, position, stride, tile, 0, columns
                    )
                    scatter(tile, columns, position, pitch, cases, steps, rows, n_out, fits, y, y0)
            v += width


@on_disk
def spread(first, last, shape, by_tap, plane, x, wide):
    """Items ``case · fits + fit``: the padded signal laid out as ``slopes`` reads it.

    Either ``[channel block, time, channel]``, a vector being channels, or with ``by_tap``
    ``[channel, time]``, a vector then being taps.
    """
    n_in, steps, left = shape
    count = n_in if by_tap else (n_in + LANES - 1) // LANES
    for item in range(first, last):
        for v in range(count):
            start = (item * count + v) * plane
            target = wide[start : start + plane]
            unit = 1 if by_tap else LANES
            for j in range(left * unit):
                target[j] = 0
            source = (item * n_in + v * unit) * steps
            if by_tap:
                copy(x, source, target, left, steps)
            else:
                cases = min(LANES, n_in - v * LANES)
                to_lanes(x, source, steps, cases, steps, target[left * LANES :])
            for j in range((left + steps) * unit, plane):
                target[j] = 0


@on_disk
def slopes(first, last, shape, by_tap, plane, wide, dy, dw):
    """Items ``fit · blocks + block`` of ``ROWS`` filters: their gradient, over all cases and times.

    Lanes are input channels, or with ``by_tap`` taps: whichever fills the vectors better.
    """
    fits, batch, n_in, n_out, steps, taps = shape
    blocks = (n_out + ROWS - 1) // ROWS
    count = n_in if by_tap else (n_in + LANES - 1) // LANES
    shifts = (taps + LANES - 1) // LANES if by_tap else taps
    step = 1 if by_tap else LANES
    size = ROWS * count * LANES
    sums = vectors(shifts * size, dy)
    for item in range(first, last):
        fit, row = item // blocks, item % blocks * ROWS
        rows = min(ROWS, n_out - row)
        sums[:] = 0
        v = 0
        while v < count:
            width = next_width(count - v)
            for case in range(batch):
                a = ((case * fits + fit) * n_out + row) * steps
                b = ((case * fits + fit) * count + v) * plane
                for shift in range(shifts):
                    c = shift * size + v * LANES
                    slope_tile(
                        width, steps, dy, a, steps, rows - 1, wide, b + shift * LANES, step, plane,
                        sums, c, count * LANES,
                    )  # fmt: skip
            v += width
        for r in range(rows):
            target = (fit * n_out + row + r) * n_in * taps
            for i in range(n_in):
                for k in range(taps):
                    if by_tap:
                        source = k // LANES * size + (r * n_in + i) * LANES + k % LANES
                    else:
                        source = k * size + r * count * LANES + i
                    dw[target + i * taps + k] = sums[source]
