"""Recurrent cells with the derivatives of every step, as docs/recurrent-cells.md derives them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from auscult.models.recurrence.run import Activation, Cell


@dataclass(frozen=True, eq=False)
class Steps:
    """The states of one sequence, and how each follows from the one before.

    The *memory* is C of an LSTM and h of an RNN or GRU. Row ``t`` of a derivative is with respect
    to step ``t - 1``; the state before the first step is zero.

    Parameters
    ----------
    state
        ``(T, H)`` the memory.
    gate
        ``(T, H)`` the diagonal of the gate term of ∂memoryₜ/∂memoryₜ₋₁: the forget gate of an
        LSTM, the update gate of a GRU, zero of an RNN.
    hidden
        ``(T, H, H)`` ∂memoryₜ/∂hₜ₋₁ through the gates and the candidate, the gate term left out.
    out
        ``(T, H)`` the diagonal of ∂hₜ/∂memoryₜ: ``o ⊙ tanh'(C)`` of an LSTM, 1 of the others.
    output
        ``(T, H, H)`` ∂hₜ/∂hₜ₋₁ with the memory held, through an LSTM's output gate; zero of the
        others, whose h is the memory.
    """

    state: Tensor
    gate: Tensor
    hidden: Tensor
    out: Tensor
    output: Tensor

    def one_step(self) -> Tensor:
        """``(T - 1, H, H)`` ∂memoryₜ/∂memoryₜ₋₁ from the second step on."""
        return torch.diag_embed(self.gate[1:]) + self.through_hidden()

    def through_hidden(self) -> Tensor:
        """``(T - 1, H, H)`` the terms of :meth:`one_step` through hₜ₋₁."""
        return self.hidden[1:] * self.out[:-1, None, :]

    def to_the_last(self) -> Tensor:
        """``(T, H, H)`` ∂(last memory)/∂memoryₜ along every path, the LSTM's output gates too."""
        n_steps, width = self.state.shape
        memory = torch.eye(width, dtype=self.state.dtype)
        held = torch.zeros_like(memory)  # ∂last/∂hₜ with the memory of step t held
        found = [memory]
        for t in range(n_steps - 1, 0, -1):
            held = memory @ self.hidden[t] + held @ self.output[t]
            memory = memory * self.gate[t] + held * self.out[t - 1]
            found.append(memory)
        return torch.stack(found[::-1])

    def gates_to_the_last(self) -> Tensor:
        """``(T, H)`` the product of the gate terms behind each step: what the gates alone carry."""
        behind = torch.cat([self.gate[1:], torch.ones_like(self.gate[:1])])
        return behind.flip(0).cumprod(0).flip(0)


def steps(
    cell: Cell,
    x: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor,
    b_hh: Tensor,
    *,
    activation: Activation = "tanh",
) -> Steps:
    """Run a cell over one sequence ``(T, I)`` and keep the derivatives of every step.

    Weights are those of one fit, in the order of :func:`~auscult.models.recurrence.run.recurrent`.
    """
    one = {"rnn": _rnn, "gru": _gru, "lstm": _lstm}[cell]
    z = x @ w_ih.T + b_ih
    h = c = x.new_zeros(w_hh.shape[1])
    kept = []
    for z_t in z:
        h, c, row = one(z_t, h, c, w_hh, b_hh, activation)
        kept.append(row)
    return Steps(*(torch.stack(column) for column in zip(*kept, strict=True)))


_Row = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


def _act(a: Tensor, activation: Activation) -> tuple[Tensor, Tensor]:
    """The squashing and its slope."""
    if activation == "relu":
        return a.relu(), (a > 0).to(a.dtype)
    y = a.tanh()
    return y, 1 - y * y


def _sigmoid(a: Tensor) -> tuple[Tensor, Tensor]:
    y = a.sigmoid()
    return y, y * (1 - y)


def _rnn(
    z: Tensor, h: Tensor, _: Tensor, u: Tensor, b: Tensor, activation: Activation
) -> tuple[Tensor, Tensor, _Row]:
    new, slope = _act(z + u @ h + b, activation)
    zero = torch.zeros_like(new)
    return new, new, (new, zero, slope[:, None] * u, zero + 1, torch.zeros_like(u))


def _gru(
    z: Tensor, h: Tensor, _: Tensor, u: Tensor, b: Tensor, activation: Activation
) -> tuple[Tensor, Tensor, _Row]:
    u_r, u_g, u_n = u.chunk(3)
    z_r, z_g, z_n = z.chunk(3)
    s_r, s_g, s_n = (u @ h + b).chunk(3)
    (r, dr), (g, dg) = _sigmoid(z_r + s_r), _sigmoid(z_g + s_g)
    n, dn = _act(z_n + r * s_n, activation)
    new = (1 - g) * n + g * h
    candidate = r[:, None] * u_n + (s_n * dr)[:, None] * u_r
    hidden = ((h - n) * dg)[:, None] * u_g + ((1 - g) * dn)[:, None] * candidate
    return new, new, (new, g, hidden, torch.ones_like(g), torch.zeros_like(u_r))


def _lstm(
    z: Tensor, h: Tensor, c: Tensor, u: Tensor, b: Tensor, activation: Activation
) -> tuple[Tensor, Tensor, _Row]:
    u_i, u_f, u_g, u_o = u.chunk(4)
    a_i, a_f, a_g, a_o = (z + u @ h + b).chunk(4)
    (i, di), (f, df), (o, do) = _sigmoid(a_i), _sigmoid(a_f), _sigmoid(a_o)
    g, dg = _act(a_g, activation)
    new = f * c + i * g
    y, dy = _act(new, activation)
    hidden = (c * df)[:, None] * u_f + (g * di)[:, None] * u_i + (i * dg)[:, None] * u_g
    return o * y, new, (new, f, hidden, o * dy, (y * do)[:, None] * u_o)
