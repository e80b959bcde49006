"""Sequence to sequence: one recurrent network reads, another writes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from auscult.models.layers import Context, Dropout, Linear, StackedLayer
from auscult.models.network import Architecture, Network
from auscult.models.recurrence.run import Cell
from auscult.models.recurrent import RecurrentLayer, last_state
from auscult.types import InputShape, Tags


@dataclass(frozen=True)
class Seq2Seq(Architecture):
    """Encoder and decoder of LSTM cells (Cho et al. 2014; Sutskever et al. 2014).

    ::

        c  = last state of LSTM(window)         the context
        sₜ = LSTM([c, placeₜ], sₜ₋₁)            one step of the forecast
        yₜ = w · sₜ + b

    The decoder reads the context at every step, with a learned place each, and never its own
    outputs: what it says of a step does not carry the errors of the steps before.

    Parameters
    ----------
    units
        Width of both states.
    place
        Width of a step's learned place.
    dropout
        Share of the context that is dropped in training.
    """

    label: ClassVar[str] = "seq2seq LSTM"
    tags: ClassVar[Tags] = Tags(network=True, tables=False)

    units: int = 32
    place: int = 8
    dropout: float = 0.0

    def build(self, fits: int, shape: InputShape) -> Network:
        return Seq2SeqNetwork(fits, shape, self)

    def uses(self, shape: InputShape) -> int:
        return max(shape.n_timepoints, shape.n_outputs)


class Places(StackedLayer):
    """A learned vector a step, ``(F, 1, n_steps, width)``."""

    def __init__(self, fits: int, n_steps: int, width: int) -> None:
        super().__init__()
        self.vectors = nn.Parameter(torch.empty(fits, n_steps, width))

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        bound = 1.0 / math.sqrt(self.vectors.shape[2])
        self.vectors.data[fit].uniform_(-bound, bound, generator=generator)

    def forward(self) -> Tensor:
        return self.vectors.unsqueeze(1)


class Seq2SeqNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: Seq2Seq) -> None:
        super().__init__(fits, shape)
        cell: Cell = "lstm"
        n = settings.units
        self.encoder = RecurrentLayer(fits, cell, shape.n_channels, n, "tanh")
        self.places = Places(fits, shape.n_outputs, settings.place)
        self.dropout = Dropout(settings.dropout)
        self.decoder = RecurrentLayer(fits, cell, n + settings.place, n, "tanh")
        self.head = Linear(fits, n, 1)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        seen = last_state(self.encoder(x.transpose(2, 3)), context.lengths)
        seen = self.dropout(seen, context)
        fits, batch, width = seen.shape
        steps = self.shape.n_outputs
        places = self.places().expand(fits, batch, steps, -1)
        read = torch.cat([seen.unsqueeze(2).expand(fits, batch, steps, width), places], dim=-1)
        return self.head(self.decoder(read)).squeeze(-1)  # type: ignore[no-any-return]
