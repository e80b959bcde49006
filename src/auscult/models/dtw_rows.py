"""The inner loop of dynamic time warping: several rows of several cost matrices at once.

``LANES`` matrices lie side by side in one SIMD vector and ``ROWS`` rows advance together, so
that the values of a column pass from row to row in registers. The minimum runs on the integer
units, which leaves the floating-point adders to the sums.
"""

from __future__ import annotations

from typing import Any

from numba.core import cgutils, types
from numba.extending import intrinsic

from auscult.models.dtw_lanes import INT, Emitter

ROWS = 4


class _Rows(Emitter):
    """``ROWS`` rows of the recurrence, one column after another."""

    def __init__(self, *call: Any) -> None:
        super().__init__(*call)
        self.row, self.ys, self.xs, self.edge = (self.pointer(k) for k in range(4))
        self.i, self.centre, self.begin, self.end = self.args[4:8]
        self.window, self.channels, self.squared = self.args[8:11]
        self.query_in_lanes = self.signature.args[2].ndim == 3

    def emit(self, masked: bool, extending: bool = False) -> Any:
        """Emit the loop for both costs, for one channel and for several."""
        stop = cgutils.alloca_once(self.builder, INT)
        one = self.builder.icmp_signed("==", self.channels, INT(1))
        with self.builder.if_else(one) as (single, several):
            with single:
                query = [self.query(r, INT(0)) for r in range(ROWS)]
                settings = (stop, query, masked, extending)
                self.for_each_cost(self.squared, lambda squared: self.loop(squared, *settings))
            with several:
                rest = (stop, None, masked, extending)
                self.for_each_cost(self.squared, lambda squared: self.loop(squared, *rest))
        return self.builder.load(stop)

    def query(self, r: int, channel: Any) -> Any:
        row = self.builder.add(self.i, INT(r))
        index = self.builder.add(self.builder.mul(row, self.channels), channel)
        if self.query_in_lanes:
            return self.load(self.xs, index)
        return self.splat(self.builder.load(self.builder.gep(self.xs, [index])))

    def loop(self, squared: bool, stop: Any, query: Any, masked: bool, extending: bool) -> None:
        builder = self.builder
        left = [self.variable() for _ in range(ROWS + 1)]
        for k, slot in enumerate(left):
            builder.store(self.load(self.edge, INT(k)), slot)
        builder.store(self.end, stop)
        with cgutils.for_range(builder, self.end, self.begin) as columns:
            j = columns.index
            above = self.constant(float("inf")) if extending else self.load(self.row, j)
            values = self.column(j, above, left, query, squared, masked)
            self.store(values[-1], self.row, j)
            if extending:
                with builder.if_then(self.all_dead(values)):
                    builder.store(builder.add(j, INT(1)), stop)
                    columns.do_break()
        for k, slot in enumerate(left):
            self.store(builder.load(slot), self.edge, INT(k))

    def column(
        self, j: Any, above: Any, left: list[Any], query: Any, squared: bool, masked: bool
    ) -> list[Any]:
        """One column of all rows; leaves it in ``left`` for the next column."""
        before = [self.builder.load(slot) for slot in left]
        self.builder.store(above, left[0])
        values = []
        for r in range(ROWS):
            best = self.least(self.least(before[r], above), before[r + 1])
            above = self.cell(j, r, best, query, squared)
            if masked:
                above = self.keep_within_window(j, r, above)
            self.builder.store(above, left[r + 1])
            values.append(above)
        return values

    def cell(self, j: Any, r: int, best: Any, query: Any, squared: bool) -> Any:
        builder = self.builder
        if query is not None:
            difference = builder.fsub(query[r], self.load(self.ys, j))
            return self.add_cost(best, difference, squared)
        total = self.variable()
        builder.store(self.constant(0.0), total)
        with cgutils.for_range(builder, self.channels) as channel:
            at = builder.add(builder.mul(j, self.channels), channel.index)
            difference = builder.fsub(self.query(r, channel.index), self.load(self.ys, at))
            builder.store(self.add_cost(builder.load(total), difference, squared), total)
        return builder.fadd(best, builder.load(total))

    def keep_within_window(self, j: Any, r: int, value: Any) -> Any:
        builder = self.builder
        shift = builder.sub(j, builder.add(self.centre, INT(r)))
        below = builder.icmp_signed("<=", builder.neg(self.window), shift)
        inside = builder.and_(below, builder.icmp_signed("<=", shift, self.window))
        return builder.select(inside, value, self.constant(float("inf")))

    def all_dead(self, values: list[Any]) -> Any:
        least = values[0]
        for value in values[1:]:
            least = self.least(least, value)
        return self.builder.not_(self.any_within(least, self.load(self.pointer(11), INT(0))))


@intrinsic
def advance(  # type: ignore[no-untyped-def]
    typing, row, ys, xs, edge, i, centre, begin, end, window, channels, squared
):
    """Advance ``ROWS`` rows over the columns ``begin`` to ``end``, all within the window.

    Parameters
    ----------
    row
        ``(n_timepoints, LANES)``: the row above, replaced by the lowest column by column.
    ys
        ``(n_timepoints, channels, LANES)``: the references.
    xs
        ``(n_rows, channels)``: one query, or with a third axis one a lane.
    edge
        ``(ROWS + 1, LANES)``: the column left of ``begin``, from the row above downwards;
        replaced by the last column, so that two calls follow on.
    i, centre
        The first row, and the column its window lies around.
    begin, end, window, channels
        Columns, the most they may lie from ``centre``, and the number of channels.
    squared
        Cost squared or absolute.
    """
    signature = types.void(row, ys, xs, edge, i, centre, begin, end, window, channels, squared)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _Rows(context, builder, signature, args).emit(masked=False)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def advance_at_border(  # type: ignore[no-untyped-def]
    typing, row, ys, xs, edge, i, centre, begin, end, window, channels, squared
):
    """Like :func:`advance` where some of the rows are outside the window."""
    signature = types.void(row, ys, xs, edge, i, centre, begin, end, window, channels, squared)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _Rows(context, builder, signature, args).emit(masked=True)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
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
