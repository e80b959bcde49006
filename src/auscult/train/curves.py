"""Learning curves: the figures of one epoch, for all fits at once."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata
from torch import Tensor

from auscult.types import FloatArray, History, IntArray


class Curves:
    """Collects one fit's figures, epoch by epoch."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {}

    def add(self, **figures: float) -> None:
        for name, value in figures.items():
            self.values.setdefault(name, []).append(float(value))

    def history(self, best_epoch: int) -> History:
        return History({k: tuple(v) for k, v in self.values.items()}, best_epoch)


def accuracy(probability: Tensor, y: Tensor, real: Tensor) -> Tensor:
    """``(F,)`` share of each fit's real cases whose most probable class is the true one."""
    right = (probability.argmax(-1) == y) * real
    return right.sum(1) / real.sum(1).clamp(min=1)


def roc_auc(probability: FloatArray, y: IntArray) -> float:
    """Area under the ROC curve of one fit's cases ``(n, K)``; one against the rest, macro.

    By ranks (Mann & Whitney 1947). NaN where fewer than two classes are present.
    """
    classes = [1] if probability.shape[1] == 2 else range(probability.shape[1])
    areas = []
    for k in classes:
        positive = y == k
        n_positive, n_negative = positive.sum(), (~positive).sum()
        if n_positive and n_negative:
            ranks = rankdata(probability[:, k])[positive].sum()
            areas.append((ranks - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))
    return float(np.mean(areas)) if areas else float("nan")
