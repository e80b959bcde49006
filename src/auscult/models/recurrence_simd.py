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
        for phi, start, end in zip([k, *current], [self.count(0), *state], [following, *new]):
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
        return self.builder.icmp_unsigned("!=", self.builder.and_(n, self.count(size)), self.count(0))

    def _piece(self, address: Any, n: Any, size: int) -> Any:
        """Where the piece of ``size`` elements of a run of ``n`` starts: the larger ones first."""
        start = self.builder.and_(n, self.count(-2 * size))
        return self.builder.gep(address, [start], inbounds=True)


def _affine(rows: int) -> Any:
    """An intrinsic: ``z[r] = bias[r] + Σ_k a[r, k] x[k] + Σ_k b[r, k] h[k]`` for ``r < rows``.

    ``a`` and ``b`` are row-major with ``n_a`` and ``n_b`` columns, of which there may be none.
    ``z``, ``x`` and ``h`` are tiles. The sums stay in registers.
    """

    @intrinsic
    def affine(typing, bias, bias0, a, a0, n_a, x, b, b0, n_b, h, z, z0):  # type: ignore[no-untyped-def]
        i = types.intp
        signature = types.void(bias, i, a, i, i, x, b, i, i, h, z, i)

        def generate(context, builder, signature, args):  # type: ignore[no-untyped-def]
            code = _Code(context, builder, bias)
            _, bias0, _, a0, n_a, _, _, b0, n_b, _, _, z0 = args
            p_bias, p_a, p_x, p_b, p_h, p_z = (
                code.data(signature.args[k], args[k]) for k in (0, 2, 5, 6, 9, 10)
            )
            one, lanes = code.count(1), code.count(LANES)
            sums = [
                code.spread(builder.load(code.at(p_bias, bias0, one, r))) for r in range(rows)
            ]
            sums = _products(code, sums, n_a, (p_a, a0, n_a, one), (p_x, code.count(0), lanes))
            sums = _products(code, sums, n_b, (p_b, b0, n_b, one), (p_h, code.count(0), lanes))
            for r in range(rows):
                code.store(sums[r], code.at(p_z, z0, lanes, r))
            return context.get_dummy_value()

        return signature, generate

    return affine


def _add_product(rows: int) -> Any:
    """An intrinsic: ``C[r] += Σ_k A[r, k] B[k]`` for ``r < rows`` and ``k < depth``.

    Strides: of A from row to row and from k to k, of B from k to k, of C from row to row.
    """

    @intrinsic
    def product(typing, depth, a, a0, ars, aks, b, b0, bks, c, c0, crs):  # type: ignore[no-untyped-def]
        i = types.intp
        signature = types.void(i, a, i, i, i, b, i, i, c, i, i)

        def generate(context, builder, signature, args):  # type: ignore[no-untyped-def]
            code = _Code(context, builder, a)
            depth, _, a0, ars, aks, _, b0, bks, _, c0, crs = args
            p_a, p_b, p_c = (code.data(signature.args[k], args[k]) for k in (1, 5, 8))
            out = [code.at(p_c, c0, crs, r) for r in range(rows)]
            sums = [code.load(p) for p in out]
            sums = _products(code, sums, depth, (p_a, a0, ars, aks), (p_b, b0, bks))
            for vector, address in zip(sums, out, strict=True):
                code.store(vector, address)
            return context.get_dummy_value()

        return signature, generate

    return product


def _products(
    code: _Code, sums: list[Any], depth: Any, a: tuple[Any, ...], b: tuple[Any, ...]
) -> list[Any]:
    """``sums[r] += a[r, k] · b[k]`` over k."""
    base, a0, row_stride, k_stride = a

    def step(k: Any, sums: list[Any]) -> list[Any]:
        vector = code.load(code.at(*b, k))
        start = code.builder.add(a0, code.builder.mul(k, k_stride))
        scalars = (
            code.builder.load(code.at(base, start, row_stride, r)) for r in range(len(sums))
        )
        return [
            code.multiply_add(code.spread(s), vector, total)
            for s, total in zip(scalars, sums, strict=True)
        ]

    return code.repeat(depth, sums, step)


def _load_block(full: bool, transpose: bool) -> Any:
    """An intrinsic: up to ``LANES`` elements of ``LANES`` strided rows, into a block of a tile.

    Rows behind the last one repeat it. Transposed, a row of the source becomes a lane; else it
    becomes a row, ``target_stride`` apart. The block is written whole.
    """

    @intrinsic
    def load(typing, source, start, stride, last, n, target, target0, target_stride):  # type: ignore[no-untyped-def]
        i = types.intp
        signature = types.void(source, i, i, i, i, target, i, i)

        def generate(context, builder, signature, args):  # type: ignore[no-untyped-def]
            code = _Code(context, builder, source)
            _, start, stride, last, n, _, target0, target_stride = args
            rows = _rows(code, code.data(source, args[0]), start, stride, last)
            vectors = [code.load(p) for p in rows] if full else code.load_parts(rows, n)
            vectors = code.transpose(vectors) if transpose else vectors
            p_target = code.data(target, args[5])
            for r, vector in enumerate(vectors):
                code.store(vector, code.at(p_target, target0, target_stride, r))
            return context.get_dummy_value()

        return signature, generate

    return load


