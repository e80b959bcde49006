# mypy: allow-untyped-defs
"""Sigmoid, tanh and relu in compiled code, within a few units of the last place."""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.extending import intrinsic


class _Real:
    """A real number of the compiled code; formulas of it are written as they stand in a book.

    Constants take its own type, where numba would widen float32 to float64.
    """

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value, self.type = builder, value, value.type
        self.double = isinstance(value.type, ir.DoubleType)
        self.word = ir.IntType(64 if self.double else 32)
        self.sign_bit = 1 << (self.word.width - 1)

    def _as(self, value: Any) -> _Real:
        return _Real(self.builder, value)

    def _other(self, other: _Real | float) -> Any:
        return other.value if isinstance(other, _Real) else ir.Constant(self.type, other)

    def __add__(self, other: _Real | float) -> _Real:
        return self._as(self.builder.fadd(self.value, self._other(other), flags=("contract",)))

    def __sub__(self, other: _Real | float) -> _Real:
        return self._as(self.builder.fsub(self.value, self._other(other), flags=("contract",)))

    def __mul__(self, other: _Real | float) -> _Real:
        return self._as(self.builder.fmul(self.value, self._other(other), flags=("contract",)))

    def __truediv__(self, other: _Real | float) -> _Real:
        return self._as(self.builder.fdiv(self.value, self._other(other)))

    def where_above(self, bound: float, then: _Real | float, otherwise: _Real | float) -> _Real:
        """``then`` where self > bound, else ``otherwise`` (also where self is NaN)."""
        above = self.builder.fcmp_ordered(">", self.value, self._other(bound))
        return self._as(self.builder.select(above, self._other(then), self._other(otherwise)))

    def magnitude(self) -> _Real:
        rest = self.builder.and_(self._bits(), ir.Constant(self.word, self.sign_bit - 1))
        return self._as(self.builder.bitcast(rest, self.type))

    def with_sign_of(self, other: _Real) -> _Real:
        """Self, which must be ≥ 0, with the sign of ``other``."""
        sign = self.builder.and_(other._bits(), ir.Constant(self.word, self.sign_bit))
        return self._as(self.builder.bitcast(self.builder.or_(self._bits(), sign), self.type))

    def _bits(self) -> Any:
        return self.builder.bitcast(self.value, self.word)

    def nearest(self) -> tuple[_Real, _Real]:
        """``(n, 2ⁿ)`` with n the nearest whole number; self must be ≥ 0."""
        word, bias, digits = self.word, *((1023, 52) if self.double else (127, 23))
        n = self.builder.fptosi((self + 0.5).value, word)
        exponent = self.builder.add(n, ir.Constant(word, bias))
        power = self.builder.shl(exponent, ir.Constant(word, digits))
        return (
            self._as(self.builder.sitofp(n, self.type)),
            self._as(self.builder.bitcast(power, self.type)),
        )


_LN2_HIGH = {False: 0.693145751953125, True: 0.6931471803691238}
_LN2_LOW = {False: 1.4286068203094173e-06, True: 1.9082149292705877e-10}
_TERMS = {False: 7, True: 13}


def _exp(y: _Real) -> tuple[_Real, _Real]:
    """``(2ⁿ, p)`` with ``exp(y) = 2ⁿ (1 + p)``, for ``y ≥ 0`` below overflow.

    ``y = n ln 2 + r`` with ``|r| ≤ ln 2 / 2``; p is the Taylor polynomial of ``exp(r) - 1``.
    """
    n, power = (y * (1 / math.log(2))).nearest()
    r = y - n * _LN2_HIGH[y.double] - n * _LN2_LOW[y.double]
    q = r * (1 / math.factorial(_TERMS[y.double]))
    for k in range(_TERMS[y.double] - 1, 2, -1):
        q = (q + 1 / math.factorial(k)) * r
    return power, r + r * r * (q + 0.5)


def _sigmoid(x: _Real) -> _Real:
    size = x.magnitude()
    bound = 708.0 if x.double else 87.0
    power, p = _exp(size.where_above(bound, bound, size))
    e = power + power * p
    return x.where_above(0.0, e, 1.0) / (e + 1.0)


def _tanh(x: _Real) -> _Real:
    size = x.magnitude() * 2.0
    bound = 40.0 if x.double else 20.0
    power, p = _exp(size.where_above(bound, bound, size))
    e = power * p + (power - 1.0)  # exp(2|x|) - 1, without cancellation near 0
    return (e / (e + 2.0)).with_sign_of(x)


def _relu(x: _Real) -> _Real:
    return (x * -1.0).where_above(0.0, 0.0, x)


def _curve(formula: Any) -> Any:
    """An intrinsic of one real number from its formula; loops over it are vectorised by LLVM."""

    @intrinsic
    def curve(typing, x):
        def generate(context, builder, signature, args):
            return formula(_Real(builder, args[0])).value

        return x(x), generate

    return curve


sigmoid = _curve(_sigmoid)
tanh = _curve(_tanh)
relu = _curve(_relu)
