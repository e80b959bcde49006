"""Building blocks of the fused recurrence that numba's own loops cannot be brought to do.

Everything works on a *tile*: ``LANES`` cases side by side, stored as ``[row, lane]`` in a flat
array, so that one row is one SIMD vector (or a few, where the machine's vectors are shorter).
Arrays are flat, offsets and strides count elements, and no index is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

LANES = 16

# No reassociation: the curves' range reduction relies on the order of its operations.
_OPTIONS = {"nogil": True, "fastmath": {"contract", "nsz"}, "error_model": "numpy"}


def jit(function: Any) -> Any:
    """Compile on first use, in memory."""
    return njit(**_OPTIONS)(function)


def jit_on_disk(function: Any) -> Any:
    """Compile on first use and keep it on disk, where there is a folder to keep it in."""
    try:
        return njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:
        return jit(function)


class _Code:
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

    def at(self, base: Any, start: Any, stride: Any, k: Any) -> Any:
        """Address of ``base[start + k · stride]``."""
        k = self.count(k) if isinstance(k, int) else k
        return self.builder.gep(
            base, [self.builder.add(start, self.builder.mul(k, stride))], inbounds=True
        )

    def load(self, address: Any, mask: Any = None) -> Any:
        """A vector; zero where ``mask`` is not set."""
        address = self.builder.bitcast(address, self.vector.as_pointer())
        if mask is None:
            return self.builder.load(address, align=self.bytes)
        zero = ir.Constant(self.vector, [0.0] * LANES)
        return self._masked("load", self.vector, [address, self._align(), mask, zero])

    def store(self, value: Any, address: Any, mask: Any = None) -> None:
        address = self.builder.bitcast(address, self.vector.as_pointer())
        if mask is None:
            self.builder.store(value, address, align=self.bytes)
        else:
            self._masked("store", ir.VoidType(), [value, address, self._align(), mask])

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

    def first(self, n: Any) -> Any:
        """A mask of the first ``n`` lanes."""
        order = ir.Constant(ir.VectorType(n.type, LANES), list(range(LANES)))
        return self.builder.icmp_signed("<", order, self.spread(n))

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
        for phi, start, end in zip([k, *current], [self.count(0), *state], [following, *new]):
            phi.add_incoming(start, before)
            phi.add_incoming(end, inside)
        builder.position_at_end(after)
        return current

    def transpose(self, rows: list[Any]) -> list[Any]:
        """``LANES`` vectors as a square matrix, by swapping blocks of 1, 2, 4, … elements."""
        rows = list(rows)
        distance = 1
        while distance < LANES:
            low = [j if not j & distance else LANES + j - distance for j in range(LANES)]
            high = [j + distance if not j & distance else LANES + j for j in range(LANES)]
            masks = [ir.Constant(ir.VectorType(ir.IntType(32), LANES), m) for m in (low, high)]
            for i in (i for i in range(LANES) if not i & distance):
                pair = rows[i], rows[i + distance]
                rows[i], rows[i + distance] = (
                    self.builder.shuffle_vector(*pair, m) for m in masks
                )
            distance *= 2
        return rows

    def _align(self) -> Any:
        return ir.Constant(ir.IntType(32), self.bytes)

    def _masked(self, what: str, result: Any, arguments: list[Any]) -> Any:
        letter = f"v{LANES}f{8 * self.bytes}"
        name = f"llvm.masked.{what}.{letter}.p0{letter}"
        kind = ir.FunctionType(result, [a.type for a in arguments])
        function = self.builder.module.globals.get(name)
        if function is None:
            function = ir.Function(self.builder.module, kind, name)
        return self.builder.call(function, arguments)
