"""The recurrent cells as their equations stand, differentiated by torch. Runs on any device.

Slow where the layer is small, but plain: the other backends are tested against this one.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Activation = Callable[[Tensor], Tensor]


def rnn_step(z: Tensor, h: Tensor, w_hh: Tensor, b_hh: Tensor, act: Activation) -> Tensor:
    """Simple recurrence (Elman 1990).

    ``h' = act(z + W_hh h + b_hh)`` with ``z = W_ih x + b_ih``.
    """
    return act(z + _affine(h, w_hh, b_hh))


def gru_step(z: Tensor, h: Tensor, w_hh: Tensor, b_hh: Tensor, act: Activation) -> Tensor:
    """Gated recurrent unit (Cho et al. 2014), with the bias inside the reset product.

    With ``z = W_ih x + b_ih`` and ``u = W_hh h + b_hh``, each in three blocks of rows::

        r = σ(z_r + u_r)
        g = σ(z_z + u_z)
        n = act(z_n + r ⊙ u_n)
        h' = (1 - g) ⊙ n + g ⊙ h
    """
    z_r, z_g, z_n = z.chunk(3, dim=-1)
    u_r, u_g, u_n = _affine(h, w_hh, b_hh).chunk(3, dim=-1)
    r, g = torch.sigmoid(z_r + u_r), torch.sigmoid(z_g + u_g)
    n = act(z_n + r * u_n)
    return n + g * (h - n)


def lstm_step(
    z: Tensor, h: Tensor, c: Tensor, w_hh: Tensor, b_hh: Tensor, act: Activation
) -> tuple[Tensor, Tensor]:
    """Long short-term memory (Hochreiter & Schmidhuber 1997) with a forget gate (Gers et al. 2000).

    With ``(i, f, g, o)`` the four blocks of rows of ``W_ih x + b_ih + W_hh h + b_hh``::

        c' = σ(f) ⊙ c + σ(i) ⊙ act(g)
        h' = σ(o) ⊙ act(c')
    """
    i, f, g, o = (z + _affine(h, w_hh, b_hh)).chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * act(g)
    return torch.sigmoid(o) * act(c), c


def recurrent_torch(
    cell: str,
    x: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor,
    b_hh: Tensor,
    activation: str,
) -> Tensor:
    """See :func:`auscult.models.recurrence.recurrent`."""
    fits, batch, steps, n_in = x.shape
    act = torch.relu if activation == "relu" else torch.tanh
    z = _affine(x.reshape(fits, batch * steps, n_in), w_ih, b_ih)
    # Time in front: a step is then one contiguous block.
    inputs = z.reshape(fits, batch, steps, -1).permute(2, 0, 1, 3).contiguous()
    h = c = x.new_zeros(fits, batch, w_hh.shape[2])
    states = []
    for z_t in inputs:
        if cell == "lstm":
            h, c = lstm_step(z_t, h, c, w_hh, b_hh, act)
        elif cell == "gru":
            h = gru_step(z_t, h, w_hh, b_hh, act)
        else:
            h = rnn_step(z_t, h, w_hh, b_hh, act)
        states.append(h)
    return torch.stack(states, dim=2)


def _affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """``x Wᵀ + b`` for each fit: ``(F, N, I)`` to ``(F, N, O)``."""
    return torch.baddbmm(bias.unsqueeze(1), x, weight.transpose(1, 2))
