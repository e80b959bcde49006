"""Forecasts of series, and what they are worth: ``forecast``, ``forecaster``, ``read_series``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NoReturn, Self

from auscult.api import require_folder
from auscult.data.catalog import catalog
from auscult.data.series.dataset import SeriesData
from auscult.data.series.named import read_series
from auscult.errors import InputError
from auscult.evaluate.forecast.ahead import Ahead, forecast_ahead
from auscult.evaluate.forecast.asked import (
    conformal_kind,
    given_seasons,
    require_fitting,
    sound_forecaster,
    taken_seasons,
    training_points,
)
from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import ForecastResult
from auscult.evaluate.forecast.study import FAILURES, run_forecast
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.under_way import under_way
from auscult.models.forecast.spec import ForecastSpec, Task, parse_forecasters
from auscult.report.forecast.run_folder import write_forecast_run
from auscult.report.forecast.verdict import verdict
from auscult.types import Finding

__all__ = [
    "Ahead",
    "ForecastStudyResult",
    "forecast",
    "forecaster",
    "read_series",
]


@dataclass(frozen=True)
class ForecastStudyResult(ForecastResult):
    """A finished forecast study, with what a person does next.

    ``series`` is the data it is of and ``future`` what the best model says follows them, where
    they are at hand.
    """

    series: SeriesData | None = None
    future: Ahead | None = None

    @classmethod
    def of(cls, result: ForecastResult, series: SeriesData | None = None) -> Self:
        return cls(
            **{f.name: getattr(result, f.name) for f in fields(ForecastResult)}, series=series
        )

    @property
    def verdict(self) -> tuple[str, ...]:
        """What the study found, in a few sentences."""
        return verdict(self._bare)

    def ahead(
        self,
        data: str | Path | SeriesData | None = None,
        *,
        model: str | None = None,
        progress: StudyProgress | None = None,
        **options: Any,
    ) -> Ahead:
        """What follows the data: a model fitted on all points forecasts the study's horizon.

        Parameters
        ----------
        data
            The same series with later points: a file, a catalog name, or series that were read;
            None takes the study's own.
        model
            A model of the study; None takes the best.
        progress
            Told what happens.
        **options
            Of :func:`read_series`.

        Raises
        ------
        InputError
            There are no data, or they are not like the study's.
        """
        if data is None and model is None and self.future is not None:
            return self.future
        if data is None and self.series is None:
            raise InputError("this study was loaded without its series. Give them: ahead(data).")
        series = self.series if data is None else _as_series(data, options)
        assert series is not None
        return forecast_ahead(series, self._bare, model=model, progress=progress)

    def with_ahead(self, progress: StudyProgress | None = None) -> Self:
        """The same with what follows the data; where the best model fails, with a warning."""
        try:
            return replace(self, future=self.ahead(progress=progress))
        except FAILURES as error:
            message = f"'{self.best}' gave no forecast beyond the data: {error}"
            return replace(self, warnings=(*self.warnings, Finding("no-forecast-ahead", message)))

    def save(self, folder: str | Path) -> Path:
        """Write ``result.json``, ``predictions.csv`` and ``report.html`` into a run folder.

        With the data at hand also ``forecast.csv``: what follows them. All appear together: a
        failure or a signal leaves what was there before.
        """
        told = self.with_ahead() if self.future is None and self.series is not None else self
        return write_forecast_run(told._bare, folder, ahead=told.future)

    def keep(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: a forecaster is fitted on all points known by then, so none is kept.

        Raises
        ------
        InputError
            Always; it says what forecasts instead.
        """
        raise InputError(
            "a forecaster is not kept: what comes next is forecast by a model fitted on all "
            "points known by then. Use auscult predict RUN SERIES, or ahead(data)."
        )

    @property
    def _bare(self) -> ForecastResult:
        return ForecastResult(**{f.name: getattr(self, f.name) for f in fields(ForecastResult)})


def _as_series(data: str | Path | SeriesData, options: Mapping[str, Any]) -> SeriesData:
    return data if isinstance(data, SeriesData) else read_series(data, **options)


