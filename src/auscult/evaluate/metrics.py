"""Figures of merit, named as scikit-learn names them, for many weightings of the cases at once.

A bootstrap resample is a weight a case (how often it was drawn). Scoring a matrix of weights
replaces a loop over resamples: ranks are sorted once, and sums run over all resamples together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from auscult.types import BoolArray, FloatArray, IntArray

HIGHER_IS_BETTER: Mapping[str, bool] = MappingProxyType(
    {
        "accuracy": True,
        "balanced_accuracy": True,
        "roc_auc": True,
        "average_precision": True,
        "f1_macro": True,
        "log_loss": False,
        "brier": False,
    }
)
"""Every metric, and whether more of it is better."""
METRICS = tuple(HIGHER_IS_BETTER)
CHUNK = 2_000_000
"""Weights scored together; a handful of float64 arrays of this size stand in memory at once."""

COUNTED = ("accuracy", "balanced_accuracy", "f1_macro")
"""Metrics that the confusion matrix alone gives."""
_RANKED = ("roc_auc", "average_precision")


class _Ranks(NamedTuple):
    """One class against the rest, by the probability of that class, lowest first."""

    positive: IntArray
    negative: IntArray
    below: IntArray
    """For each positive: how many negatives have a lower probability."""
    up_to: IntArray
    """For each positive: how many negatives have a lower or the same probability."""
    first: IntArray
    """For each positive: the first positive with the same probability."""


class Scorer:
    """Scores one set of predictions under many weightings of its cases.

    Parameters
    ----------
    true
        ``(n_cases,)`` class codes.
    probability
        ``(n_cases, n_classes)``; the predicted class is the one of highest probability.
    """

    def __init__(self, true: IntArray, probability: FloatArray) -> None:
        self.true = np.asarray(true, dtype=np.int64)
        self.probability = np.asarray(probability, dtype=np.float64)
        self.n_classes = int(self.probability.shape[1])
        cell = self.true * self.n_classes + np.argmax(self.probability, axis=1)
        self._by_cell = np.argsort(cell, kind="stable")
        self._cells, self._starts = np.unique(cell[self._by_cell], return_index=True)
        self._ranks: dict[int, _Ranks] = {}
        self._finite = bool(np.isfinite(self.probability).all())

    def scores(
        self, weights: FloatArray, metrics: Iterable[str] = METRICS
    ) -> dict[str, FloatArray]:
        """Every metric under every weighting.

        Parameters
        ----------
        weights
            ``(n_cases, n_resamples)``; mind the order: a case's weights lie together.
        metrics
            Names from :data:`METRICS`.

        Returns
        -------
        dict
            Metric to ``(n_resamples,)``; NaN where a metric is not defined (all weights zero; a
            class without a case for ``roc_auc`` and ``average_precision``; probabilities that
            are not finite).
        """
        wanted = tuple(metrics)
        unknown = set(wanted) - set(METRICS)
        if unknown:
            raise ValueError(f"unknown metrics: {sorted(unknown)}")
        if not self._finite:
            return {name: np.full(weights.shape[1], np.nan) for name in wanted}
        found: dict[str, FloatArray] = {}
        if any(name in COUNTED for name in wanted):
            found |= of_confusion(self.confusion(weights))
        if any(name in _RANKED for name in wanted):
            found |= self._ranked(weights, "average_precision" in wanted)
        for name, losses in (("log_loss", self._log_losses), ("brier", self._brier_losses)):
            if name in wanted:
                found[name] = divide(losses() @ weights, weights.sum(axis=0))
        return {name: found[name] for name in wanted}

    def confusion(self, weights: FloatArray) -> FloatArray:
        """``(n_resamples, n_classes, n_classes)`` weight of ``[true][predicted]``."""
        full = np.zeros((self.n_classes**2, weights.shape[1]))
        if len(self._cells):
            full[self._cells] = np.add.reduceat(weights[self._by_cell], self._starts, axis=0)
        return full.T.reshape(-1, self.n_classes, self.n_classes)

    def _ranked(self, weights: FloatArray, precision_too: bool) -> dict[str, FloatArray]:
        """Macro means over one-vs-rest; of two classes only the second counts as positive."""
        codes = (1,) if self.n_classes == 2 else range(self.n_classes)
        pairs = [self._rank(code, weights, precision_too) for code in codes]
        areas, precisions = zip(*pairs, strict=True)
        return {
            "roc_auc": np.mean(areas, axis=0),
            "average_precision": np.mean(precisions, axis=0),
        }

    def _rank(
        self, code: int, weights: FloatArray, precision_too: bool
    ) -> tuple[FloatArray, FloatArray]:
        if code not in self._ranks:
            self._ranks[code] = _ranks(self.true == code, self.probability[:, code])
        ranks = self._ranks[code]
        positive = weights[ranks.positive]
        negatives = _running_sum(weights[ranks.negative])
        area = _area(ranks, positive, negatives)
        return area, _precision(ranks, positive, negatives) if precision_too else area

    def _log_losses(self) -> FloatArray:
        eps = np.finfo(np.float64).eps
        p = self.probability[np.arange(len(self.true)), self.true]
        return -np.log(np.clip(p, eps, 1 - eps))

    def _brier_losses(self) -> FloatArray:
        """Squared error: of the second class where there are two classes, else summed over all."""
        if self.n_classes == 2:
            return np.square(self.probability[:, 1] - self.true)
        hot = self.true[:, None] == np.arange(self.n_classes)
        losses: FloatArray = np.square(self.probability - hot).sum(axis=1)
        return losses


def score(
    metric: str, true: IntArray, probability: FloatArray, weights: FloatArray | None = None
) -> FloatArray:
    """One metric under each of many weightings of the cases.

    Parameters
    ----------
    metric
        A name from :data:`METRICS`. Under unit weights it equals scikit-learn's: ``roc_auc`` of
        several classes is the macro mean of one-vs-rest, ``average_precision`` likewise;
        ``balanced_accuracy`` is over the classes that have cases; ``f1_macro`` over those that
        have cases or predictions.
    true
        ``(n_cases,)`` class codes.
    probability
        ``(n_cases, n_classes)``.
    weights
        ``(n_resamples, n_cases)``, or None for unit weights.

    Returns
    -------
    FloatArray
        ``(n_resamples,)``; ``(1,)`` without weights.
    """
    scorer = Scorer(true, probability)
    if weights is None:
        weights = np.ones((1, len(scorer.true)))
    step = chunk_size(weights.shape[1])
    parts = [
        scorer.scores(np.ascontiguousarray(weights[i : i + step].T, dtype=np.float64), (metric,))
        for i in range(0, len(weights), step)
    ]
    return np.concatenate([part[metric] for part in parts] or [np.empty(0)])


def confusion(true: IntArray, predicted: IntArray, n: int) -> IntArray:
    """``(n, n)`` counts, ``[true][predicted]``."""
    cells = np.asarray(true, dtype=np.int64) * n + np.asarray(predicted, dtype=np.int64)
    return np.bincount(cells, minlength=n * n).reshape(n, n)


def per_class(matrix: FloatArray | IntArray) -> dict[str, FloatArray]:
    """Sensitivity, specificity, precision and F1 of each class against the rest.

    Parameters
    ----------
    matrix
        ``(..., n_classes, n_classes)`` confusion matrices, ``[true][predicted]``.

    Returns
    -------
    dict
        Name to ``(..., n_classes)``; NaN where the denominator is zero (precision of a class
        that was never predicted).
    """
    hit = np.diagonal(matrix, axis1=-2, axis2=-1).astype(np.float64)
    actual, predicted = matrix.sum(axis=-1), matrix.sum(axis=-2)
    rest = actual.sum(axis=-1, keepdims=True) - actual
    return {
        "sensitivity": divide(hit, actual),
        "specificity": divide(rest - (predicted - hit), rest),
        "precision": divide(hit, predicted),
        "f1": divide(2 * hit, actual + predicted),
    }


def of_confusion(matrix: FloatArray) -> dict[str, FloatArray]:
    """The metrics of :data:`COUNTED`, ``(...)`` each, of ``(..., n_classes, n_classes)`` counts."""
    shares = per_class(matrix)
    hits = np.diagonal(matrix, axis1=-2, axis2=-1).sum(axis=-1)
    return {
        "accuracy": divide(hits, matrix.sum(axis=(-2, -1))),
        "balanced_accuracy": mean_defined(shares["sensitivity"], axis=-1),
        "f1_macro": mean_defined(shares["f1"], axis=-1),
    }


def divide(a: FloatArray | IntArray, b: FloatArray | IntArray) -> FloatArray:
    """``a / b``, NaN where ``b`` is zero."""
    shape = np.broadcast_shapes(a.shape, b.shape)
    quotient: FloatArray = np.full(shape, np.nan)
    np.divide(a, b, out=quotient, where=b != 0)
    return quotient


def mean_defined(values: FloatArray, axis: int) -> FloatArray:
    """The mean of what is not NaN; NaN where nothing is."""
    defined = ~np.isnan(values)
    return divide(np.where(defined, values, 0.0).sum(axis=axis), defined.sum(axis=axis))


def chunk_size(n_cases: int) -> int:
    """How many resamples of so many cases are scored together."""
    return max(1, CHUNK // max(1, n_cases))


def _ranks(is_positive: BoolArray, probability: FloatArray) -> _Ranks:
    order = np.argsort(probability, kind="stable")
    positive, negative = order[is_positive[order]], order[~is_positive[order]]
    p, n = probability[positive], probability[negative]
    return _Ranks(
        positive,
        negative,
        np.searchsorted(n, p, "left"),
        np.searchsorted(n, p, "right"),
        np.searchsorted(p, p, "left"),
    )


def _running_sum(weights: FloatArray) -> FloatArray:
    """``(n + 1, n_resamples)`` sums of the first 0, 1, … n rows."""
    total = np.zeros((weights.shape[0] + 1, weights.shape[1]))
    np.cumsum(weights, axis=0, out=total[1:])
    return total


def _area(ranks: _Ranks, positive: FloatArray, negatives: FloatArray) -> FloatArray:
    """Weighted Mann-Whitney: the share of pairs in the right order, ties counting half."""
    won = np.einsum("ir,ir->r", positive, negatives[ranks.below])
    if np.array_equal(ranks.below, ranks.up_to):
        not_lost = won
    else:
        not_lost = np.einsum("ir,ir->r", positive, negatives[ranks.up_to])
    return divide((won + not_lost) / 2, positive.sum(axis=0) * negatives[-1])


def _precision(ranks: _Ranks, positive: FloatArray, negatives: FloatArray) -> FloatArray:
    """Mean over the positives of the precision at their own probability as the threshold."""
    positives = _running_sum(positive)
    hits = positives[-1] - positives[ranks.first]
    called = hits + (negatives[-1] - negatives[ranks.below])
    precision = np.divide(hits, called, out=np.zeros_like(hits), where=called > 0)
    return divide(np.einsum("ir,ir->r", positive, precision), positives[-1])
