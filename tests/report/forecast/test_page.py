"""The page of a forecast study, and its run folder."""

from __future__ import annotations

import csv
import re
from dataclasses import fields, replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.cli.command import tree
from tests.report.forecast import sample
from tests.report.test_html import HOSTILE, Page

from auscult.errors import InputError
from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import ForecastResult
from auscult.evaluate.forecast.serialize import load
from auscult.report.forecast import run_folder
from auscult.report.forecast.html import render, write
from auscult.report.forecast.run_folder import FORECAST, HEAD, write_forecast_run
from auscult.report.run_folder import FILES
from auscult.types import Finding

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def day() -> ForecastResult:
    return sample.study(plan=ForecastPlan(horizon=24, test=240))


@pytest.fixture(scope="module")
def panel() -> ForecastResult:
    data = sample.series(3, step=None, lengths=(300, 330, 20))
    return sample.study(data, ForecastPlan(horizon=6, test=90, gap=2, refit=5), seasons=24)


@pytest.fixture(scope="module")
def page(day: ForecastResult) -> str:
    found = replace(sample.with_network(day, 900.0, leaky=True), failed={"gru": "failed: diverged"})
    return render(found, ahead=sample.beyond(found))


def test_sections_stand_in_order(page: str) -> None:
    assert re.findall(r"<h2>(.*?)</h2>", page) == [
        "Leaderboard",
        "Why to believe it",
        "What the model does",
        "The data",
        "How to repeat it",
    ]
    heads = re.findall(r"<h3>(.*?)</h3>", page)
    assert heads == [
        "Left out or failed",
        "Settings",
        "Is the difference real?",
        "The plan",
        "Findings",
        "Prediction intervals: does 90\u00a0% mean 90\u00a0%?",
        "Learning curves",
        "Truth and forecast",
        "Error by steps ahead",
        "By hour of the day",
        "By day of the week",
    ]
    text = Page(page).text
    for shown in (
        "auscult forecast made.csv --horizon 1",
        "Not a medical device.",
        "gru : failed: diverged",
        "LSTM is leaky : its forecasts were scaled by the lowest and highest of the tested points.",
        "2024-01-01 to 2024-01-25 23:00",
        "24 points (1 day)",
        "ab" * 32,
        "beyond the data",
    ):
        assert shown in text


def test_nothing_is_loaded_nothing_runs_and_nothing_is_nan(page: str) -> None:
    found = Page(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(found.tags)
    assert all(link.startswith("#") for link in found.links)
    assert not re.search(r"https?:|//[a-z]|@import|url\(", page)
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b(?!,|<)", found.text)
    for picture in re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL):
        assert ElementTree.fromstring(picture).attrib["aria-label"]


def test_every_metric_of_every_model(day: ForecastResult) -> None:
    text = Page(render(day)).text
    heads = "model MAE R² RMSE MAPE sMAPE MASE RMSSE skill beats the best baseline"
    assert heads in text
    assert "held by 90 % intervals mean width fit predict parameters" in text
    for row in day.models:
        assert f"{row.metrics['mae'].value:.3f}" in text


def test_a_panel_without_stamps(panel: ForecastResult) -> None:
    text = Page(render(panel, ahead=sample.beyond(panel))).text
    assert "points are numbered" in text
    assert "3, 1 of them left out" in text
    assert "Hardest series" in text
    assert "series 's0'" in text
    assert "By place in the season of 24 points" in text
    assert "after a gap of 2 steps" in text
    assert panel.data.ids == ("s0", "s1")
    assert panel.data.lengths == (300, 330)


def test_starts_are_of_the_series_that_were_forecast(
    day: ForecastResult, panel: ForecastResult
) -> None:
    assert day.data.starts == ("2024-01-01T00:00:00",)
    assert panel.data.starts == ()


def test_few_points_and_no_intervals() -> None:
    found = sample.study(sample.series(lengths=(120,)), ForecastPlan(horizon=12, test=24))
    rows = tuple(replace(r, intervals=None) for r in found.models)
    rows = tuple(replace(r, predictions=replace(r.predictions, low=None, high=None)) for r in rows)
    text = Page(render(replace(found, models=rows))).text
    assert "Prediction intervals" not in text
    assert "nan" not in text


def test_whatever_a_name_holds_is_text(panel: ForecastResult) -> None:
    data = replace(panel.data, name=HOSTILE, target=HOSTILE, ids=(HOSTILE, "b&b"), terms=HOSTILE)
    rows = tuple(replace(r, label=HOSTILE, params={HOSTILE: HOSTILE}) for r in panel.models)
    found = replace(
        panel,
        data=data,
        models=rows,
        warnings=(Finding(HOSTILE, HOSTILE, "warning", HOSTILE),),
        failed={HOSTILE: HOSTILE},
        provenance=replace(panel.provenance, command=HOSTILE),
    )
    text = render(found, ahead=sample.beyond(found))
    assert "script" not in Page(text).tags
    assert HOSTILE not in text


def test_same_result_same_page(day: ForecastResult, tmp_path: Path) -> None:
    target = write(day, tmp_path / "report.html")
    assert target.read_text(encoding="utf-8") == render(day)


def test_a_loaded_run_gives_the_same_page(day: ForecastResult, tmp_path: Path) -> None:
    write_forecast_run(day, tmp_path / "run")
    assert render(load(tmp_path / "run")) == render(day)


def test_four_files_or_three(day: ForecastResult, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "run"
    assert write_forecast_run(day, folder, ahead=sample.beyond(day)) == folder
    assert sorted(tree(folder)) == sorted((*FILES, FORECAST))
    (folder / "notes.txt").write_text("mine")
    write_forecast_run(day, folder)  # the older forecast is not this run's
    assert sorted(p.name for p in folder.iterdir()) == sorted((*FILES, "notes.txt"))


def test_what_follows_the_data(day: ForecastResult, tmp_path: Path) -> None:
    ahead = replace(sample.beyond(day), ids=("=1+1",))
    write_forecast_run(day, tmp_path, ahead=ahead)
    with (tmp_path / FORECAST).open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert tuple(head) == HEAD
    assert len(rows) == 24
    assert rows[0] == ["'=1+1", "2024-01-26", "1", "100.0", "95.0", "105.0"]
    assert rows[1][1:3] == ["2024-01-26 01:00", "2"]
    bare = replace(ahead, starts=(None,), freq=None, low=None, high=None)
    write_forecast_run(day, tmp_path, ahead=bare)
    with (tmp_path / FORECAST).open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1] == ["'=1+1", "", "1", "100.0", "", ""]


@pytest.mark.parametrize("older", [True, False])
def test_a_failure_leaves_what_was_there(
    day: ForecastResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, older: bool
) -> None:
    folder = tmp_path / "run"
    if older:
        write_forecast_run(day, folder, ahead=sample.beyond(day))
    before = tree(tmp_path)

    def fail(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_folder, "ahead_csv", fail)
    with pytest.raises(InputError, match="No space left on device"):
        write_forecast_run(day, folder, ahead=sample.beyond(day))
    assert tree(tmp_path) == before


def test_what_was_written_is_read_back(day: ForecastResult, tmp_path: Path) -> None:
    write_forecast_run(day, tmp_path)
    again = load(tmp_path)
    assert again.data == day.data
    for part in fields(day.tested):
        np.testing.assert_array_equal(
            getattr(again.tested, part.name), getattr(day.tested, part.name)
        )