def forecast(
    data: str | Path | SeriesData,
    *,
    horizon: int | None = None,
    season: int | Sequence[int] | None = None,
    models: str | Sequence[str] | None = None,
    plan: str = "rolling",
    test: int | None = None,
    step: int | None = None,
    gap: int = 0,
    window: int | None = None,
    refit: int | None = None,
    intervals: str = "adaptive",
    level: float = 0.9,
    headline: str = "mae",
    seed: int = 0,
    out: str | Path | None = None,
    command: str = "",
    progress: StudyProgress | None = None,
    **options: Any,
) -> ForecastStudyResult:
    """Forecast from origin after origin with every model, and tell what each is worth.

    Parameters
    ----------
    data
        A file, a catalog name, or series that were read.
    horizon
        Points ahead. The published plan is one point ahead, whatever is not said.
    season
        Points of a season, or of several; 1 says that there is none. None takes what is usual
        for the step between points, where the data is long enough.
    models
        Names of forecasters with settings, as ``"ridge:lags=672,gradient-boosting"``; None for
        the defaults. The baselines are always among them.
    plan
        ``rolling`` or ``published``.
    test, step, gap, window, refit
        Of :class:`~auscult.evaluate.forecast.plan.ForecastPlan`: points tested at the end,
        points between origins, points left out behind an origin, points that a fit sees, origins
        after which models are fitted anew.
    intervals, level
        Prediction intervals: ``adaptive``, ``split`` or ``none``; the coverage they are to have.
    headline
        The metric that the leaderboard is sorted by.
    seed
        Where all chance starts.
    out
        A run folder to write. Fits of networks are kept in it as they are made: the same call
        goes on where an earlier one was stopped, to the same figures.
    command
        What the report names as the way to repeat the study.
    progress
        Told what happens.
    **options
        Of :func:`read_series`.

    Returns
    -------
    ForecastStudyResult
        Figures with intervals, forecasts, warnings; with ``out`` also what follows the data.

    Raises
    ------
    InputError
        The data, the plan or a model's settings are wrong.
    """
    split = _plan(plan, horizon, test, step, gap, window, refit, seed)
    kind = conformal_kind(intervals)
    given = given_seasons(season)
    if options.get("fill") == "season" and given:
        options = {"season": given[0], **options}
    series = _as_series(data, options)
    if out is not None:
        require_folder(Path(out))
    n_points = training_points(series, split)
    seasons, findings = taken_seasons(series, given, n_points)
    specs = parse_forecasters(models, seasons)
    require_fitting(specs, models, Task(split.reach, seasons), n_points)
    folder = None if out is None else Path(out)
    with under_way(folder, command, series.sha256):
        result = run_forecast(
            series,
            split,
            specs,
            seasons=seasons,
            headline=headline,
            level=level,
            conformal=kind,
            command=command,
            terms=_terms(series),
            progress=progress,
        )
        told = replace(result, warnings=(*findings, *result.warnings))
        study = ForecastStudyResult.of(told, series)
        if folder is not None:
            study = study.with_ahead(progress)
            study.save(folder)
    return study


def forecaster(name: str, **settings: Any) -> Any:
    """A forecaster of the table by its name, with ``fit(y, X=None)`` and ``predict(horizon)``.

    Parameters
    ----------
    name
        As ``auscult models`` lists it: ``ridge``, ``gradient-boosting``, …
    **settings
        Of that forecaster; ``horizon`` is what a direct one is fitted for.

    Raises
    ------
    InputError
        There is no such forecaster or setting.
    """
    return sound_forecaster(ForecastSpec(name, settings), Task(), where="forecaster")


def _plan(
    plan: str,
    horizon: int | None,
    test: int | None,
    step: int | None,
    gap: int,
    window: int | None,
    refit: int | None,
    seed: int,
) -> ForecastPlan:
    if horizon is None and plan == "rolling":
        raise InputError("how many points ahead? Say --horizon 24, or another number.")
    ahead = 1 if horizon is None else horizon
    return ForecastPlan(plan, ahead, test, step, gap, window, refit, seed)  # type: ignore[arg-type]


def _terms(data: SeriesData) -> str | None:
    entry = catalog().get(data.name)
    known = entry is not None and any(file.sha256 == data.sha256 for file in entry.files)
    return entry.terms if entry is not None and known else None
