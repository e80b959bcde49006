"""95 % intervals by a bootstrap over cases, or over groups where cases of one belong together.

Those of cross-validated figures are widened for what training on other cases would have changed
(:mod:`~auscult.evaluate.widening`); ``docs/intervals.md`` has the measurements behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from auscult.evaluate.metrics import COUNTED, METRICS, Scorer, chunk_size, mean_defined, per_class
from auscult.evaluate.result import Predictions
from auscult.evaluate.widening import few_units, widening
from auscult.types import BoolArray, Estimate, FloatArray, IntArray

N_RESAMPLES = 1000
Statistic = Callable[[Scorer, FloatArray], Mapping[str, FloatArray]]
"""Of a scorer and ``(n_rows, n_resamples)`` weights: name to ``(n_resamples, ...)``."""

_Z = 1.959963984540054
_BETWEEN = ("balanced_accuracy", "roc_auc", "average_precision", "f1_macro")
"""Metrics that stand on the rarest class as much as on any: its cases or groups are few first."""
_SHARES = ("accuracy", "balanced_accuracy", "roc_auc", "average_precision", "f1_macro")


def estimate_all(
    predictions: Predictions,
    *,
    groups: IntArray | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    metrics: Sequence[str] = METRICS,
) -> dict[str, Estimate]:
    """Every metric with its 95 % interval.

    A metric is computed for each repeat over the predictions of all its folds, then averaged
    over repeats. A resample draws cases (or groups) with replacement, the same ones in every
    repeat, so that repeats do not pass for more cases than there are. The interval is the 2.5th
    to 97.5th percentile of the resamples (Efron & Tibshirani 1993, chapter 13), stretched about
    the figure: for few cases or groups (:func:`~auscult.evaluate.widening.few_units`; those of the
    rarest class for figures that compare classes), and in
    cross-validation for training on other cases (:func:`~auscult.evaluate.widening.widening`).
    It is of the expected figure of models trained on samples of this size. For a single test set
    training is not resampled: the interval is of the model at hand.

    Where a share is exactly 0 or 1 every resample is the same and the interval would have no
    width; Wilson's (1927) is given then, counting cases (groups, where given) for the accuracy
    and those of the smallest class for the other shares.

    Parameters
    ----------
    predictions
        One row a tested case and repeat.
    groups
        ``(n_cases_of_dataset,)`` codes, indexed by ``predictions.case``; or None.
    n_resamples
        Resamples; ones that lack a class which a metric needs are left out for that metric.
    seed
        The same seed draws the same cases for every model.
    metrics
        The ones to give.

    Returns
    -------
    dict
        Metric to its estimate; bounds are NaN with fewer than two cases (or groups), and where
        a metric is undefined in more than half of the resamples.
    """

    def wanted(scorer: Scorer, weights: FloatArray) -> Mapping[str, FloatArray]:
        return scorer.scores(weights, metrics)

    units = Units.of(predictions, groups)
    drawn = by_repeat(predictions, wanted, groups=groups, n_resamples=n_resamples, seed=seed)
    values = observed(predictions, wanted)
    smallest = int(units.with_class(predictions.true, predictions.probability.shape[1]).min())
    bases = dict.fromkeys(_SHARES, smallest) | {"accuracy": units.count}
    return {
        name: estimate(
            float(values[name]),
            mean_defined(drawn[name], axis=0),
            smallest if name in _BETWEEN else units.count,
            bases.get(name),
            widening(drawn[name], predictions, hard=name in COUNTED),
        )
        for name in metrics
    }


def estimate_per_class(
    predictions: Predictions,
    *,
    groups: IntArray | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> tuple[dict[str, Estimate], ...]:
    """Sensitivity, specificity, precision and F1 of each class, as :func:`estimate_all`.

    Repeats in which a figure is undefined (a class never predicted has no precision) are left
    out of its mean.
    """
    units = Units.of(predictions, groups)
    drawn = by_repeat(predictions, _by_class, groups=groups, n_resamples=n_resamples, seed=seed)
    values = observed(predictions, _by_class)
    n = predictions.probability.shape[1]
    actual = units.with_class(predictions.true, n)
    rest = np.array([units.number(predictions.true != code) for code in range(n)])
    called = units.with_class(predictions.predicted, n)
    bases = {"sensitivity": actual, "specificity": rest, "precision": called, "f1": actual}
    return tuple(
        {
            name: estimate(
                float(values[name][code]),
                mean_defined(drawn[name][:, :, code], axis=0),
                units.count,
                int(basis[code]),
                widening(drawn[name][:, :, code], predictions, hard=True),
            )
            for name, basis in bases.items()
        }
        for code in range(n)
    )


@dataclass(frozen=True, eq=False)
class Units:
    """What a resample draws: cases, or groups."""

    of_row: IntArray
    """``(n_rows,)`` the unit of each prediction, from 0."""
    count: int

    @classmethod
    def of(cls, predictions: Predictions, groups: IntArray | None) -> Units:
        name = predictions.case if groups is None else np.asarray(groups)[predictions.case]
        distinct, of_row = np.unique(name, return_inverse=True)
        return cls(of_row, len(distinct))

    def number(self, rows: BoolArray) -> int:
        """How many units these rows are of."""
        return len(np.unique(self.of_row[rows]))

    def with_class(self, codes: IntArray, n_classes: int) -> IntArray:
        """``(n_classes,)`` how many units have a row of each class."""
        return np.array([self.number(codes == code) for code in range(n_classes)])


def resample(
    predictions: Predictions,
    statistic: Statistic,
    *,
    groups: IntArray | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> dict[str, FloatArray]:
    """A statistic over bootstrap resamples, averaged over repeats.

    Two models with predictions of the same cases get the same draws from the same seed, so
    their resamples are paired.

    Returns
    -------
    dict
        Name to ``(n_resamples, ...)``.
    """
    drawn = by_repeat(predictions, statistic, groups=groups, n_resamples=n_resamples, seed=seed)
    return {name: mean_defined(values, axis=0) for name, values in drawn.items()}


def by_repeat(
    predictions: Predictions,
    statistic: Statistic,
    *,
    groups: IntArray | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> dict[str, FloatArray]:
    """As :func:`resample`, each repeat by itself: name to ``(n_repeats, n_resamples, ...)``."""
    units = Units.of(predictions, groups)
    repeats = tuple(_repeats(predictions))
    parts = [
        [statistic(scorer, drawn[units.of_row[rows]]) for rows, scorer in repeats]
        for drawn in _draws(units.count, n_resamples, len(predictions.case), seed)
    ]
    return {
        name: np.stack(
            [np.concatenate([part[place][name] for part in parts]) for place in range(len(repeats))]
        )
        for name in parts[0][0]
    }


def observed(predictions: Predictions, statistic: Statistic) -> dict[str, FloatArray]:
    """A statistic of the predictions as they are, averaged over repeats; name to ``(...)``."""
    found = _mean([statistic(s, np.ones((len(rows), 1))) for rows, s in _repeats(predictions)])
    return {name: values[0] for name, values in found.items()}


def estimate(
    value: float,
    drawn: FloatArray,
    n_units: int,
    basis: int | None = None,
    widen: float = 1.0,
    signed: bool = False,
) -> Estimate:
    """A figure with the percentile interval of its resamples, stretched about the figure.

    Parameters
    ----------
    value
        The figure.
    drawn
        ``(n_resamples,)`` the same figure in resamples, NaN where undefined.
    n_units
        Cases or groups drawn from.
    basis
        For a share: how many cases or groups it is a share of; its interval is Wilson's where
        the share is exactly 0 or 1, and never leaves 0 to 1.
    widen
        How much further than for few cases or groups.
    signed
        Whether the figure may fall below 0 where no resample does: a difference.
    """
    if basis and value in (0.0, 1.0):
        return Estimate(value, *wilson(value, basis))
    defined = drawn[~np.isnan(drawn)]
    if np.isnan(value) or n_units < 2 or 2 * len(defined) < len(drawn) or not len(defined):
        return Estimate(value, float("nan"), float("nan"))
    low, high = (float(end) for end in np.percentile(defined, [2.5, 97.5]))
    stretch = few_units(n_units) * widen
    low = value - stretch * max(0.0, value - low)
    high = value + stretch * max(0.0, high - value)
    least = 0.0 if not signed and min(value, defined.min()) >= 0 else -np.inf
    return Estimate(value, max(low, least), high if basis is None else min(high, 1.0))


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's (1927) 95 % interval of a share of ``n``; both NaN where ``n`` is 0."""
    if n == 0:
        return float("nan"), float("nan")
    centre = share + _Z**2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    low, high = (centre - half) / scale, (centre + half) / scale
    return min(max(0.0, low), share), max(min(1.0, high), share)


