"""The calibration of one model, with intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from auscult.evaluate.calibration.decision import decision_curve
from auscult.evaluate.calibration.error import (
    PARTS,
    brier_parts,
    calibration_error,
    error_by_chance,
)
from auscult.evaluate.calibration.result import Calibration
from auscult.evaluate.intervals import Units, estimate, observed, resample
from auscult.evaluate.metrics import Scorer
from auscult.evaluate.result import Predictions
from auscult.types import Estimate, FloatArray, IntArray


def calibration(
    predictions: Predictions, *, groups: IntArray | None = None, seed: int = 0
) -> Calibration | None:
    """Calibration error, parts of the Brier score and decision curve of test predictions.

    Each figure is of one repeat and averaged over repeats, its interval as of
    :func:`~auscult.evaluate.intervals.estimate_all`, save that of the calibration error: noise
    can only add to it, and resamples add some more, so its interval is the reversed one
    (:func:`reversed_interval`), and reaches down to 0 where a perfectly calibrated model could
    show as much.

    Returns
    -------
    Calibration or None
        None where a probability is not finite.
    """
    probability = predictions.probability
    if not len(probability) or not np.isfinite(probability).all():
        return None
    two = probability.shape[1] == 2

    def both(scorer: Scorer, weights: FloatArray) -> Mapping[str, FloatArray]:
        parts = brier_parts(scorer, weights) if two else {}
        return {**calibration_error(scorer, weights), **parts}

    count = Units.of(predictions, groups).count
    drawn = resample(predictions, both, groups=groups, seed=seed)
    values = observed(predictions, both)
    ece, (mean, most) = float(values["ece"]), _by_chance(predictions, seed)
    figure = reversed_interval(ece, drawn["ece"], count)
    return Calibration(
        ece=figure if ece > most or np.isnan(figure.low) else figure._replace(low=0.0),
        ece_by_chance=mean,
        brier={p: estimate(float(values[p]), drawn[p], count) for p in PARTS if two},
        decision=decision_curve(predictions, groups=groups, seed=seed) if two else None,
    )


def reversed_interval(value: float, drawn: FloatArray, n_units: int) -> Estimate:
    """The basic bootstrap interval, ``2 value - percentiles`` (Davison & Hinkley 1997, 5.2).

    For a figure that noise only adds to: resamples lie above it by about as much as it lies
    above the truth. Never below 0, and widened to hold the figure itself.
    """
    if np.isnan(value) or n_units < 2 or not np.isfinite(drawn).any():
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    ends = max(0.0, 2 * value - float(high)), max(0.0, 2 * value - float(low))
    return Estimate(value, min(value, ends[0]), max(value, ends[1]))


def _by_chance(predictions: Predictions, seed: int) -> tuple[float, float]:
    """Mean and 97.5th percentile of the error of a perfectly calibrated model, over repeats."""
    found = []
    for repeat in np.unique(predictions.repeat):
        rows = predictions.repeat == repeat
        scorer = Scorer(predictions.true[rows], predictions.probability[rows])
        found.append(error_by_chance(scorer, seed))
    mean, most = np.mean(found, axis=0)
    return float(mean), float(most)
