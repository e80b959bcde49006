"""Ridge regression from sums over rows, so that rows never need to be held together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Coefficients:
    """``T ≈ X @ weights + intercept``."""

    weights: Matrix
    """``(n_features, n_targets)``."""
    intercept: Matrix
    """``(n_targets,)``."""

    def predict(self, X: Matrix) -> Matrix:
        """``(n_rows, n_targets)``."""
        found: Matrix = X @ self.weights + self.intercept
        return found


@dataclass(eq=False)
class NormalEquations:
    """Sums of products over rows of features ``X`` and targets ``T``; they add up.

    Parameters
    ----------
    n_features, n_targets
        Columns of ``X`` and ``T``.
    """

    n_features: int
    n_targets: int

    def __post_init__(self) -> None:
        self.n = 0
        self.x = np.zeros(self.n_features)
        self.t = np.zeros(self.n_targets)
        self.xx = np.zeros((self.n_features, self.n_features))
        self.xt = np.zeros((self.n_features, self.n_targets))
        self.tt = np.zeros(self.n_targets)

    def add(self, X: Matrix, T: Matrix) -> None:
        """Take a block of rows in."""
        self.n += len(X)
        self.x += X.sum(axis=0)
        self.t += T.sum(axis=0)
        self.xx += X.T @ X
        self.xt += X.T @ T
        self.tt += np.einsum("ij,ij->j", T, T)

    def __add__(self, other: NormalEquations) -> NormalEquations:
        total = NormalEquations(self.n_features, self.n_targets)
        for name in ("n", "x", "t", "xx", "xt", "tt"):
            setattr(total, name, getattr(self, name) + getattr(other, name))
        return total

    def solve(self, alpha: float) -> Coefficients:
        """Ridge (Hoerl & Kennard 1970) on standardised features, by Cholesky.

        ``alpha`` is the penalty of a row: it means the same however many rows there are.
        """
        from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415  (heavy)

        spread, correlation, slopes = self._standardised()
        penalised = correlation + alpha * np.eye(self.n_features)
        factor = cho_factor(penalised, overwrite_a=True, check_finite=False)
        return self._unscaled(cho_solve(factor, slopes, check_finite=False), spread)

    def squared_error(self, found: Coefficients) -> float:
        """Mean over these rows and targets of the squared error of coefficients."""
        B, c = found.weights, found.intercept
        fitted = np.einsum("ij,ij->j", B, self.xx @ B) + 2 * c * (self.x @ B) + self.n * c**2
        cross = np.einsum("ij,ij->j", B, self.xt) + c * self.t
        return float(np.sum(self.tt - 2 * cross + fitted) / (self.n * self.n_targets))

    def _standardised(self) -> tuple[Matrix, Matrix, Matrix]:
        mean = self.x / self.n
        cov = self.xx / self.n - np.outer(mean, mean)
        spread = np.sqrt(np.maximum(np.diag(cov), 0))
        # A column that hardly varies beside its own size is constant up to rounding.
        size = np.sqrt(np.diag(self.xx) / self.n)
        spread = np.where(spread > 1e-7 * size, spread, np.inf)
        correlation = cov / np.outer(spread, spread)
        np.fill_diagonal(correlation, 1.0)
        slopes = (self.xt / self.n - np.outer(mean, self.t / self.n)) / spread[:, None]
        return spread, correlation, slopes

    def _unscaled(self, weights: Matrix, spread: Matrix) -> Coefficients:
        weights = weights / spread[:, None]
        return Coefficients(weights, self.t / self.n - (self.x / self.n) @ weights)
