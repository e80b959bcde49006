"""A forecast study: series, a plan and forecasters in; a result out, earned on later points."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.data.series.dataset import SeriesData
from auscult.errors import DivergedError, InputError
from auscult.evaluate.forecast.conformal import CONFORMAL, ConformalKind
from auscult.evaluate.forecast.findings import row_findings
from auscult.evaluate.forecast.fitting import ForecastFits, Material, fit_folds, truth
from auscult.evaluate.forecast.material import make_material, series_findings
from auscult.evaluate.forecast.metrics import FORECAST_METRICS, HIGHER_IS_BETTER, naive_scales
from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import (
    ForecastModelResult,
    ForecastPlanSummary,
    ForecastResult,
    SeriesSummary,
    Tested,
)
from auscult.evaluate.forecast.scoring import Scoring, mae_by_step, plain_params
from auscult.evaluate.progress import Silent, StudyProgress
from auscult.evaluate.provenance import provenance
from auscult.models.forecast.checks import seasons_of
from auscult.models.forecast.spec import ForecastSpec, Task
from auscult.train.forecasters import build

FAILURES = (ValueError, DivergedError, np.linalg.LinAlgError, MemoryError)

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Entry:
    """A model of the study with its fits."""

    spec: ForecastSpec
    label: str
    estimator: Any
    fits: ForecastFits
    sums: Values

    @property
    def name(self) -> str:
        return str(self.spec)

    @property
    def leaky(self) -> bool:
        return _is_leaky(self.estimator)

    @property
    def baseline(self) -> bool:
        return bool(self.spec.named_class.tags.baseline)


def run_forecast(
    data: SeriesData,
    plan: ForecastPlan,
    specs: Sequence[ForecastSpec],
    *,
    seasons: int | Sequence[int] = (),
    headline: str = "mae",
    level: float = 0.9,
    conformal: ConformalKind | None = "adaptive",
    command: str = "",
    terms: str | None = None,
    progress: StudyProgress | None = None,
) -> ForecastResult:
    """Forecast every origin of the plan with every model, and gather what they are worth.

    Parameters
    ----------
    data
        The series, without gaps.
    plan
        From which origins they are forecast.
    specs
        The forecasters, baselines among them.
    seasons
        Points of a season, or of several; given to every forecaster that takes one.
    headline
        The metric that the leaderboard is sorted by.
    level, conformal
        Coverage that prediction intervals are to have, and their kind: ``adaptive``, ``split``,
        or None for no intervals (which saves one fit a model).
    command
        What repeats this study, for the report.
    terms
        The data's terms of use, where known.
    progress
        Told what happens.

    Raises
    ------
    InputError
        The data, the plan or a model's settings are wrong, or no model gave a forecast.
    MissingExtraError
        A model needs a package that is not installed.
    """
    started = time.perf_counter()
    _check(headline, level, conformal)
    material, kept = make_material(data, plan)
    taken = seasons_of(seasons)
    task = Task(plan.reach, taken, plan.every(taken), plan.seed)
    estimators = [(spec, _build(spec, task, material)) for spec in specs]
    scoring = _scoring(material, taken)
    entries, failed = [], {}
    told = progress or Silent()
    for spec, estimator in estimators:
        outcome = _attempt(str(spec), estimator, material, conformal is not None, told)
        if isinstance(outcome, str):
            failed[str(spec)] = outcome
        else:
            sums = scoring.sums(outcome.forecast)
            entries.append(Entry(spec, spec.label_beside(specs), estimator, outcome, sums))
    if not any(entry.baseline for entry in entries):
        why = "; ".join(failed.values()) or "no baseline is among the models"
        raise InputError(f"no baseline gave a forecast: {why}")
    baseline = min((e for e in entries if e.baseline), key=_mae)
    rows = [_row(entry, baseline, scoring, conformal, level) for entry in entries]
    rows.sort(key=lambda row: _order(row, headline))
    return ForecastResult(
        data=_data_summary(data, kept, taken, terms),
        plan=_plan_summary(material, task),
        tested=scoring.tested,
        models=tuple(rows),
        comparisons=scoring.compare({e.name: e.sums for e in entries}, baseline.name),
        best=rows[0].model,
        best_baseline=baseline.name,
        headline=headline,
        provenance=provenance(command, time.perf_counter() - started),
        warnings=(
            *data.findings,
            *series_findings(data, kept),
            *row_findings(rows, baseline.name),
        ),
        failed=failed,
    )


def _check(headline: str, level: float, conformal: str | None) -> None:
    if headline not in FORECAST_METRICS:
        raise InputError(f"no metric is called '{headline}'. Known: {', '.join(FORECAST_METRICS)}.")
    if not 0.5 <= level < 1:
        raise InputError(f"the level is from 0.5 to below 1, not {level}.", where="--level")
    if conformal is not None and conformal not in CONFORMAL:
        raise InputError(f"intervals are {' or '.join(CONFORMAL)}, not '{conformal}'.")


def _build(spec: ForecastSpec, task: Task, material: Material) -> Any:
    """The forecaster; one that is to leak gets the range of the tested points."""
    estimator = build(spec, task)
    if _is_leaky(estimator) and len(material.panel) == 1:
        y = material.panel[0][material.folds[0].end[0] :]
        estimator.set_params(bounds=(float(y.min()), float(y.max())))
    return estimator


def _is_leaky(estimator: Any) -> bool:
    return getattr(estimator, "scaling", None) == "leaky"


def _attempt(
    name: str, estimator: Any, material: Material, calibrate: bool, progress: StudyProgress
) -> ForecastFits | str:
    """All fits of a model, or why there are none; one that fails does not end the study."""
    progress.model_started(name, len(material.folds))
    try:
        fits = fit_folds(estimator, material, calibrate, partial(progress.advanced, name))
        if not np.isfinite(fits.forecast).all():
            raise DivergedError("a forecast is not finite")
    except FAILURES as error:
        progress.model_finished(name, f"failed: {error}")
        return f"failed: {error}"
    progress.model_finished(name, f"{fits.fit_seconds + fits.predict_seconds:.1f} s")
    return fits


def _scoring(material: Material, seasons: Sequence[int]) -> Scoring:
    """The tested points, row after row in the order that fits give forecasts in."""
    series, origin, fold, number, true = [], [], [], [], []
    before = 0
    for one in material.folds:
        for code, (at, rows) in enumerate(
            zip(one.origins, truth(material, one.origins), strict=True)
        ):
            series.append(np.full(len(at), code))
            origin.append(at)
            fold.append(np.full(len(at), one.number))
            number.append(before + np.arange(len(at)))
            true.append(rows)
        before += len(one.origins[0])
    tested = Tested(*(np.concatenate(part) for part in (series, origin, fold, true)))
    season = seasons[0] if seasons else 1
    scale = naive_scales(material.panel, material.folds[0].end, season)[tested.series]
    totals = np.bincount(tested.series, tested.true.sum(axis=1))
    counts = np.bincount(tested.series) * tested.true.shape[1]
    centre = (totals / counts)[tested.series]
    return Scoring(tested, np.concatenate(number), centre, scale, material.plan)


def _mae(entry: Entry) -> float:
    total = entry.sums.sum(axis=0)
    return float(total[1] / total[0])


def _row(
    entry: Entry, best: Entry, scoring: Scoring, conformal: ConformalKind | None, level: float
) -> ForecastModelResult:
    fits = entry.fits
    predictions, quality = scoring.intervals(fits, conformal or "split", level)
    return ForecastModelResult(
        model=entry.name,
        label=entry.label,
        params=plain_params(entry.estimator.get_params(deep=False)),
        metrics=scoring.metrics(entry.sums, best.sums),
        mae_by_step=mae_by_step(scoring.tested.true, fits.forecast),
        beats_baseline=None if entry.baseline else _mae(entry) < _mae(best),
        fit_seconds=fits.fit_seconds,
        predict_seconds=fits.predict_seconds,
        n_parameters=fits.n_parameters,
        baseline=entry.baseline,
        predictions=predictions,
        intervals=quality,
        histories=fits.histories,
        leaky=entry.leaky,
    )


def _order(row: ForecastModelResult, headline: str) -> tuple[bool, float, int, int]:
    """Best first, and what leaks last; of equals the baseline, then the smaller."""
    value = row.metrics[headline].value
    signed = -value if headline in HIGHER_IS_BETTER else value
    worst = float("inf") if np.isnan(signed) else signed
    return row.leaky, worst, not row.baseline, row.n_parameters or 0


def _data_summary(
    data: SeriesData, kept: Sequence[int], seasons: tuple[int, ...], terms: str | None
) -> SeriesSummary:
    series = data.take(kept).series
    return SeriesSummary(
        name=data.name,
        n_series=len(data.series),
        n_points=sum(len(series.values) for series in data.series),
        target=data.target,
        freq=data.freq,
        seasons=seasons,
        covariates=data.covariates,
        sha256=data.sha256,
        terms=terms,
        ids=tuple(one.id for one in series),
        lengths=tuple(one.n_points for one in series),
        starts=tuple(_stamp(one.times[0]) for one in series if one.times is not None),
        zone=data.zone,
    )


def _stamp(time: np.datetime64) -> str:
    """ISO 8601, to the second where that says all."""
    whole = time.astype("datetime64[s]")
    return str(whole if whole == time else time)


def _plan_summary(material: Material, task: Task) -> ForecastPlanSummary:
    plan, first = material.plan, material.folds[0]
    n_origins = sum(len(fold.origins[0]) for fold in material.folds)
    return ForecastPlanSummary(
        kind=plan.kind,
        horizon=plan.horizon,
        step=plan.spacing,
        gap=plan.gap,
        window=plan.window,
        refit=plan.refit,
        seed=plan.seed,
        folds=len(material.folds),
        n_origins=n_origins,
        n_training=int((first.end - first.start).sum()),
        n_tested=n_origins * len(material.panel) * plan.horizon,
        every=task.every,
    )
