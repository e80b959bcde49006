"""A small GoogLeNet over a signal's image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional as fn

from auscult.errors import InputError
from auscult.models.images import ConvBlock2d, ImageArchitecture, pool, to_image
from auscult.models.layers import Context, Dropout, Linear, from_channels, join, to_channels
from auscult.models.network import Network
from auscult.types import InputShape


@dataclass(frozen=True)
class GoogLeNet(ImageArchitecture):
    """A small GoogLeNet over a signal's image (Szegedy et al., CVPR 2015).

    A 3 × 3 convolution, stages of inception blocks with a pooling between them, the mean over
    the pixels. A block looks through windows of 1, 3 and 5 pixels and a pooling at once, in the
    proportions of the original's first block (2 : 4 : 1 : 1). Batch normalisation behind each
    convolution.

    Parameters
    ----------
    filters
        Channels of each stage, multiples of 16.
    blocks
        Inception blocks a stage.
    dropout
        Share of the mean's values that is dropped in training.
    """

    label: ClassVar[str] = "GoogLeNet"

    filters: tuple[int, ...] = (32, 64, 128)
    blocks: int = 2
    dropout: float = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        if any(width % 16 for width in self.filters):
            raise InputError(
                f"the 'filters' of the {self.label} must be multiples of 16: a block deals them to "
                f"its branches. Got {'+'.join(map(str, self.filters))}."
            )

    def build(self, fits: int, shape: InputShape) -> Network:
        return GoogLeNetNetwork(fits, shape, self)


class GoogLeNetNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: GoogLeNet) -> None:
        super().__init__(fits, shape)
        self.size = settings.side(shape)
        width = settings.filters[0] // 2
        self.stem = ConvBlock2d(fits, shape.n_channels, width, 3)
        self.stages = nn.ModuleList()
        for filters in settings.filters:
            widths = [width, *[filters] * (settings.blocks - 1)]
            self.stages.append(nn.ModuleList(Inception2d(fits, n, filters) for n in widths))
            width = filters
        self.dropout = Dropout(settings.dropout)
        self.head = Linear(fits, width, shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        h = self.stem(to_image(to_channels(x), self.size), context)
        for number, stage in enumerate(self.stages):
            h = pool(h) if number else h
            for block in stage.children():
                h = block(h, context)
        mean = from_channels(h.mean(dim=(2, 3)), x.shape[0])
        return self.head(self.dropout(mean, context))  # type: ignore[no-any-return]


class Inception2d(nn.Module):
    """Windows of 1, 3 and 5 pixels and a pooling, their channels beside each other."""

    def __init__(self, fits: int, n_in: int, n_out: int) -> None:
        super().__init__()
        part = n_out // 8
        self.one = ConvBlock2d(fits, n_in, 2 * part, 1)
        self.before_three = ConvBlock2d(fits, n_in, 3 * part, 1)
        self.three = ConvBlock2d(fits, 3 * part, 4 * part, 3)
        self.before_five = ConvBlock2d(fits, n_in, part // 2, 1)
        self.five = ConvBlock2d(fits, part // 2, part, 5)
        self.pooled = ConvBlock2d(fits, n_in, part, 1)

    def forward(self, x: Tensor, context: Context) -> Tensor:
        fits = self.one.convolution.weight.shape[0]
        branches = [
            self.one(x, context),
            self.three(self.before_three(x, context), context),
            self.five(self.before_five(x, context), context),
            self.pooled(fn.max_pool2d(x, 3, stride=1, padding=1), context),
        ]
        return join(branches, fits)
