"""The forecasters of the table by their names: as classes, and built for a task."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

from auscult.errors import InputError, did_you_mean
from auscult.models.forecast.spec import ForecastSpec, Task
from auscult.models.forecast.table import forecast_class
from auscult.models.network import Architecture
from auscult.train.forecaster import DEFAULTS, TRAINING, NetworkForecaster
from auscult.train.network_class import network_estimator
from auscult.train.settings import Training


@cache
def forecaster_class(name: str) -> Any:
    """The estimator of a forecaster of the table, by its name there.

    Around an architecture of networks a :class:`NetworkForecaster` is made, with a signature of
    its own; the others are estimators already.
    """
    cls = forecast_class(name)
    if not issubclass(cls, Architecture):
        return cls
    defaults = {f.name: f.default for f in fields(cls)}
    known = {f.name: f.default for f in fields(Training)}
    defaults |= {key: known[key] for key in TRAINING} | DEFAULTS | dict(cls.training)
    return network_estimator(cls, NetworkForecaster, defaults)


def build(spec: ForecastSpec, task: Task, where: str = "--models") -> Any:
    """An unfitted forecaster with the task's settings, and those of the spec above them.

    Raises
    ------
    InputError
        The forecaster has no such setting, or refuses its value.
    MissingExtraError
        What it needs is not installed.
    """
    cls = forecaster_class(spec.name)
    known = cls().get_params()
    for name in spec.params:
        if name not in known:
            raise InputError(
                f"{spec.name} has no setting '{name}'. {did_you_mean(name, sorted(known))}",
                where=where,
            )
    forecaster = cls(**(task.settings(cls) | dict(spec.params)))
    forecaster.check_settings()
    return forecaster
