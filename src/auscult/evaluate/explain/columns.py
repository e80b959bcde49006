"""What each column of a table added to a model's answers, gathered over fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.explain.attribution import Attributed, attribute
from auscult.evaluate.explain.result import Attributions
from auscult.evaluate.inputs import FitInput
from auscult.types import FloatArray, IntArray

MOST_COLUMNS = 12
"""Columns whose single attributions are kept."""
MOST_CASES = 100
"""Cases whose single attributions are kept."""


@dataclass(eq=False)
class ColumnAttributions:
    """Attributions of the test cases of all fits, the features of a column together.

    Of two classes the second is explained, so that a sign means the same in every case; of more
    the predicted one.
    """

    dataset: Dataset
    method: str = ""
    unit: str = ""
    cases: list[IntArray] = field(default_factory=list)
    values: list[FloatArray] = field(default_factory=list)
    """``(n_cases, n_columns)`` a fit."""

    def add(
        self,
        one: FitInput,
        fitted: Any,
        cases: IntArray,
        probability: FloatArray,
        features: IntArray,
    ) -> None:
        """Explain one fit's answers for its test cases."""
        classes = probability.argmax(axis=1)
        if len(self.dataset.classes) == 2:
            classes = np.ones_like(classes)
        found = attribute(fitted, one.X[cases], classes, one.X[one.split.train])
        if found is not None:
            self.method, self.unit = found.method, found.unit
            self.cases.append(cases)
            self.values.append(_by_column(found, features, len(self.dataset.columns)))

    def gathered(self) -> Attributions | None:
        """The columns, the most used first; None where nothing could be explained."""
        if not self.values:
            return None
        values, cases = np.concatenate(self.values), np.concatenate(self.cases)
        mean = np.abs(values).mean(axis=0)
        order = np.argsort(-mean, kind="stable")
        first = order[:MOST_COLUMNS]
        kept = np.unique(np.linspace(0, len(values) - 1, MOST_CASES).round().astype(int))
        return Attributions(
            method=self.method,
            unit=self.unit,
            towards=1 if len(self.dataset.classes) == 2 else None,
            columns=tuple(self.dataset.columns[j].name for j in order),
            mean=tuple(float(m) for m in mean[order]),
            values=_rows(values[np.ix_(kept, first)]),
            inputs=_rows(self.dataset.X[np.ix_(cases[kept], first)]),
            n_cases=len(values),
        )


def _by_column(found: Attributed, features: IntArray, n_columns: int) -> FloatArray:
    columns = np.zeros((len(found.values), n_columns))
    for feature, column in enumerate(features):
        columns[:, column] += found.values[:, feature]
    return columns


def _rows(values: FloatArray) -> tuple[tuple[float, ...], ...]:
    """Rounded to five digits: they are drawn, not computed with."""
    return tuple(tuple(float(f"{v:.5g}") for v in row) for row in values)
