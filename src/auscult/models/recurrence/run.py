"""The recurrent layer of a stack of fits, and the choice of how it is computed."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from auscult.models.recurrence.equations import recurrent_torch

Cell = Literal["rnn", "gru", "lstm"]
Activation = Literal["tanh", "relu"]
Backend = Literal["auto", "torch", "numba"]

GATES: dict[str, int] = {"rnn": 1, "gru": 3, "lstm": 4}
"""Blocks of rows in the weights of a cell."""

_MOST_UNITS = 768


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
        How it is computed; the result is the same to rounding. ``torch`` is the plain equations,
        on any device. ``numba`` is fused over gates and time, on the CPU only. ``auto`` takes
        ``numba`` where it can and where it is faster, see :func:`choose_backend`.

    Returns
    -------
    Tensor
        ``(F, B, T, H)``, the hidden state after each step. The state before the first is zero.

    Raises
    ------
    ValueError
        When the shapes do not fit together, or ``numba`` is asked for what it cannot do.
    """
    _check_shapes(cell, x, w_ih, w_hh, b_ih, b_hh)
    if torch.is_autocast_enabled(x.device.type):  # a layer before may have given less
        x = x.to(w_hh.dtype)
    if backend == "auto":
        backend = choose_backend(x, w_hh)
    if backend == "torch":
        return recurrent_torch(cell, x, w_ih, w_hh, b_ih, b_hh, activation)
    if not _compiled(x):
        raise ValueError(f"recurrent(backend='numba'): {x.dtype} on {x.device} needs 'torch'")
    # Numba takes a moment to load; a machine that only looks at the table of models is spared it.
    from auscult.models.recurrence.fused import recurrent_numba  # noqa: PLC0415

    return recurrent_numba(cell, x, w_ih, w_hh, b_ih, b_hh, activation)


def choose_backend(x: Tensor, w_hh: Tensor) -> Literal["torch", "numba"]:
    """``numba`` for float32 and float64 on the CPU, up to 768 hidden units.

    Measured against ``torch`` on one core, forward and backward: 1.2 to 1.7 times faster at 256 to
    512 units, 2.5 at 128, more below. At 1024 units the recurrent weights no longer fit into the
    caches and torch's matrix product is twice as fast.
    """
    return "numba" if _compiled(x) and w_hh.shape[-1] <= _MOST_UNITS else "torch"


def _compiled(x: Tensor) -> bool:
    return x.device.type == "cpu" and x.dtype in (torch.float32, torch.float64)


def _check_shapes(
    cell: str, x: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> None:
    fits, n_in, hidden = x.shape[0], x.shape[-1], w_hh.shape[-1]
    rows = GATES[cell] * hidden
    expected = [(fits, rows, n_in), (fits, rows, hidden), (fits, rows), (fits, rows)]
    shapes = [tuple(p.shape) for p in (w_ih, w_hh, b_ih, b_hh)]
    if x.dim() != 4 or 0 in x.shape or shapes != expected:
        raise ValueError(
            f"recurrent({cell!r}): x {tuple(x.shape)} needs weights {expected}, got {shapes}"
        )
