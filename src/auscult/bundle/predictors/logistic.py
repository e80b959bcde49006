"""Logistic regression on standardised features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auscult.bundle.links import expit, softmax, two_sided
from auscult.bundle.predictors.checks import refused, require_finite
from auscult.bundle.predictors.predictor import Parts
from auscult.types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class LogisticPredictor:
    """``mean`` and ``scale`` ``(n_features,)``; ``coef`` ``(n_scores, n_features)``.

    ``n_scores`` is 1 with two classes. ``intercept`` is ``(n_scores,)``.
    """

    mean: FloatArray
    scale: FloatArray
    coef: FloatArray
    intercept: FloatArray

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        flat = X.reshape(len(X), -1).astype(np.float64)
        flat -= self.mean
        flat /= self.scale
        scores = flat @ self.coef.T + self.intercept
        return two_sided(expit(scores[:, 0])) if len(self.coef) == 1 else softmax(scores)


def read(parts: Parts) -> LogisticPredictor:
    """From the arrays ``mean``, ``scale``, ``coef``, ``intercept``."""
    n_scores = 1 if parts.n_classes == 2 else parts.n_classes
    found = LogisticPredictor(
        parts.array("mean", "float64", (parts.n_features,)),
        parts.array("scale", "float64", (parts.n_features,)),
        parts.array("coef", "float64", (n_scores, parts.n_features)),
        parts.array("intercept", "float64", (n_scores,)),
    )
    for name in ("mean", "scale", "coef", "intercept"):
        require_finite(getattr(found, name), name)
    if (found.scale == 0).any():
        raise refused("scale", "other than 0")
    return found
