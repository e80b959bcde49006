"""Layers whose every parameter has a leading axis of fits.

A network of auscult is always a stack: ``F`` fits of one architecture, each with its own weights,
trained side by side in one batched computation. A single fit is a stack of one. Shapes are written
``(F, B, ...)``: fits, cases of the batch, then the rest.

Nothing here knows an optimiser, a fold or a seed; what differs from call to call travels in a
:class:`Context`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from auscult.models.convolution.run import convolve
from auscult.models.noise import Noise
from auscult.models.share import Share


@dataclass
class Context:
    """What one call of a network needs to know beside its input.

    Parameters
    ----------
    sizes
        How many of the ``B`` cases are real for each fit; the rest is padding at the end.
    noise
        The fits' streams of random numbers, for dropout. Each is read for its fit's real cases
        only, so that a fit sees the same numbers whatever stands beside it in the stack.
    lengths
        ``(F, B)`` true lengths of the signals, or None when all are whole.
    share
        Which cases of the batch these are; None where they are all of it.
    """

    sizes: Sequence[int] | None = None
    noise: Noise | None = None
    lengths: Tensor | None = None
    share: Share | None = None

    def ragged(self, batch: int) -> bool:
        """Whether some fit has fewer than ``batch`` real cases."""
        return self.sizes is not None and any(size != batch for size in self.sizes)

    def case_mask(self, batch: int, device: torch.device) -> Tensor:
        """``(F, B)``, True at real cases."""
        assert self.sizes is not None
        sizes = torch.tensor(self.sizes, device=device).unsqueeze(1)
        return torch.arange(batch, device=device).unsqueeze(0) < sizes


class StackedLayer(nn.Module, ABC):
    """A layer with parameters."""

    @abstractmethod
    def initialise(self, fit: int, generator: torch.Generator) -> None:
        """Draw the parameters of one fit."""


def glorot_(weight: Tensor, generator: torch.Generator) -> None:
    """Uniform within ±sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010)."""
    field = weight[0, 0].numel() if weight.dim() > 2 else 1
    bound = math.sqrt(6.0 / ((weight.shape[0] + weight.shape[1]) * field))
    weight.uniform_(-bound, bound, generator=generator)


def he_(weight: Tensor, generator: torch.Generator) -> None:
    """Uniform within ±sqrt(6 / fan in) (He et al. 2015): the ReLU behind halves the variance."""
    bound = math.sqrt(6.0 / weight[0].numel())
    weight.uniform_(-bound, bound, generator=generator)


class Linear(StackedLayer):
    """``y = x Wᵀ + b`` for each fit; ``(F, B, ..., n_in)`` to ``(F, B, ..., n_out)``."""

    def __init__(self, fits: int, n_in: int, n_out: int, *, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(fits, n_out, n_in))
        self.bias = nn.Parameter(torch.zeros(fits, n_out)) if bias else None

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        glorot_(self.weight.data[fit], generator)
        if self.bias is not None:
            self.bias.data[fit].zero_()

    def forward(self, x: Tensor) -> Tensor:
        flat = x.reshape(x.shape[0], -1, x.shape[-1])  # (F, B·…, n_in)
        weight = self.weight.transpose(1, 2)
        if self.bias is None:
            y = torch.bmm(flat, weight)
        else:
            y = torch.baddbmm(self.bias.unsqueeze(1), flat, weight)
        return y.reshape(*x.shape[:-1], -1)


class Conv1d(StackedLayer):
    """Convolution over time with zero padding to the same length, and no bias.

    Batch normalisation follows everywhere and would take a bias out again; its gradient would be
    rounding noise, which Adam turns into steps. Works on ``(B, F·C, T)``, the fits side by side
    as groups of channels; see :func:`to_channels`.
    """

    def __init__(self, fits: int, n_in: int, n_out: int, kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(fits, n_out, n_in, kernel))
        self.pad = ((kernel - 1) // 2, kernel // 2)

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        he_(self.weight.data[fit], generator)

    def forward(self, x: Tensor) -> Tensor:
        return convolve(x, self.weight, self.pad)


class LayerNorm(StackedLayer):
    """Normalisation over the last axis (Ba et al. 2016), with a gain and a bias a fit."""

    def __init__(self, fits: int, n_features: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(fits, n_features))
        self.bias = nn.Parameter(torch.zeros(fits, n_features))

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        self.weight.data[fit].fill_(1.0)
        self.bias.data[fit].zero_()

    def forward(self, x: Tensor) -> Tensor:
        shape = (x.shape[0],) + (1,) * (x.dim() - 2) + (x.shape[-1],)
        y = fn.layer_norm(x, x.shape[-1:], eps=self.eps)
        return y * self.weight.view(shape) + self.bias.view(shape)


class Dropout(nn.Module):
    """Dropout (Srivastava et al. 2014) on ``(F, B, ...)``, each fit from its own stream."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor, context: Context) -> Tensor:
        if not self.training or self.rate == 0.0:
            return x
        assert context.noise is not None, "dropout in training needs the fits' streams"
        if context.share:
            share = context.share
            return x * context.noise.mask(x, self.rate, share.sizes, first=share.first)
        return x * context.noise.mask(x, self.rate, context.sizes)


class Standardise(nn.Module):
    """``(x - mean) / scale`` a feature of a table or a channel of a signal; padding becomes 0.

    The figures are fitted on the training cases by the trainer, and travel with the weights, so
    that a network takes raw values and cannot meet a scaler of another fold.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, fits: int, n_channels: int, n_timepoints: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(fits, n_channels, n_timepoints))
        self.register_buffer("scale", torch.ones(fits, n_channels, n_timepoints))

    def forward(self, x: Tensor, context: Context) -> Tensor:
        y = (x - self.mean.unsqueeze(1)) / self.scale.unsqueeze(1)
        return y if context.lengths is None else torch.nan_to_num(y)


def to_channels(x: Tensor) -> Tensor:
    """``(F, B, C, T)`` to ``(B, F·C, T)``, where convolutions work."""
    fits, batch, n_channels, length = x.shape
    return x.transpose(0, 1).reshape(batch, fits * n_channels, length)


def from_channels(x: Tensor, fits: int) -> Tensor:
    """``(B, F·C, ...)`` back to ``(F, B, C, ...)``."""
    return x.view(x.shape[0], fits, -1, *x.shape[2:]).transpose(0, 1)


def join(parts: Sequence[Tensor], fits: int) -> Tensor:
    """Channels of several ``(B, F·Cᵢ, ...)`` beside each other, fit by fit: ``(B, F·ΣCᵢ, ...)``."""
    own = [part.view(part.shape[0], fits, -1, *part.shape[2:]) for part in parts]
    return torch.cat(own, dim=2).flatten(1, 2)
