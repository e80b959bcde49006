"""Temporal convolutional network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from auscult.models.layers import Context, Dropout, Linear
from auscult.models.network import Architecture, Network
from auscult.types import InputShape, Tags


@dataclass(frozen=True)
class TCN(Architecture):
    """Residual blocks of dilated causal convolutions (Bai et al. 2018).

    A block is ``x + conv(relu(conv(x)))``, the next one with twice the dilation, as many as it
    takes to see the whole window; the head reads the last point. Without weight normalisation.

    Parameters
    ----------
    filters
        Channels of each block.
    kernel
        Points that a convolution looks at.
    dropout
        Share dropped behind each convolution, in training.
    """

    label: ClassVar[str] = "TCN"
    tags: ClassVar[Tags] = Tags(network=True, tables=False)

    filters: int = 16
    kernel: int = 3
    dropout: float = 0.0

    def build(self, fits: int, shape: InputShape) -> Network:
        return TCNNetwork(fits, shape, self)


class CausalConv(nn.Module):
    """``yₜ = b + Σₖ Wₖ xₜ₋ₖ·d``; ``(F, B, T, n_in)`` to ``(F, B, T, n_out)``, zeros before."""

    def __init__(self, fits: int, n_in: int, n_out: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.kernel, self.dilation = kernel, dilation
        self.map = Linear(fits, n_in * kernel, n_out)

    def forward(self, x: Tensor) -> Tensor:
        steps = x.shape[2]
        taps = [fn.pad(x, (0, 0, k * self.dilation, 0))[:, :, :steps] for k in range(self.kernel)]
        return self.map(torch.cat(taps, dim=-1))  # type: ignore[no-any-return]


class TCNNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: TCN) -> None:
        super().__init__(fits, shape)
        n, kernel = settings.filters, settings.kernel
        # Each block of dilation d sees 2 (kernel - 1) d points more.
        reach = max(2, math.ceil(shape.n_timepoints / (2 * max(1, kernel - 1))))
        self.widen = Linear(fits, shape.n_channels, n)
        blocks = [
            nn.ModuleList(CausalConv(fits, n, n, kernel, 2**level) for _ in range(2))
            for level in range(math.ceil(math.log2(reach)))
        ]
        self.blocks = nn.ModuleList(blocks)
        self.dropout = Dropout(settings.dropout)
        self.head = Linear(fits, n, shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        h = self.widen(x.transpose(2, 3))  # (F, B, T, n)
        for block in self.blocks:
            inner = self.dropout(torch.relu(block[0](h)), context)  # type: ignore[index]
            h = h + self.dropout(block[1](inner), context)  # type: ignore[index]
        return self.head(torch.relu(h[:, :, -1]))  # type: ignore[no-any-return]
