"""Run folders: what an earlier study left, and what goes on from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auscult.api import load as load_study
from auscult.data.series.dataset import SeriesData
from auscult.errors import InputError
from auscult.evaluate.forecast.ahead import Ahead
from auscult.evaluate.forecast.result import ForecastResult
from auscult.evaluate.forecast.serialize import load as load_forecast
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.result_files import RESULT
from auscult.forecasting import ForecastStudyResult
from auscult.report.answers import require_writable, write_whole
from auscult.report.forecast.run_folder import ahead_csv
from auscult.studies import StudyResult


def load(folder: str | Path) -> StudyResult | ForecastStudyResult:
    """The result of a run folder that an earlier study wrote, of cases or of a series."""
    return read_run(folder) if is_forecast_run(folder) else load_study(folder)


def read_run(folder: str | Path) -> ForecastStudyResult:
    """The result of a run folder that ``auscult forecast`` wrote.

    Raises
    ------
    InputError
        It is none, or was changed since.
    """
    if _task(folder) not in ("forecast", None):
        raise InputError(
            "holds no forecasts. Name a run folder of auscult forecast.", where=str(folder)
        )
    return ForecastStudyResult.of(load_forecast(folder))


def is_forecast_run(folder: str | Path) -> bool:
    """Whether a folder is one that ``auscult forecast`` wrote."""
    return _task(folder) == "forecast"


def require_not_a_run(path: str | Path) -> None:
    """Refuse the run folder of a study of cases where a file to train on is due."""
    if _task(path) is not None:
        raise InputError(
            "is the run folder of a study of cases, which holds no models. Name the file it was "
            "of: auscult predict TRAIN CASES.",
            where=str(path),
        )


def _task(folder: str | Path) -> str | None:
    """What the study of a run folder was of; None where it is no run folder."""
    try:
        content = json.loads((Path(folder) / RESULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(content.get("task")) if isinstance(content, dict) else None


def predict_ahead(
    run: str | Path | ForecastStudyResult,
    data: str | Path | SeriesData,
    *,
    horizon: int | None = None,
    model: str | None = None,
    out: str | Path | None = None,
    progress: StudyProgress | None = None,
    **options: Any,
) -> Ahead:
    """What follows a series, by the best model of an earlier study fitted on all its points.

    Parameters
    ----------
    run
        A forecast study, or its run folder.
    data
        The series, with later points perhaps: a file, a catalog name, or series that were read.
    horizon
        Steps ahead, no more than the study measured; None takes as many.
    model
        A model of the study; None takes the best.
    out
        A CSV to write: ``series,time,step,forecast,low,high``.
    progress
        Told what happens.
    **options
        Of :func:`read_series`.

    Raises
    ------
    InputError
        The folder is no forecast study's, the data are not like its own, or the horizon is
        beyond what was measured.
    """
    study = run if isinstance(run, ForecastStudyResult) else read_run(run)
    steps = _measured_steps(study, horizon)
    if out is not None:
        inputs = [] if isinstance(data, SeriesData) else [Path(data)]
        require_writable(Path(out), "--out", inputs)
    ahead = study.ahead(data, model=model, progress=progress, **options).first(steps)
    if out is not None:
        write_whole({Path(out): ahead_csv(ahead)})
    return ahead


def _measured_steps(study: ForecastResult, horizon: int | None) -> int:
    most = study.plan.horizon
    if horizon is not None and not 1 <= horizon <= most:
        raise InputError(
            f"the study measured 1 to {most} steps ahead, not {horizon}. Make one that does: "
            f"auscult forecast DATA --horizon {max(horizon, 1)}.",
            where="--horizon",
        )
    return horizon or most
