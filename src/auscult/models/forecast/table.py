"""The one table of forecasters. A new one is one file and one line here."""

from __future__ import annotations

from typing import Any

from auscult.models.table import resolve

FORECASTERS: dict[str, str] = {
    "last-value": "auscult.models.forecast.last_value:LastValue",
    "seasonal-naive": "auscult.models.forecast.seasonal_naive:SeasonalNaive",
    "drift": "auscult.models.forecast.drift:Drift",
    "line": "auscult.models.forecast.drift:Line",
    "moving-average": "auscult.models.forecast.moving_average:MovingAverage",
    "ridge": "auscult.models.forecast.ridge:Ridge",
    "gradient-boosting": "auscult.models.forecast.gradient_boosting:GradientBoosting",
    "exponential-smoothing": "auscult.models.forecast.exponential_smoothing:ExponentialSmoothing",
    "arima": "auscult.models.forecast.arima:ARIMA",
    "mean": "auscult.models.forecast.ensemble:WeightedMean",
}

BASELINES = ("last-value", "seasonal-naive", "drift", "line", "ridge")


def forecaster_class(name: str) -> Any:
    """The class behind a name of the table.

    Raises
    ------
    InputError
        The table has no such name.
    MissingExtraError
        What the forecaster needs is not installed.
    """
    return resolve(FORECASTERS, name, "forecaster", "forecasting")
