"""Intervals by other methods, beside the one that stands with the figure."""

from __future__ import annotations

import numpy as np

from auscult.evaluate.delong import area_interval
from auscult.evaluate.nested.fold_figures import FOLD_METRICS
from auscult.evaluate.nested.intervals import corrected_t_interval
from auscult.evaluate.result import Predictions
from auscult.types import Estimate, IntArray

Others = dict[str, dict[str, Estimate]]


def other_intervals(predictions: Predictions, groups: IntArray | None) -> Others:
    """Method to metric to estimate: ``corrected_t`` of cross-validation, ``delong`` of one split.

    DeLong's is of two classes and of cases that do not belong together.
    """
    if len(np.unique(predictions.fold)) > 1:
        found = {m: corrected_t_interval(predictions, m) for m in FOLD_METRICS}
        return {"corrected_t": found}
    positive = predictions.true == 1
    two = predictions.probability.shape[1] == 2 and 0 < positive.sum() < len(positive)
    if not two or groups is not None or len(np.unique(predictions.repeat)) > 1:
        return {}
    if not np.isfinite(predictions.probability).all():
        return {}
    return {"delong": {"roc_auc": area_interval(positive, predictions.probability[:, 1])}}
