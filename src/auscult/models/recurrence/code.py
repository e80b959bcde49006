"""Writing vector instructions into compiled functions.

Numba's own loops cannot be brought to keep a block of sums in registers, nor to turn a block of
rows into columns. These few instructions can, on whatever vectors the machine has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types

LANES = 16
"""Cases side by side. One vector of float32 on the widest machines, a few on others."""

# No reassociation: the range reduction in front of exp relies on the order of its operations.
_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "fastmath": {"contract", "nsz"},
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
}


def jit(function: Any) -> Any:
    """A function for compiled code only."""
    options = {**_OPTIONS, "no_cpython_wrapper": True}
    return njit(**options)(function)


def jit_on_disk(function: Any) -> Any:
    """A function for Python, kept on disk where there is a folder to keep it in.

    Numba drops what it kept when the function's own file changes. Ours are compiled from several
    files, whose digest therefore becomes part of the name that they are kept under.
    """
    function.__qualname__ += f"_{_digest()}"
    try:
        return njit(**_OPTIONS, cache=True)(function)
    except RuntimeError:
        return njit(**_OPTIONS)(function)


def _digest() -> str:
    parts = ("kernels", "cells", "curves", "simd", "code")
    files = (Path(__file__).with_name(f"{part}.py") for part in parts)
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:16]


class Code:
    """Writes vector instructions into the function that is being compiled."""

    def __init__(self, context: Any, builder: Any, array_type: Any) -> None:
        self.context, self.builder = context, builder
        self.real = context.get_value_type(array_type.dtype)
        self.vector = ir.VectorType(self.real, LANES)
        self.bytes = array_type.dtype.bitwidth // 8
        self.undefined = ir.Constant(self.vector, ir.Undefined)

    def data(self, array_type: Any, value: Any) -> Any:
        return self.context.make_array(array_type)(self.context, self.builder, value).data

    def count(self, n: int) -> Any:
        return ir.Constant(self.context.get_value_type(types.intp), n)

    def at(self, base: Any, start: Any, stride: Any, k: Any = 0) -> Any:
        """Address of ``base[start + k · stride]``."""
        k = self.count(k) if isinstance(k, int) else k
        return self.builder.gep(
            base, [self.builder.add(start, self.builder.mul(k, stride))], inbounds=True
        )

    def load(self, address: Any, n: int = LANES) -> Any:
        kind = ir.VectorType(self.real, n).as_pointer()
        return self.builder.load(self.builder.bitcast(address, kind), align=self.bytes)

    def store(self, value: Any, address: Any) -> None:
        address = self.builder.bitcast(address, value.type.as_pointer())
        self.builder.store(value, address, align=self.bytes)

    def pick(self, a: Any, b: Any, lanes: list[int]) -> Any:
        """A vector of the numbered lanes of ``a`` and, behind them, of ``b``."""
        order = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
        return self.builder.shuffle_vector(a, b, order)

    def spread(self, scalar: Any) -> Any:
        """A vector with the same number in every lane."""
        word = ir.IntType(32)
        single = self.builder.insert_element(
            ir.Constant(ir.VectorType(scalar.type, LANES), ir.Undefined),
            scalar,
            ir.Constant(word, 0),
        )
        return self.builder.shuffle_vector(
            single, single, ir.Constant(ir.VectorType(word, LANES), [0] * LANES)
        )

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        product = self.builder.fmul(a, b, flags=("contract",))
        return self.builder.fadd(product, c, flags=("contract",))

    def repeat(self, n: Any, state: list[Any], body: Callable[[Any, list[Any]], list[Any]]) -> Any:
        """``for k in range(n): state = body(k, state)``, the state in registers."""
        builder = self.builder
        before = builder.block
        head, inside, after = (builder.append_basic_block(b) for b in ("head", "body", "after"))
        builder.branch(head)
        builder.position_at_end(head)
        k = builder.phi(n.type)
        current = [builder.phi(s.type) for s in state]
        builder.cbranch(builder.icmp_signed("<", k, n), inside, after)
        builder.position_at_end(inside)
        new = body(k, current)
        following = builder.add(k, self.count(1), flags=("nsw",))
        builder.branch(head)
        for phi, start, end in zip(
            [k, *current], [self.count(0), *state], [following, *new], strict=True
        ):
            phi.add_incoming(start, before)
            phi.add_incoming(end, inside)
        builder.position_at_end(after)
        return current

    def when(
        self, condition: Any, state: list[Any], body: Callable[[list[Any]], list[Any]]
    ) -> list[Any]:
        """``state = body(state) if condition else state``."""
        before = self.builder.block
        inside, after = (self.builder.append_basic_block(b) for b in ("then", "after"))
        self.builder.cbranch(condition, inside, after)
        self.builder.position_at_end(inside)
        new = body(state)
        self.builder.branch(after)
        self.builder.position_at_end(after)
        merged = [self.builder.phi(s.type) for s in state]
        for phi, old, changed in zip(merged, state, new, strict=True):
            phi.add_incoming(old, before)
            phi.add_incoming(changed, inside)
        return merged

    def transpose(self, rows: list[Any]) -> list[Any]:
        """``LANES`` vectors as a square matrix, by swapping blocks of 1, 2, 4, … elements."""
        rows = list(rows)
        for distance in (1 << k for k in range(LANES.bit_length() - 1)):
            lanes = range(LANES)
            low = [LANES + j - distance if j & distance else j for j in lanes]
            high = [LANES + j if j & distance else j + distance for j in lanes]
            for i in (i for i in lanes if not i & distance):
                a, b = rows[i], rows[i + distance]
                rows[i], rows[i + distance] = self.pick(a, b, low), self.pick(a, b, high)
        return rows

    def load_parts(self, addresses: list[Any], n: Any) -> list[Any]:
        """The first ``n < LANES`` elements at each address, with zeros behind them.

        Put together from halves, quarters, …: what lies behind them may not be ours to read.
        """
        vectors = [ir.Constant(self.vector, [0.0] * LANES) for _ in addresses]
        for size in (1 << k for k in range(LANES.bit_length() - 1)):

            def prepend(old: list[Any], size: int = size) -> list[Any]:
                new = []
                for address, vector in zip(addresses, old, strict=True):
                    piece = self.load(self._piece(address, n, size), size)
                    wide = self.pick(piece, piece, [min(j, size - 1) for j in range(LANES)])
                    lanes = [j if j < size else LANES + j - size for j in range(LANES)]
                    new.append(self.pick(wide, vector, lanes))
                return new

            vectors = self.when(self._has(n, size), vectors, prepend)
        return vectors

    def store_parts(self, vectors: list[Any], addresses: list[Any], n: Any) -> None:
        """The first ``n < LANES`` elements of each vector, and nothing behind them."""
        for size in (1 << k for k in reversed(range(LANES.bit_length() - 1))):

            def take(old: list[Any], size: int = size) -> list[Any]:
                for address, vector in zip(addresses, old, strict=True):
                    piece = self.pick(vector, vector, list(range(size)))
                    self.store(piece, self._piece(address, n, size))
                return [self.pick(v, v, [*range(size, LANES), *[0] * size]) for v in old]

            vectors = self.when(self._has(n, size), vectors, take)

    def _has(self, n: Any, size: int) -> Any:
        return self.builder.icmp_unsigned(
            "!=", self.builder.and_(n, self.count(size)), self.count(0)
        )

    def _piece(self, address: Any, n: Any, size: int) -> Any:
        """Where the piece of ``size`` elements of a run of ``n`` starts: the larger ones first."""
        start = self.builder.and_(n, self.count(-2 * size))
        return self.builder.gep(address, [start], inbounds=True)
