"""What the recurrent networks share: how cases become sequences, depth, direction, pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, cast

import torch
from torch import Tensor, nn

from auscult.models.layers import Context, Dropout, Linear, StackedLayer, glorot_
from auscult.models.network import Architecture, Network
from auscult.models.recurrence.run import GATES, Activation, Cell, recurrent
from auscult.types import InputShape, Tags

Pooling = Literal["last", "mean", "attention"]
Feed = Literal["features", "row"]


@dataclass(frozen=True)
class RecurrentArchitecture(Architecture):
    """Settings that RNN, GRU and LSTM share.

    Parameters
    ----------
    units
        Width of the hidden state, one entry a layer.
    bidirectional
        Whether a second set of cells reads each sequence backwards.
    pooling
        What the head sees of the last layer: its ``last`` state, the ``mean`` over time, or an
        ``attention``-weighted mean (weights ``softmax(v · tanh(W hₜ))``, Bahdanau et al. 2015).
    feed
        How a table's row becomes a sequence: ``row``, one step of n features, as in the published
        Alzheimer's network; or ``features``, n steps of one feature, as in the published
        heart-disease network. Columns have no order in time, and validation parts say so: the
        first is clearly better. A signal is a sequence of time points already.
    activation
        Squashing of candidate and output: ``tanh``, or ``relu`` as some published nets have it.
    dropout
        Share of the pooled state that is dropped in training.
    """

    cell: ClassVar[Cell]
    tags: ClassVar[Tags] = Tags(network=True, unequal_length=True)

    units: tuple[int, ...] = (64,)
    bidirectional: bool = False
    pooling: Pooling = "last"
    feed: Feed = "row"
    activation: Activation = "tanh"
    dropout: float = 0.0

    def uses(self, shape: InputShape) -> int:
        row = shape.kind == "table" and self.feed == "row"
        return 1 if row else shape.n_timepoints

    def build(self, fits: int, shape: InputShape) -> Network:
        return RecurrentNetwork(fits, shape, self)


class RecurrentLayer(StackedLayer):
    """One direction of one layer; ``(F, B, T, n_in)`` to all states ``(F, B, T, n_units)``."""

    def __init__(self, fits: int, cell: Cell, n_in: int, n_units: int, activation: Activation):
        super().__init__()
        gates = GATES[cell]
        self.cell: Cell = cell
        self.activation: Activation = activation
        self.weight_ih = nn.Parameter(torch.empty(fits, gates * n_units, n_in))
        self.weight_hh = nn.Parameter(torch.empty(fits, gates * n_units, n_units))
        self.bias_ih = nn.Parameter(torch.zeros(fits, gates * n_units))
        self.bias_hh = nn.Parameter(torch.zeros(fits, gates * n_units))

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        """Glorot for the input, orthogonal for the state (Saxe et al. 2014), gate by gate."""
        n_units = self.weight_hh.shape[2]
        for gate in range(GATES[self.cell]):
            rows = slice(gate * n_units, (gate + 1) * n_units)
            glorot_(self.weight_ih.data[fit, rows], generator)
            nn.init.orthogonal_(self.weight_hh.data[fit, rows], generator=generator)
        self.bias_ih.data[fit].zero_()
        self.bias_hh.data[fit].zero_()
        if self.cell == "lstm":  # remember at first (Jozefowicz et al. 2015)
            self.bias_ih.data[fit, n_units : 2 * n_units].fill_(1.0)

    def forward(self, x: Tensor) -> Tensor:
        # The state before the first step is zero: of one step this weight has no gradient.
        weight_hh = self.weight_hh if x.shape[2] > 1 else self.weight_hh.detach()
        weights = (self.weight_ih, weight_hh, self.bias_ih, self.bias_hh)
        return recurrent(self.cell, x, *weights, activation=self.activation)


def reverse(x: Tensor, lengths: Tensor | None) -> Tensor:
    """``(F, B, T, ·)`` backwards in time; padding stays at the end."""
    if lengths is None:
        return x.flip(2)
    steps = torch.arange(x.shape[2], device=x.device)
    index = lengths.unsqueeze(-1) - 1 - steps  # (F, B, T), negative in the padding
    index = torch.where(index < 0, steps.expand_as(index), index)
    return x.gather(2, index.unsqueeze(-1).expand_as(x))


def last_state(h: Tensor, lengths: Tensor | None) -> Tensor:
    """``(F, B, T, H)`` to the state at each case's own last time point, ``(F, B, H)``."""
    if lengths is None:
        return h[:, :, -1]
    index = (lengths - 1)[:, :, None, None].expand(-1, -1, 1, h.shape[-1])
    return h.gather(2, index).squeeze(2)


