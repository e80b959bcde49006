"""Small forecast studies, run in a moment, and rows as networks would leave them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auscult.data.series.dataset import Series, SeriesData
from auscult.evaluate.forecast.ahead import Ahead
from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.evaluate.forecast.study import run_forecast
from auscult.models.forecast.spec import parse_forecasters
from auscult.types import Estimate, History

Values = NDArray[np.float64]


def wave(n_points: int = 600, seed: int = 0) -> Values:
    rng = np.random.default_rng(seed)
    found: Values = 100 + 20 * np.sin(np.arange(n_points) / 12 * np.pi) + rng.normal(size=n_points)
    return found


def series(
    n_series: int = 1, *, step: str | None = "h", lengths: tuple[int, ...] = ()
) -> SeriesData:
    """Waves of a day's 24 hours from a Monday on; ``step`` None for points without stamps."""
    found = []
    for i in range(n_series):
        y = wave(lengths[i] if lengths else 600, seed=i)
        start = np.datetime64("2024-01-01", "ns")
        times = None if step is None else start + np.arange(len(y)) * np.timedelta64(1, "h")
        found.append(Series(f"s{i}", y, times, np.empty((len(y), 0))))
    width = None if step is None else np.timedelta64(1, "h")
    return SeriesData("made", tuple(found), "load", width, step, sha256="ab" * 32)


def study(
    data: SeriesData | None = None,
    plan: ForecastPlan | None = None,
    models: str = "ridge,moving-average",
    seasons: int | tuple[int, ...] = 24,
) -> ForecastResult:
    return run_forecast(
        series() if data is None else data,
        plan or ForecastPlan(horizon=1, test=200),
        parse_forecasters(models, seasons),
        seasons=seasons,
        command="auscult forecast made.csv --horizon 1",
    )


def history(n_epochs: int = 12) -> History:
    fall = [1 / (epoch + 1) for epoch in range(n_epochs)]
    curves = {
        "loss": tuple(fall),
        "val_loss": tuple(v + 0.1 for v in fall),
        "mae": tuple(10 * v for v in fall),
        "val_mae": tuple(10 * v + 1 for v in fall),
        "learning_rate": (0.01,) * n_epochs,
    }
    return History(curves, n_epochs - 1)


def with_network(
    result: ForecastResult, mae: float, p: float = 0.001, *, leaky: bool = False
) -> ForecastResult:
    """The moving average's row as that of an LSTM with this error, in its place."""
    old = result["moving-average"]
    base = result[result.best_baseline].metrics["mae"].value
    skill = 1 - mae / base
    row = replace(
        old,
        model="lstm",
        label="LSTM",
        metrics={
            **old.metrics,
            "mae": Estimate(mae, mae * 0.9, mae * 1.1),
            "skill": Estimate(skill, skill - 0.1, skill + 0.1),
        },
        beats_baseline=mae < base,
        histories=(history(),),
        leaky=leaky,
    )
    rows = [row if r.model == old.model else r for r in result.models]
    rows.sort(key=lambda r: (r.leaky, r.metrics["mae"].value))
    found = [
        replace(
            c,
            a="lstm",
            difference=Estimate(mae - base, mae - base - 0.1, mae - base + 0.1),
            p_value=p,
            p_adjusted=p,
        )
        if c.a == old.model
        else c
        for c in result.comparisons
    ]
    return replace(result, models=tuple(rows), comparisons=tuple(found), best=rows[0].model)


def beyond(result: ForecastResult, row: ForecastModelResult | None = None) -> Ahead:
    """What a model might say of the points after the data."""
    row = row or result.winner
    ids, horizon = result.data.ids, result.plan.horizon
    forecast = np.full((len(ids), horizon), 100.0) + np.arange(horizon, dtype=np.float64)
    stamped = bool(result.data.starts)
    return Ahead(
        model=row.model,
        level=0.9,
        starts=("2024-01-26T00:00:00" if stamped else None,) * len(ids),
        freq=result.data.freq,
        ids=ids,
        forecast=forecast,
        low=forecast - 5,
        high=forecast + 5,
    )
