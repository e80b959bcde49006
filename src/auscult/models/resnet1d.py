"""A residual network over time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from auscult.models.batch_norm import BatchNorm1d
from auscult.models.layers import (
    Context,
    Conv1d,
    Dropout,
    Linear,
    from_channels,
    to_channels,
)
from auscult.models.network import Architecture, Network
from auscult.types import InputShape, Tags


@dataclass(frozen=True)
class ResNet1D(Architecture):
    """Residual network over time (Wang, Yan & Oates, IJCNN 2017).

    Residual blocks of convolutions with batch normalisation and ReLU, then the mean over time.
    The shortcut of a block is normalised, and projected where its channels change. The paper's
    has the filters ``64+128+128``, at four times the work.

    Parameters
    ----------
    filters
        Number of filters of each block.
    kernels
        Length (time points) of the filters of each of a block's convolutions.
    pool
        Time points that become one, the largest, between two blocks: 2 halves the time that the
        next block works on (as in Kachuee et al., ICHI 2018, on heartbeats). 1 keeps all.
    dropout
        Share of the means over time that is left out in a step.
    """

    label: ClassVar[str] = "ResNet-1D"
    tags: ClassVar[Tags] = Tags(tables=False, network=True)
    training: ClassVar = {"batch_size": 32, "epochs": 100, "schedule": "cosine"}
    widest: ClassVar[int] = 1

    filters: tuple[int, ...] = (32, 64, 64)
    kernels: tuple[int, ...] = (8, 5, 3)
    pool: int = 1
    dropout: float = 0.0

    def build(self, fits: int, shape: InputShape) -> Network:
        return ResNet1DNetwork(fits, shape, self)

    def uses(self, shape: InputShape) -> int:
        # Most weights stand in the second half of the blocks.
        return int(max(1, shape.n_timepoints // self.pool ** (len(self.filters) // 2)))


class ResNet1DNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: ResNet1D) -> None:
        super().__init__(fits, shape)
        widths = [shape.n_channels, *settings.filters]
        self.blocks = nn.ModuleList(
            ResidualBlock1d(fits, a, b, settings.kernels) for a, b in pairwise(widths)
        )
        self.dropout = Dropout(settings.dropout)
        self.head = Linear(fits, widths[-1], shape.n_outputs)
        self.pool = settings.pool

    def logits(self, x: Tensor, context: Context) -> Tensor:
        h = from_channels(self._blocks(x, context).mean(dim=2), x.shape[0])
        return self.head(self.dropout(h, context))  # type: ignore[no-any-return]

    def maps(self, x: Tensor, context: Context) -> Tensor:
        """Feature maps ``(F, B, K, time)``; the head reads their means over time."""
        return from_channels(self._blocks(x, context), x.shape[0])

    def _blocks(self, x: Tensor, context: Context) -> Tensor:
        h = to_channels(x)
        for i, block in enumerate(self.blocks):
            h = block(h if i == 0 or self.pool == 1 else pooled(h, self.pool), context)
        return h


def pooled(x: Tensor, width: int) -> Tensor:
    """The largest of each ``width`` points in time; fewer are left at the end, never none."""
    return fn.max_pool1d(x, width, ceil_mode=True)


class ResidualBlock1d(nn.Module):
    """``relu(BN(conv(…)) + shortcut(x))`` with a convolution a kernel."""

    def __init__(self, fits: int, n_in: int, n_out: int, kernels: tuple[int, ...]) -> None:
        super().__init__()
        widths = [n_in, *[n_out] * len(kernels)]
        self.convolutions = nn.ModuleList(
            Conv1d(fits, a, b, kernel)
            for (a, b), kernel in zip(pairwise(widths), kernels, strict=True)
        )
        self.norms = nn.ModuleList(BatchNorm1d(fits, n_out) for _ in kernels)
        self.projection = Conv1d(fits, n_in, n_out, 1) if n_in != n_out else None
        self.shortcut_norm = BatchNorm1d(fits, n_out)

    def forward(self, x: Tensor, context: Context) -> Tensor:
        h, last = x, len(self.norms) - 1
        for i, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            h = norm(convolution(h), context)
            h = h if i == last else torch.relu(h)
        shortcut = x if self.projection is None else self.projection(x)
        return torch.relu(h + self.shortcut_norm(shortcut, context))
