"""The one table of forecasters. A new one is one file and one line here.

A line names a forecaster, or an architecture of networks that training makes one of.
"""

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
    "mean": "auscult.train.weighted_mean:WeightedMean",
    "mlp": "auscult.models.forecast.networks:MLPForecast",
    "rnn": "auscult.models.forecast.networks:RNNForecast",
    "gru": "auscult.models.forecast.networks:GRUForecast",
    "lstm": "auscult.models.forecast.networks:LSTMForecast",
    "lstm-published": "auscult.models.forecast.networks:PublishedLSTM",
    "seq2seq": "auscult.models.forecast.seq2seq:Seq2Seq",
    "tcn": "auscult.models.forecast.tcn:TCN",
    "dlinear": "auscult.models.forecast.dlinear:DLinear",
    "n-beats": "auscult.models.forecast.nbeats:NBEATS",
    "transformer": "auscult.models.forecast.networks:TransformerForecast",
}

BASELINES = ("last-value", "seasonal-naive", "drift", "line", "ridge")


def forecast_class(name: str) -> Any:
    """The class behind a name of the table: a forecaster, or an architecture of networks.

    Raises
    ------
    InputError
        The table has no such name.
    MissingExtraError
        What the forecaster needs is not installed.
    """
    return resolve(FORECASTERS, name, "forecaster", "forecasting")