def _by_class(scorer: Scorer, weights: FloatArray) -> Mapping[str, FloatArray]:
    return per_class(scorer.confusion(weights))


def _repeats(predictions: Predictions) -> Iterator[tuple[IntArray, Scorer]]:
    """The rows of each repeat, and their scorer."""
    for repeat in np.unique(predictions.repeat):
        rows = np.flatnonzero(predictions.repeat == repeat)
        yield rows, Scorer(predictions.true[rows], predictions.probability[rows])


def _draws(n_units: int, n_resamples: int, n_rows: int, seed: int) -> Iterator[FloatArray]:
    """``(n_units, some resamples)`` how often each unit is drawn, until all are drawn."""
    rng = np.random.default_rng(seed)
    step = chunk_size(max(n_units, n_rows))
    for start in range(0, n_resamples, step):
        size = min(step, n_resamples - start)
        cells = rng.integers(n_units, size=(size, n_units)) * size + np.arange(size)[:, None]
        counts = np.bincount(cells.ravel(), minlength=n_units * size)
        yield counts.reshape(n_units, size).astype(np.float64)


def _mean(parts: list[Mapping[str, FloatArray]]) -> dict[str, FloatArray]:
    return {
        name: mean_defined(np.array([part[name] for part in parts]), axis=0) for name in parts[0]
    }
