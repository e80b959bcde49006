"""Calibrate a model's test predictions, fit by fit, by what each fit kept aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from auscult.evaluate.calibration.error import calibration_error
from auscult.evaluate.calibration.figures import reversed_interval
from auscult.evaluate.calibration.kept import Kept, learned_on
from auscult.evaluate.calibration.result import Recalibration
from auscult.evaluate.calibration.scaling import Method, fit_map, heated, temperature
from auscult.evaluate.curves import reliability
from auscult.evaluate.intervals import Units, estimate, observed, resample
from auscult.evaluate.metrics import Scorer
from auscult.evaluate.result import Predictions
from auscult.types import Estimate, FloatArray, IntArray

FIGURES = ("accuracy", "roc_auc", "log_loss", "brier")


def recalibrate(
    method: Method,
    predictions: Predictions,
    kept: Sequence[Kept],
    *,
    groups: IntArray | None = None,
    seed: int = 0,
) -> tuple[Predictions, Recalibration]:
    """Calibrated predictions, and what calibration changed.

    A map is learned for each fit on the cases that it kept aside, and applied to the fit's test
    cases; no test case has a say in it.

    Parameters
    ----------
    method
        See :func:`~auscult.evaluate.calibration.scaling.fit_map`.
    predictions
        Of the test cases.
    kept
        One entry a fit.
    groups, seed
        As of :func:`~auscult.evaluate.intervals.estimate_all`.
    """
    probability = np.array(predictions.probability, dtype=np.float64)
    temperatures = []
    for one in kept:
        if method == "temperature":
            temperatures.append(temperature(one.probability, one.true))
            probability[one.rows] = heated(probability[one.rows], temperatures[-1])
        else:
            learned = fit_map(method, one.probability, one.true)
            probability[one.rows] = learned(probability[one.rows])
    after = replace(predictions, probability=probability)
    before, change = _compared(predictions, after, groups, seed)
    bins = two_sided(predictions)
    drawn = reliability(bins, 1)
    return after, Recalibration(
        method,
        learned_on(kept),
        before,
        change,
        tuple(temperatures),
        tuple(zip(drawn.predicted.tolist(), drawn.observed.tolist(), strict=True)),
    )


def two_sided(predictions: Predictions) -> Predictions:
    """With several classes: the likeliest class against being wrong."""
    if predictions.probability.shape[1] == 2:
        return predictions
    sure = predictions.probability.max(axis=1)
    right = (predictions.predicted == predictions.true).astype(np.int64)
    return replace(predictions, true=right, probability=np.column_stack([1 - sure, sure]))


def _compared(
    before: Predictions, after: Predictions, groups: IntArray | None, seed: int
) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    """The figures before, and after less before, over the same resamples."""

    def all_of(scorer: Scorer, weights: FloatArray) -> dict[str, FloatArray]:
        return {**scorer.scores(weights, FIGURES), **calibration_error(scorer, weights)}

    count = Units.of(before, groups).count
    drawn = [resample(p, all_of, groups=groups, seed=seed) for p in (before, after)]
    value = [observed(p, all_of) for p in (before, after)]
    names = (*FIGURES, "ece")
    was = {
        name: (reversed_interval if name == "ece" else estimate)(
            float(value[0][name]), drawn[0][name], count
        )
        for name in names
    }
    change = {
        name: estimate(
            float(value[1][name] - value[0][name]), drawn[1][name] - drawn[0][name], count
        )
        for name in names
    }
    return was, change
