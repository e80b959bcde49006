"""What a study found: frozen figures, their intervals, and the predictions they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from auscult.evaluate.calibration.result import (
    Calibration,
    ChosenSensitivity,
    PredictionSets,
    Subgroup,
)
from auscult.evaluate.explain.result import Explanation
from auscult.evaluate.nested.result import Nested
from auscult.types import Column, Estimate, Finding, FloatArray, History, IntArray

SCHEMA = 1


@dataclass(frozen=True)
class DataSummary:
    """The data as the report tells of it; no case's values are in here."""

    name: str
    kind: str
    n_cases: int
    n_features: int
    n_channels: int
    n_timepoints: int
    target: str
    classes: tuple[str, ...]
    class_counts: tuple[int, ...]
    columns: tuple[Column, ...]
    n_missing: int
    n_duplicates: int
    sha256: str
    sampling_rate: float | None = None
    terms: str | None = None


@dataclass(frozen=True)
class Split:
    """One fit's part of a plan: indices of cases. No case is in two of the three."""

    repeat: int
    fold: int
    train: IntArray
    validation: IntArray
    test: IntArray


@dataclass(frozen=True)
class PlanSummary:
    """How the data was split. ``kind`` is ``given``, ``kfold`` or ``grouped``."""

    kind: str
    folds: int
    repeats: int
    seed: int
    group: str | None
    n_groups: int | None
    validation: str
    """In words: how large the validation part is, or why there is none."""
    splits: tuple[Mapping[str, int], ...] = ()
    """One entry a fit: ``repeat``, ``fold``, and cases in ``train``, ``validation``, ``test``."""
    leaky: str | None = None
    """Why figures of this plan leak, or None. A leaky figure is shown only beside the word."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """One row a tested case and repeat. ``case`` indexes the dataset, ``true`` its class codes."""

    case: IntArray
    repeat: IntArray
    fold: IntArray
    true: IntArray
    probability: FloatArray
    """``(n_rows, n_classes)``."""

    @property
    def predicted(self) -> IntArray:
        codes: IntArray = np.argmax(self.probability, axis=1)
        return codes


@dataclass(frozen=True)
class SweepRow:
    """One setting that a sweep tried. Its figure is of validation parts, never of test cases."""

    params: Mapping[str, Any]
    """What the grid sets, and to what."""
    validation: Estimate
    """The headline metric over the validation parts of all fits that gave a figure."""
    chosen: int
    """In how many fits it was the best on the fit's own validation part."""
    seconds: float
    failed: str | None = None
    """Why it gave no figure in some fit, or in any."""


@dataclass(frozen=True)
class ModelResult:
    """One row of the leaderboard."""

    model: str
    label: str
    params: Mapping[str, Any]
    metrics: Mapping[str, Estimate]
    confusion_matrix: tuple[tuple[float, ...], ...]
    """``[true][predicted]``, counts averaged over repeats (rows sum to the class's cases)."""
    per_class: tuple[Mapping[str, Estimate], ...]
    """One entry a class: ``sensitivity``, ``specificity``, ``precision``, ``f1``."""
    fit_seconds: float
    predict_seconds: float
    n_parameters: int | None
    baseline: bool
    histories: tuple[History, ...]
    predictions: Predictions
    leaky: str | None = None
    sweep: tuple[SweepRow, ...] = ()
    """The settings tried, in the grid's order, where this row is the best of a grid."""
    calibration: Calibration | None = None
    """Of the row's own probabilities, those after ``--calibrate`` where it was asked."""
    sets: PredictionSets | None = None
    chosen_sensitivity: ChosenSensitivity | None = None
    intervals: Mapping[str, Mapping[str, Estimate]] = field(default_factory=dict)
    """By other methods, to metric: ``corrected_t``, ``nested_cv``, ``delong``."""
    nested: Nested | None = None
    """Of the row *chosen inside*: what could be chosen, and how often each was."""


@dataclass(frozen=True)
class Comparison:
    """``difference = metric(a) - metric(b)`` on the same cases, with its paired test."""

    a: str
    b: str
    metric: str
    difference: Estimate
    p_value: float
    p_adjusted: float
    """Holm's correction over all comparisons of the study."""


@dataclass(frozen=True)
class Provenance:
    """How to repeat it."""

    command: str
    versions: Mapping[str, str]
    threads: int
    seconds: float
    device: str
    created: str
    """UTC, ISO 8601."""


@dataclass(frozen=True)
class Result:
    """A finished study. ``models`` is sorted best first by ``headline``."""

    data: DataSummary
    plan: PlanSummary
    models: tuple[ModelResult, ...]
    comparisons: tuple[Comparison, ...]
    best: str
    headline: str
    provenance: Provenance
    warnings: tuple[Finding, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    """Models that gave no figure, and why: left out by their tags, or failed in training."""
    task: str = "classification"
    subgroups: tuple[Subgroup, ...] = ()
    """The best model's figures by subgroup, where they were asked."""
    explanations: tuple[Explanation, ...] = ()
    """What the models look at, best first, where it was asked."""

    def __getitem__(self, model: str) -> ModelResult:
        for row in self.models:
            if row.model == model:
                return row
        raise KeyError(model)

    @property
    def winner(self) -> ModelResult:
        return self[self.best]
