"""How much wider than a bootstrap of tested cases an interval of cross-validation must be.

A bootstrap of the predictions takes the fits as given. Other training cases would have made other
fits, and the cases that a fold is judged by train the fits that judge the others, so the figures
of folds are not independent: a cross-validated figure spreads over samples up to one and a half
times as far as the bootstrap says. Nothing unbiased estimates this from one cross-validation
(Bengio & Grandvalet, JMLR 2004). Two things bound it: nothing, where the training cases hardly
matter; and the correction of Nadeau & Bengio (Machine Learning 2003), where they do. Between them
the repeats decide: where two models trained on different cuts of the same cases err on different
cases, the training cases matter.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import sqrt
from typing import Final

import numpy as np

from auscult.evaluate.result import Predictions
from auscult.types import FloatArray, IntArray

_Z: Final = 1.959963984540054
HARD: Final = 0.5
"""Metrics of decisions jump where those of probabilities glide, so that repeats disagree more than
the metric moves. Measured: docs/intervals.md."""


def widening(by_repeat: FloatArray, predictions: Predictions, *, hard: bool) -> float:
    """The factor by which the bootstrap's interval is widened, from 1.

    ``sqrt(1 + min(K nu, K / (K - 1)))`` for ``K`` folds, where ``nu`` is one less the correlation
    of the resampled figure between repeats (half of it for metrics of decisions), divided by how
    different the repeats' cuts are. Where training cases act additively on the figure, their part
    of its variance is ``K nu`` times the tested cases'; the limit is the correction of Nadeau &
    Bengio for one repeat, which is also what one repeat gets.

    Parameters
    ----------
    by_repeat
        ``(n_repeats, n_resamples)`` the figure of each repeat in the same resamples.
    predictions
        What they are resamples of; one fold is no cross-validation, and its factor is 1.
    hard
        Whether the metric is one of decisions, as the accuracy.
    """
    folds = len(np.unique(predictions.fold))
    if folds < 2:
        return 1.0
    most = folds / (folds - 1)
    apart = _apart(predictions)
    pairs = [_disagreement(a, b) for a, b in pairwise(by_repeat)]
    defined = [nu for nu in pairs if not np.isnan(nu)]
    if not defined or apart < 0.05:
        return sqrt(1 + most)
    nu = float(np.mean(defined)) * (HARD if hard else 1.0) / apart
    return sqrt(1 + min(most, folds * nu))


@cache
def few_units(n_units: int) -> float:
    """The factor for few cases or groups: Student's t in place of the normal quantile.

    Hesterberg's (The American Statistician 2015) expanded percentiles, as a factor.
    """
    from scipy.stats import t  # noqa: PLC0415  (heavy)

    quantile = float(t.ppf(0.975, n_units - 1))
    return quantile / _Z * sqrt(n_units / (n_units - 1))


def _disagreement(a: FloatArray, b: FloatArray) -> float:
    """One less the correlation of two repeats' resamples; 0 where neither varies."""
    both = ~(np.isnan(a) | np.isnan(b))
    if both.sum() < 3:
        return float("nan")
    x, y = a[both] - a[both].mean(), b[both] - b[both].mean()
    scale = sqrt(float(x @ x) * float(y @ y))
    if scale < 1e-20:
        return 0.0 if np.allclose(x, y) else 1.0
    return float(np.clip(1 - (x @ y) / scale, 0, 1))


def _apart(predictions: Predictions) -> float:
    """How different the cuts of two repeats are: 1 of independent ones, 0 of the same."""
    repeats = np.unique(predictions.repeat)
    folds = np.unique(predictions.fold)
    shares = []
    for r, s in pairwise(repeats):
        first, second = (_folds_of(predictions, repeat) for repeat in (r, s))
        if len(first) != len(second):
            continue
        table = np.zeros((len(folds), len(folds)))
        places = (np.searchsorted(folds, part) for part in (first, second))
        np.add.at(table, tuple(places), 1)
        sizes = table.sum(axis=1)
        same = float((table**2).sum(axis=1)[sizes > 0] @ (1 / sizes[sizes > 0])) / len(first)
        shares.append((1 - same) / (1 - 1 / len(folds)))
    return min(1.0, float(np.mean(shares))) if shares else 0.0


def _folds_of(predictions: Predictions, repeat: int) -> IntArray:
    rows = np.flatnonzero(predictions.repeat == repeat)
    folds: IntArray = predictions.fold[rows][np.argsort(predictions.case[rows], kind="stable")]
    return folds
