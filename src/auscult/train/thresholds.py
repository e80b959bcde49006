"""Threshold moving: a factor on each class's probability, chosen on the validation part."""

from __future__ import annotations

import numpy as np

from auscult.types import BoolArray, FloatArray, IntArray

GRID: FloatArray = 2.0 ** np.arange(-6, 6.25, 0.25)
"""The factors that are tried: 1/64 to 64, four to an octave, 1 among them."""

_ROUNDS = 20
_BETTER = 1e-12


def class_factors(probability: FloatArray, true: IntArray, metric: str) -> FloatArray:
    """Factors on the probabilities of the classes that make the best of a metric.

    Threshold moving (Provost 2000) for any number of classes, by coordinate ascent: the factor
    of one class at a time takes the best value of :data:`GRID`, the middle one of equally good
    values, until a round over the classes changes none. The metric never falls. A class
    without a case keeps the factor 1: nothing here says what it is worth.

    Parameters
    ----------
    probability
        ``(n_cases, n_classes)`` of the validation part.
    true
        ``(n_cases,)`` class codes.
    metric
        ``f1_macro`` or ``balanced_accuracy``, over the classes that have cases.

    Returns
    -------
    FloatArray
        ``(n_classes,)``, all 1 where no move is better.
    """
    n_classes = probability.shape[1]
    present = np.bincount(true, minlength=n_classes) > 0
    at = np.full(n_classes, int(np.searchsorted(GRID, 1.0)))
    for _ in range(_ROUNDS):
        before = at.copy()
        for k in np.flatnonzero(present):
            matrices = _confusions(probability, true, GRID[at], int(k))
            at[k] = _choice(_scores(matrices, present, metric), int(at[k]))
        if np.array_equal(at, before):
            break
    return np.asarray(GRID[at])


def moved(probability: FloatArray, factors: FloatArray) -> FloatArray:
    """Probabilities times the factors of their classes, each row summing to 1 again."""
    scaled = probability * factors
    shares: FloatArray = scaled / scaled.sum(axis=1, keepdims=True)
    return shares


def _confusions(probability: FloatArray, true: IntArray, factors: FloatArray, k: int) -> FloatArray:
    """``(n_grid, n_classes, n_classes)`` counts, one matrix a value of the factor of class ``k``.

    A case goes to class ``k`` from one value of the factor on, else to the best of the others,
    so that one count over cases and a running sum give all matrices.
    """
    n_classes, n_grid = probability.shape[1], len(GRID)
    others = probability * factors
    others[:, k] = -1.0
    rival = others.argmax(axis=1)
    with np.errstate(divide="ignore"):
        needed = others.max(axis=1) / probability[:, k]
    start = np.searchsorted(GRID, needed, side="right")
    cells = (start * n_classes + true) * n_classes + rival
    counts = np.bincount(cells, minlength=(n_grid + 1) * n_classes**2)
    by_start = counts.reshape(n_grid + 1, n_classes, n_classes).astype(np.float64)
    taken = np.cumsum(by_start, axis=0)[:n_grid]
    matrices: FloatArray = by_start.sum(axis=0) - taken
    matrices[:, :, k] = taken.sum(axis=2)
    return matrices


def _choice(scores: FloatArray, now: int) -> int:
    """The middle one of the best values; the present one where none is better."""
    if scores.max() <= scores[now] + _BETTER:
        return now
    best = np.flatnonzero(scores >= scores.max() - _BETTER)
    return int(best[len(best) // 2])


def _scores(matrices: FloatArray, present: BoolArray, metric: str) -> FloatArray:
    """The metric of each matrix, over the classes that have cases."""
    hits = np.diagonal(matrices, axis1=1, axis2=2)[:, present]
    actual, called = matrices.sum(axis=2)[:, present], matrices.sum(axis=1)[:, present]
    shares = 2 * hits / (actual + called) if metric == "f1_macro" else hits / actual
    return np.asarray(shares.mean(axis=1))
