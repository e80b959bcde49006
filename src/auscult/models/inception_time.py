"""InceptionTime: windows of several lengths at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from auscult.models.batch_norm import BatchNorm1d
from auscult.models.layers import (
    Context,
    Conv1d,
    Linear,
    from_channels,
    join,
    to_channels,
)
from auscult.models.network import Architecture, Network
from auscult.types import InputShape, Tags


@dataclass(frozen=True)
class InceptionTime(Architecture):
    """One network of InceptionTime (Ismail Fawaz et al., Data Mining and Knowledge Discovery 2020).

    Inception modules, a shortcut around every third, then the mean over time. The paper's has 32
    filters, at four times the work, and its result is the mean over five such networks.

    Parameters
    ----------
    filters
        Number of filters of each branch of a module, and of the bottleneck before them.
    depth
        Number of modules.
    kernels
        Length (time points) of the filters of each branch.
    """

    label: ClassVar[str] = "InceptionTime"
    tags: ClassVar[Tags] = Tags(tables=False, network=True)
    training: ClassVar = {"batch_size": 32, "epochs": 100, "schedule": "cosine"}
    widest: ClassVar[int] = 1

    filters: int = 16
    depth: int = 6
    kernels: tuple[int, ...] = (40, 20, 10)

    def build(self, fits: int, shape: InputShape) -> Network:
        return InceptionTimeNetwork(fits, shape, self)


class InceptionTimeNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: InceptionTime) -> None:
        super().__init__(fits, shape)
        width = settings.filters * (len(settings.kernels) + 1)
        starts = [shape.n_channels, *[width] * (settings.depth - 1)]
        self.inceptions = nn.ModuleList(
            Inception1d(fits, n, settings.filters, settings.kernels) for n in starts
        )
        self.shortcuts = nn.ModuleList(Shortcut(fits, n, width) for n in starts[:-2:3])
        self.head = Linear(fits, width, shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        means = self._blocks(x, context).mean(dim=2)
        return self.head(from_channels(means, x.shape[0]))  # type: ignore[no-any-return]

    def maps(self, x: Tensor, context: Context) -> Tensor:
        """Feature maps ``(F, B, K, T)``; the head reads their means over time."""
        return from_channels(self._blocks(x, context), x.shape[0])

    def _blocks(self, x: Tensor, context: Context) -> Tensor:
        h = start = to_channels(x)
        for i, module in enumerate(self.inceptions):
            h = module(h, context)
            if i % 3 == 2:
                h = start = torch.relu(h + self.shortcuts[i // 3](start, context))
        return h


class Shortcut(nn.Module):
    """``BN(conv(x))`` with windows of one point."""

    def __init__(self, fits: int, n_in: int, n_out: int) -> None:
        super().__init__()
        self.convolution = Conv1d(fits, n_in, n_out, 1)
        self.norm = BatchNorm1d(fits, n_out)

    def forward(self, x: Tensor, context: Context) -> Tensor:
        return self.norm(self.convolution(x), context)  # type: ignore[no-any-return]


class Inception1d(nn.Module):
    """A bottleneck, windows of several lengths over it, and a pooling of the input beside them."""

    def __init__(self, fits: int, n_in: int, filters: int, kernels: tuple[int, ...]) -> None:
        super().__init__()
        # A single channel has nothing to narrow.
        self.bottleneck = Conv1d(fits, n_in, filters, 1) if n_in > 1 else None
        width = n_in if self.bottleneck is None else filters
        self.branches = nn.ModuleList(Conv1d(fits, width, filters, kernel) for kernel in kernels)
        self.pooled = Conv1d(fits, n_in, filters, 1)
        self.norm = BatchNorm1d(fits, filters * (len(kernels) + 1))

    def forward(self, x: Tensor, context: Context) -> Tensor:
        narrow = x if self.bottleneck is None else self.bottleneck(x)
        parts = [branch(narrow) for branch in self.branches]
        parts.append(self.pooled(fn.max_pool1d(x, 3, stride=1, padding=1)))
        return torch.relu(self.norm(join(parts, self.norm.weight.shape[0]), context))
