"""A small VGG over a signal's image."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

from auscult.models.images import ConvBlock2d, ImageArchitecture, pool, to_image
from auscult.models.layers import Context, Dropout, Linear, from_channels, to_channels
from auscult.models.network import Network
from auscult.types import InputShape


@dataclass(frozen=True)
class VGG(ImageArchitecture):
    """A small VGG over a signal's image (Simonyan & Zisserman, ICLR 2015).

    Stages of 3 × 3 convolutions with a pooling behind each, then one dense layer. Batch
    normalisation (Ioffe & Szegedy 2015) behind each convolution, which the original lacked.

    Parameters
    ----------
    filters
        Number of filters of each stage.
    convolutions
        Convolutions a stage.
    units
        Width of the dense layer.
    dropout
        Share of the dense layer's outputs that is dropped in training.
    """

    label: ClassVar[str] = "VGG"

    filters: tuple[int, ...] = (32, 64, 128)
    convolutions: int = 2
    units: int = 128
    dropout: float = 0.5

    def build(self, fits: int, shape: InputShape) -> Network:
        return VGGNetwork(fits, shape, self)


class VGGNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: VGG) -> None:
        super().__init__(fits, shape)
        self.size = side = settings.side(shape)
        for _ in settings.filters:
            side = (side + 1) // 2
        n_pixels, last = side * side, settings.filters[-1]
        self.stages = nn.ModuleList(
            Stage(fits, a, b, settings.convolutions)
            for a, b in pairwise([shape.n_channels, *settings.filters])
        )
        self.hidden = Linear(fits, last * n_pixels, settings.units)
        self.dropout = Dropout(settings.dropout)
        self.head = Linear(fits, settings.units, shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        h = to_image(to_channels(x), self.size)  # (B, F·C, size, size)
        for stage in self.stages:
            h = pool(stage(h, context))
        h = torch.relu(self.hidden(from_channels(h, x.shape[0]).flatten(2)))
        return self.head(self.dropout(h, context))  # type: ignore[no-any-return]


class Stage(nn.Module):
    """Convolutions of one width."""

    def __init__(self, fits: int, n_in: int, n_out: int, convolutions: int) -> None:
        super().__init__()
        widths = [n_in, *[n_out] * convolutions]
        self.blocks = nn.ModuleList(ConvBlock2d(fits, a, b, 3) for a, b in pairwise(widths))

    def forward(self, x: Tensor, context: Context) -> Tensor:
        for block in self.blocks:
            x = block(x, context)
        return x
