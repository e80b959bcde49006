"""How little a class conforms with what a model says: the scores that sets are cut at."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np

from auscult.types import FloatArray

Score = Literal["lac", "aps"]
SCORES: Final[tuple[Score, ...]] = get_args(Score)


def lac(probability: FloatArray) -> FloatArray:
    """One less the probability of each class (Sadinle, Lei & Wasserman 2019).

    Gives the smallest sets on average; some are empty.

    Parameters
    ----------
    probability
        ``(n_cases, n_classes)``.

    Returns
    -------
    FloatArray
        ``(n_cases, n_classes)``.
    """
    return 1.0 - np.asarray(probability, dtype=np.float64)


def aps(probability: FloatArray, uniform: FloatArray) -> FloatArray:
    """The probability of all classes ahead of a class, and a random part of its own.

    Adaptive prediction sets (Romano, Sesia & Candès 2020): sets grow where a model is in doubt.

    Parameters
    ----------
    probability
        ``(n_cases, n_classes)``.
    uniform
        ``(n_cases,)`` draws from 0 to 1.
    """
    p = np.asarray(probability, dtype=np.float64)
    order = np.argsort(-p, axis=1, kind="stable")
    ranked = np.take_along_axis(p, order, axis=1)
    ahead = np.cumsum(ranked, axis=1) - ranked + uniform[:, None] * ranked
    scores = np.empty_like(p)
    np.put_along_axis(scores, order, ahead, axis=1)
    return scores
