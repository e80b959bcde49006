"""The classes' shares, whatever the case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auscult.bundle.predictors.checks import require_shares
from auscult.bundle.predictors.predictor import Parts
from auscult.types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class MajorityPredictor:
    """``prior`` ``(n_classes,)`` are the classes' shares of the training cases."""

    prior: FloatArray

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        return np.tile(self.prior, (len(X), 1))


def read(parts: Parts) -> MajorityPredictor:
    """From the array ``prior``."""
    prior = parts.array("prior", "float64", (parts.n_classes,))
    require_shares(prior, "prior")
    return MajorityPredictor(prior)
