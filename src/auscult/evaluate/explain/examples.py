"""A few test signals, chosen by a fixed rule, with what their time points spoke for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.explain.attribution import moments
from auscult.evaluate.explain.result import ExplainedCase, Neighbour, Row
from auscult.evaluate.inputs import FitInput
from auscult.models.dtw.path import warping_path
from auscult.models.knn_dtw import KNNDTW
from auscult.types import FloatArray, IntArray

RULES = ("surest right", "least sure right", "surest wrong")
MOST_CLASSES = 6
"""Classes of which signals are shown, the first ones."""


@dataclass(frozen=True, eq=False)
class Picked:
    """A case that a rule picked, and how sure the model was; the surest or least sure stays."""

    rule: str
    case: int
    true: int
    predicted: int
    probability: float

    @property
    def order(self) -> tuple[float, int]:
        """Lowest first; of equals the first case."""
        least = self.rule == "least sure right"
        return (self.probability if least else -self.probability), self.case


def picked(cases: IntArray, true: IntArray, probability: FloatArray) -> Iterator[Picked]:
    """Of each class the right answers of highest and lowest probability, and the surest wrong one.

    Parameters
    ----------
    cases, true
        ``(n_cases,)`` numbers in the dataset and class codes.
    probability
        ``(n_cases, n_classes)``.
    """
    predicted = probability.argmax(axis=1)
    sure = probability.max(axis=1)
    for code in range(min(probability.shape[1], MOST_CLASSES)):
        for rule in RULES:
            wrong = rule == "surest wrong"
            rows = np.flatnonzero((true == code) & ((predicted != true) == wrong))
            found = [
                Picked(rule, int(cases[r]), code, int(predicted[r]), float(sure[r])) for r in rows
            ]
            if found:
                yield min(found, key=lambda p: p.order)


@dataclass(eq=False)
class Examples:
    """The explained signals of one model; a later fit's case takes the place of a lesser one."""

    dataset: Dataset
    shown: dict[tuple[int, str], tuple[Picked, ExplainedCase]] = field(default_factory=dict)

    def add(self, one: FitInput, fitted: Any, cases: IntArray, probability: FloatArray) -> None:
        """Look at the tested cases of one fit; only those of the first repeat are shown."""
        if one.split.repeat:
            return
        better = [p for p in picked(cases, self.dataset.y[cases], probability) if self._better(p)]
        if not better:
            return
        for pick, case in zip(better, self._explained(one, fitted, better), strict=True):
            self.shown[pick.true, pick.rule] = (pick, case)

    @property
    def cases(self) -> tuple[ExplainedCase, ...]:
        """By class, then by rule."""
        found = sorted(self.shown, key=lambda key: (key[0], RULES.index(key[1])))
        seen: set[int] = set()
        kept = []
        for key in found:
            case = self.shown[key][1]
            if case.case not in seen:  # the only right one is both the surest and the least sure
                kept.append(case)
            seen.add(case.case)
        return tuple(kept)

    def _better(self, pick: Picked) -> bool:
        held = self.shown.get((pick.true, pick.rule))
        return held is None or pick.order < held[0].order

    def _explained(self, one: FitInput, fitted: Any, picks: list[Picked]) -> list[ExplainedCase]:
        X = one.X[[p.case for p in picks]]
        if isinstance(fitted, KNNDTW):
            near = _neighbours(one, fitted, X, self.dataset)
            return [
                _case(one, p, x, "warping-path", (), n)
                for p, x, n in zip(picks, X, near, strict=True)
            ]
        codes = np.array([p.predicted for p in picks])
        found = moments(fitted, X, codes, one.X[one.split.train])
        if found is None:
            return [_case(one, p, x, "", (), None) for p, x in zip(picks, X, strict=True)]
        return [
            _case(one, p, x, found.method, _rows(w, _length(x)), None)
            for p, x, w in zip(picks, X, found.values, strict=True)
        ]


def _case(
    one: FitInput,
    pick: Picked,
    signal: FloatArray,
    method: str,
    weight: tuple[Row, ...],
    neighbour: Neighbour | None,
) -> ExplainedCase:
    return ExplainedCase(
        case=pick.case,
        fold=one.split.fold,
        true=pick.true,
        predicted=pick.predicted,
        probability=pick.probability,
        chosen=pick.rule,
        signal=_rows(signal, _length(signal)),
        method=method,
        weight=weight,
        neighbour=neighbour,
    )


def _length(signal: FloatArray) -> int:
    return int((~np.isnan(signal).all(axis=0)).sum())


def _rows(values: FloatArray, length: int) -> tuple[Row, ...]:
    """Rounded to six digits: they are drawn, not computed with."""
    return tuple(tuple(float(f"{v:.6g}") for v in row[:length]) for row in values)


def _neighbours(
    one: FitInput, fitted: KNNDTW, X: FloatArray, dataset: Dataset
) -> Iterator[Neighbour]:
    distances, indices = fitted.kneighbors(X, 1)
    for signal, distance, index in zip(X, distances[:, 0], indices[:, 0], strict=True):
        case = int(one.training[index])
        other = one.X[case]
        a, b = (s[:, : _length(s)] for s in (signal, other))
        path = warping_path(a, b, cost=fitted.cost, window=fitted._window)
        yield Neighbour(
            case=case,
            true=int(dataset.y[case]),
            distance=float(distance),
            signal=_rows(other, _length(other)),
            path=tuple((int(i), int(j)) for i, j in path),
        )
