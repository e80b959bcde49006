"""Logistic regression."""

from __future__ import annotations

from typing import Any, ClassVar

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from auscult.models.classical import ClassicalClassifier
from auscult.types import Tags


class Logistic(ClassicalClassifier):
    """Logistic regression on standardised features: the linear baseline of every study.

    Parameters
    ----------
    C
        Inverse strength of the L2 penalty.
    max_iter
        The most steps of the solver (L-BFGS).
    """

    label: ClassVar[str] = "logistic regression"
    tags: ClassVar[Tags] = Tags(baseline=True)

    def __init__(self, C: float = 1.0, max_iter: int = 2000) -> None:
        self.C = C
        self.max_iter = max_iter

    def _inner(self) -> Any:
        return make_pipeline(StandardScaler(), LogisticRegression(C=self.C, max_iter=self.max_iter))

    @property
    def n_iter_(self) -> int:
        """Steps that the solver took."""
        return int(self.inner_[-1].n_iter_.max())

    @property
    def n_parameters_(self) -> int:
        regression = self.inner_[-1]
        return int(regression.coef_.size + regression.intercept_.size)
