"""Forecasts beyond the data, by a model that a study measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.data.series.dataset import Series, SeriesData
from auscult.data.series.grid import times_after
from auscult.errors import InputError, did_you_mean
from auscult.evaluate.forecast.conformal import split_widths
from auscult.evaluate.forecast.material import require_whole
from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.evaluate.progress import Silent, StudyProgress
from auscult.models.forecast.spec import Task, parse_forecasters
from auscult.train.forecasters import build
from auscult.types import Finding, IntArray

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ahead:
    """What follows each series, by one model fitted on all of its points.

    Parameters
    ----------
    model
        Its name in the study.
    level
        The coverage that the intervals are to have.
    starts
        The ISO stamp of the first point forecast of each series; None where points are numbered.
    freq
        The step between points as pandas names it; None where they are numbered.
    ids
        Names of the series.
    forecast, low, high
        ``(n_series, horizon)`` in the data's unit; the interval's ends are None without one.
    findings
        What to know of these forecasts.
    """

    model: str
    level: float
    starts: tuple[str | None, ...]
    freq: str | None
    ids: tuple[str, ...]
    forecast: Values
    low: Values | None = None
    high: Values | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def horizon(self) -> int:
        return int(self.forecast.shape[1])

    def first(self, steps: int) -> Ahead:
        """The same, of the first ``steps`` steps only."""
        low = None if self.low is None else self.low[:, :steps]
        high = None if self.high is None else self.high[:, :steps]
        return replace(self, forecast=self.forecast[:, :steps], low=low, high=high)


def forecast_ahead(
    data: SeriesData,
    result: ForecastResult,
    *,
    model: str | None = None,
    progress: StudyProgress | None = None,
) -> Ahead:
    """Fit a model of a study on all points and forecast the study's horizon beyond them.

    Half widths of the intervals are split conformal quantiles (Lei et al. 2018), step by step, of
    the model's errors on the points that the study tested. A study with a sliding window fits on
    the last window; one with a gap leaves as many points out before the first forecast.

    Parameters
    ----------
    data
        The study's series, or the same series with later points.
    result
        The study.
    model
        A model of the study by its name; None takes the best.
    progress
        Told what happens.

    Raises
    ------
    InputError
        The data are not like the study's, or it has no such model.
    """
    row = _row(result, model)
    _require_alike(data, result)
    chosen = _tested_series(data, result)
    for series in chosen:
        require_whole(series, data)
    covariates, findings = _covariates(chosen, data, result)
    told = progress or Silent()
    name = f"{row.model} on all points"
    told.model_started(name, 1)
    try:
        forecast = _forecast(chosen, covariates, row.model, result)
    except BaseException as error:
        told.model_finished(name, f"failed: {error or type(error).__name__}")
        raise
    n = result.plan.horizon
    told.model_finished(name, f"{n} step{'s' if n > 1 else ''} ahead")
    half, few = _half_widths(row, result)
    return Ahead(
        model=row.model,
        level=row.intervals.level if row.intervals else float("nan"),
        starts=tuple(_start(series, data, result.plan.gap) for series in chosen),
        freq=data.freq,
        ids=tuple(series.id for series in chosen),
        forecast=forecast,
        low=None if half is None else forecast - half,
        high=None if half is None else forecast + half,
        findings=(*_not_studied(chosen, data), *findings, *few),
    )


def _row(result: ForecastResult, model: str | None) -> ForecastModelResult:
    names = [row.model for row in result.models]
    if model is not None and model not in names:
        raise InputError(
            f"the study has no model '{model}'. {did_you_mean(model, names)}", where="--models"
        )
    row = result[model or result.best]
    if row.leaky:
        raise InputError(
            f"'{row.model}' is leaky: its errors say nothing of the future. Name another model.",
            where="--models",
        )
    return row


def _require_alike(data: SeriesData, result: ForecastResult) -> None:
    """Refuse data that the study's figures are not of."""
    study = result.data
    if data.freq != study.freq:
        raise InputError(
            f"its step is {_step(data.freq)}, the study's is {_step(study.freq)}. Make a study of "
            "it: auscult forecast.",
            where=data.name,
        )
    if data.covariates != study.covariates:
        raise InputError(
            f"its covariates are {_named(data.covariates)}, the study's {_named(study.covariates)}."
            " Name the same with --known and --unknown.",
            where=data.name,
        )


def _tested_series(data: SeriesData, result: ForecastResult) -> list[Series]:
    """The series that the study tested, in the order of their codes."""
    ids, known = result.data.ids, {series.id: series for series in data.series}
    if len(ids) == len(data.series) == 1:  # called by its column, which may have another name
        return list(data.series)
    missing = [name for name in ids if name not in known]
    if missing:
        raise InputError(
            f"it lacks {len(missing)} of the study's {len(ids)} series (first: '{missing[0]}'). "
            "Make a study of it: auscult forecast.",
            where=data.name,
        )
    return [known[name] for name in ids]


