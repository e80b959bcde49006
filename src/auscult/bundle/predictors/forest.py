"""Random forest: the mean of the shares in the leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auscult.bundle.predictors.checks import require_shares
from auscult.bundle.predictors.predictor import Parts
from auscult.bundle.predictors.trees import Trees, read_trees
from auscult.types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class ForestPredictor:
    """``share`` ``(n_leaves, n_classes)`` of the training cases in each leaf."""

    trees: Trees
    share: FloatArray

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        flat = X.reshape(len(X), -1)
        found = np.zeros((len(flat), self.share.shape[1]))
        for part, leaves in self.trees.parts(flat):
            for leaf in leaves:  # one by one: another order of summing gives other last bits
                found[part] += self.share[leaf]
        found /= self.trees.n_trees
        return found


def read(parts: Parts) -> ForestPredictor:
    """From the arrays of the trees and ``share``."""
    share = parts.array("share", "float64", (None, parts.n_classes))
    require_shares(share, "share")
    return ForestPredictor(read_trees(parts, len(share)), share)
