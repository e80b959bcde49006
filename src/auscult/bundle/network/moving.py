"""What becomes of shapes where values are only compared, added up or moved.

A rule takes the inputs in order (None where one is left out) and the attributes by name, as
https://onnx.ai/onnx/operators has them, and refuses what does not fit with a ValueError.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from auscult.bundle.network.arrays import (
    Array,
    Rule,
    axes_of,
    axis_of,
    broadcast,
    ints_of,
    require,
)

_LEAST = -(2**63)


def elementwise(dtypes: Sequence[str], count: int, gives: str | None = None) -> Rule:
    def rule(*inputs: Array) -> Array:
        kinds = {array.dtype for array in inputs}
        require(len(inputs) == count and len(kinds) == 1 and kinds <= set(dtypes))
        return Array(gives or inputs[0].dtype, broadcast(*(array.shape for array in inputs)))

    return rule


def where_rule(condition: Array, yes: Array, no: Array) -> Array:
    require(condition.dtype == "bool" and yes.dtype == no.dtype)
    return Array(yes.dtype, broadcast(condition.shape, yes.shape, no.shape))


def cast_rule(x: Array, *, to: object) -> Array:
    require(to == 1, "it casts to another type than float32")
    return Array("float32", x.shape)


def shape_rule(x: Array, *, start: int = 0, end: int = 8) -> Array:
    require(0 <= start <= end <= 8)
    values = np.array(x.shape[start:end], dtype=np.int64)
    return Array("int64", values.shape, values)


def reshape_rule(x: Array, target: Array, *, allowzero: int = 0) -> Array:
    wanted = target.whole()
    if not allowzero:
        wanted = [x.shape[i] if n == 0 else n for i, n in enumerate(wanted)]
    require(len(wanted) <= 8 and all(n > 0 or n == -1 for n in wanted) and wanted.count(-1) <= 1)
    size = int(np.prod(x.shape, dtype=object))
    rest = int(np.prod([n for n in wanted if n > 0], dtype=object))
    require(size == rest if -1 not in wanted else size % rest == 0)
    return Array(x.dtype, tuple(size // rest if n == -1 else n for n in wanted))


def transpose_rule(x: Array, *, perm: object) -> Array:
    order = ints_of(perm, len(x.shape))
    require(sorted(order) == list(range(len(x.shape))))
    return Array(x.dtype, tuple(x.shape[axis] for axis in order))


def unsqueeze_rule(x: Array, axes: Array) -> Array:
    added = axes_of(axes, len(x.shape) + len(axes.whole()))
    rest = iter(x.shape)
    rank = len(x.shape) + len(added)
    return Array(x.dtype, tuple(1 if axis in added else next(rest) for axis in range(rank)))


def squeeze_rule(x: Array, axes: Array) -> Array:
    gone = axes_of(axes, len(x.shape))
    require(all(x.shape[axis] == 1 for axis in gone))
    return Array(x.dtype, tuple(n for axis, n in enumerate(x.shape) if axis not in gone))


def concat_rule(*inputs: Array, axis: object) -> Array:
    first = inputs[0]
    at = axis_of(axis, len(first.shape))
    rests = {(a.dtype, a.shape[:at], a.shape[at + 1 :], len(a.shape)) for a in inputs}
    require(len(rests) == 1)
    total = sum(array.shape[at] for array in inputs)
    known = [array.values for array in inputs if array.values is not None]
    values = None
    if len(known) == len(inputs) and len(first.shape) == 1 and total <= 16:
        values = np.concatenate(known)
    return Array(first.dtype, (*first.shape[:at], total, *first.shape[at + 1 :]), values)


def slice_rule(
    x: Array, starts: Array, ends: Array, axes: Array, steps: Array | None = None
) -> Array:
    shape = list(x.shape)
    where = axes_of(axes, len(shape))
    strides = [1] * len(where) if steps is None else steps.whole()
    require(len(starts.whole()) == len(ends.whole()) == len(strides) == len(where))
    for axis, start, end, step in zip(where, starts.whole(), ends.whole(), strides, strict=True):
        require(step != 0 and step > _LEAST)
        # The least number is how a slice backwards says that it takes the first one too.
        first, last = slice(start, None if end == _LEAST else end, step).indices(shape[axis])[:2]
        shape[axis] = len(range(first, last, step))
        require(shape[axis] > 0, "nothing is left of an axis")
    return Array(x.dtype, tuple(shape))


def gather_rule(x: Array, indices: Array, *, axis: object = 0) -> Array:
    at = axis_of(axis, len(x.shape))
    require(indices.dtype == "int64" and indices.values is not None, "its indices are unknown")
    assert indices.values is not None
    low, high = int(indices.values.min()), int(indices.values.max())
    require(-x.shape[at] <= low and high < x.shape[at], "an index is past the end")
    return Array(x.dtype, x.shape[:at] + indices.shape + x.shape[at + 1 :])


def gather_elements_rule(x: Array, indices: Array, *, axis: object = 0) -> Array:
    at = axis_of(axis, len(x.shape))
    require(indices.dtype == "int64" and len(indices.shape) == len(x.shape))
    pairs = enumerate(zip(indices.shape, x.shape, strict=True))
    require(all(k <= n or axis == at for axis, (k, n) in pairs))
    return Array(x.dtype, indices.shape)


def expand_rule(x: Array, target: Array) -> Array:
    wanted = target.whole()
    require(len(wanted) <= 8 and all(n > 0 for n in wanted))
    return Array(x.dtype, broadcast(x.shape, tuple(wanted)))


def pad_rule(
    x: Array, pads: Array, value: Array | None = None, *, mode: object = "constant"
) -> Array:
    rank, sizes = len(x.shape), pads.whole()
    require(mode == "constant" and len(sizes) == 2 * rank and all(n >= 0 for n in sizes))
    require(value is None or (value.dtype == x.dtype and value.shape in ((), (1,))))
    ends = zip(x.shape, sizes[:rank], sizes[rank:], strict=True)
    return Array(x.dtype, tuple(n + before + behind for n, before, behind in ends))


def reduce_rule(
    x: Array, axes: Array, *, keepdims: object = 1, noop_with_empty_axes: object = 0
) -> Array:
    gone = axes_of(axes, len(x.shape))
    require(x.dtype == "float32" and bool(gone) and keepdims in (0, 1))
    require(noop_with_empty_axes == 0)
    if keepdims:
        return Array(x.dtype, tuple(1 if a in gone else n for a, n in enumerate(x.shape)))
    return Array(x.dtype, tuple(n for axis, n in enumerate(x.shape) if axis not in gone))