def _not_studied(series: Sequence[Series], data: SeriesData) -> tuple[Finding, ...]:
    out = len(data.series) - len(series)
    if not out:
        return ()
    message = (
        f"{out} of {len(data.series)} series were not tested in the study: they have no forecast."
    )
    return (Finding("series-not-studied", message),)


def _forecast(
    series: Sequence[Series],
    covariates: list[Values] | None,
    model: str,
    result: ForecastResult,
) -> Values:
    """``(n_series, horizon)`` forecasts beyond the points of each series."""
    plan = result.plan
    reach = plan.gap + plan.horizon
    estimator = _estimator(model, Task(reach, result.data.seasons, plan.every, plan.seed))
    # Points before a sliding window are as far away as they were in the study.
    starts = [max(0, len(s.values) - (plan.window or len(s.values))) for s in series]
    y = [np.asarray(s.values[i:], dtype=np.float64) for s, i in zip(series, starts, strict=True)]
    X = future = None
    if covariates is not None:
        X = [rows[i:-reach] for rows, i in zip(covariates, starts, strict=True)]
        future = [rows[-reach:] for rows in covariates]
    rows = estimator.fit(y, X).predict(reach, future)
    found = np.stack(rows)[:, plan.gap :]
    if not np.isfinite(found).all():
        raise InputError(f"{model} on all points gave a forecast that is not finite.")
    return found


def _estimator(model: str, task: Task) -> Any:
    """An unfitted forecaster with the settings that the study gave it."""
    specs = {str(spec): spec for spec in parse_forecasters([model], task.seasons)}
    return build(specs[model], task)


def _covariates(
    series: Sequence[Series], data: SeriesData, result: ForecastResult
) -> tuple[list[Values] | None, tuple[Finding, ...]]:
    """``(n_points + reach, n_covariates)`` of each series, as the study's models saw them.

    Row ``i`` holds what is known when point ``i`` is to be forecast. A covariate that is known
    ahead, but of which the file does not say enough, is left out.
    """
    reach = result.plan.gap + result.plan.horizon
    columns, out = [], []
    for number, name in enumerate(data.covariates):
        parts = [_extended(one, number, data.known_ahead[number], reach) for one in series]
        if any(np.isnan(part).any() for part in parts):
            out.append(name)
        else:
            columns.append(parts)
    found = [np.column_stack(parts) for parts in zip(*columns, strict=True)] if columns else None
    if not out:
        return found, ()
    message = (
        f"The file does not say {_named(out)} of the next {reach} points: the forecast beyond the "
        "data does without, and was not measured so."
    )
    return found, (Finding("future-unknown", message, mend="Write these rows into the file"),)


def _extended(series: Series, number: int, known: bool, reach: int) -> Values:
    """One covariate of the series' points and of ``reach`` points beyond."""
    values = np.asarray(series.covariates[:, number], dtype=np.float64)
    if not known:
        return np.concatenate([np.repeat(values[:1], reach), values])
    said = series.future[:reach, number] if len(series.future) else np.empty(0)
    return np.concatenate([values, said, np.full(reach - len(said), np.nan)])


def _half_widths(
    row: ForecastModelResult, result: ForecastResult
) -> tuple[Values | None, tuple[Finding, ...]]:
    """``(n_series, horizon)`` half widths; None where the study made none, or tested too little.

    The quantile of ``n`` errors promises a coverage of ``n / (n + 1)`` at most: where a step has
    fewer than the level takes, the errors of all steps stand together.
    """
    if row.intervals is None:
        return None, ()
    tested, level = result.tested, row.intervals.level
    errors = row.predictions.forecast - tested.true
    unit = _units(errors, tested.series)
    pooled = (errors / unit[tested.series][:, None])[:, None, :]
    if len(errors) >= level / (1 - level):
        return unit[:, None] * split_widths(pooled, level), ()
    if errors.size < level / (1 - level):
        message = f"{errors.size} tested errors are too few for intervals that hold {level:.0%}."
        return None, (Finding("few-errors", message, "note", mend="--test N"),)
    message = (
        f"Each step was tested {len(errors)} times, too few for intervals of its own: those of the "
        "forecast beyond the data are of all steps together."
    )
    half = split_widths(pooled.reshape(-1, 1, 1), level)
    return unit[:, None] * np.repeat(half, errors.shape[1])[None], (
        Finding("few-errors", message, "note", mend="--test N"),
    )


def _units(errors: Values, series: IntArray) -> Values:
    """``(n_series,)`` the mean absolute error of each, where those of a panel are pooled."""
    counts = np.bincount(series)
    if len(counts) == 1:
        return np.ones(1)
    unit = np.bincount(series, np.abs(errors).mean(axis=1)) / counts
    return np.where(unit > 0, unit, 1.0)


def _start(series: Series, data: SeriesData, gap: int) -> str | None:
    """The stamp of the first point that is forecast."""
    if series.times is None or data.freq is None:
        return None
    times = times_after(series.times[-1], gap + 1, freq=data.freq, step=data.step)
    whole = times[-1].astype("datetime64[s]")
    return str(whole if whole == times[-1] else times[-1])


def _step(freq: str | None) -> str:
    return freq or "not known (numbered points)"


def _named(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names) or "none"