class AttentionPooling(nn.Module):
    """``Σₜ aₜ hₜ`` with ``a = softmax(v · tanh(W hₜ))`` over the real time points."""

    def __init__(self, fits: int, n_units: int) -> None:
        super().__init__()
        self.project = Linear(fits, n_units, n_units)
        self.score = Linear(fits, n_units, 1)

    def forward(self, h: Tensor, lengths: Tensor | None) -> Tensor:
        score = self.score(torch.tanh(self.project(h))).squeeze(-1)  # (F, B, T)
        if lengths is not None:
            padding = torch.arange(h.shape[2], device=h.device) >= lengths.unsqueeze(-1)
            score = score.masked_fill(padding, float("-inf"))
        pooled: Tensor = (score.softmax(-1).unsqueeze(-1) * h).sum(2)
        return pooled


def mean_state(h: Tensor, lengths: Tensor | None) -> Tensor:
    """``(F, B, T, H)`` to the mean over the real time points, ``(F, B, H)``."""
    if lengths is None:
        return h.mean(2)
    real = torch.arange(h.shape[2], device=h.device) < lengths.unsqueeze(-1)
    return (h * real.unsqueeze(-1)).sum(2) / lengths.unsqueeze(-1)


class RecurrentNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: RecurrentArchitecture) -> None:
        super().__init__(fits, shape)
        self.settings = settings
        directions = 2 if settings.bidirectional else 1
        row = shape.kind == "table" and settings.feed == "row"
        n_in = shape.n_timepoints if row else shape.n_channels
        layers = []
        for n_units in settings.units:
            layer = [
                RecurrentLayer(fits, settings.cell, n_in, n_units, settings.activation)
                for _ in range(directions)
            ]
            layers.append(nn.ModuleList(layer))
            n_in = n_units * directions
        self.layers = nn.ModuleList(layers)
        if settings.pooling == "attention":
            self.attention = AttentionPooling(fits, n_in)
        self.dropout = Dropout(settings.dropout)
        self.head = Linear(fits, n_in, shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        pooled = self.pool(self.sequence(x), context.lengths)
        return self.head(self.dropout(pooled, context))  # type: ignore[no-any-return]

    def sequence(self, x: Tensor) -> Tensor:
        """``(F, B, C, T)`` to the sequence that the first layer reads, ``(F, B, steps, n_in)``."""
        row = self.shape.kind == "table" and self.settings.feed == "row"
        return x if row else x.transpose(2, 3)

    def pool(self, h: Tensor, lengths: Tensor | None) -> Tensor:
        """Run the layers and pool over time: ``(F, B, n_units · directions)``."""
        *below, top = cast("list[nn.ModuleList]", list(self.layers))
        for layer in below:
            h = self.directions(layer, h, lengths, last=False)
        if self.settings.pooling == "last":
            return self.directions(top, h, lengths, last=True)
        h = self.directions(top, h, lengths, last=False)
        if self.settings.pooling == "mean":
            return mean_state(h, lengths)
        return self.attention(h, lengths)  # type: ignore[no-any-return]

    def directions(
        self, layer: nn.ModuleList, x: Tensor, lengths: Tensor | None, *, last: bool
    ) -> Tensor:
        """States of all directions side by side; ``last`` takes each one's own last state."""
        states = [layer[0](x)]
        if len(layer) == 2:
            states.append(layer[1](reverse(x, lengths)))
        if last:
            return torch.cat([last_state(h, lengths) for h in states], dim=-1)
        if len(layer) == 2:
            states[1] = reverse(states[1], lengths)
        return torch.cat(states, dim=-1)
