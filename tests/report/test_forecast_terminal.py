"""A forecast study in the terminal: fits its width, keeps figures whole, says what leaks."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from auscult.data.series.dataset import Series, SeriesData
from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import ForecastResult
from auscult.evaluate.forecast.study import run_forecast
from auscult.models.forecast.spec import parse_forecasters
from auscult.report import forecast_terminal
from auscult.types import Finding

pytestmark = pytest.mark.usefixtures("one_thread")


def piped(width: int = 80) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False, markup=False)


def printed(console: Console) -> str:
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


@pytest.fixture(scope="module")
def study() -> ForecastResult:
    rng = np.random.default_rng(0)
    y = 500 + 90 * np.sin(np.arange(400) / 12 * 2 * np.pi) + rng.normal(0, 9, 400).cumsum()
    data = SeriesData("made", (Series("y", y, None, np.empty((400, 0))),), "y", None, None)
    specs = parse_forecasters("moving-average:window=2,moving-average:window=6", 12)
    plan = ForecastPlan(horizon=3, test=120)
    found = run_forecast(data, plan, specs, seasons=12)
    last = found.models[-1].model
    rows = tuple(replace(row, leaky=row.model == last) for row in found.models)
    return replace(found, models=rows, failed={"arima": "failed: too few points."})


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_leaderboard_fits_and_keeps_the_headline_whole(
    study: ForecastResult, width: int
) -> None:
    console = piped(width)
    forecast_terminal.print_leaderboard(study, console)
    lines = printed(console).splitlines()
    table = [line for line in lines if "interval" not in line]
    assert all(cell_len(line) <= width for line in table)
    for row in study.models:
        low, high = row.metrics["mae"].low, row.metrics["mae"].high
        assert any(f"({low:.1f}–{high:.1f})" in line for line in lines)
    assert any("leaky" in line for line in table)
    assert any(" * " in line for line in table)


def test_a_narrow_terminal_explains_no_column_that_it_lost(study: ForecastResult) -> None:
    narrow, wide = piped(46), piped(120)
    for console in (narrow, wide):
        forecast_terminal.print_leaderboard(study, console)
    for word in ("skill", "covers", "RMSE", "MAPE", "MASE", "R²"):
        assert word not in printed(narrow)
        assert word in printed(wide)


def test_the_headline_comes_first(study: ForecastResult) -> None:
    console = piped(120)
    forecast_terminal.print_leaderboard(replace(study, headline="rmse"), console)
    head = next(line for line in printed(console).splitlines() if line.strip())
    assert head.split()[:3] == ["model", "RMSE", "MAE"]


def test_equal_labels_are_told_apart(study: ForecastResult) -> None:
    rows = tuple(replace(row, label="alike") for row in study.models)
    console = piped(160)
    forecast_terminal.print_leaderboard(replace(study, models=rows), console)
    assert "Alike (moving-average:window=6)" in printed(console)


def test_without_intervals_nothing_covers(study: ForecastResult) -> None:
    rows = tuple(replace(row, intervals=None) for row in study.models)
    console = piped(120)
    forecast_terminal.print_leaderboard(replace(study, models=rows), console)
    assert "covers" not in printed(console)


def test_warnings_are_told_once_and_failures_with_their_cause(study: ForecastResult) -> None:
    told, new = Finding("a", "Told before."), Finding("b", "Not yet.", mend="--fill linear")
    console = piped()
    result = replace(study, warnings=(told, new))
    forecast_terminal.print_warnings(result, console, already=[told])
    text = printed(console)
    assert "Told before" not in text
    assert "Not yet. To mend it: --fill linear" in text
    assert "arima: failed: too few points." in text


def test_names_cannot_move_the_cursor(study: ForecastResult) -> None:
    console = piped()
    forecast_terminal.print_sentences(["a\x1b[2Jb"], console)
    assert "\x1b" not in printed(console)
