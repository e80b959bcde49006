"""What a person asks of a forecast study, checked against the data before anything is fitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from auscult.data.series.dataset import SeriesData
from auscult.data.series.fill import usual_seasons
from auscult.errors import InputError, did_you_mean
from auscult.evaluate.forecast.conformal import CONFORMAL, ConformalKind
from auscult.evaluate.forecast.material import make_material
from auscult.evaluate.forecast.plan import FEWEST, ForecastPlan
from auscult.models.forecast.checks import seasons_of
from auscult.models.forecast.spec import ForecastSpec, Task
from auscult.train.forecasters import build
from auscult.types import Finding

INTERVALS = (*CONFORMAL, "none")
_SEEN = 2
"""Seasons that the training part holds before one is taken unasked."""


def given_seasons(season: int | Sequence[int] | None) -> tuple[int, ...] | None:
    """Seasons as they were given, ascending, 1 left out; None where nothing was given.

    Raises
    ------
    InputError
        One is no whole number from 1.
    """
    if season is None or season == ():
        return None
    try:
        return seasons_of(season)
    except ValueError:
        raise InputError(
            f"is a whole number from 1, or several (96,672), not {_told(season)}.",
            where="--season",
        ) from None


def _told(season: int | Sequence[int]) -> str:
    return ",".join(map(str, season)) if isinstance(season, tuple | list) else repr(season)


def training_points(data: SeriesData, plan: ForecastPlan) -> int:
    """Points that the first fit sees of the shortest series.

    Raises
    ------
    InputError
        The data cannot be studied under this plan.
    """
    longest = max(len(series.values) for series in data.series)
    if plan.test is not None and plan.test > longest - FEWEST:
        raise InputError(
            f"a series of {longest} points has no {plan.test} to test on. Test fewer.",
            where="--test",
        )
    first = make_material(data, plan)[0].folds[0]
    return int(np.min(first.end - first.start))


def taken_seasons(
    data: SeriesData, given: tuple[int, ...] | None, n_points: int
) -> tuple[tuple[int, ...], tuple[Finding, ...]]:
    """The seasons of the study, and a note where nobody named them.

    Unasked, what is usual for the step between points is taken, where the ``n_points`` of
    training hold it twice.

    Raises
    ------
    InputError
        A season is longer than the training part.
    """
    if given is None:
        usual = usual_seasons(data.freq, data.step)
        taken = tuple(season for season in usual if season * _SEEN <= n_points)
        return taken, (_season_note(data, taken),)
    if given and given[-1] >= n_points:
        raise InputError(
            f"{given[-1]} points are no season of a series with {n_points} before the first "
            "tested one. Shorten it, or test fewer points (--test).",
            where="--season",
        )
    return given, ()


def _season_note(data: SeriesData, taken: tuple[int, ...]) -> Finding:
    if not taken:
        of = "numbered points" if data.freq is None else f"this many points, one every {data.freq}"
        message = f"No season was taken: none is usual for {of}."
        return Finding("no-season", message, "note", "--season LIST if something repeats")
    what = "A season" if len(taken) == 1 else "Seasons"
    verb = "was" if len(taken) == 1 else "were"
    points = " and ".join(map(str, taken))
    message = f"{what} of {points} points {verb} taken, as is usual for a point every {data.freq}."
    return Finding("season-taken", message, "note", "--season LIST")


def sound_forecaster(spec: ForecastSpec, task: Task, where: str = "--models") -> Any:
    """An unfitted forecaster; whatever is wrong with its settings is the person's.

    Raises
    ------
    InputError
        There is no such setting, or its value is none that the forecaster takes.
    """
    try:
        return build(spec, task, where)
    except InputError:
        raise
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{spec}: a setting's value is of the wrong kind ({error}).", where=where
        ) from error


def require_fitting(
    specs: Sequence[ForecastSpec],
    models: str | Sequence[str] | None,
    task: Task,
    n_points: int,
) -> None:
    """Refuse wrong settings, and models that were asked for and have too few points.

    A model that nobody asked for, a baseline or a default, merely fails by name in the study.
    """
    asked = models.split(",") if isinstance(models, str) else list(models or ())
    names = {word.strip().partition(":")[0] for word in asked}
    for spec in specs:
        needed = sound_forecaster(spec, task).points_needed
        if spec.name in names and needed > n_points:
            raise InputError(
                f"{spec} needs {needed} points, and {n_points} stand before the first tested one. "
                "Give it fewer lags, or give more points.",
                where="--models",
            )


def conformal_kind(intervals: str) -> ConformalKind | None:
    """The kind of prediction intervals, None for none.

    Raises
    ------
    InputError
        No intervals are called so.
    """
    if intervals not in INTERVALS:
        raise InputError(
            f"no intervals are '{intervals}'. {did_you_mean(intervals, INTERVALS)}",
            where="--intervals",
        )
    return None if intervals == "none" else intervals  # type: ignore[return-value]
