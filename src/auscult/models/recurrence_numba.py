"""The fused recurrence as a function that torch can differentiate."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import NDArray
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
        fits, batch, steps, n_in = x.shape
        rows, hidden = w_hh.shape[1:]
        y = x.new_empty(fits, batch, steps, hidden)
        tiles = fits * -(-batch // LANES)
        saved = Buffer(tiles * LANES * steps * hidden * BLOCKS[cell] if learning else 0, x.dtype)
        arrays = [_flat(t) for t in (*tensors, y)]
        shares = _shares(x, w_hh)

        def work(first: int, last: int) -> None:
            forward(
                CELLS[cell],
                activation == "relu",
                first,
                last,
                shares.parts,
                (batch, steps, n_in, hidden, rows),
                *arrays,
                saved.array,
            )

        run(work, shares)
        ctx.save_for_backward(*tensors, y)
        ctx.cell, ctx.activation, ctx.saved = cell, activation, saved
        return y

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        *tensors, y = ctx.saved_tensors
        if torch.is_grad_enabled():
            return None, None, None, *_differentiable(ctx, tensors, dy)
        x, w_ih, w_hh, *_ = tensors
        fits, batch, steps, n_in = x.shape
        rows, hidden = w_hh.shape[1:]
        shares = _shares(x, w_hh)
        need_x, *need_weights = ctx.needs_input_grad[3:]
        dx = x.new_empty(x.shape if need_x else 0)
        slots = fits * (1 if shares.whole_fits else shares.parts) if any(need_weights) else 0
        # Of a single step, the recurrent weights have seen no state and the kernel skips them.
        new = torch.empty if steps > 1 else torch.zeros
        weights = [new(slots, *p.shape[1:], dtype=p.dtype) for p in tensors[1:]]
        arrays = [_flat(t) for t in (x, w_ih, w_hh, y)]
        slopes = [_flat(t) for t in (dy, dx, *weights)]

        def work(first: int, last: int) -> None:
            backward(
                CELLS[ctx.cell],
                ctx.activation == "relu",
                first,
                last,
                shares.parts,
                shares.whole_fits,
                (batch, steps, n_in, hidden, rows),
                *arrays,
                ctx.saved.array,
                *slopes,
            )

        run(work, shares)
        summed = [_sum_parts(w, fits) if any(need_weights) else None for w in weights]
        return None, None, None, dx if need_x else None, *summed


def _flat(tensor: Tensor) -> NDArray[Any]:
    array: NDArray[Any] = tensor.detach().contiguous().reshape(-1).numpy()
    return array


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
