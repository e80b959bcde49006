"""Stamps are read in the one way that fits, or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.data.series.files import codes, long, stamps, written

from auscult.data.series.read import read_series
from auscult.errors import InputError

DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d %H:%M", "%Y%m%d", "%d %B %Y",
        "%b %d %Y", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S.%f", "%d/%m/%Y %I:%M %p",
        "%Y%m%dT%H%M", "%Y-%m-%d %H:%M UTC", "%m-%d-%Y %H:%M", "%d-%b-%Y",
        "%Y%m%d%H%M"]  # fmt: skip


@pytest.mark.parametrize("form", DAYS)
def test_days_in_any_form(form: str, tmp_path: Path) -> None:
    data = read_series(written(tmp_path, long(stamps(form, 20, "D", "2014-01-05"))))
    series = data.series[0]
    assert series.times is not None
    assert (data.freq, data.step) == ("D", np.timedelta64(1, "D"))
    assert str(series.times[0])[:19] == "2014-01-05T00:00:00"
    assert series.values[:3].tolist() == [0.5, 1.5, 4.5]


@pytest.mark.parametrize(
    ("form", "freq", "found"),
    [
        ("%Y-%m", "MS", "MS"),
        ("%b %Y", "MS", "MS"),
        ("%Y%m", "MS", "MS"),
        ("%Y-%m-%d", "ME", "ME"),
        ("%Y-%m-%d", "QE", "QE"),
        ("%Y-%m-%d", "QS", "QS"),
        ("%Y-%m-%d", "QS-FEB", "QS-FEB"),
        ("%Y-%m-%d", "QE-JAN", "QE-OCT"),
        ("%Y", "YS", "YS"),
        ("%Y-%m-%d", "YS-APR", "YS-APR"),
        ("%Y-%m-%d", "YE", "YE"),
        ("%Y-%m-%d", "2MS", "2MS"),
        ("%Y-%m-%d", "B", "B"),
        ("%Y-%m-%d", "W-MON", "7D"),
        ("%Y-%m-%d %H:%M", "h", "h"),
        ("%Y-%m-%d %H:%M", "6h", "6h"),
        ("%Y-%m-%d %H:%M:%S.%f", "250ms", "250ms"),
    ],
)
def test_steps_are_found(form: str, freq: str, found: str, tmp_path: Path) -> None:
    texts = stamps(form, 24, freq)
    data = read_series(written(tmp_path, long(texts)))
    assert data.freq == found
    times = data.series[0].times
    assert times is not None
    import pandas as pd  # noqa: PLC0415

    assert (pd.DatetimeIndex(times) == pd.date_range("2014-01-01", periods=24, freq=freq)).all()


def test_day_or_month_first_is_asked_for_where_stamps_do_not_tell(tmp_path: Path) -> None:
    path = written(tmp_path, long(stamps("%d/%m/%Y", 12, "MS")))
    with pytest.raises(InputError, match=r"'01/02/2014' can have the day or the month first"):
        read_series(path)
    assert read_series(path, time_format="day-first").freq == "MS"
    assert read_series(path, time_format="%d/%m/%Y").freq == "MS"
    assert read_series(path, time_format="month-first").freq == "D"


def test_years_of_two_digits_need_a_form(tmp_path: Path) -> None:
    path = written(tmp_path, long(stamps("%d/%m/%y", 20, "D")))
    with pytest.raises(InputError, match=r"a year of two digits.*--time-format"):
        read_series(path)
    times = read_series(path, time_format="%d/%m/%y").series[0].times
    assert times is not None
    assert str(times[-1])[:10] == "2014-01-20"


def test_one_offset_keeps_the_clock_and_several_become_utc(tmp_path: Path) -> None:
    one = read_series(written(tmp_path, long(stamps("%Y-%m-%dT%H:%M+02:00", 5, "h"))))
    assert one.series[0].times is not None
    assert str(one.series[0].times[0])[:16] == "2014-01-01T00:00"
    assert "offset" in codes(one)
    clock = ["2014-10-26T01:00+02:00", "2014-10-26T02:00+02:00", "2014-10-26T02:00+01:00"]
    several = read_series(written(tmp_path, long(clock)))
    assert several.series[0].times is not None
    assert str(several.series[0].times[0])[:16] == "2014-10-25T23:00"
    assert (several.freq, several.series[0].n_points) == ("h", 3)
    assert "times-in-utc" in codes(several)


def test_date_and_time_of_day_in_two_columns(tmp_path: Path) -> None:
    rows = [f"{1 + i // 24}/12/2006;{i % 24:02}:00:00;{i},5" for i in range(400)]
    path = written(tmp_path, "\n".join(["Date;Time;Power", *rows]))
    for asked in (None, ["Date", "Time"]):
        data = read_series(path, time=asked)
        assert (data.freq, data.target, data.n_points) == ("h", "Power", 400)


def test_numbers_that_are_times_and_that_count(tmp_path: Path) -> None:
    seconds = read_series(
        written(tmp_path, "timestamp,v\n1400000400,1\n1400004000,2\n1400007600,4")
    )
    assert seconds.freq == "h"
    assert "time-since-1970" in codes(seconds)
    years = read_series(written(tmp_path, "year,sun\n1700,1.5\n1701,2.5\n1702,3\n"))
    assert years.freq == "YS"
    count = read_series(written(tmp_path, "t,y\n0.0,1\n0.01,2\n0.02,3\n0.04,5\n"), fill="linear")
    assert (count.freq, count.series[0].times) == (None, None)
    assert count.series[0].values.tolist() == [1, 2, 3, 4, 5]


def test_one_column_of_numbers(tmp_path: Path) -> None:
    for text in ("1\n2\n4\n", "y\n1\n2\n4\n", '"y"\r\n1\r\n2\r\n4\r\n\r\n', "y\n1,0\n2,0\n4,0\n"):
        data = read_series(written(tmp_path, text))
        assert data.series[0].values.tolist() == [1, 2, 4]
        assert (data.freq, data.step, data.series[0].times) == (None, None, None)


def test_a_large_file_is_read_as_a_small_one(tmp_path: Path) -> None:
    """Above a megabyte text is parsed in another way."""
    texts = stamps("%d.%m.%Y %H:%M", 50_000, "15min")
    large = read_series(written(tmp_path, long(texts)))
    small = read_series(written(tmp_path, long(texts[:5000]), "b.csv"))
    assert large.n_points == 50_000
    assert large.freq == small.freq == "15min"
    assert large.series[0].times is not None
    assert small.series[0].times is not None
    assert (large.series[0].times[:5000] == small.series[0].times).all()
    assert (large.series[0].values[:5000] == small.series[0].values).all()
