"""Permutation importance: how much worse a model answers without one part of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from auscult.evaluate.explain.parts import PartName, exchanged
from auscult.evaluate.explain.result import Importance
from auscult.evaluate.inputs import FitInput
from auscult.evaluate.intervals import estimate, observed, resample
from auscult.evaluate.metrics import HIGHER_IS_BETTER, Scorer
from auscult.evaluate.result import Predictions
from auscult.train.threads import threads_for
from auscult.types import FloatArray, IntArray

SHUFFLES = {"table": 5, "signals": 3}
N_RESAMPLES = 500
_AT_ONCE = 4_000_000  # values of cases that a model is asked about in one call


def answers(fitted: Any, X: FloatArray, n_classes: int) -> FloatArray:
    """``(n_cases, n_classes)`` probabilities of a fitted model, in the order of all classes."""
    probability = np.zeros((len(X), n_classes))
    with threads_for(X):
        probability[:, fitted.classes_] = fitted.predict_proba(X)
    return probability


@dataclass(eq=False)
class Permutation:
    """Gathers the answers of a model's fits to test cases whole, and with each part exchanged.

    A part is exchanged among the test cases of a fit: each case gets the values of another one
    (Breiman 2001; Fisher, Rudin & Dominici 2019), so that the part keeps its distribution and
    loses its tie to the case. Every part meets the same exchanges.
    """

    names: tuple[PartName, ...]
    n_classes: int
    n_shuffles: int
    seed: int
    rows: list[tuple[IntArray, IntArray, IntArray]] = field(default_factory=list)
    whole: list[FloatArray] = field(default_factory=list)
    parted: list[FloatArray] = field(default_factory=list)
    """Each ``(n_parts, n_shuffles, n_cases, n_classes)``."""

    def add(self, one: FitInput, fitted: Any, cases: IntArray, features: IntArray) -> None:
        """Ask one fit about its test cases."""
        X, split = one.X[cases], one.split
        rng = np.random.default_rng([self.seed, split.repeat, split.fold])
        donors = [_others(len(cases), rng) for _ in range(self.n_shuffles)]
        self.rows.append(
            (cases, np.full(len(cases), split.repeat), np.full(len(cases), split.fold))
        )
        self.whole.append(answers(fitted, X, self.n_classes))
        self.parted.append(self._parted(fitted, X, donors, features))

    def _parted(
        self, fitted: Any, X: FloatArray, donors: Sequence[IntArray], features: IntArray
    ) -> FloatArray:
        asked = [(part, who) for part in self.names for who in donors]
        step = max(1, _AT_ONCE // X.size)
        found = []
        for start in range(0, len(asked), step):
            block = [exchanged(X, who, part, features) for part, who in asked[start : start + step]]
            found.append(answers(fitted, np.concatenate(block), self.n_classes))
        shape = (len(self.names), self.n_shuffles, len(X), self.n_classes)
        return np.concatenate(found).reshape(shape)

    def importance(
        self, metric: str, true: IntArray, groups: IntArray | None
    ) -> tuple[Importance, ...]:
        """The drop of a metric for each part, with its 95 % interval.

        The metric is that of all folds' predictions together, averaged over repeats and
        exchanges; the interval is a bootstrap over cases (or groups), the same draws with and
        without the exchange. ``true`` and ``groups`` are those of the whole dataset.
        """
        whole = self._predictions(np.concatenate(self.whole)[None], true)
        parted = np.concatenate(self.parted, axis=2)
        base, drawn = _scores(whole, metric, groups, self.seed)
        n_units = len(np.unique(whole.case if groups is None else groups[whole.case]))
        sign = 1.0 if HIGHER_IS_BETTER[metric] else -1.0
        found = []
        for part, probability in zip(self.names, parted, strict=True):
            value, draws = _scores(self._predictions(probability, true), metric, groups, self.seed)
            drop = estimate(sign * (base - value), sign * (drawn - draws), n_units)
            found.append(Importance(part.name, drop, part.channel, part.start, part.stop))
        return tuple(found)

    def _predictions(self, probability: FloatArray, true: IntArray) -> Predictions:
        """Of ``(n_exchanges, n_rows, n_classes)``; each exchange of a repeat is a repeat."""
        case, repeat, fold = (np.concatenate(parts) for parts in zip(*self.rows, strict=True))
        n = self.n_shuffles
        spread = np.broadcast_to(probability, (n, *probability.shape[1:]))
        each = np.repeat(np.arange(n), len(case))
        return Predictions(
            case=np.tile(case, n),
            repeat=np.tile(repeat, n) * n + each,
            fold=np.tile(fold, n),
            true=true[np.tile(case, n)],
            probability=spread.reshape(-1, self.n_classes),
        )


def _others(n: int, rng: np.random.Generator) -> IntArray:
    """For each case another one, each once: a random circle."""
    order = rng.permutation(n)
    donors = np.empty(n, dtype=np.int64)
    donors[order] = np.roll(order, 1)
    return donors


def _scores(
    predictions: Predictions, metric: str, groups: IntArray | None, seed: int
) -> tuple[float, FloatArray]:
    def wanted(scorer: Scorer, weights: FloatArray) -> dict[str, FloatArray]:
        return scorer.scores(weights, (metric,))

    drawn = resample(predictions, wanted, groups=groups, n_resamples=N_RESAMPLES, seed=seed)
    return float(observed(predictions, wanted)[metric]), drawn[metric]
