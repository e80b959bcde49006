"""The recurrent layer against ``torch.nn``, against its plain equations and against differences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from numba import njit
from torch import Tensor, nn

from auscult.models.recurrence.curves import sigmoid, tanh
from auscult.models.recurrence.run import (
    GATES,
    Activation,
    Backend,
    Cell,
    choose_backend,
    recurrent,
)

CELLS: tuple[Cell, ...] = ("rnn", "gru", "lstm")
ACTIVATIONS: tuple[Activation, ...] = ("tanh", "relu")
BACKENDS: tuple[Backend, ...] = ("torch", "numba")


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)


def draw(
    cell: Cell, shape: tuple[int, int, int, int, int], dtype: torch.dtype = torch.float32
) -> list[Tensor]:
    """``x`` and the weights of a layer of ``(F, B, T, I, H)``."""
    fits, batch, steps, n_in, hidden = shape
    rows = GATES[cell] * hidden
    sizes = [(batch, steps, n_in), (rows, n_in), (rows, hidden), (rows,), (rows,)]
    scales = [1.0] + [hidden**-0.5] * 4
    return [
        (torch.randn(fits, *size, dtype=dtype) * scale).requires_grad_()
        for size, scale in zip(sizes, scales, strict=True)
    ]


def run(
    cell: Cell,
    tensors: list[Tensor],
    backend: Backend,
    dy: Tensor,
    activation: Activation = "tanh",
) -> list[Tensor]:
    """The states and the gradients of everything."""
    x, w_ih, w_hh, b_ih, b_hh = tensors
    y = recurrent(cell, x, w_ih, w_hh, b_ih, b_hh, activation=activation, backend=backend)
    return [y, *torch.autograd.grad(y, tensors, dy)]


@pytest.mark.parametrize(("cell", "backend"), [*product(CELLS, BACKENDS)])
def test_equals_torch_nn(cell: Cell, backend: Backend) -> None:
    kind: Any = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[cell]
    layer = kind(5, 10, batch_first=True)
    x, dy = torch.randn(37, 12, 5, requires_grad=True), torch.randn(37, 12, 10)
    y = layer(x)[0]
    expected = [y, *torch.autograd.grad(y, [x, *layer.parameters()], dy)]
    stacked = [t.detach().unsqueeze(0).requires_grad_() for t in (x, *layer.parameters())]
    found = run(cell, stacked, backend, dy.unsqueeze(0))
    assert torch.allclose(found[0][0], y, rtol=0, atol=1e-6)
    for a, b in zip(found[1:], expected[1:], strict=True):
        assert torch.allclose(a[0], b, rtol=1e-5, atol=2e-5)


@pytest.mark.parametrize(
    ("cell", "activation", "backend"), [*product(CELLS, ACTIVATIONS, BACKENDS)]
)
def test_gradients_are_those_of_differences(
    cell: Cell, activation: Activation, backend: Backend
) -> None:
    def layer(*tensors: Tensor) -> Tensor:
        x, w_ih, w_hh, b_ih, b_hh = tensors
        return recurrent(cell, x, w_ih, w_hh, b_ih, b_hh, activation=activation, backend=backend)

    assert torch.autograd.gradcheck(layer, draw(cell, (2, 3, 3, 2, 3), torch.float64))


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_can_be_differentiated_again(cell: Cell) -> None:
    def layer(*tensors: Tensor) -> Tensor:
        x, w_ih, w_hh, b_ih, b_hh = tensors
        return recurrent(cell, x, w_ih, w_hh, b_ih, b_hh, backend="numba")

    assert torch.autograd.gradgradcheck(layer, draw(cell, (1, 2, 2, 1, 2), torch.float64))


SHAPES = [
    (1, 1, 1, 1, 1),  # the least
    (3, 19, 4, 1, 10),  # a second tile with three cases in it
    (2, 40, 1, 20, 5),  # one step
    (1, 290, 3, 3, 4),  # more tiles than parts
    (5, 33, 5, 18, 17),  # columns of a weight across two vectors
    (2, 16, 2, 15, 33),
]


@pytest.mark.parametrize(("cell", "shape"), [*product(CELLS, SHAPES)])
def test_fused_equals_plain_equations(cell: Cell, shape: tuple[int, int, int, int, int]) -> None:
    for activation in ACTIVATIONS:
        tensors = draw(cell, shape)
        dy = torch.randn(*shape[:3], shape[4])
        plain = run(cell, tensors, "torch", dy, activation)
        fused = run(cell, tensors, "numba", dy, activation)
        for a, b in zip(fused, plain, strict=True):
            assert (a - b).abs().max() <= 1e-5 * b.abs().max().clamp(min=1.0)


def test_strided_tensors_are_read_as_they_are() -> None:
    tensors = draw("lstm", (2, 18, 5, 3, 6))
    tensors[0] = tensors[0].detach().flip(2).transpose(0, 1).contiguous().transpose(0, 1)
    tensors[0].requires_grad_()
    dy = torch.zeros(2, 18, 5, 6)
    dy[:, :, -1] = 1.0
    results = [run("lstm", tensors, backend, dy.transpose(0, 0)) for backend in BACKENDS]
    for a, b in zip(*results, strict=True):
        assert torch.allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_bits_depend_on_neither_threads_nor_neighbours(cell: Cell) -> None:
    tensors, dy = draw(cell, (3, 100, 20, 4, 40)), torch.randn(3, 100, 20, 40)
    torch.set_num_threads(1)
    alone = [
        run(cell, [t[k : k + 1].detach().requires_grad_() for t in tensors], "numba", dy[k : k + 1])
        for k in range(3)
    ]
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        together = run(cell, tensors, "numba", dy)
        for k, parts in enumerate(alone):
            assert all(torch.equal(a[k], b[0]) for a, b in zip(together, parts, strict=True))


def test_a_kept_graph_is_not_written_over() -> None:
    tensors, dy = draw("lstm", (2, 30, 6, 2, 8)), torch.randn(2, 30, 6, 8)
    y = recurrent("lstm", *tensors, backend="numba")
    first = torch.autograd.grad(y, tensors, dy, retain_graph=True)
    for _ in range(3):
        run("lstm", draw("lstm", (2, 30, 6, 2, 8)), "numba", dy)
    again = torch.autograd.grad(y, tensors, dy)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def test_gradients_only_where_they_are_wanted() -> None:
    x, *weights = draw("gru", (1, 4, 3, 2, 5))
    y = recurrent("gru", x.detach(), *weights, backend="numba")
    expected = torch.autograd.grad(y, weights, torch.ones_like(y))
    y = recurrent("gru", x, *weights, backend="numba")
    assert torch.equal(torch.autograd.grad(y, weights[0], torch.ones_like(y))[0], expected[0])
    y = recurrent("gru", x, *(w.detach() for w in weights), backend="numba")
    assert torch.autograd.grad(y, x, torch.ones_like(y))[0].shape == x.shape
    with torch.no_grad():
        assert not recurrent("gru", x, *weights, backend="numba").requires_grad


@pytest.mark.parametrize(("cell", "activation"), [*product(CELLS, ACTIVATIONS)])
def test_what_is_not_a_number_stays_so(cell: Cell, activation: Activation) -> None:
    x, *weights = (t.detach() for t in draw(cell, (1, 20, 4, 2, 5)))
    x[0, 18, 1, 0] = torch.nan
    y = recurrent(cell, x, *weights, activation=activation, backend="numba")
    assert y[0, 18, 1:].isnan().all()
    assert not y[0, :18].isnan().any()
    assert not y[0, 19].isnan().any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_curves_are_within_four_units_of_the_last_place(dtype: type[np.floating[Any]]) -> None:
    @njit  # type: ignore[untyped-decorator]
    def fill(x: Any, s: Any, t: Any) -> None:
        for k in range(x.size):
            s[k] = sigmoid(x[k])
            t[k] = tanh(x[k])

    small = np.geomspace(1e-30, 80, 100_001)
    x = np.concatenate([np.linspace(-80, 80, 200_001), small, -small]).astype(dtype)
    s, t = np.empty_like(x), np.empty_like(x)
    fill(x, s, t)
    exact = x.astype(np.longdouble)
    for found, true in ((s, 1 / (1 + np.exp(-exact))), (t, np.tanh(exact))):
        assert np.max(np.abs(found - true) / np.spacing(np.abs(true).astype(dtype))) < 4


def test_choice_of_the_backend() -> None:
    x, w = torch.zeros(1, 2, 3, 1), torch.zeros(1, 40, 10)
    assert choose_backend(x, w) == "numba"
    assert choose_backend(x.double(), w.double()) == "numba"
    assert choose_backend(x.bfloat16(), w.bfloat16()) == "torch"
    assert choose_backend(x.to("meta"), w.to("meta")) == "torch"
    assert choose_backend(x, torch.zeros(1, 4096, 1024)) == "torch"


def test_wrong_shapes_and_types_are_refused() -> None:
    x, w_ih, w_hh, b_ih, b_hh = draw("lstm", (1, 2, 3, 1, 4))
    with pytest.raises(ValueError, match="needs weights"):
        recurrent("gru", x, w_ih, w_hh, b_ih, b_hh)
    with pytest.raises(ValueError, match="needs weights"):
        recurrent("lstm", x[0], w_ih, w_hh, b_ih, b_hh)
    with pytest.raises(ValueError, match="needs 'torch'"):
        recurrent("lstm", x.half(), w_ih, w_hh, b_ih, b_hh, backend="numba")
