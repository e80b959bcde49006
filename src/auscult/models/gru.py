"""Gated recurrent unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auscult.models.recurrence.run import Cell
from auscult.models.recurrent import RecurrentArchitecture


@dataclass(frozen=True)
class GRU(RecurrentArchitecture):
    """Gated recurrent unit (Cho et al., EMNLP 2014; the variant with the reset behind the product).

    ::

        r  = σ(W_r x + b_r + U_r h + c_r)          reset
        z  = σ(W_z x + b_z + U_z h + c_z)          update
        n  = tanh(W_n x + b_n + r ⊙ (U_n h + c_n)) candidate
        h' = (1 − z) ⊙ n + z ⊙ h
    """

    label: ClassVar[str] = "GRU"
    cell: ClassVar[Cell] = "gru"

    units: tuple[int, ...] = (64,)
