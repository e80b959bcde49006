"""What drove an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from auscult.types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Drivers:
    """How much each part of a case has to do with its answer.

    Parameters
    ----------
    kind
        ``table`` or ``signals``.
    code
        ``(n_cases,)`` the class explained.
    values
        Of a table ``(n_cases, n_columns)``: how much the probability of that class falls where the
        column is set to its training median or commonest category. Of signals
        ``(n_cases, n_timepoints)``: class activation, or the same fall where a stretch is hidden.
    how
        Which of these it is, in words.
    """

    kind: Literal["table", "signals"]
    code: IntArray
    values: FloatArray
    how: str
