"""The table of forecasters in words, for the terminal and the docs."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from auscult.evaluate.catalogue import Setting, described, prose_of, settings_of
from auscult.models.forecast.table import BASELINES, FORECASTERS, forecast_class
from auscult.models.network import Architecture
from auscult.train.forecaster import NetworkForecaster
from auscult.train.forecasters import forecaster_class
from auscult.train.settings import Training

SHARED = (Training, NetworkForecaster)
"""Where the settings that all networks of forecasts share are described."""


def is_network(name: str) -> bool:
    """Whether a forecaster of the table is an architecture of networks."""
    return issubclass(forecast_class(name), Architecture)


def is_baseline(name: str) -> bool:
    """Whether a forecaster is in every study, named or not."""
    return name in BASELINES


def label(name: str) -> str:
    """What reports call a forecaster."""
    return str(forecaster_class(name).label)


def prose(name: str) -> str:
    """What a forecaster's docstring says before its first section."""
    return prose_of(forecaster_class(name))


def first_sentence(name: str) -> str:
    """The first line of the forecaster's docstring."""
    return prose(name).split("\n", 1)[0]


def takes(name: str) -> str:
    """What a forecaster uses beside the values, in words."""
    tags = forecaster_class(name).tags
    found = ["covariates"] if tags.covariates else []
    if tags.seasons:
        found.append("several seasons")
    elif "season" in forecaster_class(name)().get_params():
        found.append("one season")
    return ", ".join(found) or "values only"


def own_settings(name: str) -> list[Setting]:
    """The settings of a forecaster that are not those of training networks."""
    values = _values(name)
    own = {key: value for key, value in values.items() if key not in _shared(name)}
    return settings_of(name, own, described(*reversed(forecast_class(name).__mro__)))


def training_settings(name: str) -> list[Setting]:
    """The settings of training that a network takes as well, with the network's defaults."""
    shared = {key: value for key, value in _values(name).items() if key in _shared(name)}
    return settings_of("the training of forecasts", shared, described(*SHARED))


def networks() -> list[str]:
    """The forecasters that are architectures of networks."""
    return [name for name in FORECASTERS if is_network(name)]


def _values(name: str) -> dict[str, Any]:
    return dict(forecaster_class(name)().get_params())


def _shared(name: str) -> set[str]:
    if not is_network(name):
        return set()
    return set(_values(name)) - {field.name for field in fields(forecast_class(name))}
