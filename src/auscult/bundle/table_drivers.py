"""What drove the answer for a row of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.document import Document, Field
from auscult.bundle.drivers import Drivers
from auscult.types import FloatArray

Answer = Callable[[FloatArray], BundleAnswers]
"""Of cases ``(n_cases, n_columns)``."""

_HOW = (
    "How much the probability of the class changes when one column at a time is set to what is "
    "usual: the training cases' median, or their commonest category."
)


def table_drivers(document: Document, X: FloatArray, answer: Answer) -> Drivers:
    """The fall of the predicted class's probability where each column becomes what is usual.

    Columns that go together are not told apart.
    """
    n_cases, n_columns = X.shape
    said = answer(X)
    code = said.predicted
    usual = usual_values(document.columns)
    changed = np.repeat(X[:, None, :], n_columns, axis=1)  # (n_cases, column changed, n_columns)
    every = np.arange(n_columns)
    changed[:, every, every] = usual
    after = answer(changed.reshape(-1, n_columns)).probability
    at = np.arange(n_cases)
    values = (
        said.probability[at, code][:, None] - after.reshape(n_cases, n_columns, -1)[at, :, code]
    )
    same = (usual == X) | (np.isnan(X) & np.isnan(usual))
    return Drivers("table", code, np.where(same, 0.0, values), _HOW)


def usual_values(columns: Sequence[Field]) -> FloatArray:
    """``(n_columns,)`` medians, and codes of the commonest categories; NaN where there is none."""
    return np.array([_usual(column) for column in columns])


def _usual(column: Field) -> float:
    if column.kind == "numeric":
        return np.nan if column.median is None else column.median
    known = column.commonest in column.categories
    return float(column.categories.index(str(column.commonest))) if known else np.nan
