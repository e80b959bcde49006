"""Fully convolutional network over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from auscult.errors import InputError
from auscult.models.batch_norm import BatchNorm1d
from auscult.models.layers import (
    Context,
    Conv1d,
    Linear,
    from_channels,
    to_channels,
)
from auscult.models.network import Architecture, Network
from auscult.types import InputShape, Tags


@dataclass(frozen=True)
class FCN(Architecture):
    """Three convolutions, each with batch normalisation and ReLU, then the mean over time.

    Wang, Yan & Oates, "Time series classification from scratch with deep neural networks",
    IJCNN 2017.

    Parameters
    ----------
    filters, kernels
        Number and length (time points) of the filters of each block.
    """

    label: ClassVar[str] = "FCN"
    tags: ClassVar[Tags] = Tags(tables=False, network=True)
    training: ClassVar = {"batch_size": 16, "epochs": 200, "schedule": "cosine"}
    widest: ClassVar[int] = 1

    filters: tuple[int, ...] = (128, 256, 128)
    kernels: tuple[int, ...] = (8, 5, 3)

    def __post_init__(self) -> None:
        super().__post_init__()
        require_kernels(self.filters, self.kernels)

    def build(self, fits: int, shape: InputShape) -> Network:
        return FCNNetwork(fits, shape, self)


def require_kernels(filters: tuple[int, ...], kernels: tuple[int, ...]) -> None:
    """Refuse settings that leave a block without its length."""
    if len(filters) != len(kernels):
        raise InputError(
            f"there are {len(filters)} filters and {len(kernels)} kernels; each block has one of "
            f"each. Got {'+'.join(map(str, filters))} and {'+'.join(map(str, kernels))}."
        )


class ConvolutionalBlocks(nn.Module):
    """``relu(BN(conv(x)))`` a block, then the mean over time.

    ``(F, B, C, T)`` to ``(F, B, filters[-1])``; :meth:`maps` is what the mean is taken of.
    """

    def __init__(self, fits: int, n_in: int, filters: tuple[int, ...], kernels: tuple[int, ...]):
        super().__init__()
        widths = [n_in, *filters]
        self.convolutions = nn.ModuleList(
            Conv1d(fits, a, b, kernel)
            for a, b, kernel in zip(widths, filters, kernels, strict=False)
        )
        self.norms = nn.ModuleList(BatchNorm1d(fits, width) for width in filters)

    def forward(self, x: Tensor, context: Context) -> Tensor:
        return from_channels(self._blocks(x, context).mean(dim=2), x.shape[0])

    def maps(self, x: Tensor, context: Context) -> Tensor:
        """``(F, B, C, T)`` to ``(F, B, filters[-1], T)``."""
        return from_channels(self._blocks(x, context), x.shape[0])

    def _blocks(self, x: Tensor, context: Context) -> Tensor:
        h = to_channels(x)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            h = torch.relu(norm(convolution(h), context))
        return h


class FCNNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: FCN) -> None:
        super().__init__(fits, shape)
        self.blocks = ConvolutionalBlocks(
            fits, shape.n_channels, settings.filters, settings.kernels
        )
        self.head = Linear(fits, settings.filters[-1], shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        return self.head(self.blocks(x, context))  # type: ignore[no-any-return]

    def maps(self, x: Tensor, context: Context) -> Tensor:
        """Feature maps ``(F, B, K, T)``; the head reads their means over time."""
        return self.blocks.maps(x, context)
