"""Multilayer perceptron."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

from auscult.models.layers import Context, Dropout, Linear
from auscult.models.network import Architecture, Network
from auscult.types import InputShape


@dataclass(frozen=True)
class MLP(Architecture):
    """Dense layers with ReLU between them.

    ``h₀ = x``, ``hᵢ = relu(Wᵢ hᵢ₋₁ + bᵢ)``, ``logits = W h + b``. A signal is flattened.

    Parameters
    ----------
    units
        Width of each hidden layer.
    dropout
        Share of each hidden layer's outputs that is dropped in training.
    """

    label: ClassVar[str] = "MLP"

    units: tuple[int, ...] = (64, 32)
    dropout: float = 0.2

    def uses(self, shape: InputShape) -> int:
        return 1

    def build(self, fits: int, shape: InputShape) -> Network:
        return MLPNetwork(fits, shape, self)


class MLPNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: MLP) -> None:
        super().__init__(fits, shape)
        widths = [shape.n_channels * shape.n_timepoints, *settings.units]
        self.hidden = nn.ModuleList(Linear(fits, a, b) for a, b in pairwise(widths))
        self.dropout = Dropout(settings.dropout)
        self.head = Linear(fits, widths[-1], shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        h = x.flatten(2)  # (F, B, C·T)
        for layer in self.hidden:
            h = self.dropout(torch.relu(layer(h)), context)
        return self.head(h)  # type: ignore[no-any-return]
