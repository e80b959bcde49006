"""Logistic regression."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from auscult.models.classical import ClassicalClassifier
from auscult.types import Tags

_MANY_CASES = 5_000
_FEW_WEIGHTS = 2_000  # Newton's steps solve a system of so many equations


class Logistic(ClassicalClassifier):
    """Logistic regression on standardised features: the linear baseline of every study.

    Parameters
    ----------
    C
        Inverse strength of the L2 penalty.
    max_iter
        The most steps of the solver: L-BFGS or, where cases are many and weights few, Newton's,
        which ends at the same weights after a hundredth of the steps.
    """

    label: ClassVar[str] = "logistic regression"
    tags: ClassVar[Tags] = Tags(baseline=True)

    def __init__(self, C: float = 1.0, max_iter: int = 2000) -> None:
        self.C = C
        self.max_iter = max_iter

    def _inner(self) -> Any:
        return make_pipeline(StandardScaler(), _Regression(C=self.C, max_iter=self.max_iter))

    @property
    def n_iter_(self) -> int:
        """Steps that the solver took."""
        return int(self.inner_[-1].n_iter_.max())

    @property
    def n_parameters_(self) -> int:
        regression = self.inner_[-1]
        return int(regression.coef_.size + regression.intercept_.size)


class _Regression(LogisticRegression):  # type: ignore[misc]
    """Takes the solver that suits the size of the data."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        few = X.shape[1] * len(np.unique(y)) <= _FEW_WEIGHTS
        self.solver = "newton-cholesky" if few and len(X) >= _MANY_CASES else "lbfgs"
        return super().fit(X, y, sample_weight)  # type: ignore[no-any-return]
