"""The fused recurrence as a function that torch can differentiate."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from auscult.models.recurrence_cells import BLOCKS, CELLS
from auscult.models.recurrence_kernels import backward, forward
from auscult.models.recurrence_simd import LANES
from auscult.models.recurrence_torch import recurrent_torch
from auscult.models.recurrence_work import Buffer, Shares, run

_MAX_PARTS = 16
_SMALL = 400_000  # multiplications that one thread does before a second one is awake


def recurrent_numba(
    cell: str,
    x: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor,
    b_hh: Tensor,
    activation: str,
) -> Tensor:
    """See :func:`auscult.models.recurrence.recurrent`.

    The bits of the result depend on neither the number of threads nor the other fits of the stack.
    """
    tensors = (x, w_ih, w_hh, b_ih, b_hh)
    learning = torch.is_grad_enabled() and any(t.requires_grad for t in tensors)
    out: Tensor = _Recurrence.apply(cell, activation, learning, *tensors)  # type: ignore[no-untyped-call]
    return out


def _shares(x: Tensor, w_hh: Tensor) -> Shares:
    fits, batch, steps, n_in = x.shape
    tiles = -(-batch // LANES)
    work = x.shape[:3].numel() * w_hh.shape[1] * (w_hh.shape[2] + n_in)
    threads = torch.get_num_threads() if work > _SMALL else 1
    return Shares(fits, min(tiles, _MAX_PARTS), threads)


class _Recurrence(torch.autograd.Function):
    """Backpropagation through time (Werbos 1990)."""

    @staticmethod
    def forward(ctx: Any, cell: str, activation: str, learning: bool, *tensors: Tensor) -> Tensor:
        x, _, w_hh = tensors[:3]
        fits, batch, steps, _ = x.shape
        hidden = w_hh.shape[2]
        y = x.new_empty(fits, batch, steps, hidden)
        rows = fits * -(-batch // LANES) * steps * hidden * BLOCKS[cell]
        saved = Buffer(rows * LANES if learning else 0, x.dtype)
        arrays = [t.detach().contiguous().numpy() for t in tensors]
        how, shares = (CELLS[cell], activation == "relu"), _shares(x, w_hh)

        def work(first: int, last: int) -> None:
            forward(*how, first, last, shares.parts, *arrays, y.numpy(), saved.array)

        run(work, shares)
        ctx.save_for_backward(*tensors, y)
        ctx.cell, ctx.activation, ctx.saved = cell, activation, saved
        return y

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        *tensors, y = ctx.saved_tensors
        if torch.is_grad_enabled():
            return None, None, None, *_differentiable(ctx, tensors, dy)
        need_x, *need_weights = ctx.needs_input_grad[3:]
        x, w_ih, w_hh, *_ = tensors
        shares = _shares(x, w_hh)
        slots = x.shape[0] * (1 if shares.whole_fits else shares.parts)
        dx = torch.empty_like(x, memory_format=torch.contiguous_format) if need_x else _empty(x)
        weights = [
            p.new_empty(slots if any(need_weights) else 0, *p.shape[1:]) for p in tensors[1:]
        ]
        inputs = [t.detach().contiguous().numpy() for t in (x, w_ih, w_hh, y)]
        outputs = [t.numpy() for t in (dx, *weights)]
        how = (CELLS[ctx.cell], ctx.activation == "relu")
        dy_array = dy.contiguous().numpy()

        def work(first: int, last: int) -> None:
            backward(
                *how, first, last, shares.parts, shares.whole_fits,
                *inputs, ctx.saved.array, dy_array, *outputs,
            )

        run(work, shares)
        summed = [_sum_parts(w, x.shape[0]) if any(need_weights) else None for w in weights]
        return None, None, None, dx if need_x else None, *summed


def _empty(like: Tensor) -> Tensor:
    return like.new_empty(0, 0, 0, 0)


def _sum_parts(slots: Tensor, fits: int) -> Tensor:
    """One after the other, so that the bits are those of a thread that adds its own parts."""
    parts = slots.reshape(fits, -1, *slots.shape[1:])
    if parts.shape[1] == 1:
        return slots
    total = parts[:, 0].clone()
    for part in range(1, parts.shape[1]):
        total += parts[:, part]
    return total


def _differentiable(ctx: Any, tensors: list[Tensor], dy: Tensor) -> tuple[Tensor | None, ...]:
    """The gradients as functions of their own inputs, for whoever differentiates them again."""
    needed = [t for t, need in zip(tensors, ctx.needs_input_grad[3:], strict=True) if need]
    y = recurrent_torch(ctx.cell, *tensors, ctx.activation)
    found = iter(torch.autograd.grad(y, needed, dy, create_graph=True, allow_unused=True))
    return tuple(next(found) if need else None for need in ctx.needs_input_grad[3:])
