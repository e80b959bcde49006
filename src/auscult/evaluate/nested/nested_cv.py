"""The interval of nested cross-validation for the models whose inner folds were fitted anyway."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from auscult.evaluate.nested.choose import NestedFits
from auscult.evaluate.nested.fold_figures import FOLD_METRICS
from auscult.evaluate.nested.inner import PAIRED_FROM
from auscult.evaluate.nested.intervals import nested_cv_interval
from auscult.evaluate.result import ModelResult
from auscult.types import IntArray


def with_nested_cv(row: ModelResult, fits: NestedFits, groups: IntArray | None) -> ModelResult:
    """The row with ``nested_cv`` among its intervals, where its inner folds are the plan's."""
    inside = fits.inside.get(row.model)
    paired = len(np.unique(row.predictions.fold)) >= PAIRED_FROM
    if inside is None or not paired:
        return row
    found = {
        metric: nested_cv_interval(row.predictions, inside, metric, groups=groups)
        for metric in FOLD_METRICS
    }
    return replace(row, intervals={**row.intervals, "nested_cv": found})
