"""Shares and means of values a prediction has, with intervals over cases or groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from auscult.evaluate.intervals import Units, estimate, observed, resample
from auscult.evaluate.metrics import Scorer, divide
from auscult.evaluate.result import Predictions
from auscult.types import BoolArray, Estimate, FloatArray, IntArray

Ratio = tuple[FloatArray | BoolArray, FloatArray | BoolArray]


def ratio_estimates(
    predictions: Predictions,
    ratios: Mapping[str, Ratio],
    *,
    means: Collection[str] = (),
    groups: IntArray | None = None,
    seed: int = 0,
) -> dict[str, Estimate]:
    """A sum over a sum, averaged over repeats, with its 95 % interval.

    Parameters
    ----------
    predictions
        One row a tested case and repeat.
    ratios
        Name to numerator and denominator, ``(n_rows,)`` each; the denominator says which rows
        count.
    means
        The names that are no shares.
    groups, seed
        As of :func:`~auscult.evaluate.intervals.estimate_all`; so are the intervals.
    """
    names = list(ratios)
    columns = [np.asarray(part, dtype=np.float64) for name in names for part in ratios[name]]
    carried = replace(
        predictions, true=np.zeros_like(predictions.true), probability=np.column_stack(columns)
    )

    def statistic(scorer: Scorer, weights: FloatArray) -> Mapping[str, FloatArray]:
        sums = scorer.probability.T @ weights
        return {name: divide(sums[2 * i], sums[2 * i + 1]) for i, name in enumerate(names)}

    units = Units.of(predictions, groups)
    drawn = resample(carried, statistic, groups=groups, seed=seed)
    values = observed(carried, statistic)
    bases = {
        name: units.number(np.asarray(ratios[name][1], dtype=bool))
        for name in names
        if name not in means
    }
    return {
        name: estimate(float(values[name]), drawn[name], units.count, bases.get(name))
        for name in names
    }
