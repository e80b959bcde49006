"""A residual network over a signal's image."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

from auscult.models.images import BatchNorm2d, Conv2d, ConvBlock2d, ImageArchitecture, to_image
from auscult.models.layers import Context, Linear, from_channels, to_channels
from auscult.models.network import Network
from auscult.types import InputShape


@dataclass(frozen=True)
class ResNet(ImageArchitecture):
    """Residual network over a signal's image (He, Zhang, Ren & Sun, CVPR 2016).

    The paper's form for small images: a 3 × 3 convolution, stages of residual blocks, the mean
    over the pixels. A block is ``relu(x + BN(conv(relu(BN(conv(x))))))``; the first of each later
    stage halves the image.

    Parameters
    ----------
    filters
        Number of filters of each stage.
    blocks
        Residual blocks a stage.
    """

    label: ClassVar[str] = "ResNet"

    filters: tuple[int, ...] = (16, 32, 64)
    blocks: int = 2

    def build(self, fits: int, shape: InputShape) -> Network:
        return ResNetNetwork(fits, shape, self)


class ResNetNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: ResNet) -> None:
        super().__init__(fits, shape)
        self.size = settings.side(shape)
        filters = settings.filters
        widths = [filters[0], *[n for n in filters for _ in range(settings.blocks)]]
        self.stem = ConvBlock2d(fits, shape.n_channels, filters[0], 3)
        self.blocks = nn.ModuleList(
            ResidualBlock2d(fits, a, b, halve=i > 0 and i % settings.blocks == 0)
            for i, (a, b) in enumerate(pairwise(widths))
        )
        self.head = Linear(fits, filters[-1], shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        h = self.stem(to_image(to_channels(x), self.size), context)
        for block in self.blocks:
            h = block(h, context)
        return self.head(from_channels(h.mean(dim=(2, 3)), x.shape[0]))  # type: ignore[no-any-return]


class ResidualBlock2d(nn.Module):
    """Two convolutions beside a shortcut, which is projected where its shape changes."""

    def __init__(self, fits: int, n_in: int, n_out: int, *, halve: bool) -> None:
        super().__init__()
        stride = 2 if halve else 1
        self.first = ConvBlock2d(fits, n_in, n_out, 3, stride=stride)
        self.second = Conv2d(fits, n_out, n_out, 3)
        self.norm = BatchNorm2d(fits, n_out)
        self.projection = self.projection_norm = None
        if halve or n_in != n_out:
            self.projection = Conv2d(fits, n_in, n_out, 1, stride=stride)
            self.projection_norm = BatchNorm2d(fits, n_out)

    def forward(self, x: Tensor, context: Context) -> Tensor:
        h = self.norm(self.second(self.first(x, context)), context)
        if self.projection is not None and self.projection_norm is not None:
            x = self.projection_norm(self.projection(x), context)
        return torch.relu(h + x)
