"""What the models of statsmodels share: one fit a series, quiet, and only where installed."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np

from auscult.errors import InputError, MissingExtraError
from auscult.models.forecast.base import Forecaster, Panel, Values
from auscult.types import IntArray


class LocalForecaster(Forecaster):
    """A model of each series by itself; a panel is answered in the order it was fitted in."""

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        with quiet():
            self.fits_ = [self._fit_one(series) for series in panel]

    def _forecast(
        self, panel: Panel, origins: Sequence[IntArray], horizon: int, X: Panel | None
    ) -> list[Values]:
        if len(panel) != len(self.fits_):
            raise InputError(
                f"{self.label} was fitted on {len(self.fits_)} series, each by itself; "
                f"{len(panel)} were given."
            )
        rows = []
        with quiet():
            for fit, y, at in zip(self.fits_, panel, origins, strict=True):
                none = np.empty((0, horizon))
                rows.append(self._follow(fit, y[: at.max()], at, horizon) if len(at) else none)
        return rows

    @abstractmethod
    def _fit_one(self, y: Values) -> Any:
        """What one series taught."""

    @abstractmethod
    def _follow(self, fit: Any, y: Values, origins: IntArray, horizon: int) -> Values:
        """``(n_origins, horizon)``: filter ``y`` once, forecast from the state at each origin."""


def statsmodels(module: str) -> Any:
    """A module of statsmodels.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        return import_module(f"statsmodels.{module}")
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "exponential smoothing and ARIMA need the package 'statsmodels': "
            "pip install 'auscult[forecast]'"
        ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Without the library's warnings: what a fit is worth is measured, not guessed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