def _store_block(full: bool) -> Any:
    """An intrinsic: the transposed block of a tile into strided rows, the inverse of a load."""

    @intrinsic
    def store(typing, source, source0, target, start, stride, last, n):  # type: ignore[no-untyped-def]
        i = types.intp
        signature = types.void(source, i, target, i, i, i, i)

        def generate(context, builder, signature, args):  # type: ignore[no-untyped-def]
            code = _Code(context, builder, source)
            _, source0, _, start, stride, last, n = args
            p_source, p_target = code.data(source, args[0]), code.data(target, args[2])
            lanes = code.count(LANES)
            block = [code.load(code.at(p_source, source0, lanes, r)) for r in range(LANES)]
            # Backwards: what the lanes behind the last row write there is written over.
            vectors = code.transpose(block)[::-1]
            rows = _rows(code, p_target, start, stride, last)[::-1]
            if full:
                for vector, address in zip(vectors, rows, strict=True):
                    code.store(vector, address)
            else:
                code.store_parts(vectors, rows, n)
            return context.get_dummy_value()

        return signature, generate

    return store


def _rows(code: _Code, base: Any, start: Any, stride: Any, last: Any) -> list[Any]:
    addresses = []
    for r in range(LANES):
        row = code.count(r)
        within = code.builder.icmp_signed("<", row, last)
        addresses.append(code.at(base, start, stride, code.builder.select(within, row, last)))
    return addresses


def _row_block() -> int:
    """Rows of a product that stay in registers: as many as the machine has room for."""
    features = llvm.get_host_cpu_features()
    return 6 if features.get("avx", False) and not features.get("avx512f", False) else 8


ROWS = _row_block()
_affine_rows, _affine_4, _affine_2, _affine_1 = map(_affine, (ROWS, 4, 2, 1))
_product_rows, _product_4, _product_2, _product_1 = map(_add_product, (ROWS, 4, 2, 1))
_load_full, _load_part = _load_block(True, True), _load_block(False, True)
_copy_full, _copy_part = _load_block(True, False), _load_block(False, False)
_store_full, _store_part = _store_block(True), _store_block(False)


@jit
def affine(m, bias, bias0, a, a0, n_a, x, b, b0, n_b, h, z):  # type: ignore[no-untyped-def]
    """``z[r] = bias[r] + a[r] · x + b[r] · h`` for ``m`` rows; see :func:`_affine`."""
    r = 0
    while r + ROWS <= m:
        _affine_rows(
            bias, bias0 + r, a, a0 + r * n_a, n_a, x, b, b0 + r * n_b, n_b, h, z, r * LANES
        )
        r += ROWS
    while r + 4 <= m:
        _affine_4(bias, bias0 + r, a, a0 + r * n_a, n_a, x, b, b0 + r * n_b, n_b, h, z, r * LANES)
        r += 4
    while r + 2 <= m:
        _affine_2(bias, bias0 + r, a, a0 + r * n_a, n_a, x, b, b0 + r * n_b, n_b, h, z, r * LANES)
        r += 2
    if r < m:
        _affine_1(bias, bias0 + r, a, a0 + r * n_a, n_a, x, b, b0 + r * n_b, n_b, h, z, r * LANES)


@jit
def add_product(m, depth, a, a0, ars, aks, b, b0, bks, c, c0, crs):  # type: ignore[no-untyped-def]
    """``C += A · B`` for ``m`` rows of C; see :func:`_add_product`."""
    r = 0
    while r + ROWS <= m:
        _product_rows(depth, a, a0 + r * ars, ars, aks, b, b0, bks, c, c0 + r * crs, crs)
        r += ROWS
    while r + 4 <= m:
        _product_4(depth, a, a0 + r * ars, ars, aks, b, b0, bks, c, c0 + r * crs, crs)
        r += 4
    while r + 2 <= m:
        _product_2(depth, a, a0 + r * ars, ars, aks, b, b0, bks, c, c0 + r * crs, crs)
        r += 2
    if r < m:
        _product_1(depth, a, a0 + r * ars, ars, aks, b, b0, bks, c, c0 + r * crs, crs)


@jit
def to_lanes(source, start, stride, cases, n, tile):  # type: ignore[no-untyped-def]
    """``tile[k, lane] = source[start + lane · stride + k]``; lanes behind ``cases`` repeat it.

    The tile has room for ``n`` rounded up to whole blocks of ``LANES`` rows.
    """
    k = 0
    while k + LANES <= n:
        _load_full(source, start + k, stride, cases - 1, LANES, tile, k * LANES, LANES)
        k += LANES
    if k < n:
        _load_part(source, start + k, stride, cases - 1, n - k, tile, k * LANES, LANES)


@jit
def from_lanes(tile, target, start, stride, cases, n):  # type: ignore[no-untyped-def]
    """``target[start + lane · stride + k] = tile[k, lane]`` for lanes before ``cases``."""
    k = 0
    while k + LANES <= n:
        _store_full(tile, k * LANES, target, start + k, stride, cases - 1, LANES)
        k += LANES
    if k < n:
        _store_part(tile, k * LANES, target, start + k, stride, cases - 1, n - k)


@jit
def copy_rows(source, start, stride, cases, n, target, target0, width):  # type: ignore[no-untyped-def]
    """``target[target0 + r · width + k] = source[start + r · stride + k]``.

    Zeros follow up to a whole block of ``LANES`` columns; rows behind ``cases`` repeat the last.
    """
    k = 0
    while k + LANES <= n:
        _copy_full(source, start + k, stride, cases - 1, LANES, target, target0 + k, width)
        k += LANES
    if k < n:
        _copy_part(source, start + k, stride, cases - 1, n - k, target, target0 + k, width)
