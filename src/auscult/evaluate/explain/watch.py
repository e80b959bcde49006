"""Looks at every fitted model with its test cases, while a study runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.explain.attribution import NEEDS_SHAP
from auscult.evaluate.explain.columns import ColumnAttributions
from auscult.evaluate.explain.examples import Examples
from auscult.evaluate.explain.memory import measure, summary
from auscult.evaluate.explain.parts import column_of_feature, part_names
from auscult.evaluate.explain.permutation import SHUFFLES, Permutation
from auscult.evaluate.explain.result import Explanation
from auscult.evaluate.inputs import FitInput
from auscult.evaluate.result import ModelResult
from auscult.models.majority import Majority
from auscult.models.recurrent import RecurrentNetwork
from auscult.train.estimator import NetworkClassifier
from auscult.types import FloatArray, IntArray

MOST_CASES = 300
"""Test cases of a fit that a model is asked about again; evenly spaced where there are more."""
_MEMORY_CASES = 8
"""Test cases of a fit whose memory is measured."""


class Explainer:
    """Explanations of all models of a study.

    Parameters
    ----------
    dataset
        The study's cases.
    headline
        The metric whose drop is an importance.
    seed
        Of exchanges and intervals.
    """

    def __init__(self, dataset: Dataset, headline: str, seed: int) -> None:
        self.dataset, self.headline, self.seed = dataset, headline, seed
        self._watches: dict[str, Watch] = {}

    def watch(self, model: str) -> Watch:
        """What one model's fits are shown to."""
        names, n_classes = part_names(self.dataset), len(self.dataset.classes)
        permutation = Permutation(names, n_classes, SHUFFLES[self.dataset.kind], self.seed)
        self._watches[model] = Watch(self.dataset, permutation)
        return self._watches[model]

    def explanations(self, rows: Sequence[ModelResult]) -> tuple[Explanation, ...]:
        """What the models of these rows look at; none of one whose fits were not shown."""
        watches = ((row.model, self._watches.get(row.model)) for row in rows)
        return tuple(
            self._explanation(model, watch)
            for model, watch in watches
            if watch is not None and watch.permutation.whole
        )

    def _explanation(self, model: str, watch: Watch) -> Explanation:
        groups = self.dataset.groups
        return Explanation(
            model=model,
            metric=self.headline,
            importance=watch.permutation.importance(self.headline, self.dataset.y, groups),
            n_shuffles=watch.permutation.n_shuffles,
            attributions=watch.columns.gathered(),
            cases=watch.examples.cases,
            memory=summary(watch.memories) if watch.memories else None,
            note=watch.note,
        )


@dataclass(eq=False)
class Watch:
    """Gathers what the fits of one model look at."""

    dataset: Dataset
    permutation: Permutation
    memories: list[tuple[str, int, list[FloatArray]]] = field(default_factory=list)
    note: str = ""

    def __post_init__(self) -> None:
        self.columns = ColumnAttributions(self.dataset)
        self.examples = Examples(self.dataset)

    def __call__(self, one: FitInput, fitted: Any) -> None:
        """Look at one fitted model and the cases that it never saw."""
        if isinstance(fitted, Majority):
            return
        cases = thinned(one.split.test, MOST_CASES)
        table = self.dataset.kind == "table"
        features = column_of_feature(self.dataset, one) if table else np.arange(0)
        self.permutation.add(one, fitted, cases, features)
        probability = self.permutation.whole[-1]
        if table:
            self.columns.add(one, fitted, cases, probability, features)
        else:
            self.examples.add(one, fitted, cases, probability)
        self._note(fitted)
        if isinstance(fitted, NetworkClassifier):
            self._remember(one, fitted.network_, cases)

    def _note(self, fitted: Any) -> None:
        shown = self.columns.values or any(case.method for case in self.examples.cases)
        trees = type(fitted).__name__ in ("RandomForest", "GradientBoosting")
        self.note = NEEDS_SHAP if trees and not shown else ""

    def _remember(self, one: FitInput, network: Any, cases: IntArray) -> None:
        if not isinstance(network, RecurrentNetwork):
            return
        if network.shape.kind == "table" and network.settings.feed == "row":
            return  # one step has nothing to remember
        chosen = thinned(cases, _MEMORY_CASES)
        self.memories.append(measure(network, one.stacked[chosen]))


def thinned(cases: IntArray, most: int) -> IntArray:
    """At most ``most`` of the cases, evenly spaced."""
    if len(cases) <= most:
        return cases
    kept: IntArray = cases[np.linspace(0, len(cases) - 1, most).round().astype(int)]
    return kept
