"""A row of the leaderboard: the figures of one model, or of what answers like one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.fitting import Fits
from auscult.evaluate.intervals import estimate_all, estimate_per_class
from auscult.evaluate.metrics import confusion
from auscult.evaluate.nested.others import other_intervals
from auscult.evaluate.result import ModelResult, PlanSummary, Predictions
from auscult.evaluate.trust import Trust


def model_row(
    model: str,
    label: str,
    params: Mapping[str, Any],
    baseline: bool,
    fits: Fits,
    dataset: Dataset,
    plan: PlanSummary,
    trusted: Trust,
) -> ModelResult:
    """Every figure with its interval, from predictions of the fits' test cases."""
    predictions, groups = trusted.predictions, dataset.groups
    return ModelResult(
        model=model,
        label=label,
        params=params,
        metrics=estimate_all(predictions, groups=groups, seed=plan.seed),
        confusion_matrix=_confusion(predictions, len(dataset.classes)),
        per_class=estimate_per_class(predictions, groups=groups, seed=plan.seed),
        fit_seconds=fits.fit_seconds,
        predict_seconds=fits.predict_seconds,
        n_parameters=fits.n_parameters,
        baseline=baseline,
        histories=fits.histories,
        predictions=predictions,
        leaky=plan.leaky,
        calibration=trusted.calibration,
        sets=trusted.sets,
        chosen_sensitivity=trusted.sensitivity,
        intervals=other_intervals(predictions, groups),
    )


def _confusion(predictions: Predictions, n_classes: int) -> tuple[tuple[float, ...], ...]:
    """Counts averaged over repeats."""
    counts = confusion(predictions.true, predictions.predicted, n_classes)
    mean = counts / len(np.unique(predictions.repeat))
    return tuple(tuple(float(c) for c in row) for row in mean)
