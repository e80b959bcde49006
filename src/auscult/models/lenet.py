"""LeNet-5 over a signal's image."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

from auscult.models.images import Conv2d, ImageArchitecture, pool, to_image
from auscult.models.layers import Context, Dropout, Linear, from_channels, to_channels
from auscult.models.network import Network
from auscult.types import InputShape


@dataclass(frozen=True)
class LeNet(ImageArchitecture):
    """LeNet-5 over a signal's image (LeCun, Bottou, Bengio & Haffner, Proc. IEEE 1998).

    Convolutions with a pooling behind each, then dense layers; with ReLU, the largest of 2 × 2
    pixels and padding in place of the original's tanh, means and shrinking images.

    Parameters
    ----------
    filters
        Number of filters of each convolution.
    kernel
        Side of the filters, in pixels.
    units
        Width of each dense layer.
    dropout
        Share of each dense layer's outputs that is dropped in training.
    """

    label: ClassVar[str] = "LeNet"

    filters: tuple[int, ...] = (6, 16)
    kernel: int = 5
    units: tuple[int, ...] = (120, 84)
    dropout: float = 0.0

    def build(self, fits: int, shape: InputShape) -> Network:
        return LeNetNetwork(fits, shape, self)


class LeNetNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: LeNet) -> None:
        super().__init__(fits, shape)
        self.size = side = settings.side(shape)
        for _ in settings.filters:
            side = (side + 1) // 2
        maps = [shape.n_channels, *settings.filters]
        widths = [maps[-1] * side * side, *settings.units]
        self.convolutions = nn.ModuleList(
            Conv2d(fits, a, b, settings.kernel, bias=True) for a, b in pairwise(maps)
        )
        self.hidden = nn.ModuleList(Linear(fits, a, b) for a, b in pairwise(widths))
        self.dropout = Dropout(settings.dropout)
        self.head = Linear(fits, widths[-1], shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        h = to_image(to_channels(x), self.size)  # (B, F·C, size, size)
        for convolution in self.convolutions:
            h = pool(torch.relu(convolution(h)))
        h = from_channels(h, x.shape[0]).flatten(2)
        for layer in self.hidden:
            h = self.dropout(torch.relu(layer(h)), context)
        return self.head(h)  # type: ignore[no-any-return]
