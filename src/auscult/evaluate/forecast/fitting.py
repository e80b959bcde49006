"""Fit one forecaster on every fold's past and let it forecast what came after."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.evaluate.forecast.plan import Fold, ForecastPlan
from auscult.types import History, IntArray

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Material:
    """The series of a study as forecasters take them.

    ``covariates`` hold in row ``i`` only what is known when point ``i`` is to be forecast.
    """

    panel: tuple[Values, ...]
    covariates: tuple[Values, ...] | None
    plan: ForecastPlan
    folds: tuple[Fold, ...]

    def past(self, start: IntArray, end: IntArray) -> tuple[list[Values], list[Values] | None]:
        """Points and covariates of each series from start to before end."""
        return _cut(self.panel, start, end), _cut_all(self.covariates, start, end)


@dataclass(frozen=True, eq=False)
class ForecastFits:
    """All fits of one model.

    ``forecast`` is ``(n_rows, horizon)``, rows as those of the study's tested points;
    ``calibration`` ``(n_origins, n_series, horizon)`` errors before the first fold's test part,
    or None where the training part is too short for any.
    """

    forecast: Values
    calibration: Values | None
    fit_seconds: float
    predict_seconds: float
    n_parameters: int | None
    histories: tuple[History, ...]


def fit_folds(
    estimator: Any, material: Material, calibrate: bool, told: Callable[[int], None]
) -> ForecastFits:
    """Forecasts of every fold's origins, each by a fit on the points before the fold's end."""
    parts, histories, seconds, fitted = [], [], np.zeros(2), None
    for fold in material.folds:
        fitted, spent = _fit(estimator, material, fold.start, fold.end)
        started = time.perf_counter()
        parts += _forecast(fitted, material, fold.start, fold.origins)
        seconds += spent, time.perf_counter() - started
        if hasattr(fitted, "history_"):
            histories.append(fitted.history_)
        told(fold.number + 1)
    return ForecastFits(
        np.concatenate(parts),
        _calibration(estimator, material) if calibrate else None,
        float(seconds[0]),
        float(seconds[1]),
        getattr(fitted, "n_parameters_", None),
        tuple(histories),
    )


def _fit(estimator: Any, material: Material, start: IntArray, end: IntArray) -> tuple[Any, float]:
    from sklearn.base import clone  # noqa: PLC0415  (heavy)

    y, X = material.past(start, end)
    started = time.perf_counter()
    fitted = clone(estimator).fit(y, X)
    return fitted, time.perf_counter() - started


def _forecast(
    fitted: Any, material: Material, start: IntArray, origins: Sequence[IntArray]
) -> list[Values]:
    """``(n_origins, horizon)`` of each series, the gap left out."""
    plan = material.plan
    latest = np.array([at[-1] if len(at) else 0 for at in origins])
    # Nothing behind the last origin is handed over, save what is known of covariates.
    y = _cut(material.panel, start, latest)
    X = _cut_all(material.covariates, start, latest + plan.reach)
    numbered = [at - first for at, first in zip(origins, start, strict=True)]
    found = fitted.forecast(y, numbered, plan.reach, X)
    return [rows[:, plan.gap :] for rows in found]


def _calibration(estimator: Any, material: Material) -> Values | None:
    """Errors of a fit that ends before the first fold does, on what it has not seen."""
    first, plan = material.folds[0], material.plan
    end, origins = plan.calibration(first)
    n_origins = min(len(at) for at in origins)
    if n_origins < 2:
        return None
    origins = tuple(at[-n_origins:] for at in origins)
    try:
        fitted, _ = _fit(estimator, material, first.start, end)
        found = _forecast(fitted, material, first.start, origins)
    except ValueError:  # what is left is too short for this forecaster
        return None
    true = truth(material, origins)
    errors = [row - t for row, t in zip(found, true, strict=True)]
    return np.stack(errors, axis=1)


def truth(material: Material, origins: Sequence[IntArray]) -> list[Values]:
    """``(n_origins, horizon)`` true values of each series."""
    plan = material.plan
    steps = plan.gap + np.arange(plan.horizon)
    return [y[at[:, None] + steps] for y, at in zip(material.panel, origins, strict=True)]


def _cut_all(
    arrays: Sequence[Values] | None, start: IntArray, end: IntArray
) -> list[Values] | None:
    return None if arrays is None else _cut(arrays, start, end)


def _cut(arrays: Sequence[Values], start: IntArray, end: IntArray) -> list[Values]:
    return [a[i:j] for a, i, j in zip(arrays, start, end, strict=True)]
