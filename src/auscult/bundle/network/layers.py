"""What becomes of shapes where values are multiplied; rules as in :mod:`.moving`."""

from __future__ import annotations

from auscult.bundle.network.arrays import Array, Rule, Shape, axis_of, broadcast, ints_of, require

SQUASHINGS = ("Tanh", "Relu")


def matmul_rule(a: Array, b: Array) -> Array:
    require(a.dtype == b.dtype == "float32" and min(len(a.shape), len(b.shape)) >= 2)
    require(a.shape[-1] == b.shape[-2])
    batch = broadcast(a.shape[:-2], b.shape[:-2])
    return Array("float32", (*batch, a.shape[-2], b.shape[-1]))


def softmax_rule(x: Array, *, axis: object = -1) -> Array:
    require(x.dtype == "float32" and axis_of(axis, len(x.shape)) == len(x.shape) - 1)
    return x


def layer_norm_rule(
    x: Array,
    scale: Array,
    bias: Array | None = None,
    *,
    axis: object = -1,
    epsilon: float = 1e-5,
    stash_type: object = 1,
) -> Array:
    size = x.shape[axis_of(axis, len(x.shape)) :]
    require(x.dtype == scale.dtype == "float32" and scale.shape == size and stash_type == 1)
    require(bias is None or (bias.dtype == "float32" and bias.shape == size))
    return Array(x.dtype, x.shape)


def batch_norm_rule(
    x: Array,
    scale: Array,
    bias: Array,
    mean: Array,
    var: Array,
    *,
    epsilon: float = 1e-5,
    momentum: float = 0.9,
    training_mode: object = 0,
) -> Array:
    require(training_mode == 0 and len(x.shape) >= 2 and x.dtype == "float32")
    parts = (scale, bias, mean, var)
    require(all(p.dtype == "float32" and p.shape == x.shape[1:2] for p in parts))
    return Array(x.dtype, x.shape)


def _windows(
    sizes: Shape, kernel: list[int], pads: object, strides: object, dilations: object, ceil: bool
) -> Shape:
    """How many windows stand along each axis."""
    rank = len(sizes)
    around, steps, gaps = (
        ints_of(pads, 2 * rank),
        ints_of(strides, rank, 1),
        ints_of(dilations, rank, 1),
    )
    found = []
    for i, n in enumerate(sizes):
        width = (kernel[i] - 1) * gaps[i] + 1
        require(kernel[i] >= 1 and max(around[i], around[rank + i]) < width)
        room = n + around[i] + around[rank + i] - width
        require(room >= 0, "a window is wider than what it looks at")
        count = room // steps[i] + 1
        if ceil and room % steps[i]:
            count += count * steps[i] < n + around[i]  # a window begins inside, or not at all
        found.append(count)
    return tuple(found)


def conv_rule(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    pads: object,
    strides: object,
    dilations: object,
    kernel_shape: object,
    group: object = 1,
    auto_pad: object = "NOTSET",
) -> Array:
    require(x.dtype == weight.dtype == "float32" and len(x.shape) == len(weight.shape) >= 3)
    require(auto_pad == "NOTSET" and isinstance(group, int) and group >= 1)
    assert isinstance(group, int)
    n_out, n_in, *kernel = weight.shape
    require(x.shape[1] == n_in * group and n_out % group == 0)
    require(ints_of(kernel_shape, len(kernel), 1) == kernel)
    require(bias is None or (bias.dtype == "float32" and bias.shape == (n_out,)))
    places = _windows(x.shape[2:], kernel, pads, strides, dilations, False)
    return Array("float32", (x.shape[0], n_out, *places))


def max_pool_rule(
    x: Array,
    *,
    kernel_shape: object,
    pads: object,
    strides: object,
    dilations: object,
    ceil_mode: object = 0,
    storage_order: object = 0,
    auto_pad: object = "NOTSET",
) -> Array:
    require(x.dtype == "float32" and len(x.shape) >= 3 and auto_pad == "NOTSET")
    require(storage_order == 0 and ceil_mode in (0, 1))
    kernel = ints_of(kernel_shape, len(x.shape) - 2, 1)
    places = _windows(x.shape[2:], kernel, pads, strides, dilations, ceil_mode == 1)
    return Array("float32", (*x.shape[:2], *places))


def recurrent_rule(gates: int, n_activations: int, **fixed: object) -> Rule:
    """LSTM, GRU or RNN in one direction: ``(T, N, I)`` to ``(T, 1, N, H)``."""

    def rule(
        x: Array,
        weight: Array,
        state: Array,
        bias: Array,
        *,
        hidden_size: object,
        activations: object,
        direction: object,
        layout: object,
        **more: object,
    ) -> Array:
        require(isinstance(hidden_size, int) and 1 <= hidden_size <= 2**16)
        assert isinstance(hidden_size, int)
        rows = gates * hidden_size
        require(all(array.dtype == "float32" for array in (x, weight, state, bias)))
        steps, batch, n_in = x.shape
        require(weight.shape == (1, rows, n_in) and bias.shape == (1, 2 * rows))
        require(state.shape == (1, rows, hidden_size) and direction == "forward" and layout == 0)
        squashings = [
            (*("Sigmoid",) * (gates > 1), *(name,) * n_activations) for name in SQUASHINGS
        ]
        require(activations in squashings and more == fixed, "a cell of another kind")
        return Array("float32", (steps, 1, batch, hidden_size))

    return rule
