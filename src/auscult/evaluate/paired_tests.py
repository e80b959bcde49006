"""Tests of two models on the same cases, and the correction for asking often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from auscult.evaluate.intervals import Units
from auscult.evaluate.metrics import COUNTED, Scorer, chunk_size, of_confusion
from auscult.evaluate.result import Predictions
from auscult.types import BoolArray, FloatArray, IntArray

_FLIPS = (999, 9999)
_FLIP_BUDGET = 100_000_000
_TABLE = 10_000_000
_BY_RANK = ("roc_auc", "average_precision")


def corrected_t_test(differences: FloatArray, test_share: float) -> float:
    """Two-sided p-value of the corrected resampled t-test (Nadeau & Bengio 2003).

    Parameters
    ----------
    differences
        ``(n_fits,)`` one a fold and repeat, two or more.
    test_share
        Test cases over training cases of a fit.
    """
    from scipy.stats import t  # noqa: PLC0415  (heavy)

    n = len(differences)
    mean, variance = float(np.mean(differences)), float(np.var(differences, ddof=1))
    if variance <= 1e-24:
        return 1.0 if abs(mean) <= 1e-12 else 0.0
    return float(2 * t.sf(abs(mean) / np.sqrt((1 / n + test_share) * variance), df=n - 1))


def sign_flip_test(
    a: Predictions, b: Predictions, metric: str, *, groups: IntArray | None = None, seed: int = 0
) -> float:
    """Two-sided p-value of swapping the two models' answers on random cases, or groups.

    ``a`` and ``b`` hold the same cases in the same order.
    """
    if metric == "accuracy" and groups is None and len(np.unique(a.repeat)) == 1:
        return _mcnemar(a.predicted == a.true, b.predicted == b.true)
    units = Units.of(a, groups)
    n_flips = int(np.clip(_FLIP_BUDGET // (2 * len(a.case)), *_FLIPS))
    every = units.count < 31 and 2**units.count <= n_flips
    step = chunk_size(2 * len(a.case))
    if every:
        flips = _all_flips(units.count, step)
    else:
        flips = _random_flips(units.count, n_flips, step, seed)
    pair = _pair(a, b, metric, units)
    seen = abs(pair.differences(np.ones((units.count, 1)))[0])
    if np.isnan(seen):
        return float("nan")
    swapped = np.abs(np.concatenate([pair.differences(part) for part in flips]))
    extreme = np.isnan(swapped) | (swapped >= seen - 1e-12)
    return float(extreme.mean()) if every else float((1 + extreme.sum()) / (1 + n_flips))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) adjusted p-values, in the order given; NaN stays NaN and counts."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(scaled))
    return [float(value) for value in adjusted]


def _pair(a: Predictions, b: Predictions, metric: str, units: Units) -> _Pair | _CountedPair:
    small = units.count * a.probability.shape[1] ** 2 <= _TABLE
    finite = np.isfinite(a.probability).all() and np.isfinite(b.probability).all()
    kind = _CountedPair if metric in COUNTED and small and finite else _Pair
    return kind(a, b, metric, units)


class _Pair:
    """Two models' predictions, one above the other, so that a swap is a change of weights."""

    def __init__(self, a: Predictions, b: Predictions, metric: str, units: Units) -> None:
        self._metric = metric
        self._repeats = []
        for repeat in np.unique(a.repeat):
            rows = np.flatnonzero(a.repeat == repeat)
            both = [a.probability[rows], b.probability[rows]]
            if metric in _BY_RANK:
                both = [_ranked(probability) for probability in both]
            true = np.concatenate([a.true[rows], b.true[rows]])
            self._repeats.append((units.of_row[rows], Scorer(true, np.concatenate(both))))

    def differences(self, keep: FloatArray) -> FloatArray:
        """``(n_flips,)`` from ``(n_units, n_flips)``: 1 keeps a unit's answers, 0 swaps them."""
        total = np.zeros(keep.shape[1])
        for unit, scorer in self._repeats:
            kept = keep[unit]
            first = np.concatenate([kept, 1 - kept])
            total += scorer.scores(first, (self._metric,))[self._metric]
            total -= scorer.scores(1 - first, (self._metric,))[self._metric]
        return total / len(self._repeats)


class _CountedPair:
    """As :class:`_Pair` for metrics of the confusion matrix: counts a unit are enough."""

    def __init__(self, a: Predictions, b: Predictions, metric: str, units: Units) -> None:
        self._metric = metric
        self._n_classes = a.probability.shape[1]
        self._repeats = []
        for repeat in np.unique(a.repeat):
            rows = np.flatnonzero(a.repeat == repeat)
            tables = (self._table(p, rows, units) for p in (a, b))
            self._repeats.append(tuple(tables))

    def _table(self, p: Predictions, rows: IntArray, units: Units) -> FloatArray:
        """``(n_units, n_classes**2)`` cases of each cell of the confusion matrix."""
        size = self._n_classes**2
        cell = p.true[rows] * self._n_classes + np.argmax(p.probability[rows], axis=1)
        flat = np.bincount(units.of_row[rows] * size + cell, minlength=units.count * size)
        return flat.reshape(units.count, size).astype(np.float64)

    def differences(self, keep: FloatArray) -> FloatArray:
        """As :meth:`_Pair.differences`."""
        total = np.zeros(keep.shape[1])
        for table_a, table_b in self._repeats:
            first = keep.T @ (table_a - table_b) + table_b.sum(axis=0)
            second = (table_a + table_b).sum(axis=0) - first
            total += self._score(first) - self._score(second)
        return total / len(self._repeats)

    def _score(self, cells: FloatArray) -> FloatArray:
        return of_confusion(cells.reshape(-1, self._n_classes, self._n_classes))[self._metric]


def _mcnemar(right_a: BoolArray, right_b: BoolArray) -> float:
    from scipy.stats import binomtest  # noqa: PLC0415  (heavy)

    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    if only_a + only_b == 0:
        return 1.0
    return float(binomtest(only_a, only_a + only_b, 0.5).pvalue)


def _all_flips(n_units: int, step: int) -> Iterator[FloatArray]:
    for start in range(0, 2**n_units, step):
        pattern = np.arange(start, min(start + step, 2**n_units))
        yield ((pattern[None, :] >> np.arange(n_units)[:, None]) & 1).astype(np.float64)


def _random_flips(n_units: int, n_flips: int, step: int, seed: int) -> Iterator[FloatArray]:
    rng = np.random.default_rng(seed)
    for start in range(0, n_flips, step):
        # Bits are drawn a flip after the other, so that the step does not change them.
        size = (min(step, n_flips - start), n_units)
        yield (rng.random(size) < 0.5).T.astype(np.float64)


def _ranked(probability: FloatArray) -> FloatArray:
    """Each column as mid-ranks."""
    columns = []
    for column in probability.T:
        ordered = np.sort(column)
        below, up_to = (np.searchsorted(ordered, column, side) for side in ("left", "right"))
        columns.append((below + up_to) / 2)
    return np.stack(columns, axis=1)
