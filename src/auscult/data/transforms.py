"""Table columns to numbers, with everything that has to be learned learned from training cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from auscult.types import Column, FloatArray


@dataclass(frozen=True, eq=False)
class TableEncoder:
    """Numeric columns with their gaps filled, categorical columns one-hot.

    A gap in a numeric column becomes the median of the training cases, and a column of 0 and 1
    beside it says where gaps were, if training had any. A categorical column becomes one column a
    category seen in training (a gap is a category); one not seen there becomes zeros.

    Parameters
    ----------
    columns
        The table's columns.
    medians
        ``(n_columns,)`` of the training cases; NaN for categorical columns.
    gaps
        Indices of the numeric columns that had gaps in training.
    categories
        One tuple a column: the codes seen in training, NaN for a gap; empty for numeric columns.
    """

    columns: tuple[Column, ...]
    medians: FloatArray
    gaps: tuple[int, ...]
    categories: tuple[tuple[float, ...], ...]

    @classmethod
    def fit(cls, X: FloatArray, columns: Sequence[Column]) -> Self:
        """Learn from training cases ``(n_cases, n_columns)``."""
        numeric = np.array([column.kind == "numeric" for column in columns], dtype=np.bool_)
        missing = np.isnan(X)
        medians = np.full(len(columns), np.nan)
        for j in np.flatnonzero(numeric):
            seen = X[~missing[:, j], j]
            medians[j] = np.median(seen) if len(seen) else 0.0
        gaps = tuple(int(j) for j in np.flatnonzero(numeric & missing.any(axis=0)))
        categories = tuple(
            () if numeric[j] else tuple(np.unique(X[:, j]).tolist()) for j in range(len(columns))
        )
        return cls(tuple(columns), medians, gaps, categories)

    def transform(self, X: FloatArray) -> FloatArray:
        """``(n_cases, n_columns)`` to ``(n_cases, n_features)`` float64, free of NaN."""
        parts = []
        for j, seen in enumerate(self.categories):
            values = X[:, j]
            if self.columns[j].kind == "numeric":
                parts.append(np.where(np.isnan(values), self.medians[j], values))
                continue
            same = [np.isnan(values) if np.isnan(code) else values == code for code in seen]
            parts.extend(match.astype(np.float64) for match in same)
        parts.extend(np.isnan(X[:, j]).astype(np.float64) for j in self.gaps)
        return np.column_stack(parts) if parts else np.empty((len(X), 0))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the features, e.g. ``age``, ``thal=7``, ``ca missing``."""
        names = []
        for column, seen in zip(self.columns, self.categories, strict=True):
            if column.kind == "numeric":
                names.append(column.name)
            for code in seen:
                what = "missing" if np.isnan(code) else column.categories[int(code)]
                names.append(f"{column.name}={what}")
        return (*names, *(f"{self.columns[j].name} missing" for j in self.gaps))
