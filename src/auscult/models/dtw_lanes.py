"""Vector instructions for kernels that treat ``LANES`` references at once.

LLVM's own vectoriser cannot be trusted to find the form that is wanted; the inner loops are
therefore emitted as vector instructions. They hold on any processor: LLVM splits the vectors
where they are wider than the registers.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

LANES = 16


FLOAT = ir.FloatType()
INT = ir.IntType(64)
VECTOR = ir.VectorType(FLOAT, LANES)
_BITS = ir.VectorType(ir.IntType(32), LANES)
_MASK = ir.IntType(LANES)


class Emitter:
    """Vector instructions of one loop; values are float32 and, save differences, non-negative."""

    def __init__(self, context: Any, builder: Any, signature: Any, args: Any) -> None:
        self.context, self.builder = context, builder
        self.signature, self.args = signature, args
        self.undefined = ir.Constant(VECTOR, ir.Undefined)

    def pointer(self, position: int) -> Any:
        array = self.context.make_array(self.signature.args[position])
        return array(self.context, self.builder, self.args[position]).data

    def address(self, base: Any, vector: Any) -> Any:
        offset = self.builder.mul(vector, INT(LANES))
        return self.builder.bitcast(self.builder.gep(base, [offset]), VECTOR.as_pointer())

    def load(self, base: Any, vector: Any) -> Any:
        return self.builder.load(self.address(base, vector), align=4)

    def store(self, value: Any, base: Any, vector: Any) -> None:
        self.builder.store(value, self.address(base, vector), align=4)

    def splat(self, scalar: Any) -> Any:
        one = self.builder.insert_element(self.undefined, scalar, ir.IntType(32)(0))
        return self.builder.shuffle_vector(one, self.undefined, ir.Constant(_BITS, [0] * LANES))

    def minimum(self, a: Any, b: Any) -> Any:
        bits_a, bits_b = self.builder.bitcast(a, _BITS), self.builder.bitcast(b, _BITS)
        less = self.builder.icmp_signed("<", bits_a, bits_b)
        return self.builder.bitcast(self.builder.select(less, bits_a, bits_b), VECTOR)

    def intrinsic(self, name: str, arity: int) -> Any:
        kind = ir.FunctionType(VECTOR, [VECTOR] * arity)
        full = f"llvm.{name}.v{LANES}f32"
        return cgutils.get_or_insert_function(self.builder.module, kind, full)

    def add_cost(self, total: Any, difference: Any, squared: bool) -> Any:
        if squared:
            fused = self.intrinsic("fmuladd", 3)
            return self.builder.call(fused, [difference, difference, total])
        size = self.builder.call(self.intrinsic("fabs", 1), [difference])
        return self.builder.fadd(total, size)

    def any_within(self, value: Any, limit: Any) -> Any:
        mask = self.builder.bitcast(self.builder.fcmp_ordered("<=", value, limit), _MASK)
        return self.builder.icmp_unsigned("!=", mask, _MASK(0))


@intrinsic  # type: ignore[untyped-decorator]
def any_within(typing, row, j, limit):  # type: ignore[no-untyped-def]
    """Whether any lane of ``row[j]`` is at most its ``limit``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        emitter = Emitter(context, builder, signature, args)
        value = emitter.load(emitter.pointer(0), args[1])
        return emitter.any_within(value, emitter.load(emitter.pointer(2), INT(0)))

    return types.boolean(row, j, limit), generate
