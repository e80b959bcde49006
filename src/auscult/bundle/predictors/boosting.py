"""Gradient boosting: scores that trees add to, one after another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auscult.bundle.links import expit, softmax, two_sided
from auscult.bundle.predictors.checks import refused, require_finite
from auscult.bundle.predictors.predictor import Parts
from auscult.bundle.predictors.trees import Trees, read_trees
from auscult.types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class BoostingPredictor:
    """``start`` ``(n_scores,)`` and ``value`` ``(n_leaves,)``, which tree ``t`` adds to score
    ``t % n_scores``; one score with two classes."""

    trees: Trees
    start: FloatArray
    value: FloatArray

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        scores = np.zeros((len(X), len(self.start)))
        scores += self.start
        for part, leaves in self.trees.parts(X.reshape(len(X), -1)):
            for number, leaf in enumerate(leaves):
                scores[part, number % len(self.start)] += self.value[leaf]
        return two_sided(expit(scores[:, 0])) if len(self.start) == 1 else softmax(scores)


def read(parts: Parts) -> BoostingPredictor:
    """From the arrays of the trees, ``start`` and ``value``."""
    n_scores = 1 if parts.n_classes == 2 else parts.n_classes
    start = parts.array("start", "float64", (n_scores,))
    value = parts.array("value", "float64", (None,))
    require_finite(start, "start")
    require_finite(value, "value")
    trees = read_trees(parts, len(value))
    if trees.n_trees % n_scores:
        raise refused("roots", f"a multiple of {n_scores}")
    return BoostingPredictor(trees, start, value)
