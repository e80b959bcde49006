"""The recurrent layer of a stack of fits, and the choice of how it is computed."""

from __future__ import annotations

from typing import Literal

from torch import Tensor

from auscult.models.recurrence_torch import recurrent_torch

Cell = Literal["rnn", "gru", "lstm"]
Activation = Literal["tanh", "relu"]
Backend = Literal["auto", "torch", "numba", "mixed"]

GATES: dict[str, int] = {"rnn": 1, "gru": 3, "lstm": 4}
"""Blocks of rows in the weights of a cell."""


def recurrent(
    cell: Cell,
    x: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor,
    b_hh: Tensor,
    *,
    activation: Activation = "tanh",
    backend: Backend = "auto",
) -> Tensor:
    """Run a recurrent cell over time, for every fit of the stack.

    Parameters
    ----------
    cell
        ``rnn`` (Elman 1990), ``gru`` (Cho et al. 2014) or ``lstm`` (Hochreiter & Schmidhuber
        1997), in the variants and with the gate order of ``torch.nn``: i, f, g, o and r, z, n.
    x
        ``(F, B, T, I)``: fits, cases, time, features.
    w_ih, w_hh, b_ih, b_hh
        ``(F, G·H, I)``, ``(F, G·H, H)``, ``(F, G·H)``, ``(F, G·H)`` with ``G = GATES[cell]``.
    activation
        Of the candidate and of the output; ``relu`` as in Keras' ``LSTM(activation="relu")``.
    backend
        How it is computed; the result is the same to rounding.

    Returns
    -------
    Tensor
        ``(F, B, T, H)``, the hidden state after each step. The state before the first is zero.

    Raises
    ------
    ValueError
        When the shapes do not fit together.
    """
    _check_shapes(cell, x, w_ih, w_hh, b_ih, b_hh)
    if backend == "auto":
        backend = _choose(x)
    if backend == "numba":
        from auscult.models.recurrence_numba import recurrent_numba

        return recurrent_numba(cell, x, w_ih, w_hh, b_ih, b_hh, activation)
    return recurrent_torch(cell, x, w_ih, w_hh, b_ih, b_hh, activation)


def _choose(x: Tensor) -> Backend:
    return "numba" if x.device.type == "cpu" else "torch"


def _check_shapes(
    cell: str, x: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> None:
    fits, n_in, hidden = x.shape[0], x.shape[-1], w_hh.shape[-1]
    rows = GATES[cell] * hidden
    expected = [(fits, rows, n_in), (fits, rows, hidden), (fits, rows), (fits, rows)]
    shapes = [tuple(p.shape) for p in (w_ih, w_hh, b_ih, b_hh)]
    if x.dim() != 4 or shapes != expected:
        raise ValueError(
            f"recurrent({cell!r}): x {tuple(x.shape)} needs weights {expected}, got {shapes}"
        )
