"""Gaps, duplicates, order, clocks and uneven steps: found, said, mended only as asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.data.series.files import codes, long, stamps, written

from auscult.data.series.dataset import SeriesData
from auscult.data.series.fill import fill_gaps, usual_seasons
from auscult.data.series.options import Duplicates, Fill
from auscult.data.series.read import read_series
from auscult.errors import InputError

NAN = float("nan")


def utc_times(data: SeriesData) -> pd.DatetimeIndex:
    times = data.series[0].times
    assert times is not None
    return pd.DatetimeIndex(times).tz_localize("UTC")


def test_missing_stamps_and_empty_values_are_gaps(tmp_path: Path) -> None:
    text = "day,y\n2014-01-01,1\n2014-01-02,\n2014-01-03,3\n2014-01-06,6\n2014-01-07,NA\n"
    path = written(tmp_path, text + "2014-01-08,8\n")
    with pytest.raises(InputError) as refusal:
        read_series(path)
    assert str(refusal.value) == (
        "a.csv: row 3, column 'y': 2 of 8 stamps are not there, up to 2 in a row and 2 values are "
        "empty (a step is 1 day), first 2014-01-02. Say --fill linear, previous or season."
    )
    linear = read_series(path, fill="linear")
    assert linear.series[0].values.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    previous = read_series(path, fill="previous")
    assert previous.series[0].values.tolist() == [1, 1, 3, 3, 3, 6, 6, 8]
    assert {f.severity for f in previous.findings if f.code == "gaps-filled"} == {"warning"}


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("linear", [1, 2, 3, 4, 5, 6]),
        ("previous", [1, 1, 3, 3, 3, 6]),
        ("season", [1, 1, 3, 1, 3, 6]),
    ],
)
def test_fills(how: Fill, expected: list[float]) -> None:
    values = np.array([1, NAN, 3, NAN, NAN, 6])
    if how == "season":  # two steps: phase 0 is 1, 3, ?; phase 1 is ?, ?, 6
        expected = [1, 6, 3, 6, 3, 6]
    assert fill_gaps(values, how, season=2).tolist() == expected


def test_a_season_is_usual_or_said(tmp_path: Path) -> None:
    texts = stamps("%Y-%m-%d %H:%M", 72, "h")
    path = written(tmp_path, long(texts, lambda i: "" if i == 30 else i % 24))
    assert read_series(path, fill="season").series[0].values[30] == 6
    path = written(tmp_path, "y\n1\n2\n3\n1\n\n2\n".replace("\n\n", "\nNA\n"))
    with pytest.raises(InputError, match=r"--season"):
        read_series(path, fill="season")
    assert read_series(path, fill="season", season=3).series[0].values.tolist() == [
        1,
        2,
        3,
        1,
        2,
        2,
    ]


@pytest.mark.parametrize(
    ("freq", "step", "seasons"),
    [
        ("15min", np.timedelta64(15, "m"), (96, 672)),
        ("h", np.timedelta64(1, "h"), (24, 168)),
        ("D", np.timedelta64(1, "D"), (7,)),
        ("7D", np.timedelta64(7, "D"), (52,)),
        ("MS", None, (12,)),
        ("QE-OCT", None, (4,)),
        ("B", None, (5,)),
        ("YS", None, ()),
        (None, None, ()),
    ],
)
def test_usual_seasons(
    freq: str | None, step: np.timedelta64 | None, seasons: tuple[int, ...]
) -> None:
    assert usual_seasons(freq, step) == seasons


@pytest.mark.parametrize(("how", "value"), [("mean", 3), ("first", 4), ("last", 2)])
def test_duplicates_are_settled_as_asked(how: Duplicates, value: float, tmp_path: Path) -> None:
    rows = ["2014-01-01,1", "2014-01-02,4", "2014-01-02,2", "2014-01-03,5"]
    for turned in (False, True):
        text = "time,value\n" + "\n".join(rows[::-1] if turned else rows)
        path = written(tmp_path, text)
        with pytest.raises(InputError, match=r"rows 3 and 4, .*2014-01-02 stands twice"):
            read_series(path)
        data = read_series(path, duplicates=how)
        expected = {2.0: 4.0, 4.0: 2.0}.get(value, value) if turned else value
        assert data.series[0].values.tolist() == [1, expected, 5]
        assert "duplicate-times" in codes(data)


def test_rows_that_say_the_same_are_one(tmp_path: Path) -> None:
    text = "time,value\n2014-01-01,1\n2014-01-02,2\n2014-01-02,2.0\n2014-01-03,3\n"
    data = read_series(written(tmp_path, text))
    assert data.series[0].values.tolist() == [1, 2, 3]
    assert [f.severity for f in data.findings if f.code == "duplicate-times"] == ["note"]


def test_unordered_rows_are_sorted_and_said(tmp_path: Path) -> None:
    text = "time,value\n2014-01-03,3\n2014-01-01,1\n2014-01-02,2\n"
    data = read_series(written(tmp_path, text))
    assert data.series[0].values.tolist() == [1, 2, 3]
    assert "unordered-times" in codes(data)


def test_the_hour_that_clocks_skip(tmp_path: Path) -> None:
    local = pd.date_range("2014-03-29", "2014-04-01", freq="h", tz="Europe/Berlin")
    path = written(tmp_path, long(local.strftime("%Y-%m-%d %H:%M").tolist()))
    with pytest.raises(InputError, match=r"first 2014-03-30 02:00; clocks skip it .*--zone"):
        read_series(path)
    data = read_series(path, zone="Europe/Berlin")
    assert data.zone == "Europe/Berlin"
    assert (utc_times(data) == local).all()
    filled = read_series(path, fill="linear")
    assert any("daylight" in f.message for f in filled.findings)


@pytest.mark.parametrize("freq", ["h", "15min"])
@pytest.mark.parametrize("turned", [False, True])
def test_the_hour_that_clocks_repeat(freq: str, turned: bool, tmp_path: Path) -> None:
    local = pd.date_range("2014-10-25", "2014-10-28", freq=freq, tz="Europe/Berlin")
    texts = local.strftime("%d.%m.%Y %H:%M").tolist()
    rows = long(texts).splitlines()
    path = written(tmp_path, "\n".join([rows[0], *(rows[:0:-1] if turned else rows[1:])]))
    with pytest.raises(InputError, match=r"stands twice .*end of daylight saving time: say --zone"):
        read_series(path)
    data = read_series(path, zone="Europe/Berlin")
    assert (utc_times(data) == local).all()
    assert data.series[0].values.tolist() == [i * i + 0.5 for i in range(len(local))]


def test_uneven_steps_are_refused_or_counted(tmp_path: Path) -> None:
    texts = [*stamps("%Y-%m-%d %H:%M", 5, "15min"), "2014-01-01 01:16", "2014-01-01 01:30"]
    path = written(tmp_path, long(texts))
    with pytest.raises(InputError, match=r"row 7, column 'time': a stamp is not .*15 min.*01:16"):
        read_series(path)
    rows = read_series(path, freq="row")
    assert (rows.freq, rows.series[0].times, rows.n_points) == (None, None, 7)
    assert "rows-as-steps" in codes(rows)
    minutes = read_series(path, freq="min", fill="linear")
    assert (minutes.freq, minutes.n_points) == ("min", 91)


def test_the_same_day_of_every_month_is_its_month(tmp_path: Path) -> None:
    data = read_series(written(tmp_path, long([f"2014-{m:02}-15" for m in range(1, 13)])))
    assert data.freq == "MS"
    assert "times-moved" in codes(data)


def test_empty_ends_are_no_gaps(tmp_path: Path) -> None:
    texts = stamps("%Y-%m-%d", 8, "D")
    data = read_series(written(tmp_path, long(texts, lambda i: "" if i in (0, 6, 7) else i)))
    assert data.series[0].values.tolist() == [1, 2, 3, 4, 5]
    assert "empty-ends" in codes(data)


def test_a_constant_series_is_said(tmp_path: Path) -> None:
    data = read_series(written(tmp_path, long(stamps("%Y-%m-%d", 8, "D"), lambda _: 5)))
    assert "constant-series" in codes(data)
