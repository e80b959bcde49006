# mypy: allow-untyped-defs
"""The sums and differences of minimal filtering: of the signal, the filters, slopes and products.

With ``d`` four neighbouring points in time and ``g`` a chunk of three taps, the products are
``(d0 - d2) g0``, ``(d1 + d2) (g0 + g1 + g2) / 2``, ``(d2 - d1) (g0 - g1 + g2) / 2`` and
``(d1 - d3) g2``. Of two taps: ``(d0 - d1) g0``, ``d1 (g0 + g1)`` and ``(d1 - d2) g1``, which are
added to the first, second and fourth. ``to1``, ``to2``, ``to3`` lead to the regions of each.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from auscult.models.convolution.tiles import ROWS
from auscult.models.recurrence.code import LANES, Code


def _loads(code: Code, base: Any, start: Any, n: int) -> list[Any]:
    return [code.load(code.at(base, start, code.count(LANES), v)) for v in range(n)]


_EVEN, _ODD = ([*range(first, 2 * LANES, 2)] for first in (0, 1))
_LOW, _HIGH = (
    [lane // 2 + (LANES if lane % 2 else 0) for lane in range(first, first + LANES)]
    for first in (0, LANES)
)


def _signal_points(taps: int, split: bool) -> Any:
    """An intrinsic: the signal's side of minimal filtering, for a chunk of three or two taps.

    ``split``: a vector is pairs of neighbouring times of one channel. Otherwise it is channels at
    one time, and the next times follow in the next vectors.
    """

    @intrinsic
    def points(typing, x, x0, target, at, to1, to2, to3):
        i = types.intp
        signature = types.void(x, i, target, i, i, i, i)

        def generate(context, builder, signature, args):
            code = Code(context, builder, x)
            _, x0, _, at, to1, to2, to3 = args
            p_x, p_target = code.data(signature.args[0], args[0]), code.data(target, args[2])
            if split:
                a, b = _loads(code, p_x, x0, 2)
                c, d = _loads(code, p_x, builder.add(x0, code.count(2)), 2)
                d0, d1 = code.pick(a, b, _EVEN), code.pick(a, b, _ODD)
                d2, d3 = code.pick(c, d, _EVEN), code.pick(c, d, _ODD)
            else:
                d0, d1, d2, d3 = _loads(code, p_x, x0, 4)
            subtract, add = builder.fsub, builder.fadd
            if taps == 3:
                new = [(None, subtract(d0, d2)), (to1, add(d1, d2))]
                new += [(to2, subtract(d2, d1)), (to3, subtract(d1, d3))]
            else:
                new = [(None, subtract(d0, d1)), (to1, d1), (to3, subtract(d1, d2))]
            for to, vector in new:
                start = at if to is None else builder.add(at, to)
                code.store(vector, code.at(p_target, start, code.count(1)))
            return context.get_dummy_value()

        return signature, generate

    return points


split_three, split_two = _signal_points(3, True), _signal_points(2, True)
row_three, row_two = _signal_points(3, False), _signal_points(2, False)


def _weight_points(taps: int) -> Any:
    """An intrinsic: the filters' side, ``ROWS`` filters of three or two taps ``step`` apart.

    Filters behind the last one repeat it.
    """

    @intrinsic
    def points(typing, w, w0, stride, step, last, target, at, to1, to2, to3):
        i = types.intp
        signature = types.void(w, i, i, i, i, target, i, i, i, i)

        def generate(context, builder, signature, args):
            code = Code(context, builder, w)
            _, w0, stride, step, last, _, at, to1, to2, to3 = args
            p_w, p_target = code.data(signature.args[0], args[0]), code.data(target, args[5])
            kind = ir.VectorType(code.real, ROWS)
            g = [ir.Constant(kind, ir.Undefined)] * taps
            for r in range(ROWS):
                row = code.count(r)
                row = builder.select(builder.icmp_signed("<", row, last), row, last)
                start = builder.add(w0, builder.mul(row, stride))
                for k in range(taps):
                    number = builder.load(code.at(p_w, start, step, k))
                    g[k] = builder.insert_element(g[k], number, ir.Constant(ir.IntType(32), r))
            if taps == 3:
                half = ir.Constant(kind, [0.5] * ROWS)
                outer = builder.fmul(builder.fadd(g[0], g[2]), half)
                inner = builder.fmul(g[1], half)
                new = [(None, g[0]), (to1, builder.fadd(outer, inner))]
                new += [(to2, builder.fsub(outer, inner)), (to3, g[2])]
            else:
                new = [(None, g[0]), (to1, builder.fadd(g[0], g[1])), (to3, g[1])]
            for to, vector in new:
                start = at if to is None else builder.add(at, to)
                code.store(vector, code.at(p_target, start, code.count(1)))
            return context.get_dummy_value()

        return signature, generate

    return points


weight_three, weight_two = _weight_points(3), _weight_points(2)


@intrinsic
def slope_points(typing, dy, dy0, target, at, to):
    """The slopes' side: ``u, u + v, u - v, -v`` of a vector of pairs, ``to`` apart."""
    i = types.intp
    signature = types.void(dy, i, target, i, i)

    def generate(context, builder, signature, args):
        code = Code(context, builder, dy)
        _, dy0, _, at, to = args
        p_dy, p_target = code.data(signature.args[0], args[0]), code.data(target, args[2])
        a, b = _loads(code, p_dy, dy0, 2)
        u, v = code.pick(a, b, _EVEN), code.pick(a, b, _ODD)
        zero = ir.Constant(code.vector, [-0.0] * LANES)
        new = [u, builder.fadd(u, v), builder.fsub(u, v), builder.fsub(zero, v)]
        for j, vector in enumerate(new):
            code.store(vector, code.at(p_target, at, to, j))
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def finish(typing, m, m0, stride, y, y0):
    """``y[2p] = m0 + m1 + m2`` and ``y[2p + 1] = m1 - m2 - m3`` for a vector of p."""
    i = types.intp
    signature = types.void(m, i, i, y, i)

    def generate(context, builder, signature, args):
        code = Code(context, builder, m)
        _, m0, stride, _, y0 = args
        p_m, p_y = (code.data(signature.args[j], args[j]) for j in (0, 3))
        a, b, c, d = (code.load(code.at(p_m, m0, stride, j)) for j in range(4))
        even = builder.fadd(builder.fadd(a, b), c)
        odd = builder.fsub(builder.fsub(b, c), d)
        for j, lanes in enumerate((_LOW, _HIGH)):
            code.store(code.pick(even, odd, lanes), code.at(p_y, y0, code.count(LANES), j))
        return context.get_dummy_value()

    return signature, generate
