"""Forecasts beyond the data: of which points, by which fit, with which intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from auscult.data.series.dataset import Series, SeriesData
from auscult.errors import InputError
from auscult.evaluate.forecast.ahead import forecast_ahead
from auscult.evaluate.forecast.conformal import split_widths
from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import ForecastResult
from auscult.evaluate.forecast.study import run_forecast
from auscult.models.forecast.ridge import Ridge
from auscult.models.forecast.spec import parse_forecasters

Values = NDArray[np.float64]

pytestmark = pytest.mark.usefixtures("one_thread")

N = 300
HOURS = np.timedelta64(1, "h")


def wave(n_points: int = N, seed: int = 0, height: float = 20) -> Values:
    rng = np.random.default_rng(seed)
    noise = np.cumsum(rng.normal(size=n_points)) * height / 20
    found: Values = 100 + height * np.sin(np.arange(n_points) / 12 * 2 * np.pi) + noise
    return found


def made(*values: Values, step: np.timedelta64 = HOURS, freq: str = "h") -> SeriesData:
    start = np.datetime64("2024-02-28T00:00", "ns")
    series = tuple(
        Series(f"s{i}", y, start + np.arange(len(y)) * step, np.empty((len(y), 0)))
        for i, y in enumerate(values)
    )
    return SeriesData("made", series, "value", step.astype("timedelta64[ns]"), freq)


def with_covariates(data: SeriesData, *, known: bool, n_future: int) -> SeriesData:
    series = tuple(
        replace(
            s,
            covariates=np.sin(np.arange(s.n_points))[:, None],
            future=np.sin(s.n_points + np.arange(n_future))[:, None],
        )
        for s in data.series
    )
    return replace(data, series=series, covariates=("rain",), known_ahead=(known,))


def study(data: SeriesData, plan: ForecastPlan, models: str = "ridge") -> ForecastResult:
    return run_forecast(data, plan, parse_forecasters(models, 12), seasons=12)


@pytest.fixture(scope="module")
def one() -> tuple[SeriesData, ForecastResult]:
    data = made(wave())
    return data, study(data, ForecastPlan(horizon=6, test=96))


def test_a_baseline_goes_on_from_the_last_points(one: tuple[SeriesData, ForecastResult]) -> None:
    data, result = one
    last = forecast_ahead(data, result, model="last-value")
    assert last.forecast.tolist() == [[data.series[0].values[-1]] * 6]
    season = forecast_ahead(data, result, model="seasonal-naive:season=12")
    assert season.forecast[0].tolist() == data.series[0].values[-12:-6].tolist()
    assert (last.ids, last.freq, last.model, last.horizon) == (("s0",), "h", "last-value", 6)


def test_the_best_is_fitted_on_all_points(one: tuple[SeriesData, ForecastResult]) -> None:
    data, result = one
    ahead = forecast_ahead(data, result)
    assert ahead.model == result.best == "ridge"
    plain = Ridge(season=12, horizon=6, every=result.plan.every).fit(data.series[0].values)
    assert ahead.forecast[0] == pytest.approx(plain.predict(6))


def test_intervals_are_quantiles_of_the_tested_errors(
    one: tuple[SeriesData, ForecastResult],
) -> None:
    data, result = one
    ahead = forecast_ahead(data, result)
    assert ahead.low is not None
    assert ahead.high is not None
    errors = result.winner.predictions.forecast - result.tested.true
    half = split_widths(errors[:, None, :], 0.9)
    assert ahead.high[0] - ahead.forecast[0] == pytest.approx(half)
    assert ahead.forecast[0] - ahead.low[0] == pytest.approx(half)
    assert ahead.level == 0.9
    assert ahead.first(2).forecast.tolist() == ahead.forecast[:, :2].tolist()
    assert ahead.first(2).low.tolist() == ahead.low[:, :2].tolist()  # type: ignore[union-attr]


def test_a_study_without_intervals_promises_none() -> None:
    data = made(wave())
    plan = ForecastPlan(horizon=6, test=96)
    result = run_forecast(data, plan, parse_forecasters("line"), conformal=None)
    ahead = forecast_ahead(data, result)
    assert ahead.low is None
    assert ahead.high is None
    assert ahead.first(2).high is None


def test_stamps_go_on_behind_the_gap(one: tuple[SeriesData, ForecastResult]) -> None:
    data, result = one
    assert forecast_ahead(data, result).starts == ("2024-03-11T12:00:00",)
    late = study(data, ForecastPlan(horizon=2, gap=3, test=96))
    ahead = forecast_ahead(data, late)
    assert ahead.starts == ("2024-03-11T15:00:00",)
    assert ahead.forecast.shape == (1, 2)
    direct = Ridge(season=12, horizon=5, every=late.plan.every).fit(data.series[0].values)
    assert ahead.forecast[0] == pytest.approx(direct.predict(5)[3:])


def test_numbered_points_have_no_stamps() -> None:
    numbered = SeriesData("n", (Series("y", wave(), None, np.empty((N, 0))),), "y", None, None)
    ahead = forecast_ahead(numbered, study(numbered, ForecastPlan(horizon=1, test=60)))
    assert (ahead.starts, ahead.freq) == ((None,), None)


def test_a_sliding_window_slides_on() -> None:
    data = made(wave())
    result = study(data, ForecastPlan(horizon=2, test=60, window=100))
    ahead = forecast_ahead(data, result)
    plain = Ridge(season=12, horizon=2, every=result.plan.every).fit(data.series[0].values[-100:])
    assert ahead.forecast[0] == pytest.approx(plain.predict(2))


def test_a_panel_has_intervals_of_its_own_size() -> None:
    data = made(wave(), wave(seed=1, height=2000), wave(40, seed=2))
    result = study(data, ForecastPlan(horizon=3, test=60))
    ahead = forecast_ahead(data, result)
    assert ahead.ids == result.data.ids == ("s0", "s1")  # the third was too short to be tested
    assert [found.code for found in ahead.findings] == ["series-not-studied"]
    assert ahead.high is not None
    half = ahead.high - ahead.forecast
    assert (half[1] > 20 * half[0]).all()


def test_later_points_of_the_same_series() -> None:
    data = made(wave(), wave(seed=1))
    result = study(data.take([0, 1]), ForecastPlan(horizon=3, test=60))
    later = made(wave(330), wave(330, seed=1))
    assert forecast_ahead(later, result).starts[0] == "2024-03-12T18:00:00"
    with pytest.raises(InputError, match=r"lacks 1 of the study's 2 series \(first: 's1'\)"):
        forecast_ahead(later.take([0]), result)


@pytest.mark.parametrize("n_future", [0, 4, 9])
def test_a_covariate_known_ahead_must_be_said_far_enough(n_future: int) -> None:
    data = with_covariates(made(wave()), known=True, n_future=n_future)
    result = study(data, ForecastPlan(horizon=6, test=96))
    ahead = forecast_ahead(data, result)
    codes = [found.code for found in ahead.findings]
    assert codes == ([] if n_future >= 6 else ["future-unknown"])
    without = forecast_ahead(made(wave()), study(made(wave()), ForecastPlan(horizon=6, test=96)))
    alike = ahead.forecast == pytest.approx(without.forecast)
    assert alike == (n_future < 6)


def test_a_covariate_not_known_ahead_needs_no_future() -> None:
    data = with_covariates(made(wave()), known=False, n_future=0)
    ahead = forecast_ahead(data, study(data, ForecastPlan(horizon=6, test=96)))
    assert ahead.findings == ()
    assert np.isfinite(ahead.forecast).all()


def test_other_data_are_refused(one: tuple[SeriesData, ForecastResult]) -> None:
    data, result = one
    daily = made(wave(), step=np.timedelta64(1, "D"), freq="D")
    with pytest.raises(InputError, match="its step is D, the study's is h"):
        forecast_ahead(daily, result)
    rainy = with_covariates(data, known=True, n_future=6)
    with pytest.raises(InputError, match="its covariates are 'rain', the study's none"):
        forecast_ahead(rainy, result)
    with pytest.raises(InputError, match=r"no model 'rigde'\. Did you mean 'ridge'"):
        forecast_ahead(data, result, model="rigde")
    gap = wave()
    gap[5] = np.nan
    with pytest.raises(InputError, match="--fill"):
        forecast_ahead(made(gap), result)


def test_a_leaky_model_says_nothing_of_the_future(
    one: tuple[SeriesData, ForecastResult],
) -> None:
    data, result = one
    rows = tuple(replace(row, leaky=row.model == "line") for row in result.models)
    with pytest.raises(InputError, match="'line' is leaky"):
        forecast_ahead(data, replace(result, models=rows), model="line")


def test_few_tested_errors_make_no_narrow_intervals() -> None:
    data = made(wave())
    found = study(data, ForecastPlan(horizon=6, test=24))
    ahead = forecast_ahead(data, found)
    assert ahead.high is not None
    errors = np.abs(found.winner.predictions.forecast - found.tested.true)
    assert len(errors) == 4
    # The 24 errors of all steps together: the 23rd of them holds 23/25 > 90 %.
    half = np.sort(errors.ravel())[22]
    np.testing.assert_allclose(ahead.high - ahead.forecast, np.full((1, 6), half))
    assert [f.code for f in ahead.findings] == ["few-errors"]
    single = study(data, ForecastPlan(horizon=2, test=4))
    none = forecast_ahead(data, single)
    assert none.low is None
    assert [f.code for f in none.findings] == ["few-errors"]
