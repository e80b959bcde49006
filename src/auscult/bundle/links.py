"""From scores to probabilities, to the same bits as scikit-learn's."""

from __future__ import annotations

import math

import numpy as np

from auscult.types import FloatArray


def expit(x: FloatArray) -> FloatArray:
    """``1 / (1 + exp(-x))`` of ``(n_cases,)``.

    With the C library's exponential: NumPy's own differs from it in the last bit.
    """
    return np.array([_expit(value) for value in x.tolist()], dtype=np.float64)


def _expit(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x > -_LARGEST else 0.0


_LARGEST = 709.7
"""``exp`` of more does not fit."""


def softmax(scores: FloatArray) -> FloatArray:
    """``(n_cases, n_classes)`` shares of the exponentials, the largest score taken off first."""
    weights: FloatArray = scores - scores.max(axis=1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=1).reshape(-1, 1)
    return weights


def two_sided(second: FloatArray) -> FloatArray:
    """``(n_cases, 2)`` of the probability of the second class."""
    return np.column_stack([1 - second, second])
