"""The inner loop of dynamic time warping: several rows of several cost matrices at once.

``LANES`` matrices lie side by side in one SIMD vector and ``ROWS`` rows advance together, so
that the values of a column pass from row to row in registers. All values are non-negative,
hence their order is that of their bits and the minimum may run on the integer units, which
leaves the floating-point adders to the sums. A fused or a rounded multiply-add may be taken
alike, because a float32 distance only screens (see :mod:`auscult.models.dtw_margin`).
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from auscult.models.dtw_lanes import FLOAT, INT, VECTOR, Emitter

ROWS = 4


class _Rows(Emitter):
    """``ROWS`` rows of the recurrence, one column after another."""

    def __init__(self, *call: Any) -> None:
        super().__init__(*call)
        self.row, self.ys, self.xs, self.edge = (self.pointer(k) for k in range(4))
        self.i, self.centre, self.begin, self.end = self.args[4:8]
        self.window, self.channels, self.squared = self.args[8:11]

    def emit(self, masked: bool, extending: bool) -> Any:
        """Emit the loop for both costs, for one channel and for several."""
        stop = cgutils.alloca_once(self.builder, INT)
        one = self.builder.icmp_signed("==", self.channels, INT(1))
        with self.builder.if_else(one) as (single, several):
            with single:
                query = [self.query(INT(r), INT(0)) for r in range(ROWS)]
                self.by_cost(lambda sq: self.loop(stop, query, sq, masked, extending))
            with several:
                self.by_cost(lambda sq: self.loop(stop, None, sq, masked, extending))
        return self.builder.load(stop)

    def by_cost(self, loop: Any) -> None:
        with self.builder.if_else(self.squared) as (then, otherwise):
            with then:
                loop(True)
            with otherwise:
                loop(False)

    def query(self, r: Any, channel: Any) -> Any:
        start = self.builder.mul(self.builder.add(self.i, r), self.channels)
        address = self.builder.gep(self.xs, [self.builder.add(start, channel)])
        return self.builder.load(address)

    def loop(self, stop: Any, query: Any, squared: bool, masked: bool, extending: bool) -> None:
        builder = self.builder
        left = [cgutils.alloca_once(builder, VECTOR) for _ in range(ROWS + 1)]
        for k, slot in enumerate(left):
            builder.store(self.load(self.edge, INT(k)), slot)
        builder.store(self.end, stop)
        infinite = self.splat(FLOAT(float("inf")))
        with cgutils.for_range(builder, self.end, self.begin) as columns:
            j = columns.index
            above = infinite if extending else self.load(self.row, j)
            values = self.column(j, above, left, query, squared, masked)
            self.store(values[-1], self.row, j)
            if extending:
                with builder.if_then(self.all_dead(values)):
                    builder.store(builder.add(j, INT(1)), stop)
                    columns.do_break()
        for k, slot in enumerate(left):
            self.store(builder.load(slot), self.edge, INT(k))

    def column(
        self, j: Any, above: Any, left: Any, query: Any, squared: bool, masked: bool
    ) -> list[Any]:
        """One column of all rows; leaves it in ``left`` for the next column."""
        builder = self.builder
        before = [builder.load(slot) for slot in left]
        builder.store(above, left[0])
        values = []
        for r in range(ROWS):
            best = self.minimum(self.minimum(before[r], above), before[r + 1])
            above = self.cell(j, r, best, query, squared)
            if masked:
                above = self.keep_within_window(j, r, above)
            builder.store(above, left[r + 1])
            values.append(above)
        return values

    def cell(self, j: Any, r: int, best: Any, query: Any, squared: bool) -> Any:
        builder = self.builder
        if query is not None:
            difference = builder.fsub(self.splat(query[r]), self.load(self.ys, j))
            return self.add_cost(best, difference, squared)
        total = cgutils.alloca_once(builder, VECTOR)
        builder.store(best, total)
        with cgutils.for_range(builder, self.channels) as channel:
            at = builder.add(builder.mul(j, self.channels), channel.index)
            x = self.splat(self.query(INT(r), channel.index))
            difference = builder.fsub(x, self.load(self.ys, at))
            builder.store(self.add_cost(builder.load(total), difference, squared), total)
        return builder.load(total)

    def keep_within_window(self, j: Any, r: int, value: Any) -> Any:
        builder = self.builder
        shift = builder.sub(j, builder.add(self.centre, INT(r)))
        below = builder.icmp_signed("<=", builder.neg(self.window), shift)
        inside = builder.and_(below, builder.icmp_signed("<=", shift, self.window))
        return builder.select(inside, value, self.splat(FLOAT(float("inf"))))

    def all_dead(self, values: list[Any]) -> Any:
        least = values[0]
        for value in values[1:]:
            least = self.minimum(least, value)
        limit = self.load(self.pointer(11), INT(0))
        return self.builder.not_(self.any_within(least, limit))


@intrinsic  # type: ignore[untyped-decorator]
def advance(  # type: ignore[no-untyped-def]
    typing, row, ys, xs, edge, i, centre, begin, end, window, channels, squared, masked
):
    """Advance ``ROWS`` rows over the columns ``begin`` to ``end``; ``row`` becomes the lowest.

    Parameters
    ----------
    row
        ``(n_timepoints, LANES)`` float32: the row above, replaced column by column.
    ys
        ``(n_timepoints, channels, LANES)`` float32: the references, side by side.
    xs
        ``(n_rows, channels)`` float32: the query.
    edge
        ``(ROWS + 1, LANES)`` float32: the column left of ``begin``, from the row above
        downwards; replaced by the last column, so that two calls follow on.
    i, centre
        The first row, and the column its window lies around.
    begin, end, window, channels
        Columns, the most they may lie from ``centre``, and the number of channels.
    squared, masked
        Cost squared or absolute; whether the window cuts into these columns.
    """
    signature = types.void(
        row, ys, xs, edge, i, centre, begin, end, window, channels, squared, masked
    )

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        with builder.if_else(args[11]) as (then, otherwise):
            with then:
                _Rows(context, builder, signature, args).emit(masked=True, extending=False)
            with otherwise:
                _Rows(context, builder, signature, args).emit(masked=False, extending=False)
        return context.get_dummy_value()

    return signature, generate


@intrinsic  # type: ignore[untyped-decorator]
def extend(  # type: ignore[no-untyped-def]
    typing, row, ys, xs, edge, i, centre, begin, end, window, channels, squared, limit
):
    """Like :func:`advance` where the row above is dead: stop once all lanes are above ``limit``.

    Returns the first column that was not computed.
    """
    signature = types.int64(
        row, ys, xs, edge, i, centre, begin, end, window, channels, squared, limit
    )

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _Rows(context, builder, signature, args).emit(masked=True, extending=True)

    return signature, generate
