"""Simple recurrent network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auscult.models.recurrence import Cell
from auscult.models.recurrent import Feed, RecurrentArchitecture


@dataclass(frozen=True)
class RNN(RecurrentArchitecture):
    """Simple recurrent network (Elman, "Finding structure in time", Cognitive Science 1990).

    ``hₜ = tanh(W xₜ + b + U hₜ₋₁ + c)``

    By default a table's row is one step of n features, as in the published Alzheimer's network.
    """

    label: ClassVar[str] = "RNN"
    cell: ClassVar[Cell] = "rnn"

    units: tuple[int, ...] = (200,)
    feed: Feed = "row"
    dropout: float = 0.2
