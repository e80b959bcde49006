"""The calls of forecasts from Python: real series in, figures and what follows out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import auscult
from auscult.data.series.dataset import SeriesData
from auscult.forecasting import ForecastStudyResult

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def airline(shared: Path) -> SeriesData:
    path = shared / "series" / "airline-passengers.csv"
    if not path.exists():
        pytest.skip(f"no real data: {path} is not there")
    found = auscult.read_series(path)
    assert isinstance(found, SeriesData)
    return found


@pytest.fixture(scope="module")
def study(airline: SeriesData) -> ForecastStudyResult:
    found = auscult.forecast(airline, horizon=3, models="ridge,moving-average")
    assert isinstance(found, ForecastStudyResult)
    return found


def test_import_is_light() -> None:
    script = (
        "import sys, auscult\n"
        "auscult.__all__, dir\n"
        "assert not {'pandas', 'torch', 'sklearn', 'numba'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_every_public_name_is_there() -> None:
    for name in auscult.__all__:
        assert getattr(auscult, name) is not None


def test_a_study_and_what_follows(study: ForecastStudyResult, airline: SeriesData) -> None:
    assert study.best == "ridge"
    assert study.data.seasons == (12,)
    assert "season-taken" in [found.code for found in study.warnings]
    assert "Ridge on lags forecasts 'Passengers'" in study.verdict[0]
    ahead = study.ahead()
    assert ahead.starts == ("1961-01-01T00:00:00",)
    assert ahead.forecast.shape == (1, 3)
    assert 350 < ahead.forecast.mean() < 550
    last = study.ahead(model="last-value")
    assert last.forecast.tolist() == [[airline.series[0].values[-1]] * 3]


def test_a_run_folder_comes_back(study: ForecastStudyResult, tmp_path: Path) -> None:
    folder = study.save(tmp_path / "run")
    assert {path.name for path in folder.iterdir()} == {
        "forecast.csv", "predictions.csv", "report.html", "result.json",
    }  # fmt: skip
    back = auscult.load(folder)
    assert isinstance(back, ForecastStudyResult)
    assert back.verdict == study.verdict
    assert back.winner.metrics == study.winner.metrics
    with pytest.raises(auscult.InputError, match="without its series"):
        back.ahead()
    assert study.series is not None
    again = back.ahead(study.series)
    assert again.forecast == pytest.approx(study.ahead().forecast)
    assert again.high == pytest.approx(study.ahead().high)


def test_later_points(study: ForecastStudyResult, airline: SeriesData, tmp_path: Path) -> None:
    out = tmp_path / "ahead.csv"
    ahead = auscult.predict_ahead(study, airline, horizon=2, out=out)
    assert ahead.forecast == pytest.approx(study.ahead().forecast[:, :2])
    assert len(out.read_text().splitlines()) == 3
    with pytest.raises(auscult.InputError, match="measured 1 to 3 steps"):
        auscult.predict_ahead(study, airline, horizon=9)
    with pytest.raises(auscult.InputError, match=r"result\.json: cannot be read"):
        auscult.predict_ahead(tmp_path, airline)


@pytest.mark.parametrize(
    ("season", "seasons"), [(None, (12,)), (1, ()), (6, (6,)), ((12, 6), (6, 12)), ([4], (4,))]
)
def test_seasons_are_taken_or_given(
    airline: SeriesData, season: object, seasons: tuple[int, ...]
) -> None:
    found = auscult.forecast(airline, horizon=1, season=season, models="line", intervals="none")
    assert found.data.seasons == seasons
    codes = {warning.code for warning in found.warnings}
    assert ("season-taken" in codes) == (season is None)
    assert found.winner.intervals is None


@pytest.mark.parametrize("season", [0, -3, "12", 1.5, (12, 0), "week"])
def test_no_season(airline: SeriesData, season: object) -> None:
    with pytest.raises(auscult.InputError, match="--season: is a whole number from 1"):
        auscult.forecast(airline, horizon=1, season=season)


def test_a_season_that_is_too_long_is_not_taken(airline: SeriesData) -> None:
    short = SeriesData(
        "short",
        (type(airline.series[0])("y", *_first(airline, 25)),),
        "y",
        airline.step,
        airline.freq,
    )
    found = auscult.forecast(short, horizon=1, models="line", intervals="none")
    assert found.data.seasons == ()
    assert "no-season" in {warning.code for warning in found.warnings}


def _first(data: SeriesData, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    series = data.series[0]
    assert series.times is not None
    return series.values[:n], series.times[:n], series.covariates[:n]


def test_a_name_of_the_catalog_with_other_options(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(shared))
    assert auscult.read_series("daily-min-temperatures").n_points == 3652
    with pytest.raises(auscult.InputError, match="Say --fill"):
        auscult.read_series("daily-min-temperatures", fill="none")
    with pytest.raises(auscult.InputError, match="holds table, not a series"):
        auscult.read_series("heart")


def test_a_forecaster_by_its_name(airline: SeriesData) -> None:
    y = airline.series[0].values
    ridge = auscult.forecaster("ridge", season=12, horizon=12).fit(y[:-12])
    assert np.abs(ridge.predict(12) - y[-12:]).mean() < 40
    assert ridge.get_params()["season"] == 12
    naive = auscult.forecaster("seasonal-naive", season=12).fit(y[:-12])
    assert naive.predict(12).tolist() == y[-24:-12].tolist()
    with pytest.raises(auscult.InputError, match="Did you mean 'lags'"):
        auscult.forecaster("ridge", lag=3)
    with pytest.raises(auscult.InputError, match="no forecaster is called 'rigde'"):
        auscult.forecaster("rigde")


def test_a_season_is_filled_by_the_season_that_is_given(tmp_path: Path) -> None:
    rows = [f"{np.datetime64('2024-01-01') + i},{i % 5 + 10}" for i in range(60) if i != 30]
    (tmp_path / "a.csv").write_text("\n".join(["day,y", *rows]) + "\n")
    found = auscult.forecast(
        tmp_path / "a.csv", horizon=1, season=5, fill="season", models="line", intervals="none"
    )
    assert found.series.series[0].values[30] == 10
    assert found.best == "seasonal-naive:season=5"
