"""What a vote makes of its members' answers."""

from __future__ import annotations

from typing import Final

import numpy as np

from auscult.types import FloatArray

_TIE: Final = 1e-9


def hard_shares(answers: FloatArray) -> FloatArray:
    """Shares of the members whose most probable class it is, ``(n_cases, n_classes)``.

    Where classes tie, the one of the highest mean probability is ahead by 10⁻⁹.

    Parameters
    ----------
    answers
        ``(n_members, n_cases, n_classes)`` probabilities.
    """
    n_members, n_cases, n_classes = answers.shape
    chosen = answers.argmax(axis=2)
    votes = np.stack([(chosen == k).sum(axis=0) for k in range(n_classes)], axis=1)
    ahead = votes == votes.max(axis=1, keepdims=True)
    winner = np.where(ahead, answers.mean(axis=0), -1.0).argmax(axis=1)
    shares = votes / n_members
    shares[np.arange(n_cases), winner] += _TIE
    return np.asarray(shares / (1 + _TIE))
