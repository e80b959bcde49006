"""What a forecast study found: frozen figures, and the forecasts they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.evaluate.forecast.conformal import IntervalQuality
from auscult.evaluate.result import Comparison, Provenance
from auscult.types import Estimate, Finding, History, IntArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class SeriesSummary:
    """The data as the report tells of it; no value of a series is in here."""

    name: str
    n_series: int
    n_points: int
    target: str
    freq: str | None
    seasons: tuple[int, ...]
    covariates: tuple[str, ...]
    sha256: str
    kind: str = "series"
    terms: str | None = None
    ids: tuple[str, ...] = ()
    """The series that were forecast, in the order of their codes; those left out are not here."""
    lengths: tuple[int, ...] = ()
    """Points of each of them."""
    starts: tuple[str, ...] = ()
    """ISO stamp of the first point of each; empty where points are only numbered."""
    zone: str | None = None
    """Where the stamps are UTC: the time zone that they were said to be of."""


@dataclass(frozen=True)
class ForecastPlanSummary:
    """How time was split. ``folds`` counts fits, ``n_origins`` origins of one series."""

    kind: str
    horizon: int
    step: int
    gap: int
    window: int | None
    refit: int | None
    seed: int
    folds: int
    n_origins: int
    n_training: int
    """Points of all series that the first fit saw."""
    n_tested: int
    """Points that were forecast, each as often as it was."""
    every: int
    """Spacing of the origins that models learnt from, where they take one."""


@dataclass(frozen=True, eq=False)
class Tested:
    """What was forecast. Rows are origins, series after series within a fold."""

    series: IntArray
    """``(n_rows,)`` codes into the series that were forecast, ``SeriesSummary.ids``."""
    origin: IntArray
    """``(n_rows,)`` number of the first point that is not known."""
    fold: IntArray
    true: Values
    """``(n_rows, horizon)``; column h is the point ``origin + gap + h``."""


@dataclass(frozen=True, eq=False)
class Forecasts:
    """``(n_rows, horizon)`` forecasts of the tested points, with intervals where asked for."""

    forecast: Values
    low: Values | None = None
    high: Values | None = None


@dataclass(frozen=True)
class ForecastModelResult:
    """One row of the leaderboard."""

    model: str
    label: str
    params: Mapping[str, Any]
    metrics: Mapping[str, Estimate]
    """``r2``, ``mae``, ``rmse``, ``mape``, ``smape``, ``mase``, ``rmsse``, and ``skill``: one
    less the ratio of its MAE to that of the best baseline."""
    mae_by_step: tuple[float, ...]
    beats_baseline: bool | None
    """Whether its MAE is below the best baseline's; None for baselines."""
    fit_seconds: float
    """Of the fits whose forecasts are scored; a fit for calibration is not in here."""
    predict_seconds: float
    n_parameters: int | None
    baseline: bool
    predictions: Forecasts
    intervals: IntervalQuality | None = None
    histories: tuple[History, ...] = ()
    leaky: bool = False
    """Whether it was scaled with the help of the tested points: never the best."""


@dataclass(frozen=True)
class ForecastResult:
    """A finished study. ``models`` is sorted best first by ``headline``."""

    data: SeriesSummary
    plan: ForecastPlanSummary
    tested: Tested
    models: tuple[ForecastModelResult, ...]
    comparisons: tuple[Comparison, ...]
    best: str
    best_baseline: str
    headline: str
    provenance: Provenance
    warnings: tuple[Finding, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    """Models that gave no forecast, and why."""
    task: str = "forecast"

    def __getitem__(self, model: str) -> ForecastModelResult:
        for row in self.models:
            if row.model == model:
                return row
        raise KeyError(model)

    @property
    def winner(self) -> ForecastModelResult:
        return self[self.best]
