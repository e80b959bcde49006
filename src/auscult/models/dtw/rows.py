"""The inner loop of dynamic time warping: several rows of several cost matrices at once.

``LANES`` matrices lie side by side in one SIMD vector and ``ROWS`` rows advance together, so
that the values of a column pass from row to row in registers. The minimum runs on the integer
units, which leaves the floating-point adders to the sums.
"""

from __future__ import annotations

from typing import Any

from numba.core import cgutils, types
from numba.extending import intrinsic

from auscult.models.dtw.lanes import INT, Emitter

ROWS = 4


class _Rows(Emitter):
    """``ROWS`` rows of the recurrence, one column after another; see :func:`advance`."""

    def __init__(self, *call: Any) -> None:
        super().__init__(*call)
        self.row, self.ys, self.xs = (self.pointer(k) for k in range(3))
        self.i, self.centre, self.origin, self.begin = self.args[3:7]
        self.window, self.channels, self.squared = self.args[7:10]
        self.query_in_lanes = self.signature.args[2].ndim == 3
        self.left = [self.variable() for _ in range(ROWS + 1)]

    def for_each_kind(self, columns: Any) -> None:
        """Emit ``columns`` for one channel, whose query stays in registers, and for several."""
        self.start()
        one = self.builder.icmp_signed("==", self.channels, INT(1))
        with self.builder.if_else(one) as (single, several):
            with single:
                query = [self.query(r, INT(0)) for r in range(ROWS)]
                self.for_each_cost(self.squared, lambda squared: columns(squared, query))
            with several:
                self.for_each_cost(self.squared, lambda squared: columns(squared, None))

    def start(self) -> None:
        """The column left of ``begin``: infinite, but for the origin and what the window cut."""
        builder = self.builder
        for k, slot in enumerate(self.left):
            here = builder.icmp_signed("==", self.origin, INT(k))
            scalar = builder.select(here, self.real(0.0), self.real(float("inf")))
            builder.store(self.splat(scalar), slot)
        with builder.if_then(builder.icmp_signed(">", self.begin, INT(0))):
            above_left = self.load(self.row, builder.sub(self.begin, INT(1)))
            builder.store(above_left, self.left[0])

    def query(self, r: int, channel: Any) -> Any:
        row = self.builder.add(self.i, INT(r))
        index = self.builder.add(self.builder.mul(row, self.channels), channel)
        if self.query_in_lanes:
            return self.load(self.xs, index)
        return self.splat(self.builder.load(self.builder.gep(self.xs, [index])))

    def column(self, j: Any, above: Any, query: Any, squared: bool, masked: bool) -> list[Any]:
        """One column of all rows; leaves it in ``left`` for the next column."""
        before = [self.builder.load(slot) for slot in self.left]
        self.builder.store(above, self.left[0])
        values = []
        for r in range(ROWS):
            best = self.least(self.least(before[r], above), before[r + 1])
            above = self.cell(j, r, best, query, squared)
            if masked:
                above = self.keep_within_window(j, r, above)
            self.builder.store(above, self.left[r + 1])
            values.append(above)
        self.store(above, self.row, j)
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


class _AllColumns(_Rows):
    """Every column of the window, whatever its value."""

    def emit(self) -> None:
        self.for_each_kind(self.columns)

    def columns(self, squared: bool, query: Any) -> None:
        with cgutils.for_range(self.builder, self.args[10], self.begin) as loop:
            self.column(loop.index, self.load(self.row, loop.index), query, squared, True)


class _LiveColumns(_Rows):
    """The columns that a path within the limits can use."""

    def __init__(self, *call: Any) -> None:
        super().__init__(*call)
        self.whole, self.end, self.last = self.args[10:13]
        self.limit = self.load(self.pointer(13), INT(0))
        self.first_live = cgutils.alloca_once_value(self.builder, self.last)
        self.stop = cgutils.alloca_once_value(self.builder, INT(0))

    def emit(self) -> Any:
        self.for_each_kind(self.columns)
        live = (self.builder.load(self.first_live), self.builder.load(self.stop))
        return self.context.make_tuple(self.builder, self.signature.return_type, live)

    def columns(self, squared: bool, query: Any) -> None:
        builder = self.builder
        for begin, end, masked in (
            (self.begin, self.whole, True),
            (self.whole, self.end, False),
        ):
            with cgutils.for_range(builder, end, begin) as loop:
                above = self.load(self.row, loop.index)
                self.note(loop.index, self.column(loop.index, above, query, squared, masked))
        with cgutils.for_range(builder, self.last, self.end) as loop:
            above = self.constant(float("inf"))
            values = self.column(loop.index, above, query, squared, True)
            self.note(loop.index, values)
            with builder.if_then(self.all_dead(values)):
                loop.do_break()

    def note(self, j: Any, values: list[Any]) -> None:
        """Keep the first column that is live in the lowest row, and the one after the last."""
        builder = self.builder
        live = self.any_within(values[-1], self.limit)
        first, stop = builder.load(self.first_live), builder.load(self.stop)
        earlier = builder.and_(live, builder.icmp_signed("<", j, first))
        builder.store(builder.select(earlier, j, first), self.first_live)
        builder.store(builder.select(live, builder.add(j, INT(1)), stop), self.stop)

    def all_dead(self, values: list[Any]) -> Any:
        least = values[0]
        for value in values[1:]:
            least = self.least(least, value)
        return self.builder.not_(self.any_within(least, self.limit))


@intrinsic
def advance(  # type: ignore[no-untyped-def]
    typing,
    row,
    ys,
    xs,
    i,
    centre,
    origin,
    begin,
    window,
    channels,
    squared,
    whole,
    end,
    last,
    limit,
):
    """Advance ``ROWS`` rows over the columns that are live; returns those of the lowest row.

    Parameters
    ----------
    row
        ``(n_timepoints, LANES)``: the row above, replaced by the lowest column by column.
    ys
        ``(n_timepoints, channels, LANES)``: the references.
    xs
        ``(n_rows, channels)``: one query, or with a third axis one a lane.
    i, centre
        The first row, and the column its window lies around.
    origin
        Below which of the rows (0 for the one above them) the path starts; -1 for none.
    begin, whole, end, last
        Columns: the first; the first that is in the window of all rows; the first that was not
        live in the row above; the first that is in no row's window.
    window, channels
        How far off ``centre`` a column may lie, and the number of channels.
    squared
        Cost squared or absolute.
    limit
        ``(LANES,)``: a value above it is dead. Past ``end`` the first column with no live value
        is the last.
    """
    signature = types.containers.UniTuple(types.int64, 2)(
        row, ys, xs, i, centre, origin, begin, window, channels, squared, whole, end, last, limit
    )

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _LiveColumns(context, builder, signature, args).emit()

    return signature, generate


@intrinsic
def advance_all(  # type: ignore[no-untyped-def]
    typing, row, ys, xs, i, centre, origin, begin, window, channels, squared, last
):
    """Advance ``ROWS`` rows from ``begin`` to ``last``; see :func:`advance`."""
    signature = types.void(row, ys, xs, i, centre, origin, begin, window, channels, squared, last)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _AllColumns(context, builder, signature, args).emit()
        return context.get_dummy_value()

    return signature, generate
