"""Long short-term memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auscult.models.recurrence.run import Cell
from auscult.models.recurrent import RecurrentArchitecture


@dataclass(frozen=True)
class LSTM(RecurrentArchitecture):
    """Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate of Gers et al. 2000).

    ::

        i  = σ(W_i x + b_i + U_i h + c_i)      input gate
        f  = σ(W_f x + b_f + U_f h + c_f)      forget gate
        g  = tanh(W_g x + b_g + U_g h + c_g)   candidate
        o  = σ(W_o x + b_o + U_o h + c_o)      output gate
        C' = f ⊙ C + i ⊙ g                     cell
        h' = o ⊙ tanh(C')
    """

    label: ClassVar[str] = "LSTM"
    cell: ClassVar[Cell] = "lstm"

    units: tuple[int, ...] = (128,)
    dropout: float = 0.2
