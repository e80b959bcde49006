"""Public series are read as what they are."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest
from tests.data.series.files import codes

from auscult.data.catalog import catalog
from auscult.data.series.describe import describe_series
from auscult.data.series.read import read_series
from auscult.errors import InputError


def test_load_has_a_day_a_row(shared: Path) -> None:
    path = shared / "load/load.csv"
    data = read_series(path)
    with path.open(encoding="utf-8-sig") as file:
        days = list(csv.reader(file))[1:]
    assert data.n_series == 1
    series = data.series[0]
    assert series.times is not None
    assert series.values.tolist() == [float(cell) for day in days for cell in day[1:]]
    assert (series.times[0], series.times[-1]) == (
        np.datetime64("2014-01-01T00:00", "ns"),
        np.datetime64("2014-12-31T23:45", "ns"),
    )
    assert (np.diff(series.times) == data.step).all()
    assert (data.freq, data.step) == ("15min", np.timedelta64(15, "m"))
    assert series.covariates.shape == (35040, 0)
    assert data.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert codes(data) == {"time-chosen", "day-per-row"}
    assert describe_series(data)[0] == (
        "load: 35,040 points, every 15min, 2014-01-01 to 2014-12-31 23:45"
    )


def test_passengers_have_months(shared: Path) -> None:
    data = read_series(shared / "series/airline-passengers.csv")
    series = data.series[0]
    assert (data.freq, data.step, data.target) == ("MS", None, "Passengers")
    assert series.values[[0, -1]].tolist() == [112, 432]
    assert series.times is not None
    months = series.times.astype("datetime64[M]")
    assert (np.diff(months) == np.timedelta64(1, "M")).all()
    assert str(series.times[-1])[:10] == "1960-12-01"


def test_temperatures_lack_the_last_days_of_leap_years(shared: Path) -> None:
    path = shared / "series/daily-min-temperatures.csv"
    with pytest.raises(InputError, match=r"rows 1461 and 1462.* 2 of 3,652 .*1984-12-31.*--fill"):
        read_series(path)
    data = read_series(path, fill="previous")
    series = data.series[0]
    assert series.times is not None
    assert series.n_points == 3652
    missing = np.flatnonzero(np.isin(series.times.astype("datetime64[D]").astype(str),
                                     ["1984-12-31", "1988-12-31"]))  # fmt: skip
    assert (series.values[missing] == series.values[missing - 1]).all()
    assert "gaps-filled" in codes(data)


def test_the_catalog_says_how_its_series_are_read(shared: Path) -> None:
    entries = [entry for entry in catalog().values() if entry.kind == "series"]
    assert len(entries) >= 3
    for entry in entries:
        data = read_series(shared / entry.folder / entry.files[0].name, **entry.options.given())
        assert data.sha256 == entry.files[0].sha256
        assert "time-chosen" not in codes(data)
        assert data.freq is not None
