"""Batch normalisation of a stack of fits, alone or with processes that have the rest of a batch."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from auscult.models.layers import Context, StackedLayer
from auscult.models.share import Share
from auscult.models.shared_norm import SharedNorm


class BatchNorm1d(StackedLayer):
    """Batch normalisation (Ioffe & Szegedy 2015) over cases and time, on ``(B, F·C, ...)``.

    The channels of different fits are different channels, so each fit has statistics of its own.
    Padding cases are left out of them, and those that other processes have are counted in. Axes
    behind the channels, one or more, count as time.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, fits: int, n_channels: int, momentum: float = 0.1, eps: float = 1e-3):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = nn.Parameter(torch.ones(fits, n_channels))
        self.bias = nn.Parameter(torch.zeros(fits, n_channels))
        self.register_buffer("running_mean", torch.zeros(fits, n_channels))
        self.register_buffer("running_var", torch.ones(fits, n_channels))

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        self.weight.data[fit].fill_(1.0)
        self.bias.data[fit].zero_()
        self.running_mean[fit].zero_()
        self.running_var[fit].fill_(1.0)

    def forward(self, x: Tensor, context: Context) -> Tensor:
        alone = x[:, :1].numel() == 1  # a case of one pixel has no variance, which torch refuses
        if self.training and context.share:
            return self._shared(self._whole(x), context, context.share).view(x.shape)
        if self.training and (alone or context.ragged(x.shape[0])):
            return self._ragged(self._whole(x), context).view(x.shape)
        return fn.batch_norm(
            x,
            self.running_mean.view(-1),
            self.running_var.view(-1),
            self.weight.reshape(-1),
            self.bias.reshape(-1),
            self.training,
            self.momentum,
            self.eps,
        )

    def _whole(self, x: Tensor) -> Tensor:
        """``(B, F·C, T)``; what mixed precision has shortened would not stand sums."""
        return x.flatten(2).to(self.weight.dtype)

    def _ragged(self, x: Tensor, context: Context) -> Tensor:
        """The same over the real cases of each fit only."""
        fits, n_channels = self.weight.shape
        batch, _, length = x.shape
        x = x.view(batch, fits, n_channels, length)
        real = context.case_mask(batch, x.device).T[:, :, None, None]  # (B, F, 1, 1)
        count = real.sum(0).view(fits, 1) * length  # (F, 1)
        mean = (x * real).sum((0, 3)) / count.clamp(min=1)
        centred = (x - mean[:, :, None]) * real
        var = centred.square().sum((0, 3)) / count.clamp(min=1)
        self._update(mean.detach(), var.detach(), count)
        y = centred * (var + self.eps).rsqrt()[:, :, None]
        y = y * self.weight[:, :, None] + self.bias[:, :, None]
        return y.view(batch, fits * n_channels, length)

    def _shared(self, x: Tensor, context: Context, share: Share) -> Tensor:
        """The same over the real cases of each fit in all shares of the batch."""
        fits, n_channels = self.weight.shape
        real = None
        if context.ragged(x.shape[0]):
            mask = context.case_mask(x.shape[0], x.device).T.to(x.dtype)  # (B, F)
            real = mask.repeat_interleave(n_channels, dim=1).unsqueeze(2)
        count = torch.tensor(share.sizes, device=x.device).view(fits, 1) * x.shape[2]
        numbers = count.clamp(min=1).expand(fits, n_channels).flatten()
        how = (real, numbers, share.total, self.eps)
        y, mean, var = SharedNorm.apply(x, self.weight.flatten(), self.bias.flatten(), *how)  # type: ignore[no-untyped-call]
        self._update(mean.view(fits, -1), var.view(fits, -1), count)
        return y  # type: ignore[no-any-return]

    def _update(self, mean: Tensor, var: Tensor, count: Tensor) -> None:
        unbiased = var * count / (count - 1).clamp(min=1)
        step = self.momentum * (count > 1)  # one value has no variance: the statistics stay
        self.running_mean += step * (mean - self.running_mean)
        self.running_var += step * (unbiased - self.running_var)
