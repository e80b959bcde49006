"""Vector instructions for kernels that treat ``LANES`` pairs of signals at once.

LLVM's own vectoriser cannot be trusted to find the form that is wanted; the inner loops are
therefore emitted as vector instructions. They hold on any processor: LLVM splits the vectors
where they are wider than the registers.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types

LANES = 16
INT = ir.IntType(64)


class Emitter:
    """Emits the vector instructions of one intrinsic.

    Values are float32 or float64, as the first argument's are. A float32 sum may be fused with
    the product before it, because it only screens; a float64 sum is that of the plain loop.
    """

    def __init__(self, context: Any, builder: Any, signature: Any, args: Any) -> None:
        self.context, self.builder = context, builder
        self.signature, self.args = signature, args
        self.single = signature.args[0].dtype == types.float32
        self.real = ir.FloatType() if self.single else ir.DoubleType()
        self.vector = ir.VectorType(self.real, LANES)
        self.bits = ir.VectorType(ir.IntType(32 if self.single else 64), LANES)

    def pointer(self, position: int) -> Any:
        array = self.context.make_array(self.signature.args[position])
        return array(self.context, self.builder, self.args[position]).data

    def address(self, base: Any, index: Any) -> Any:
        offset = self.builder.mul(index, INT(LANES))
        return self.builder.bitcast(self.builder.gep(base, [offset]), self.vector.as_pointer())

    def load(self, base: Any, index: Any) -> Any:
        return self.builder.load(self.address(base, index), align=4)

    def store(self, value: Any, base: Any, index: Any) -> None:
        self.builder.store(value, self.address(base, index), align=4)

    def variable(self) -> Any:
        return cgutils.alloca_once(self.builder, self.vector)

    def splat(self, scalar: Any) -> Any:
        undefined = ir.Constant(self.vector, ir.Undefined)
        first = self.builder.insert_element(undefined, scalar, ir.IntType(32)(0))
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return self.builder.shuffle_vector(first, undefined, everywhere)

    def constant(self, value: float) -> Any:
        return self.splat(self.real(value))

    def least(self, a: Any, b: Any) -> Any:
        """The lesser of two non-negative vectors, whose order is that of their bits."""
        bits_a, bits_b = (self.builder.bitcast(v, self.bits) for v in (a, b))
        less = self.builder.icmp_signed("<", bits_a, bits_b)
        return self.builder.bitcast(self.builder.select(less, bits_a, bits_b), self.vector)

    def add_cost(self, total: Any, difference: Any, squared: bool) -> Any:
        if not squared:
            return self.builder.fadd(total, self._call("fabs", [difference]))
        if self.single:
            return self._call("fmuladd", [difference, difference, total])
        return self.builder.fadd(total, self.builder.fmul(difference, difference))

    def any_within(self, value: Any, limit: Any) -> Any:
        mask = ir.IntType(LANES)
        within = self.builder.bitcast(self.builder.fcmp_ordered("<=", value, limit), mask)
        return self.builder.icmp_unsigned("!=", within, mask(0))

    def for_each_cost(self, squared: Any, loop: Any) -> None:
        """Emit ``loop(True)`` and ``loop(False)``; the flag chooses between them."""
        with self.builder.if_else(squared) as (then, otherwise):
            with then:
                loop(True)
            with otherwise:
                loop(False)

    def _call(self, name: str, arguments: list[Any]) -> Any:
        kind = ir.FunctionType(self.vector, [self.vector] * len(arguments))
        full = f"llvm.{name}.v{LANES}f{32 if self.single else 64}"
        function = cgutils.get_or_insert_function(self.builder.module, kind, full)
        return self.builder.call(function, arguments)
