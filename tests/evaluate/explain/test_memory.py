"""The derivatives that docs/recurrent-cells.md derives, against autograd and differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.autograd.functional import jacobian

from auscult.evaluate.explain.cells import Steps, steps
from auscult.evaluate.explain.memory import measure, memory, summary
from auscult.models.layers import Context
from auscult.models.recurrence.equations import gru_step, lstm_step, rnn_step
from auscult.models.recurrence.run import GATES, Activation, Cell, recurrent
from auscult.models.recurrent import RecurrentNetwork
from auscult.train.estimator import estimator_class
from auscult.types import InputShape

CELLS: tuple[Cell, ...] = ("rnn", "gru", "lstm")
ACTIVATIONS: tuple[Activation, ...] = ("tanh", "relu")
T, INPUTS, WIDTH = 6, 3, 5
_CONTEXT = Context()


def weights(cell: Cell) -> list[Tensor]:
    generator = torch.Generator().manual_seed(3)
    rows = GATES[cell] * WIDTH
    sizes = [(rows, INPUTS), (rows, WIDTH), (rows,), (rows,)]
    return [torch.randn(s, generator=generator, dtype=torch.float64) * 0.8 for s in sizes]


def inputs() -> Tensor:
    return torch.randn(T, INPUTS, generator=torch.Generator().manual_seed(4), dtype=torch.float64)


def step(
    cell: Cell, x: Tensor, h: Tensor, c: Tensor, w: list[Tensor], activation: Activation
) -> tuple[Tensor, Tensor]:
    """One step of the plain equations; h and C of one case."""
    act = torch.relu if activation == "relu" else torch.tanh
    z = (x @ w[0].T + w[2])[None, None]
    args = (w[1][None], w[3][None], act)
    if cell == "lstm":
        new_h, new_c = lstm_step(z, h[None, None], c[None, None], *args)
        return new_h[0, 0], new_c[0, 0]
    one = rnn_step if cell == "rnn" else gru_step
    new = one(z, h[None, None], *args)[0, 0]
    return new, new


def tail(cell: Cell, w: list[Tensor], activation: Activation, first: int, last: int) -> Tensor:
    """∂memory_last/∂memory_first by autograd: every path, the states before held."""
    x = inputs()
    h = c = torch.zeros(WIDTH, dtype=torch.float64)
    hs, cs = [h], [c]
    for x_t in x:
        h, c = step(cell, x_t, h, c, w, activation)
        hs.append(h)
        cs.append(c)

    def of(state: Tensor) -> Tensor:
        if cell == "lstm":  # h of this step follows its C; its output gate only what came before
            gate = output_gate(w, x[first], hs[first])
            h = gate * (torch.relu(state) if activation == "relu" else torch.tanh(state))
        else:
            h = state
        c = state
        for t in range(first + 1, last + 1):
            h, c = step(cell, x[t], h, c, w, activation)
        return c

    found: Tensor = jacobian(of, cs[first + 1])  # type: ignore[no-untyped-call]
    return found


def output_gate(w: list[Tensor], x: Tensor, h: Tensor) -> Tensor:
    rows = slice(3 * WIDTH, 4 * WIDTH)
    return torch.sigmoid(w[0][rows] @ x + w[2][rows] + w[1][rows] @ h + w[3][rows])


def found(cell: Cell, activation: Activation) -> Steps:
    w_ih, w_hh, b_ih, b_hh = weights(cell)
    return steps(cell, inputs(), w_ih, w_hh, b_ih, b_hh, activation=activation)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_one_step_is_what_autograd_says(cell: Cell, activation: Activation) -> None:
    ours = found(cell, activation).one_step()
    for t in range(1, T):
        theirs = tail(cell, weights(cell), activation, t - 1, t)
        torch.testing.assert_close(ours[t - 1], theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_many_steps_are_what_autograd_says(cell: Cell, activation: Activation) -> None:
    ours = found(cell, activation).to_the_last()
    for t in range(T):
        theirs = tail(cell, weights(cell), activation, t, T - 1)
        torch.testing.assert_close(ours[t], theirs, rtol=1e-9, atol=1e-12)


def test_of_an_rnn_many_steps_are_the_product_of_single_ones() -> None:
    rnn = found("rnn", "tanh")
    product = torch.eye(WIDTH, dtype=torch.float64)
    for one in rnn.one_step():
        product = one @ product
    torch.testing.assert_close(rnn.to_the_last()[0], product)


def test_of_an_lstm_they_are_not_for_its_output_gates_read_h_too() -> None:
    lstm = found("lstm", "tanh")
    product = torch.eye(WIDTH, dtype=torch.float64)
    for one in lstm.one_step():
        product = one @ product
    assert not torch.allclose(lstm.to_the_last()[0], product, rtol=1e-3)
    without = replace(lstm, output=lstm.output * 0)
    torch.testing.assert_close(without.to_the_last()[0], product)


@pytest.mark.parametrize("cell", CELLS)
def test_the_states_are_those_of_the_layer(cell: Cell) -> None:
    w = weights(cell)
    theirs = recurrent(cell, inputs()[None, None], *(v[None] for v in w))[0, 0]
    ours = found(cell, "tanh")
    if cell == "lstm":
        assert ours.state.shape == theirs.shape
        out = ours.out  # o ⊙ (1 − tanh² C)
        o = out / (1 - ours.state.tanh() ** 2)
        torch.testing.assert_close(o * ours.state.tanh(), theirs)
    else:
        torch.testing.assert_close(ours.state, theirs)


def test_a_gate_that_is_open_carries_everything() -> None:
    w = weights("lstm")
    w[0], w[1] = w[0] * 0, w[1] * 0
    w[2][WIDTH : 2 * WIDTH] = 50.0
    lstm = steps("lstm", inputs(), w[0], w[1], w[2], w[3])
    torch.testing.assert_close(lstm.gates_to_the_last(), torch.ones_like(lstm.gate))
    torch.testing.assert_close(
        lstm.to_the_last(), torch.eye(WIDTH, dtype=torch.float64).expand(T, -1, -1)
    )


def network(cell: str, **params: object) -> RecurrentNetwork:
    shape = InputShape(INPUTS, T, 2)
    built = estimator_class(cell)(units=(WIDTH,), **params).architecture().build(1, shape)
    built.initialise(0, torch.Generator().manual_seed(0))
    return built.eval()  # type: ignore[no-any-return]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", ["last", "attention"])
def test_reach_is_the_slope_of_the_answer(cell: str, pooling: str) -> None:
    built = network(cell, pooling=pooling)
    X = inputs().T.numpy()[None]
    reach = memory(built, X).reach
    doubled = built.double()

    def margin(case: np.ndarray) -> float:
        with torch.no_grad():
            z = doubled.logits(torch.as_tensor(case)[None], _CONTEXT)[0, 0]
        return float(z.max() - z.min())

    for back in (0, 2, T - 1):
        slope = []
        for channel in range(INPUTS):
            up, down = X.copy(), X.copy()
            up[0, channel, T - 1 - back] += 1e-5
            down[0, channel, T - 1 - back] -= 1e-5
            slope.append((margin(up) - margin(down)) / 2e-5)
        assert reach[back] == pytest.approx(np.linalg.norm(slope), rel=1e-5)


def test_memory_is_aligned_at_the_end_of_signals() -> None:
    built = network("gru")
    X = np.repeat(inputs().T.numpy()[None], 2, axis=0)
    X[1, :, 4:] = np.nan
    whole, short = (memory(built, X[i : i + 1, :, :n]) for i, n in ((0, T), (1, 4)))
    assert len(whole.reach) == T
    assert len(short.reach) == 4
    both = summary([measure(built, X)])
    assert both.n_cases == 2
    assert both.reach[4:] == whole.reach[4:]
    assert both.reach[0] == pytest.approx((whole.reach[0] + short.reach[0]) / 2)
    assert whole.carried[0] == 1.0
    assert np.isnan(whole.step[-1])
