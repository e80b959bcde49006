"""The accuracy, or the AUC, of each fold by itself, and what each of its cases has in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from auscult.evaluate.delong import influence, placements
from auscult.evaluate.result import Predictions
from auscult.types import BoolArray, FloatArray, IntArray

FOLD_METRICS: Final = ("accuracy", "roc_auc")


@dataclass(frozen=True, eq=False)
class FoldFigure:
    """One fold's figure. ``pull`` ``(n_cases,)`` sums to 0; its squares sum to the variance."""

    repeat: int
    fold: int
    value: float
    case: IntArray
    pull: FloatArray

    def variance(self, groups: IntArray | None) -> float:
        """Of the figure, over the choice of its cases, or of its groups; NaN with fewer than 2."""
        return variance_of(self.case, self.pull, groups)


def fold_figures(predictions: Predictions, metric: str) -> list[FoldFigure]:
    """Of each repeat and fold; those where the metric is not defined are left out.

    Parameters
    ----------
    predictions
        One row a tested case and repeat.
    metric
        ``accuracy``, or ``roc_auc``: of two classes that of the second, of more the mean of each
        against the rest, as everywhere.
    """
    fits = np.unique(np.stack([predictions.repeat, predictions.fold]), axis=1).T
    found = []
    for repeat, fold in fits:
        rows = np.flatnonzero((predictions.repeat == repeat) & (predictions.fold == fold))
        true, probability = predictions.true[rows], predictions.probability[rows]
        measured = (_accuracy if metric == "accuracy" else _area)(true, probability)
        if measured:
            value, pull = measured
            found.append(FoldFigure(int(repeat), int(fold), value, predictions.case[rows], pull))
    return found


def mean_figure(figures: list[FoldFigure]) -> float:
    """The mean over folds and repeats, every fold counting the same."""
    return float(np.mean([figure.value for figure in figures])) if figures else float("nan")


def mean_variance(figures: list[FoldFigure], groups: IntArray | None) -> float:
    """Of :func:`mean_figure`, over the choice of tested cases, whatever the fits."""
    case = np.concatenate([figure.case for figure in figures])
    pull = np.concatenate([figure.pull for figure in figures]) / len(figures)
    return variance_of(case, pull, groups)


def variance_of(case: IntArray, pull: FloatArray, groups: IntArray | None) -> float:
    """The sum over cases, or groups, of the square of what each pulls."""
    unit = case if groups is None else np.asarray(groups)[case]
    distinct, place = np.unique(unit, return_inverse=True)
    n = len(distinct)
    if n < 2:
        return float("nan")
    total = np.bincount(place.reshape(-1), weights=pull, minlength=n)
    return float(np.sum(total**2) * n / (n - 1))


def _accuracy(true: IntArray, probability: FloatArray) -> tuple[float, FloatArray]:
    right = (np.argmax(probability, axis=1) == true).astype(np.float64)
    return float(right.mean()), (right - right.mean()) / len(right)


def _area(true: IntArray, probability: FloatArray) -> tuple[float, FloatArray] | None:
    n = probability.shape[1]
    codes = (1,) if n == 2 else range(n)
    values, pulls = [], []
    for code in codes:
        positive: BoolArray = true == code
        if not 0 < positive.sum() < len(positive):
            return None
        values.append(float(placements(positive, probability[:, code])[0].mean()))
        pulls.append(influence(positive, probability[:, code]))
    return float(np.mean(values)), np.mean(pulls, axis=0)
