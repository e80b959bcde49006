# mypy: allow-untyped-defs
"""Tiles of a convolution whose sums stay in registers, for the forward and the backward pass.

A tile has ``ROWS`` rows and one to ``WIDEST`` vectors of ``LANES`` columns. Offsets and strides
count elements; no index is checked.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from auscult.models.recurrence.code import LANES, Code, jit

ROWS = 8
WIDEST = 3  # 24 sums, 3 vectors and a number: 28 of 32 vector registers


def _filter_tile(width: int) -> Any:
    """An intrinsic: ``y[r, t] = Σ_i Σ_k w[i, k, r] x[i, t + k]``.

    ``w`` is packed, ``ROWS`` numbers a channel and tap. Strides: of ``x`` from channel to
    channel, of ``y`` from row to row.
    """

    @intrinsic
    def tile(typing, channels, taps, w, w0, x, x0, x_stride, y, y0, y_stride):
        i = types.intp
        signature = types.void(i, i, w, i, x, i, i, y, i, i)

        def generate(context, builder, signature, args):
            code = Code(context, builder, x)
            channels, taps, _, w0, _, x0, x_stride, _, y0, y_stride = args
            p_w, p_x, p_y = (code.data(signature.args[j], args[j]) for j in (2, 4, 7))
            one, rows = code.count(1), code.count(ROWS)
            last = builder.sub(taps, one)
            jump = builder.sub(x_stride, last)  # from the last tap to the next channel's first

            def step(j: Any, state: list[Any]) -> list[Any]:
                at, tap, *sums = state
                vectors = [code.load(code.at(p_x, at, code.count(LANES), v)) for v in range(width)]
                start = builder.add(w0, builder.mul(j, rows))
                sums = _outer(
                    code, [code.at(p_w, start, one, r) for r in range(ROWS)], vectors, sums
                )
                end = builder.icmp_signed("==", tap, last)
                at = builder.add(at, builder.select(end, jump, one))
                return [at, builder.select(end, code.count(0), builder.add(tap, one)), *sums]

            zero = ir.Constant(code.vector, [0.0] * LANES)
            state = [x0, code.count(0), *[zero] * (ROWS * width)]
            _, _, *sums = code.repeat(builder.mul(channels, taps), state, step)
            _write(code, sums, width, p_y, y0, y_stride)
            return context.get_dummy_value()

        return signature, generate

    return tile


def _slope_tile(width: int) -> Any:
    """An intrinsic: ``c[r] += Σ_t dy[r, t] x[t]``, for ``ROWS`` rows of ``dy``.

    Rows behind ``last`` repeat it. Strides: of ``dy`` and ``c`` from row to row, of ``x`` from t to
    t and from vector to vector.
    """

    @intrinsic
    def tile(typing, steps, dy, dy0, dy_stride, last, x, x0, x_step, x_vector, c, c0, c_stride):
        i = types.intp
        signature = types.void(i, dy, i, i, i, x, i, i, i, c, i, i)

        def generate(context, builder, signature, args):
            code = Code(context, builder, x)
            steps, _, dy0, dy_stride, last, _, x0, x_step, x_vector, _, c0, c_stride = args
            p_dy, p_x, p_c = (code.data(signature.args[j], args[j]) for j in (1, 5, 9))
            rows = []
            for r in range(ROWS):
                row = code.count(r)
                row = builder.select(builder.icmp_signed("<", row, last), row, last)
                rows.append(code.at(p_dy, dy0, dy_stride, row))
            starts = [code.at(p_x, x0, x_vector, v) for v in range(width)]

            def step(t: Any, sums: list[Any]) -> list[Any]:
                at = builder.mul(t, x_step)
                vectors = [code.load(builder.gep(p, [at], inbounds=True)) for p in starts]
                numbers = [builder.gep(p, [t], inbounds=True) for p in rows]
                return _outer(code, numbers, vectors, sums)

            lanes = code.count(LANES)
            sums = []
            for r in range(ROWS):
                start = builder.add(c0, builder.mul(c_stride, code.count(r)))
                sums += [code.load(code.at(p_c, start, lanes, v)) for v in range(width)]
            _write(code, code.repeat(steps, sums, step), width, p_c, c0, c_stride)
            return context.get_dummy_value()

        return signature, generate

    return tile


def _outer(code: Code, numbers: list[Any], vectors: list[Any], sums: list[Any]) -> list[Any]:
    """``sums[r, v] += number[r] · vector[v]``."""
    new = []
    for r, address in enumerate(numbers):
        number = code.spread(code.builder.load(address))
        for v, vector in enumerate(vectors):
            new.append(code.multiply_add(number, vector, sums[r * len(vectors) + v]))
    return new


def _write(code: Code, sums: list[Any], width: int, base: Any, start: Any, stride: Any) -> None:
    for r in range(ROWS):
        row = code.builder.add(start, code.builder.mul(stride, code.count(r)))
        for v in range(width):
            code.store(sums[r * width + v], code.at(base, row, code.count(LANES), v))


_filter_1, _filter_2, _filter_3 = (_filter_tile(width) for width in (1, 2, 3))
_slope_1, _slope_2, _slope_3 = (_slope_tile(width) for width in (1, 2, 3))


@jit
def next_width(left):
    """Vectors of the next tile when ``left`` are left: 3, and 2 + 2 rather than 3 + 1."""
    return WIDEST if left == WIDEST or left > WIDEST + 1 else min(left, 2)


@jit
def filter_tile(width, channels, taps, w, w0, x, x0, x_stride, y, y0, y_stride):
    """See :func:`_filter_tile`."""
    if width == 3:
        _filter_3(channels, taps, w, w0, x, x0, x_stride, y, y0, y_stride)
    elif width == 2:
        _filter_2(channels, taps, w, w0, x, x0, x_stride, y, y0, y_stride)
    else:
        _filter_1(channels, taps, w, w0, x, x0, x_stride, y, y0, y_stride)


@jit
def slope_tile(width, steps, dy, dy0, dys, last, x, x0, x_step, x_vector, c, c0, c_stride):
    """See :func:`_slope_tile`."""
    if width == 3:
        _slope_3(steps, dy, dy0, dys, last, x, x0, x_step, x_vector, c, c0, c_stride)
    elif width == 2:
        _slope_2(steps, dy, dy0, dys, last, x, x0, x_step, x_vector, c, c0, c_stride)
    else:
        _slope_1(steps, dy, dy0, dys, last, x, x0, x_step, x_vector, c, c0, c_stride)


@intrinsic
def _copy_vector(typing, source, a, target, b):
    i = types.intp
    signature = types.void(source, i, target, i)

    def generate(context, builder, signature, args):
        code = Code(context, builder, source)
        start, end = code.data(source, args[0]), code.data(target, args[2])
        code.store(code.load(builder.gep(start, [args[1]])), builder.gep(end, [args[3]]))
        return context.get_dummy_value()

    return signature, generate


@jit
def copy(source, a, target, b, n):
    """``target[b + j] = source[a + j]``; the last vector overlaps the one before."""
    if n < LANES:
        for j in range(n):
            target[b + j] = source[a + j]
        return
    for j in range(0, n - LANES, LANES):
        _copy_vector(source, a + j, target, b + j)
    _copy_vector(source, a + n - LANES, target, b + n - LANES)
