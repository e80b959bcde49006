"""Several series, covariates, a day a row, and other formats than text."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.data.series.files import codes, written
from tests.data.workbook import Cell, write_workbook

from auscult.data.series.describe import describe_series
from auscult.data.series.grid import times_after
from auscult.data.series.read import read_series
from auscult.errors import InputError

HEAD = "shop,day,sales,holiday,temp\n"


def shops(*names: str, n: int = 11) -> str:
    rows = [
        f"{name},2014-01-{i:02},{i * k},{'yes' if i % 7 == 0 else 'no'},{i / 2}\n"
        for k, name in enumerate(names, 1)
        for i in range(1, n + 1)
    ]
    return HEAD + "".join(rows)


def test_series_are_told_apart_and_sorted(tmp_path: Path) -> None:
    path = written(tmp_path, shops("10", "9", "b") + "b,2014-01-12,99,no,1\n")
    data = read_series(path, series="shop", value="sales", known="holiday", unknown=["temp"])
    assert [s.id for s in data.series] == ["10", "9", "b"]
    assert [s.n_points for s in data.series] == [11, 11, 12]
    assert data.covariates == ("holiday", "temp")
    assert data.known_ahead == (True, False)
    assert data.series[0].covariates[6].tolist() == [1, 3.5]
    assert data.series[2].values[[0, -1]].tolist() == [3, 99]
    assert data.take([2]).series[0] is data.series[2]
    assert describe_series(data)[0] == (
        "a: 3 series × 11 to 12 points, every D, 2014-01-01 to 2014-01-12"
    )


def test_the_usual_names_are_known(tmp_path: Path) -> None:
    text = "unique_id,ds,y\n" + "".join(f"{s},2014-01-0{i},{i}\n" for s in "ab" for i in (1, 2, 3))
    data = read_series(written(tmp_path, text))
    assert data.n_series == 2
    assert "series-chosen" in codes(data)


def test_covariates_behind_the_last_value_are_the_future(tmp_path: Path) -> None:
    text = shops("a", "b") + "b,2014-01-12,,yes,\nb,2014-01-14,,no,7\n"
    options = {"series": "shop", "value": "sales", "known": "holiday", "unknown": "temp"}
    data = read_series(written(tmp_path, text), **options)  # type: ignore[arg-type]
    assert data.series[0].future.shape == (0, 2)
    future = data.series[1].future
    assert future[:, 0].tolist()[:1] == [1.0]
    assert np.isnan(future[1]).all()
    assert future[2].tolist() == [0.0, 7.0]
    assert "future-covariates" in codes(data)


def test_series_of_a_panel_may_start_at_other_phases(tmp_path: Path) -> None:
    rows = [f"a,2014-01-01 0{h}:00,{h}\n" for h in range(4)]
    rows += [f"b,2014-01-01 0{h}:10,{h}\n" for h in range(3)]
    data = read_series(written(tmp_path, "item_id,time,y\n" + "".join(rows)))
    assert data.freq == "h"
    assert data.series[1].times is not None
    assert str(data.series[1].times[0])[:16] == "2014-01-01T00:10"


def day_rows(names: list[str]) -> str:
    rows = [
        f"2014-01-{d:02}," + ",".join(str(d * 100 + j) for j in range(len(names)))
        for d in range(1, 6)
    ]
    return "\n".join(["date," + ",".join(names), *rows])


@pytest.mark.parametrize(
    ("names", "first"),
    [
        ([f"{h:02}:00" for h in range(24)], "00:00"),
        ([f"{h:02}:00:00" for h in range(24)], "00:00"),
        ([f"T{h:02}00" for h in range(24)], "00:00"),
        ([f"H{h}" for h in range(1, 25)], "00:00"),
        ([str(h) for h in range(24)], "00:00"),
        ([f"{h:02}:00" for h in range(1, 25)], "01:00"),
        ([f"T{h // 2:02}{30 * (h % 2):02}" for h in range(48)], "00:00"),
    ],
)
def test_a_day_a_row(names: list[str], first: str, tmp_path: Path) -> None:
    data = read_series(written(tmp_path, day_rows(names)))
    series = data.series[0]
    assert series.times is not None
    assert data.step == np.timedelta64(24 * 60 // len(names), "m")
    assert str(series.times[0])[:16] == f"2014-01-01T{first}"
    assert series.values.tolist() == [d * 100 + j for d in range(1, 6) for j in range(len(names))]


def test_columns_that_are_no_day_are_not_taken_for_one(tmp_path: Path) -> None:
    path = written(tmp_path, day_rows([f"x{i}" for i in range(6)]))
    with pytest.raises(InputError, match="Say which one to forecast: --value"):
        read_series(path)
    with pytest.raises(InputError, match="no columns of a whole day"):
        read_series(path, layout="day-per-row")
    assert read_series(path, value="x3").n_points == 5


def test_excel_and_parquet(tmp_path: Path) -> None:
    days = [dt.date(2014, 1, d) for d in range(1, 8)]
    rows: list[list[Cell]] = [["day", "y"]]
    rows += [[day.isoformat(), float(day.day)] for day in days]
    book = write_workbook(tmp_path / "a.xlsx", {"S": rows})
    frame = pd.DataFrame({"day": pd.DatetimeIndex(days), "y": [float(d.day) for d in days]})
    frame.to_parquet(tmp_path / "a.parquet")
    for path in (book, tmp_path / "a.parquet"):
        data = read_series(path)
        assert (data.freq, data.series[0].values.tolist()) == ("D", [1, 2, 3, 4, 5, 6, 7])


@pytest.mark.parametrize("freq", ["15min", "D", "MS", "ME", "QS-FEB", "QE", "YS-APR", "YE", "B"])
def test_times_go_on(freq: str) -> None:
    expected = pd.date_range("2014-01-06", periods=9, freq=freq)
    fixed = {"15min": np.timedelta64(15, "m"), "D": np.timedelta64(1, "D")}.get(freq)
    after = times_after(np.datetime64(expected[0]), 8, freq=freq, step=fixed)
    assert (pd.DatetimeIndex(after) == expected[1:]).all()


def test_large_panels_take_little_memory(tmp_path: Path) -> None:
    """A tenth of 1,000 series of 1,000 points; the file is read in a process of its own."""
    times = pd.date_range("2014-01-01", periods=1000, freq="h").strftime("%Y-%m-%d %H:%M")
    values = np.random.default_rng(0).normal(size=100_000).round(3)
    ids = np.tile([f"s{i}" for i in range(100)], 1000)
    frame = pd.DataFrame({"series": ids, "time": np.repeat(times, 100), "value": values})
    frame.to_csv(tmp_path / "panel.csv", index=False)
    code = (
        "import resource, sys, pandas\n"
        "from auscult.data.series.read import read_series\n"
        "most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = most()\n"
        f"data = read_series({str(tmp_path / 'panel.csv')!r})\n"
        "assert (data.n_series, data.n_points) == (100, 100_000)\n"
        "print(most() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    kilobytes = int(done.stdout) / (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 150_000


def test_the_reader_loads_no_heavy_library() -> None:
    code = (
        "import sys, auscult.data.series.read\n"
        "bad = {'pandas', 'torch', 'sklearn', 'numba', 'scipy', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
