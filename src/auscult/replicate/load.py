"""Electricity load one quarter of an hour ahead, an LSTM of two layers of ten units."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from auscult.evaluate.forecast.result import ForecastModelResult
from auscult.forecasting import ForecastStudyResult, forecast
from auscult.replicate.record import Curves, Figure, Found, Line, Row, Track
from auscult.replicate.replica import Asked, Replica
from auscult.replicate.studies import command_line, plain_estimate
from auscult.types import Estimate

SCALED = "the scaler was fitted again on the test part"
DIVIDED = "errors were divided by the forecast instead of the truth"
SHOWN = 96
"""Quarter-hours that are drawn: a day."""
PUBLISHED = {"mae": 83.9, "rmse": 114.4, "r2": 0.9941, "mape": 0.0125}


def repeat(asked: Asked) -> Found:
    """The published points with the LSTM scaled both ways, beside a ruler and a ridge."""
    epochs = asked.choose("", ":epochs=15")
    models = f"ridge,lstm-published{epochs},lstm-published:scaling=leaky{epochs}"
    options = {"plan": "published", "models": models, "intervals": "none"}
    study = forecast(
        "load",
        seed=asked.seed,
        command=command_line("forecast", "load", **options, seed=asked.seed),
        progress=asked.progress,
        **options,  # type: ignore[arg-type]
    )
    honest, leaky = (_network(study, scaled) for scaled in ("range", "leaky"))
    rows = tuple(_row(study, metric, honest, leaky) for metric in PUBLISHED)
    return Found(
        data=(
            f"{study.data.n_points:,} quarter-hours of 2014, the last "
            f"{len(study.tested.true)} tested"
        ),
        rows=rows,
        commands=(study.provenance.command,),
        curves=(
            Curves("LSTM, scaled again on the test part", leaky.histories, "none", SCALED),
            Curves("LSTM, scaled on the past only", honest.histories, "none"),
        ),
        tracks=(_track(study, honest, leaky),),
        notes=(
            "R² says little here: the last value alone has "
            f"{study['last-value'].metrics['r2'].value:.4f}.",
        ),
    )


def _network(study: ForecastStudyResult, scaling: str) -> ForecastModelResult:
    rows = [row for row in study.models if row.model.startswith("lstm-published")]
    return next(row for row in rows if row.params["scaling"] == scaling)


def _row(
    study: ForecastStudyResult,
    metric: str,
    honest: ForecastModelResult,
    leaky: ForecastModelResult,
) -> Row:
    cause = f"{SCALED}; {DIVIDED}" if metric == "mape" else SCALED
    value = leaky.metrics[metric].value if metric != "mape" else _mape_as_published(study, leaky)
    # The ridge is a baseline of every study; here it is what a person should take.
    ruler = min(
        (row for row in study.models if row.baseline and not row.model.startswith("ridge")),
        key=lambda row: row.metrics["mae"].value,
    )
    return Row(
        "LSTM on electricity load",
        metric,
        Figure("last 2 %", plain_estimate(PUBLISHED[metric]), cause),
        Figure("LSTM", plain_estimate(value), cause),
        _figure(honest, metric, "LSTM"),
        _figure(ruler, metric),
        _figure(study.winner, metric),
        main=metric == "mae",
    )


def _figure(row: ForecastModelResult, metric: str, label: str = "") -> Figure:
    found: Estimate = row.metrics[metric]
    return Figure(label or row.label, found, SCALED if row.leaky else None)


def _mape_as_published(study: ForecastStudyResult, row: ForecastModelResult) -> float:
    """Errors as shares of the forecast: small where it is too high."""
    said = row.predictions.forecast
    shares = np.abs(said - study.tested.true) / np.abs(said)
    return float(shares.mean())


def _track(
    study: ForecastStudyResult, honest: ForecastModelResult, leaky: ForecastModelResult
) -> Track:
    """The last day that was tested."""
    start = np.datetime64(study.data.starts[0]) + 15 * np.timedelta64(
        int(study.tested.origin[-SHOWN]), "m"
    )
    lines = (
        _line("LSTM, scaled again on the test part", leaky),
        replace(_line("LSTM, scaled on the past only", honest), leaky=None),
        _line(study.winner.label, study.winner),
    )
    true = tuple(float(v) for v in study.tested.true[-SHOWN:, 0])
    return Track("The last day tested", str(start), 15.0, true, lines)


def _line(label: str, row: ForecastModelResult) -> Line:
    values = tuple(float(v) for v in row.predictions.forecast[-SHOWN:, 0])
    assert all(map(math.isfinite, values))
    return Line(label, values, SCALED if row.leaky else None)


LOAD = Replica(
    name="load",
    title="Electricity load, LSTM",
    published=(
        "On the last 2 % of the points, one step ahead: R² 0.9941, MAE 83.9, RMSE 114.4, "
        "MAPE 1.25 %. No baseline."
    ),
    leaks=(SCALED, DIVIDED),
    wrong=(
        "The test part was scaled by its own range, which nobody knows beforehand, and the "
        "percentage error was divided by the forecast.",
        "A line through the last two points is closer than the network, and nothing so simple "
        "stood beside it.",
    ),
    repeat=repeat,
    seconds=(150.0, 45.0),
)
