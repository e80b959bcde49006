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
    estimator: Any, material: Material, calibrate: bool, told: Callable[[float, str], None]
) -> ForecastFits:
    """Forecasts of every fold's origins, each by a fit on the points before the fold's end."""
    ends = [(fold.start, fold.end) for fold in material.folds]
    calibration = _calibration_part(material) if calibrate else None
    if calibration is not None:
        ends.append((material.folds[0].start, calibration[0]))
    fits, seconds = _fit_all(estimator, material, ends, told)
    for fit in fits[: len(material.folds)]:
        if isinstance(fit, Exception):
            raise fit
    started = time.perf_counter()
    parts = [
        rows
        for fit, fold in zip(fits, material.folds, strict=False)
        for rows in _forecast(fit, material, fold.start, fold.origins)
    ]
    predicted = time.perf_counter() - started
    histories = [fit.history_ for fit in fits[: len(material.folds)] if hasattr(fit, "history_")]
    return ForecastFits(
        np.concatenate(parts),
        None if calibration is None else _calibration(fits[-1], material, calibration[1]),
        seconds,
        predicted,
        getattr(fits[0], "n_parameters_", None),
        tuple(histories),
    )


def _fit_all(
    estimator: Any,
    material: Material,
    ends: Sequence[tuple[IntArray, IntArray]],
    told: Callable[[float, str], None],
) -> tuple[list[Any], float]:
    """A fit on each past, or why there is none, and the seconds of those that forecast.

    Networks are trained side by side; the time of one that only calibrates is taken out by its
    share.
    """
    pasts = [material.past(start, end) for start, end in ends]
    n_folds = len(material.folds)
    if hasattr(estimator, "fit_many"):
        started = time.perf_counter()
        fits = estimator.fit_many(pasts, told)
        return fits, (time.perf_counter() - started) * n_folds / len(pasts)
    fits, seconds = [], np.zeros(len(pasts))
    for i, (y, X) in enumerate(pasts):
        started = time.perf_counter()
        fits.append(_fit(estimator, y, X, may_fail=i >= n_folds))
        seconds[i] = time.perf_counter() - started
        told((i + 1) / len(pasts), f"fit {i + 1} of {len(pasts)}")
    return fits, float(seconds[:n_folds].sum())


def _fit(estimator: Any, y: list[Values], X: list[Values] | None, *, may_fail: bool) -> Any:
    from sklearn.base import clone  # noqa: PLC0415  (heavy)

    try:
        return clone(estimator).fit(y, X)
    except ValueError as error:  # what is left is too short for this forecaster
        if not may_fail:
            raise
        return error


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


def _calibration_part(material: Material) -> tuple[IntArray, tuple[IntArray, ...]] | None:
    """Where a fit ends that calibrates, before the first fold does, and origins behind it."""
    end, origins = material.plan.calibration(material.folds[0])
    n_origins = min(len(at) for at in origins)
    return None if n_origins < 2 else (end, tuple(at[-n_origins:] for at in origins))


def _calibration(fitted: Any, material: Material, origins: Sequence[IntArray]) -> Values | None:
    """Errors on what the fit has not seen; None where there is no fit."""
    if isinstance(fitted, Exception):
        return None
    try:
        found = _forecast(fitted, material, material.folds[0].start, origins)
    except ValueError:  # too few points before the first origin
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
