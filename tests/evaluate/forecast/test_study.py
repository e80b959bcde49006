"""Studies of forecasts: published figures found again, nothing learnt from what is forecast."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from auscult.data.series.dataset import Series, SeriesData
from auscult.errors import InputError
from auscult.evaluate.forecast.material import make_material
from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import ForecastResult
from auscult.evaluate.forecast.serialize import from_dict, load, to_dict, write
from auscult.evaluate.forecast.study import run_forecast
from auscult.evaluate.result_files import RESULT
from auscult.models.forecast.spec import ForecastSpec, parse_forecasters

Values = NDArray[np.float64]

pytestmark = pytest.mark.usefixtures("one_thread")

NAIVE = (ForecastSpec("last-value"), ForecastSpec("line"))


def made(*values: Values, covariates: tuple[str, ...] = (), known: bool = True) -> SeriesData:
    def covariate(y: Values) -> Values:
        return np.arange(len(y), dtype=np.float64)[:, None] * np.ones(len(covariates))

    series = tuple(Series(f"s{i}", y, None, covariate(y)) for i, y in enumerate(values))
    ahead = (known,) * len(covariates)
    return SeriesData("made", series, "value", None, None, covariates, ahead)


def wave(n_points: int = 400, seed: int = 0) -> Values:
    rng = np.random.default_rng(seed)
    noise = np.cumsum(rng.normal(size=n_points))
    found: Values = 100 + 20 * np.sin(np.arange(n_points) / 12 * 2 * np.pi) + noise
    return found


@pytest.fixture(scope="module")
def result() -> ForecastResult:
    plan = ForecastPlan(horizon=6, test=90, step=3, gap=2, refit=10)
    specs = parse_forecasters("ridge,moving-average", 12)
    return run_forecast(made(wave(), wave(420, seed=1)), plan, specs, seasons=12, command="made")


def test_the_published_points_are_found_again(shared: Path) -> None:
    path = shared / "load" / "load.csv"
    if not path.exists():
        pytest.skip(f"no real data: {path} is not there")
    with path.open(encoding="utf-8-sig") as file:
        next(file)
        y = np.array([[float(v) for v in line.split(",")[1:]] for line in file]).ravel()
    specs = parse_forecasters("ridge:lags=672,ridge", (96, 672))
    found = run_forecast(
        made(y), ForecastPlan("published"), specs, seasons=(96, 672), conformal=None
    )
    assert found["last-value"].metrics["mae"].value == pytest.approx(120.6, abs=0.05)
    assert found["line"].metrics["mae"].value == pytest.approx(61.4, abs=0.05)
    assert found["line"].metrics["r2"].value == pytest.approx(0.9967, abs=5e-5)
    assert found["ridge:lags=672"].metrics["mae"].value < 31.2
    assert found["ridge"].metrics["mae"].value < 28
    assert found.best == found.best_baseline == "ridge"


def test_nothing_behind_an_origin_is_learnt() -> None:
    """What comes after the last origin of a fold changes none of its forecasts."""
    plan = ForecastPlan(horizon=6, test=90, refit=5)
    specs = parse_forecasters("ridge,gradient-boosting:max_iter=5", 12)
    y = wave()
    changed = y.copy()
    changed[400 - 90 + 5 * 6 :] += 1e4  # the first fold's origins lie before
    before, after = (
        run_forecast(made(v), plan, specs, seasons=12, conformal=None) for v in (y, changed)
    )
    for row in before.models:
        first = before.tested.origin <= 400 - 90 + 4 * 6
        np.testing.assert_allclose(
            row.predictions.forecast[first],
            after[row.model].predictions.forecast[first],
            rtol=1e-12,
        )


def test_intervals_know_only_what_has_happened() -> None:
    plan = ForecastPlan(horizon=4, test=80)
    y = wave()
    changed = y.copy()
    changed[-20:] += 1e4
    before, after = (run_forecast(made(v), plan, NAIVE) for v in (y, changed))
    early = before.tested.origin + 4 <= 400 - 20
    for name in ("last-value", "line"):
        a, b = before[name].predictions, after[name].predictions
        assert a.low is not None
        assert b.low is not None
        np.testing.assert_array_equal(a.low[early], b.low[early])


def test_truth_and_forecast_are_of_the_same_points(result: ForecastResult) -> None:
    tested, panel = result.tested, (wave(), wave(420, seed=1))
    for series, origin, true in zip(tested.series, tested.origin, tested.true, strict=True):
        np.testing.assert_array_equal(true, panel[series][origin + 2 : origin + 8])
    last = result["last-value"].predictions.forecast[:, 0]
    expected = [panel[s][o - 1] for s, o in zip(tested.series, tested.origin, strict=True)]
    np.testing.assert_array_equal(last, expected)


def test_figures_of_a_study(result: ForecastResult) -> None:
    assert result.task == "forecast"
    assert result.plan.n_tested == result.tested.true.size
    maes = [row.metrics["mae"].value for row in result.models]
    assert maes == sorted(maes)
    best = result[result.best_baseline]
    assert best.baseline
    assert best.metrics["skill"].value == 0
    average = result["moving-average"]
    assert average.beats_baseline is False
    assert any(f.code == "does-not-beat-baseline" for f in result.warnings)
    assert {c.b for c in result.comparisons} == {result.best_baseline}
    assert len(average.mae_by_step) == 6
    assert average.metrics["mae"].value == pytest.approx(np.mean(average.mae_by_step))


def test_a_result_round_trips(result: ForecastResult, tmp_path: Path) -> None:
    write(result, tmp_path)
    again = load(tmp_path)
    assert to_dict(again) == to_dict(result)
    for part in fields(result.tested):
        np.testing.assert_array_equal(
            getattr(again.tested, part.name), getattr(result.tested, part.name)
        )
    for row in result.models:
        for part in fields(row.predictions):
            np.testing.assert_array_equal(
                getattr(again[row.model].predictions, part.name),
                getattr(row.predictions, part.name),
            )
    content = json.loads((tmp_path / RESULT).read_text(encoding="utf-8"))
    assert content["task"] == "forecast"
    assert content["schema"] == 1
    assert {"mae", "rmse", "r2", "mape", "mase"} <= set(content["models"][0]["metrics"])


def test_a_changed_folder_is_refused(result: ForecastResult, tmp_path: Path) -> None:
    write(result, tmp_path)
    table = tmp_path / "predictions.csv"
    table.write_text(table.read_text() + "\n")
    with pytest.raises(InputError, match="was changed since"):
        load(tmp_path)
    with pytest.raises(InputError, match="schema 9"):
        from_dict({"schema": 9})
    with pytest.raises(InputError, match="not of a forecast"):
        from_dict({"schema": 1, "task": "classification"})
    with pytest.raises(InputError, match="is not a forecast result"):
        from_dict({"schema": 1, "task": "forecast"})


def test_a_covariate_of_unknown_future_comes_late() -> None:
    plan = ForecastPlan(horizon=3, test=60, gap=1)
    known, _ = make_material(made(wave(), covariates=("a",)), plan)
    late, _ = make_material(made(wave(), covariates=("a",), known=False), plan)
    assert known.covariates is not None
    assert late.covariates is not None
    assert known.covariates[0][100, 0] == 100
    # Point 100 is forecast from origin 97 at the earliest, which knows point 96 last.
    assert late.covariates[0][100, 0] == 96


def test_short_series_are_left_out_by_name() -> None:
    found = run_forecast(
        made(wave(), wave(40)), ForecastPlan(horizon=6, test=60), NAIVE, conformal=None
    )
    assert set(found.tested.series) == {0}
    assert [f.code for f in found.warnings if f.code == "series-left-out"]


def test_a_model_that_cannot_is_said_to() -> None:
    specs = (*NAIVE, ForecastSpec("moving-average", {"window": 500}))
    found = run_forecast(made(wave()), ForecastPlan(horizon=6), specs)
    assert "needs 500 points" in found.failed["moving-average:window=500"]


@pytest.mark.parametrize(
    ("values", "match"),
    [
        (np.full(300, 2.0), "column 'value' is constant: every value is 2"),
        (np.where(np.arange(300) == 7, np.nan, wave(300)), "has 1 gaps, the first at point 7"),
        (np.arange(5.0), "holds no forecast of 6 steps"),
    ],
)
def test_refuses_data(values: Values, match: str) -> None:
    with pytest.raises(InputError, match=match):
        run_forecast(made(values), ForecastPlan(horizon=6), NAIVE)


def test_refuses_settings() -> None:
    data, plan = made(wave()), ForecastPlan(horizon=6)
    with pytest.raises(InputError, match="no metric is called 'acc'"):
        run_forecast(data, plan, NAIVE, headline="acc")
    with pytest.raises(InputError, match=r"from 0\.5 to below 1"):
        run_forecast(data, plan, NAIVE, level=90)
    with pytest.raises(InputError, match="no baseline"):
        run_forecast(data, plan, (ForecastSpec("moving-average"),))


def test_the_same_seed_gives_the_same_figures(result: ForecastResult) -> None:
    plan = ForecastPlan(horizon=6, test=90, step=3, gap=2, refit=10)
    specs = parse_forecasters("ridge,moving-average", 12)
    again = run_forecast(made(wave(), wave(420, seed=1)), plan, specs, seasons=12)
    for row in result.models:
        assert replace(row, predictions=again[row.model].predictions).metrics == dict(
            again[row.model].metrics
        )


def test_a_leaky_model_is_named_and_never_the_best() -> None:
    """A step in the tested part: only a scaler that saw it knows where the points will lie."""
    small = {"lags": 24, "epochs": 2, "units": (4, 4)}
    specs = [*NAIVE, ForecastSpec("lstm-published", small)]
    specs.append(ForecastSpec("lstm-published", {**small, "scaling": "leaky"}))
    found = run_forecast(made(wave()), ForecastPlan(test=60), specs, conformal=None)
    assert [row.leaky for row in found.models] == [False, False, False, True]
    assert found.models[-1].params["bounds"] == (wave()[-60:].min(), wave()[-60:].max())
    (said,) = [f for f in found.warnings if f.code == "leaky-scaling"]
    assert "scaling leaky" in said.message
    assert len(found.models[2].histories) == 1


def test_fits_of_networks_forecast_fold_after_fold() -> None:
    specs = [*NAIVE, ForecastSpec("dlinear", {"lags": 24, "epochs": 3})]
    plan = ForecastPlan(horizon=6, test=60, refit=3, seed=4)
    first, second = (run_forecast(made(wave()), plan, specs, seasons=12) for _ in range(2))
    row, again = first["dlinear:lags=24:epochs=3"], second["dlinear:lags=24:epochs=3"]
    np.testing.assert_array_equal(row.predictions.forecast, again.predictions.forecast)
    assert len(row.histories) == first.plan.folds == 4
    assert row.intervals is not None
    assert row.n_parameters
