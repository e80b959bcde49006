"""Bounds on the distance of a query to all references, at the price of one pass over them.

Above: the distance along the diagonal, where the lengths are equal. Below: the two ends, which
every path matches (LB_Kim, Kim et al. 2001), and between them how far each point of a reference
lies outside the envelope of the query (LB_Keogh with the roles exchanged, Keogh and
Ratanamahatana 2005): the envelope is computed once a query and the references need none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from auscult.models.dtw.jit import inner
from auscult.models.dtw.lanes import INT, Emitter

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]


@inner
def envelope(query: Float32, pad: int, window: int, low: Float32, high: Float32) -> None:
    """The least and greatest value of a query within ``window`` of each time point.

    At its two ends both are the query itself, because every path matches the ends. By Lemire's
    (2009) monotone queue; ``query`` has ``pad`` rows in front that do not count.
    """
    rows, channels = len(query) - pad, query.shape[1]
    for channel in range(channels):
        if window >= rows - 1:
            _span(query, pad, rows, channel, low, high)
        else:
            _slide(query, pad, rows, channel, window, np.float32(1), high)
            _slide(query, pad, rows, channel, window, np.float32(-1), low)
        for t in (0, rows - 1):
            low[t, channel] = query[pad + t, channel]
            high[t, channel] = query[pad + t, channel]


@inner
def _span(query: Float32, pad: int, rows: int, channel: int, low: Float32, high: Float32) -> None:
    least = greatest = query[pad, channel]
    for t in range(rows):
        least = min(least, query[pad + t, channel])
        greatest = max(greatest, query[pad + t, channel])
    for t in range(rows):
        low[t, channel], high[t, channel] = least, greatest


@inner
def _slide(
    query: Float32, pad: int, rows: int, channel: int, window: int, sign: np.float32, out: Float32
) -> None:
    queue = np.empty(rows, np.int64)
    head, tail = 0, 0
    for t in range(rows + window):
        if t < rows:
            value = sign * query[pad + t, channel]
            while tail > head and sign * query[pad + queue[tail - 1], channel] <= value:
                tail -= 1
            queue[tail] = t
            tail += 1
        at = t - window
        if at < 0:
            continue
        if at >= rows:
            break
        while queue[head] < at - window:
            head += 1
        out[at, channel] = query[pad + queue[head], channel]


class _Bounds(Emitter):
    """One pass over a block; see :func:`bound_block` for the arguments."""

    def emit(self) -> None:
        self.for_each_cost(self.args[6], self.loop)

    def loop(self, squared: bool) -> None:
        builder = self.builder
        sums = [self.variable() for _ in range(2)]
        for total in sums:
            builder.store(self.constant(0.0), total)
        with cgutils.for_range(builder, self.args[5]) as steps:
            y = self.load(self.pointer(4), steps.index)
            x, low, high = (self.scalar(k, steps.index) for k in (0, 2, 3))
            outside = self.maximum(builder.fsub(y, high), builder.fsub(low, y))
            outside = self.maximum(outside, self.constant(0.0))
            for total, difference in zip(sums, (builder.fsub(x, y), outside), strict=True):
                builder.store(self.add_cost(builder.load(total), difference, squared), total)
        for total, position in zip(sums, (7, 8), strict=True):
            self.store(builder.load(total), self.pointer(position), INT(0))

    def scalar(self, position: int, step: Any) -> Any:
        if position == 0:
            step = self.builder.add(step, self.args[1])
        return self.splat(self.builder.load(self.builder.gep(self.pointer(position), [step])))

    def maximum(self, a: Any, b: Any) -> Any:
        return self.builder.select(self.builder.fcmp_ordered(">", a, b), a, b)


@intrinsic
def bound_block(  # type: ignore[no-untyped-def]
    typing, query, start, low, high, block, steps, squared, above, below
):
    """Bounds of one block whose references are as long as the query, a lane each.

    Parameters
    ----------
    query, start
        The query as :func:`~auscult.models.dtw.block.lay_query` wrote it, and how many of its
        values come before its first row.
    low, high
        Its :func:`envelope`.
    block
        ``(n_timepoints, n_channels, LANES)`` references.
    steps
        Time points × channels.
    squared
        Cost squared or absolute.
    above, below
        ``(LANES,)`` float32; filled with the bounds.
    """
    signature = types.void(query, start, low, high, block, steps, squared, above, below)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _Bounds(context, builder, signature, args).emit()
        return context.get_dummy_value()

    return signature, generate
