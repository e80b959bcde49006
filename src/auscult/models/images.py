"""Signals as square images, and the stacked layers that look at them.

As in time, the fits of a stack stand side by side as groups of channels: ``(B, F·C, H, W)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from auscult.errors import InputError
from auscult.models.batch_norm import BatchNorm1d
from auscult.models.layers import Context, StackedLayer, he_
from auscult.models.network import Architecture
from auscult.types import InputShape, Tags

WIDEST = 128
"""The largest side of an image that may be asked for, in pixels."""


@dataclass(frozen=True)
class ImageArchitecture(Architecture):
    """A network that looks at a signal as a square image, row by row.

    Parameters
    ----------
    size
        Side of the image, in pixels: a signal of more than ``size²`` time points is cut, a shorter
        one padded with zeros. None is the smallest that holds all of them.
    """

    tags: ClassVar[Tags] = Tags(tables=False, network=True)
    training: ClassVar = {"batch_size": 64, "epochs": 50, "schedule": "cosine"}
    widest: ClassVar[int] = 1

    size: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size is not None and self.size > WIDEST:
            raise InputError(
                f"the 'size' of the {self.label} must be at most {WIDEST} pixels. Got {self.size}."
            )

    def side(self, shape: InputShape) -> int:
        """Side of the image of a case of this shape."""
        return self.size or image_size(shape.n_timepoints)

    def uses(self, shape: InputShape) -> int:
        # Most weights stand behind two poolings.
        return max(1, self.side(shape) ** 2 // 16)


def image_size(n_timepoints: int) -> int:
    """Side of the smallest square image that holds so many points: 14 for 187."""
    return math.isqrt(n_timepoints - 1) + 1


def to_image(x: Tensor, size: int) -> Tensor:
    """Signals ``(..., T)`` to square images ``(..., size, size)``, row by row.

    Points behind ``size²`` are cut off; missing ones are zeros, which is the mean of a
    standardised signal.
    """
    pixels = size * size
    flat = fn.pad(x, (0, max(0, pixels - x.shape[-1])))[..., :pixels]
    return flat.reshape(*x.shape[:-1], size, size)


def pool(x: Tensor) -> Tensor:
    """The largest of each 2 × 2 pixels; the last row or column of an odd size stands alone."""
    return fn.max_pool2d(x, 2, ceil_mode=True)


class Conv2d(StackedLayer):
    """Convolution of images with zero padding, to the same size where the stride is 1.

    Parameters
    ----------
    bias
        Whether a bias is added; batch normalisation behind it would take it out again.
    """

    def __init__(
        self, fits: int, n_in: int, n_out: int, kernel: int, *, stride: int = 1, bias: bool = False
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(fits, n_out, n_in, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(fits, n_out)) if bias else None
        self.stride = stride

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        he_(self.weight.data[fit], generator)
        if self.bias is not None:
            self.bias.data[fit].zero_()

    def forward(self, x: Tensor) -> Tensor:
        fits, kernel = self.weight.shape[0], self.weight.shape[-1]
        weight = self.weight.flatten(0, 1)
        bias = None if self.bias is None else self.bias.flatten()
        before, behind = (kernel - 1) // 2, kernel // 2
        if before != behind:
            x = fn.pad(x, (before, behind, before, behind))
        padding = before if before == behind else 0
        return fn.conv2d(x, weight, bias, stride=self.stride, padding=padding, groups=fits)


class BatchNorm2d(BatchNorm1d):
    """Batch normalisation over cases and pixels, on ``(B, F·C, H, W)``."""


class ConvBlock2d(nn.Module):
    """``relu(BN(conv(x)))`` of images."""

    def __init__(self, fits: int, n_in: int, n_out: int, kernel: int, *, stride: int = 1) -> None:
        super().__init__()
        self.convolution = Conv2d(fits, n_in, n_out, kernel, stride=stride)
        self.norm = BatchNorm2d(fits, n_out)

    def forward(self, x: Tensor, context: Context) -> Tensor:
        return torch.relu(self.norm(self.convolution(x), context))
