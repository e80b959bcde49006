"""Batch normalisation in training where other processes have the rest of the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as fn

Total = Callable[[Tensor], Tensor]


class SharedNorm(torch.autograd.Function):
    """``(x - mean) / sqrt(var + eps) · weight + bias``, over all shares' real cases and time.

    ``apply(x, weight, bias, real, count, total, eps)`` gives the normalised ``x``, and mean and
    variance, which are not differentiated.

    Parameters
    ----------
    x
        ``(B, C, T)``, the cases of this share.
    weight, bias
        ``(C,)``; of their gradients each share has its part.
    real
        ``(B, C, 1)``, 0 in the padding; None where there is none.
    count
        ``(C,)`` numbers that are normalised, of all shares; at least 1.
    total
        The sum of a tensor over all shares: twice on the way there, once on the way back.
    eps
        Added to the variance.

    Notes
    -----
    The way back is that of fixed statistics, and what a change of ``x`` does through them: for the
    normalised z, ``dx = weight / σ · (dy - (Σ dy + z Σ dy z) / count)`` (Ioffe & Szegedy 2015), so
    that besides the sums over all shares there is only a line in ``x``, channel by channel.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        weight: Tensor,
        bias: Tensor,
        real: Tensor | None,
        count: Tensor,
        total: Total,
        eps: float,
    ) -> tuple[Tensor, Tensor, Tensor]:
        mean = total(_real(x, real).sum((0, 2))) / count
        squares = _real(x - mean[:, None], real).square_()
        var = total(squares.sum((0, 2))) / count
        ctx.save_for_backward(x, weight, mean, var, count, *([] if real is None else [real]))
        ctx.total, ctx.eps = total, eps
        ctx.mark_non_differentiable(mean, var)
        return fn.batch_norm(x, mean, var, weight, bias, False, 0.0, eps), mean, var

    @staticmethod
    def backward(ctx: Any, dy: Tensor, *_: Any) -> tuple[Tensor | None, ...]:
        x, weight, mean, var, count, *real = ctx.saved_tensors
        dx, dweight, dbias = torch.ops.aten.native_batch_norm_backward(
            dy, x, weight, mean, var, None, None, False, ctx.eps, [True, True, True]
        )
        along, across = ctx.total(torch.stack([dweight, dbias])) / count
        rate = (var + ctx.eps).rsqrt()
        slope = -weight * rate.square() * along
        level = -weight * rate * across - slope * mean
        if real:
            dx += (slope[:, None] * x + level[:, None]) * real[0]
        else:
            dx.addcmul_(x, slope[:, None]).add_(level[:, None])
        return dx, dweight, dbias, None, None, None, None


def _real(x: Tensor, real: Tensor | None) -> Tensor:
    return x if real is None else x * real
