"""``auscult forecast`` and what goes on from it: to the end on real data, refused in one line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.cli.command import Finished, run, tree

from auscult.report import forecast_terminal

Command = Callable[[str], Finished]

pytestmark = pytest.mark.usefixtures("one_thread")


def monthly(n: int = 60, header: str = "month,sold", seed: int = 0) -> str:
    rng = np.random.default_rng(seed)
    values = 100 + 10 * np.sin(np.arange(n) / 6 * np.pi) + rng.normal(size=n)
    rows = [f"{2000 + i // 12}-{i % 12 + 1:02},{v:.3f}" for i, v in enumerate(values)]
    return "\n".join([header, *rows]) + "\n"


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.chdir(tmp_path)
    return lambda line: run(line.split(), monkeypatch, capsys)


@pytest.fixture
def airline(shared: Path, tmp_path: Path) -> Path:
    """The first 130 months; the whole file stands beside."""
    path = shared / "series" / "airline-passengers.csv"
    if not path.exists():
        pytest.skip(f"no real data: {path} is not there")
    lines = path.read_text().splitlines(keepends=True)
    (tmp_path / "whole.csv").write_text("".join(lines))
    early = tmp_path / "early.csv"
    early.write_text("".join(lines[:131]))
    return early


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


FAST = "--models ridge --horizon 3"


def test_a_study_to_the_end(airline: Path, tmp_path: Path, command: Command) -> None:
    done = command(f"forecast early.csv {FAST}")
    assert (done.code, done.err) == (0, "")
    said = [
        "early: 130 points, every MS",
        "ridge: 0.",
        "Ridge on lags forecasts 'Passengers'",
        "A season of 12 points was taken",
        "Report: auscult-run-early/report.html",
        "Forecast: auscult-run-early/forecast.csv (the next 3 points, by ridge on all of the data)",
        "Next: auscult predict auscult-run-early LATER.csv",
    ]
    places = [done.out.index(text) for text in said]
    assert places == sorted(places)
    run_folder = tmp_path / "auscult-run-early"
    assert [name for name in sorted(tree(run_folder)) if not name.startswith(".")] == [
        "forecast.csv", "predictions.csv", "report.html", "result.json", "study.json",
    ]  # fmt: skip
    result = json.loads((run_folder / "result.json").read_text())
    assert (result["task"], result["best"], result["data"]["seasons"]) == (
        "forecast",
        "ridge",
        [12],
    )
    assert result["provenance"]["command"] == f"auscult forecast early.csv {FAST}"
    head, *ahead = rows(run_folder / "forecast.csv")
    assert head == ["series", "time", "step", "forecast", "low", "high"]
    assert [row[1] for row in ahead] == ["1959-11-01", "1959-12-01", "1960-01-01"]
    assert all(float(row[4]) < float(row[3]) < float(row[5]) for row in ahead)


def test_going_on_from_later_points(airline: Path, tmp_path: Path, command: Command) -> None:
    assert command(f"forecast early.csv {FAST} --out run").code == 0
    done = command("predict run whole.csv --horizon 2")
    assert (done.code, done.err) == (0, "")
    assert "Written: forecast-whole.csv (the next 2 points, by ridge)" in done.out
    assert [r[1] for r in rows(tmp_path / "forecast-whole.csv")[1:]] == ["1961-01-01", "1961-02-01"]
    again = command("predict run early.csv -o same.csv")
    assert again.code == 0
    assert rows(tmp_path / "same.csv") == rows(tmp_path / "run" / "forecast.csv")
    other = command("predict run whole.csv --models seasonal-naive:season=12 -o naive.csv")
    assert other.code == 0
    year_before = [row[1] for row in rows(tmp_path / "whole.csv")[-12:-9]]
    assert [float(r[3]) for r in rows(tmp_path / "naive.csv")[1:]] == [
        float(v) for v in year_before
    ]


def test_the_published_plan_on_a_name_of_the_catalog(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(shared))
    done = command("forecast load --plan published --models line --intervals none --season 96")
    assert (done.code, done.err) == (0, "")
    assert "61.4 (" in done.out
    assert "120.6 (" in done.out
    assert "covers" not in done.out
    assert "A season" not in done.out  # it was said
    result = json.loads((tmp_path / "auscult-run-load" / "result.json").read_text())
    assert result["data"]["terms"] == "public repository, terms unstated"
    assert rows(tmp_path / "auscult-run-load" / "forecast.csv")[1][4:] == ["", ""]


def test_gaps_are_filled_as_the_catalog_says_or_as_asked(
    shared: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(shared))
    asked = "forecast daily-min-temperatures --horizon 1 --test 60 --intervals none --models line"
    done = command(f"{asked} --out one")
    assert done.code == 0
    assert "last value before the gap" in done.out
    assert "A season of 7 points was taken" in done.out
    done = command(f"{asked} --out two --fill season --season 365")
    assert done.code == 0
    assert "value of the season before" in done.out


def test_a_panel_with_covariates(tmp_path: Path, command: Command) -> None:
    lines = ["shop,day,sold,holiday"]
    for shop, height in (("a", 10), ("b", 900)):
        for i in range(90):
            value = height * (2 + np.sin(i / 7 * 2 * np.pi) + 0.1 * np.cos(i * i)) if i < 80 else ""
            lines.append(f"{shop},{np.datetime64('2024-01-01') + i},{value},{int(i % 30 == 0)}")
    (tmp_path / "shops.csv").write_text("\n".join(lines) + "\n")
    done = command(
        "forecast shops.csv --series shop --value sold --known holiday --horizon 5 --models ridge"
    )
    assert (done.code, done.err) == (0, "")
    assert "2 series × 80 points" in done.out
    assert "covariates: holiday (known ahead)" in done.out
    ahead = rows(tmp_path / "auscult-run-shops" / "forecast.csv")[1:]
    assert [row[0] for row in ahead] == ["a"] * 5 + ["b"] * 5
    assert {row[1] for row in ahead} >= {"2024-03-21", "2024-03-25"}


def test_stopped_behind_the_writing_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "a.csv").write_text(monthly())
    monkeypatch.setattr(forecast_terminal, "print_leaderboard", stop)
    done = command(f"forecast a.csv {FAST} --out run")
    assert (done.code, done.err.strip()) == (130, "stopped; the run folder run was written")


@dataclass(frozen=True)
class Bad:
    """``says`` must stand in the one line; ``text`` is what a.csv holds."""

    name: str
    arguments: str
    says: str
    text: str = monthly()


CONSTANT = "month,sold\n" + "".join(f"{2000 + i // 12}-{i % 12 + 1:02},5\n" for i in range(60))
GAPPY = "\n".join(line for i, line in enumerate(monthly().splitlines()) if i != 30) + "\n"
TWICE = monthly().replace("2000-03", "2000-02")
FIRST, *OTHERS = monthly().splitlines()
WIDE = "\n".join([f"{FIRST},lost", *(f"{line},{i}" for i, line in enumerate(OTHERS))]) + "\n"
BAD = [
    Bad("constant", "forecast a.csv --horizon 3", "is constant: every value is 5", CONSTANT),
    Bad("few points", "forecast a.csv --horizon 3 --models ridge:lags=50",
        "--models: ridge:lags=50 needs 55 points, and 48 stand before the first tested one"),
    Bad("few of the network's", "forecast a.csv --horizon 3 --models lstm:lags=96",
        "--models: lstm:lags=96 needs"),
    Bad("text", "forecast a.csv --horizon 3", "column 'sold': 'two",
        monthly().replace("\n2000-03,1", "\n2000-03,two1")),
    Bad("far horizon", "forecast a.csv --horizon 100", "--horizon: a series of 60 points"),
    Bad("no horizon", "forecast a.csv", "Say --horizon 24"),
    Bad("horizon 0", "forecast a.csv --horizon 0", "--horizon: must be 1 or more, not 0"),
    Bad("horizon in words", "forecast a.csv --horizon soon", "'soon' is not a valid integer"),
    Bad("no model", "forecast a.csv --horizon 3 --models rigde", "Did you mean 'ridge'"),
    Bad("a model of cases", "forecast a.csv --horizon 3 --models logistic", "no forecaster is"),
    Bad("no setting", "forecast a.csv --horizon 3 --models ridge:lag=3", "Did you mean 'lags'"),
    Bad("odd setting", "forecast a.csv --horizon 3 --models ridge:lags=x", "of the wrong kind"),
    Bad("no plan", "forecast a.csv --horizon 3 --plan roling", "Did you mean 'rolling'"),
    Bad("published far", "forecast a.csv --horizon 3 --plan published", "one step ahead"),
    Bad("published short", "forecast a.csv --plan published", "Use --plan rolling"),
    Bad("no metric", "forecast a.csv --horizon 3 --metric accuracy", "no metric is called"),
    Bad("no intervals", "forecast a.csv --horizon 3 --intervals spilt", "Did you mean 'split'"),
    Bad("level", "forecast a.csv --horizon 3 --level 95", "--level: "),
    Bad("gaps", "forecast a.csv --horizon 3", "Say --fill", GAPPY),
    Bad("no fill", "forecast a.csv --horizon 3 --fill liner", "Did you mean 'linear'", GAPPY),
    Bad("twice", "forecast a.csv --horizon 3", "--duplicates", TWICE),
    Bad("season 0", "forecast a.csv --horizon 3 --season 0", "--season: is a whole number from 1"),
    Bad("season text", "forecast a.csv --horizon 3 --season week", "not 'week'"),
    Bad("season half", "forecast a.csv --horizon 3 --season 12,1.5", "not '12,1.5'"),
    Bad("long season", "forecast a.csv --horizon 3 --season 12,500", "--season: 500 points"),
    Bad("large test", "forecast a.csv --horizon 3 --test 60", "--test: a series of 60 points"),
    Bad("test 0", "forecast a.csv --horizon 3 --test 0", "--test: must be 1 or more"),
    Bad("gap", "forecast a.csv --horizon 3 --gap -1", "--gap: must be 0 or more"),
    Bad("long gap", "forecast a.csv --horizon 3 --gap 90", "after a gap of 90"),
    Bad("window", "forecast a.csv --horizon 3 --window 0", "--window: must be 1 or more"),
    Bad("small window", "forecast a.csv --horizon 3 --window 2 --models ridge",
        "--models: ridge needs"),
    Bad("seed", "forecast a.csv --horizon 3 --seed -1", "--seed: must be 0 or larger"),
    Bad("no column", "forecast a.csv --horizon 3 --value slod", "Did you mean 'sold'"),
    Bad("no time", "forecast a.csv --horizon 3 --time mnth", "Did you mean 'month'"),
    Bad("no covariate", "forecast a.csv --horizon 3 --known rain", "asked for with --known"),
    Bad("no layout", "forecast a.csv --horizon 3 --layout wide", "--layout: 'wide' is not known"),
    Bad("which value", "forecast a.csv --horizon 3", "--value", WIDE),
    Bad("empty", "forecast a.csv --horizon 3", "a.csv: ", ""),
    Bad("folder", "forecast . --horizon 3", "is a folder"),
    Bad("a named folder", "forecast inside --horizon 3", "inside: is a folder"),
    Bad("no file", "forecast b.csv --horizon 3", "b.csv: "),
    Bad("no name", "forecast lod --horizon 3", "the catalog has no data set 'lod'"),
    Bad("cases", "forecast heart --horizon 3", "Try: auscult compare heart"),
    Bad("out is a file", "forecast a.csv --horizon 3 --out a.csv", "is a file, not a folder"),
    Bad("compare", "compare a.csv", "is a series, not cases with a class. Try: auscult forecast a"),
    Bad("compare a name", "compare load", "Try: auscult forecast load --horizon 12"),
    Bad("predict cases ahead", "predict a.csv a.csv --horizon 3",
        "--horizon: is for the run folder of a forecast, not for this TRAIN"),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_refused_in_one_line(bad: Bad, tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.csv").write_text(bad.text)
    (tmp_path / "inside").mkdir()
    before = tree(tmp_path)
    done = command(bad.arguments)
    assert done.code == 2, done.out
    assert bad.says in done.err
    assert done.err.count("\n") == 1
    assert len(done.err) < 500
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("run a.csv --horizon 4", "--horizon: the study measured 1 to 3 steps ahead, not 4"),
        ("run a.csv --horizon 0", "--horizon: the study measured 1 to 3 steps ahead, not 0"),
        ("run a.csv --target sold", "--target: is for cases with a class"),
        ("run a.csv --seed 3", "--seed: is for cases with a class"),
        ("run a.csv --models arima", "the study has no model 'arima'"),
        ("run a.csv -o run", "is a folder. Name a file with --out"),
        ("run a.csv -o a.csv", "is the file that is read"),
        ("run daily.csv", "daily: its step is D, the study's is MS"),
        ("run gappy.csv", "Say --fill"),
        ("run b.csv", "b.csv: "),
        ("cases a.csv", "is the run folder of a study of cases"),
    ],
)
def test_going_on_is_refused_in_one_line(
    arguments: str, says: str, tmp_path: Path, command: Command
) -> None:
    (tmp_path / "a.csv").write_text(monthly())
    (tmp_path / "gappy.csv").write_text(GAPPY)
    days = [f"{np.datetime64('2024-01-01') + i},{i % 7}" for i in range(60)]
    (tmp_path / "daily.csv").write_text("\n".join(["month,sold", *days]) + "\n")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "result.json").write_text('{"task": "classification"}')
    assert command(f"forecast a.csv {FAST} --out run --intervals none").code == 0
    before = tree(tmp_path)
    done = command(f"predict {arguments}")
    assert done.code == 2, done.out
    assert says in done.err
    assert done.err.count("\n") == 1
    assert tree(tmp_path) == before


def test_a_run_that_was_changed_is_refused(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.csv").write_text(monthly())
    assert command(f"forecast a.csv {FAST} --out run").code == 0
    with (tmp_path / "run" / "predictions.csv").open("a") as file:
        file.write("x\n")
    done = command("predict run a.csv")
    assert done.code == 2
    assert "was changed since" in done.err


@pytest.mark.parametrize("name", ["ridge", "line", "lstm-published", "gradient-boosting"])
def test_a_forecaster_is_told(name: str, command: Command) -> None:
    done = command(f"models {name}")
    assert (done.code, done.err) == (0, "")
    assert f"--models {name}" in done.out
    assert ("For series (auscult forecast):" in done.out) == (name == "gradient-boosting")


def test_the_list_of_models_has_both_kinds(command: Command) -> None:
    done = command("models")
    cases, series = done.out.split("For series (auscult forecast):")
    assert "logistic" in cases
    assert "seasonal-naive" in series
    assert "``" not in done.out


def test_a_series_of_the_catalog_leads_to_forecast(command: Command) -> None:
    done = command("data info load")
    assert done.out.splitlines()[-1] == "Next: auscult forecast load --horizon 12"
