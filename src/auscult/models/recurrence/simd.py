# mypy: allow-untyped-defs
"""Small matrix products and turned blocks, the building blocks of the fused recurrence.

Everything works on a *tile*: ``LANES`` cases side by side, stored as ``[row, lane]`` in a flat
array, so that one row is one vector. Offsets and strides count elements; no index is checked.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from auscult.models.recurrence.code import LANES, Code, jit


def _affine(rows: int) -> Any:
    """An intrinsic: ``z[r] = bias[r] + Σ_k a[r, k] x[k] + Σ_k b[r, k] h[k]`` for ``r < rows``.

    ``a`` and ``b`` are row-major with ``n_a`` and ``n_b`` columns, of which there may be none.
    ``z``, ``x`` and ``h`` are tiles. The sums stay in registers.
    """

    @intrinsic
    def affine(typing, bias, bias0, a, a0, n_a, x, b, b0, n_b, h, z, z0):
        i = types.intp
        signature = types.void(bias, i, a, i, i, x, b, i, i, h, z, i)

        def generate(context, builder, signature, args):
            code = Code(context, builder, bias)
            _, bias0, _, a0, n_a, _, _, b0, n_b, _, _, z0 = args
            p_bias, p_a, p_x, p_b, p_h, p_z = (
                code.data(signature.args[k], args[k]) for k in (0, 2, 5, 6, 9, 10)
            )
            one, lanes = code.count(1), code.count(LANES)
            sums = [code.spread(builder.load(code.at(p_bias, bias0, one, r))) for r in range(rows)]
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
    def product(typing, depth, a, a0, ars, aks, b, b0, bks, c, c0, crs):
        i = types.intp
        signature = types.void(i, a, i, i, i, b, i, i, c, i, i)

        def generate(context, builder, signature, args):
            code = Code(context, builder, a)
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
    code: Code, sums: list[Any], depth: Any, a: tuple[Any, Any, Any, Any], b: tuple[Any, Any, Any]
) -> list[Any]:
    """``sums[r] += a[r, k] · b[k]`` over k."""
    base, a0, row_stride, k_stride = a

    def step(k: Any, sums: list[Any]) -> list[Any]:
        vector = code.load(code.at(*b, k))
        start = code.builder.add(a0, code.builder.mul(k, k_stride))
        scalars = (code.builder.load(code.at(base, start, row_stride, r)) for r in range(len(sums)))
        return [
            code.multiply_add(code.spread(s), vector, total)
            for s, total in zip(scalars, sums, strict=True)
        ]

    total: list[Any] = code.repeat(depth, sums, step)
    return total


def _load_block(full: bool, transpose: bool) -> Any:
    """An intrinsic: up to ``LANES`` elements of ``LANES`` strided rows, into a block of a tile.

    Rows behind the last one repeat it. Transposed, a row of the source becomes a lane; else it
    becomes a row, ``target_stride`` apart. The block is written whole.
    """

    @intrinsic
    def load(typing, source, start, stride, last, n, target, target0, target_stride):
        i = types.intp
        signature = types.void(source, i, i, i, i, target, i, i)

        def generate(context, builder, signature, args):
            code = Code(context, builder, source)
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
    def store(typing, source, source0, target, start, stride, last, n):
        i = types.intp
        signature = types.void(source, i, target, i, i, i, i)

        def generate(context, builder, signature, args):
            code = Code(context, builder, source)
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


def _rows(code: Code, base: Any, start: Any, stride: Any, last: Any) -> list[Any]:
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
def affine(m, bias, bias0, a, a0, n_a, x, b, b0, n_b, h, z):
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
def add_product(m, depth, a, a0, ars, aks, b, b0, bks, c, c0, crs):
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
def to_lanes(source, start, stride, cases, n, tile):
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
def from_lanes(tile, target, start, stride, cases, n):
    """``target[start + lane · stride + k] = tile[k, lane]`` for lanes before ``cases``."""
    k = 0
    while k + LANES <= n:
        _store_full(tile, k * LANES, target, start + k, stride, cases - 1, LANES)
        k += LANES
    if k < n:
        _store_part(tile, k * LANES, target, start + k, stride, cases - 1, n - k)


@jit
def copy_rows(source, start, stride, cases, n, target, target0, width):
    """``target[target0 + r · width + k] = source[start + r · stride + k]``.

    Zeros follow up to a whole block of ``LANES`` columns; rows behind ``cases`` repeat the last.
    """
    k = 0
    while k + LANES <= n:
        _copy_full(source, start + k, stride, cases - 1, LANES, target, target0 + k, width)
        k += LANES
    if k < n:
        _copy_part(source, start + k, stride, cases - 1, n - k, target, target0 + k, width)
