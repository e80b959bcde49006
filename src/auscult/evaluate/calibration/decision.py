"""Decision curves: is it worth acting on what a model says?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from auscult.evaluate.calibration.result import DecisionCurve
from auscult.evaluate.intervals import Units, estimate, observed, resample
from auscult.evaluate.metrics import Scorer, divide
from auscult.evaluate.result import Predictions
from auscult.types import FloatArray, IntArray

THRESHOLDS: Final[FloatArray] = np.round(np.arange(0.02, 0.99, 0.02), 2)


def decision_curve(
    predictions: Predictions, *, groups: IntArray | None = None, seed: int = 0
) -> DecisionCurve:
    """Net benefit of acting on the second class's probability (Vickers & Elkin 2006).

    Who acts from a probability ``t`` on says that a missed case is as bad as ``(1 - t) / t``
    cases treated in vain. Net benefit is the share of true positives less that of false
    positives times ``t / (1 - t)``: the unit is a true positive for nothing.

    Parameters
    ----------
    predictions
        Of two classes.
    groups, seed
        As of :func:`~auscult.evaluate.intervals.estimate_all`.
    """
    count = Units.of(predictions, groups).count
    drawn = resample(predictions, _statistic, groups=groups, seed=seed)["net_benefit"]
    values = observed(predictions, _statistic)["net_benefit"]
    found = [estimate(float(v), drawn[:, i], count) for i, v in enumerate(values)]
    everyone = treat_all(float(np.mean(predictions.true == 1)), THRESHOLDS)
    return DecisionCurve(
        threshold=tuple(THRESHOLDS.tolist()),
        net_benefit=tuple(one.value for one in found),
        low=tuple(one.low for one in found),
        high=tuple(one.high for one in found),
        treat_all=tuple(everyone.tolist()),
    )


def net_benefit(
    true: IntArray, probability: FloatArray, thresholds: FloatArray, weights: FloatArray
) -> FloatArray:
    """``(n_thresholds, n_resamples)`` net benefit; a case is treated from the threshold on.

    Parameters
    ----------
    true
        ``(n_cases,)`` codes, 1 for those who have it.
    probability
        ``(n_cases,)`` of code 1.
    thresholds
        Rising, between 0 and 1.
    weights
        ``(n_cases, n_resamples)``.
    """
    reached = np.searchsorted(thresholds, probability, side="right")
    order = np.argsort(reached, kind="stable")
    places, starts = np.unique(reached[order], return_index=True)
    positive = (true == 1)[order, None]
    hits, alarms = (
        _treated(weights[order] * side, places, starts, len(thresholds))
        for side in (positive, ~positive)
    )
    odds = thresholds / (1 - thresholds)
    return divide(hits - alarms * odds[:, None], weights.sum(axis=0))


def treat_all(prevalence: float, thresholds: FloatArray) -> FloatArray:
    """Net benefit of treating everyone: ``π - (1 - π) t / (1 - t)``."""
    benefit: FloatArray = prevalence - (1 - prevalence) * thresholds / (1 - thresholds)
    return benefit


def _statistic(scorer: Scorer, weights: FloatArray) -> Mapping[str, FloatArray]:
    found = net_benefit(scorer.true, scorer.probability[:, 1], THRESHOLDS, weights)
    return {"net_benefit": found.T}


def _treated(weights: FloatArray, places: IntArray, starts: IntArray, n: int) -> FloatArray:
    """Weight of the cases that reach each threshold."""
    reached = np.zeros((n + 1, weights.shape[1]))
    reached[places] = np.add.reduceat(weights, starts, axis=0)
    treated: FloatArray = np.cumsum(reached[::-1], axis=0)[::-1][1:]
    return treated
