"""Simple recurrent network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auscult.models.recurrence.run import Cell
from auscult.models.recurrent import RecurrentArchitecture


@dataclass(frozen=True)
class RNN(RecurrentArchitecture):
    """Simple recurrent network (Elman, "Finding structure in time", Cognitive Science 1990).

    ``hₜ = tanh(W xₜ + b + U hₜ₋₁ + c)``
    """

    label: ClassVar[str] = "RNN"
    cell: ClassVar[Cell] = "rnn"

    units: tuple[int, ...] = (200,)
    dropout: float = 0.2
