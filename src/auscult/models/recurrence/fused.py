"""The fused recurrence as a function that torch can differentiate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from auscult.models.recurrence.cells import BLOCKS, CELLS
from auscult.models.recurrence.code import LANES
from auscult.models.recurrence.equations import recurrent_torch
from auscult.models.recurrence.kernels import backward, forward
from auscult.models.recurrence.work import Buffer, Shares, run

_MAX_PARTS = 16
_CURVES = 100  # what the element-wise part of a unit costs, in multiplications
_WORTH_A_THREAD = 4_000_000  # multiplications that one core does in about 0.1 ms


def recurrent_numba(
    cell: str,
    x: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor,
    b_hh: Tensor,
    activation: str,
) -> Tensor:
    """See :func:`auscult.models.recurrence.recurrent`. On the CPU, float32 and float64.

    The bits of the result depend on neither the number of threads nor the other fits of the stack.
    """
    tensors = (x, w_ih, w_hh, b_ih, b_hh)
    learning = torch.is_grad_enabled() and any(t.requires_grad for t in tensors)
    call = _Call(cell, activation, x, w_hh, learning)
    out: Tensor = _Recurrence.apply(call, *tensors)  # type: ignore[no-untyped-call]
    return out


class _Call:
    """One use of the layer: its sizes, how the work is shared, what is kept for the way back."""

    def __init__(self, cell: str, activation: str, x: Tensor, w_hh: Tensor, learning: bool) -> None:
        self.cell, self.activation = cell, activation
        self.fits, batch, steps, n_in = x.shape
        rows, hidden = w_hh.shape[1:]
        self.sizes = (batch, steps, n_in, hidden, rows)
        tiles = -(-batch // LANES)
        cost = batch * steps * (rows * (n_in + hidden) + _CURVES * hidden)
        threads = torch.get_num_threads() if self.fits * cost > _WORTH_A_THREAD else 1
        self.shares = Shares(self.fits, min(tiles, _MAX_PARTS), threads)
        kept = self.fits * tiles * LANES * steps * hidden * BLOCKS[cell]
        self.saved = Buffer(kept if learning else 0, x.dtype)

    def run(self, kernel: Callable[..., None], *arrays: Tensor | NDArray[Any] | bool) -> None:
        """``kernel`` over all items; see :mod:`auscult.models.recurrence.kernels`."""
        flat = [_flat(a) if isinstance(a, Tensor) else a for a in arrays]
        how, parts = (CELLS[self.cell], self.activation == "relu"), self.shares.parts

        def work(first: int, last: int) -> None:
            kernel(*how, first, last, parts, self.sizes, *flat)

        run(work, self.shares)

    def gradients(self, weights: Sequence[Tensor], needs: Sequence[bool]) -> list[Tensor]:
        """Room for the weights' gradients, one slot a fit or an item; none where not needed."""
        slots = self.fits * (1 if self.shares.whole_fits else self.shares.parts)
        # Of a single step the kernel leaves dw_hh as it is; of more it writes all or nothing.
        one_step = self.sizes[1] == 1
        new = np.zeros if one_step else np.empty
        dtype = self.saved.array.dtype
        rooms = [slots if need or (any(needs) and not one_step) else 0 for need in needs]
        return [
            torch.from_numpy(new((room, *w.shape[1:]), dtype))
            for room, w in zip(rooms, weights, strict=True)
        ]


class _Recurrence(torch.autograd.Function):
    """Backpropagation through time (Werbos 1990)."""

    @staticmethod
    def forward(ctx: Any, call: _Call, *tensors: Tensor) -> Tensor:
        x, _, w_hh, *_ = tensors
        y = x.new_empty(*x.shape[:3], w_hh.shape[2])
        call.run(forward, *tensors, y, call.saved.array)
        ctx.save_for_backward(*tensors, y)
        ctx.call = call
        return y

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, ...]:
        call, (*tensors, y) = ctx.call, ctx.saved_tensors
        need_x, *need_weights = ctx.needs_input_grad[1:]
        if torch.is_grad_enabled():
            return None, *_differentiable(call, tensors, ctx.needs_input_grad[1:], dy)
        x, *weights = tensors
        dx = x.new_empty(x.shape if need_x else 0)
        slopes = call.gradients(weights, need_weights)
        together = call.shares.whole_fits
        call.run(backward, together, *tensors[:3], y, call.saved.array, dy, dx, *slopes)
        summed = [
            _sum_parts(s, call.fits) if need else None
            for s, need in zip(slopes, need_weights, strict=True)
        ]
        return None, dx if need_x else None, *summed


def _flat(tensor: Tensor) -> NDArray[Any]:
    array: NDArray[Any] = tensor.detach().contiguous().reshape(-1).numpy()
    return array


def _sum_parts(slots: Tensor, fits: int) -> Tensor:
    """One after the other, so that the bits are those of a thread that adds its own parts."""
    parts = slots.reshape(fits, -1, *slots.shape[1:]).numpy()
    if parts.shape[1] == 1:
        return slots
    total = parts[:, 0].copy()
    for part in range(1, parts.shape[1]):
        total += parts[:, part]
    return torch.from_numpy(total)


def _differentiable(
    call: _Call, tensors: Sequence[Tensor], needs: Sequence[bool], dy: Tensor
) -> list[Tensor | None]:
    """The gradients as functions of their own inputs, for whoever differentiates them again."""
    x, w_ih, w_hh, b_ih, b_hh = tensors
    needed = [t for t, need in zip(tensors, needs, strict=True) if need]
    y = recurrent_torch(call.cell, x, w_ih, w_hh, b_ih, b_hh, call.activation)
    found = iter(torch.autograd.grad(y, needed, dy, create_graph=True))
    return [next(found) if need else None for need in needs]
