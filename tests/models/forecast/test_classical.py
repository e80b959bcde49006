"""Figures that simple forecasters must give, and statsmodels' own beside ours."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from auscult.errors import InputError, MissingExtraError
from auscult.models.forecast.arima import ARIMA
from auscult.models.forecast.drift import Drift, Line
from auscult.models.forecast.exponential_smoothing import ExponentialSmoothing
from auscult.models.forecast.gradient_boosting import GradientBoosting
from auscult.models.forecast.last_value import LastValue
from auscult.models.forecast.moving_average import MovingAverage
from auscult.models.forecast.seasonal_naive import SeasonalNaive
from auscult.models.forecast.spec import ForecastSpec, Task, parse_forecasters
from auscult.models.forecast.table import FORECASTERS
from auscult.train.forecasters import build, forecaster_class
from auscult.train.weighted_mean import WeightedMean, simplex_weights

pytestmark = pytest.mark.usefixtures("one_thread")

Y = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0])


@pytest.fixture
def passengers(shared: Path) -> np.ndarray:
    path = shared / "series" / "airline-passengers.csv"
    if not path.exists():
        pytest.skip(f"no real data: {path} is not there")
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=1)


def test_simple_forecasts() -> None:
    np.testing.assert_array_equal(LastValue().fit(Y).predict(2), [9, 9])
    np.testing.assert_array_equal(SeasonalNaive(season=3).fit(Y).predict(4), [1, 5, 9, 1])
    np.testing.assert_allclose(Drift().fit(Y).predict(2), [9 + 6 / 5, 9 + 12 / 5])
    np.testing.assert_array_equal(Line().fit(Y).predict(3), [13, 17, 21])
    np.testing.assert_array_equal(MovingAverage(window=2).fit(Y).predict(2), [7, 7])
    seasonal = MovingAverage(window=2, season=3).fit(Y)
    np.testing.assert_array_equal(seasonal.predict(3), [2, 3, 6.5])


def test_arima_forecasts_as_statsmodels_does(passengers: np.ndarray) -> None:
    from statsmodels.tsa.arima.model import ARIMA as Reference  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = Reference(passengers, order=(2, 1, 1)).fit().forecast(6)
    found = ARIMA(order=(2, 1, 1)).fit(passengers).predict(6)
    np.testing.assert_allclose(found, expected, rtol=0.003)


def test_smoothing_forecasts_as_statsmodels_does(passengers: np.ndarray) -> None:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # noqa: PLC0415

    reference = ETSModel(
        passengers,
        trend="add",
        damped_trend=True,
        seasonal="add",
        seasonal_periods=12,
        initialization_method="heuristic",
    ).fit(disp=False)
    found = ExponentialSmoothing(season=12).fit(passengers).predict(12)
    np.testing.assert_allclose(found, reference.forecast(12), rtol=0.003)


def test_seasonal_models_beat_the_last_value(passengers: np.ndarray) -> None:
    truth = passengers[-24:]
    naive = np.abs(LastValue().fit(passengers[:-24]).predict(24) - truth).mean()
    for model in (ExponentialSmoothing(season=12), ARIMA(season=12), SeasonalNaive(season=12)):
        error = np.abs(model.fit(passengers[:-24]).predict(24) - truth).mean()
        assert error < 0.7 * naive, model


def test_without_statsmodels_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.tsa.arima.model", None)
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    with pytest.raises(MissingExtraError, match=r"auscult\[forecast\]"):
        ARIMA().fit(np.arange(100.0))


def test_trees_learn_a_season_that_changes_with_the_weekday() -> None:
    rng = np.random.default_rng(0)
    t = np.arange(24 * 7 * 20)
    weekend = t // 24 % 7 >= 5
    y = np.where(weekend, 2, 6) * np.sin(t % 24 / 24 * 2 * np.pi) + 0.3 * rng.normal(size=len(t))
    cut = 24 * 7 * 17
    model = GradientBoosting(
        season=(24, 168), horizon=24, every=24, max_iter=150, random_state=0
    ).fit(y[:cut])
    origins = np.arange(cut, len(y) - 23, 24)
    truth = y[origins[:, None] + np.arange(24)]
    error = np.abs(model.forecast(y, origins, 24) - truth).mean()
    naive = SeasonalNaive(season=168).fit(y[:cut])
    assert error < 0.95 * np.abs(naive.forecast(y, origins, 24) - truth).mean()


def test_trees_step_by_step_and_at_once() -> None:
    rng = np.random.default_rng(0)
    y = np.sin(np.arange(600) / 12 * 2 * np.pi) + 0.1 * rng.normal(size=600)
    for strategy in ("direct", "recursive"):
        model = GradientBoosting(
            season=12, horizon=6, strategy=strategy, max_iter=60, random_state=0
        ).fit(y[:590])
        assert np.abs(model.predict(6) - y[590:596]).mean() < 0.3
    assert len(model.predict(40)) == 40  # a recursive fit has no last step


def test_weights_favour_the_better_and_stay_on_the_simplex() -> None:
    rng = np.random.default_rng(0)
    good, bad = rng.normal(size=1000), 5 * rng.normal(size=1000)
    weights = simplex_weights(np.stack([good, bad], axis=1))
    assert weights.sum() == pytest.approx(1)
    assert weights[0] > 0.9
    np.testing.assert_allclose(simplex_weights(np.stack([good, good], axis=1)), 0.5)
    np.testing.assert_allclose(simplex_weights(np.zeros((10, 3))), 1 / 3)


def test_weights_come_from_the_training_part_alone() -> None:
    rng = np.random.default_rng(0)
    y = 10 + np.cumsum(rng.normal(size=400))
    model = WeightedMean(members=("last-value", "drift"), horizon=3).fit(y)
    before = model.weights_.copy()
    model.forecast(np.concatenate([y, y]), [500], 3)
    np.testing.assert_array_equal(model.weights_, before)
    equal = WeightedMean(members=("last-value", "drift"), validation=0).fit(y)
    np.testing.assert_array_equal(equal.weights_, 0.5)


def test_specs() -> None:
    specs = parse_forecasters("ridge:lags=1+2+96:alpha=0.1,moving-average:window=2..4", (672, 96))
    assert [str(s) for s in specs] == [
        "last-value",
        "seasonal-naive:season=96",
        "seasonal-naive:season=672",
        "drift",
        "line",
        "ridge:lags=1+2+96:alpha=0.1",
        "moving-average:window=2",
        "moving-average:window=3",
        "moving-average:window=4",
    ]
    assert build(specs[5], Task(8, (96,))).get_params()["lags"] == (1, 2, 96)
    assert build(ForecastSpec("seasonal-naive"), Task(8, (96, 672))).season == 96
    assert parse_forecasters(None)[-2].name == "gradient-boosting"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("rigde", "no forecaster is called 'rigde'. Did you mean 'ridge'"),
        ("ridge:lags", "is not setting=value"),
    ],
)
def test_unknown_words(text: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        parse_forecasters(text)


def test_unknown_settings() -> None:
    with pytest.raises(InputError, match=r"no setting 'lag'\. Did you mean 'lags'"):
        build(ForecastSpec("ridge", {"lag": 3}), Task())


@pytest.mark.parametrize("name", FORECASTERS)
def test_every_name_has_a_class_and_a_label(name: str) -> None:
    assert forecaster_class(name).label
