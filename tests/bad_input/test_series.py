"""Every malformed file of series is refused in one line that says where and what."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from auscult.data.series.read import read_series
from auscult.errors import InputError


@dataclass(frozen=True)
class Bad:
    """``says`` must stand in the refusal; ``options`` go to ``read_series``."""

    name: str
    text: str
    says: str
    options: dict[str, Any] = field(default_factory=dict)


def days(*cells: str) -> str:
    return "time,value\n" + "".join(f"2014-01-{i + 1:02},{cell}\n" for i, cell in enumerate(cells))


def at(*stamps: str) -> str:
    return "time,value\n" + "".join(f"{stamp},{i}\n" for i, stamp in enumerate(stamps))


SOUND = days("1", "2", "4", "3")
SHORT = ["a,2014-01-01,1", "a,2014-01-02,2", "a,2014-01-03,2", "b,2014-01-01,1"]
BAD = [
    Bad("text", days("1", "two", "3", "4"), "row 3, column 'value': 'two' is not a plain number"),
    Bad("infinite", days("1", "2", "inf", "4"), "row 4, column 'value': 'inf' is not finite"),
    Bad("huge", days("1", "2", "1e999", "4"), "row 4, column 'value': '1e999' is not finite"),
    Bad("code", days("1", "2", "007", "4"), "row 4, column 'value': '007' is not a plain number"),
    Bad("two points", days("1", "2"), "column 'value' has 2 values; a series has at least 3"),
    Bad("one value", days("", "2", ""), "has 1 value; a series has at least 3"),
    Bad("no values", days("", "", ""), "no column holds numbers"),
    Bad("near column", SOUND, "there is no column 'vlue'", {"value": "vlue"}),
    Bad("near column meant", SOUND, "Did you mean 'value'?", {"value": "vlue"}),
    Bad("near time", SOUND, "Did you mean 'time'?", {"time": "tme"}),
    Bad("no covariate", SOUND, "(asked for with --known)", {"known": "holiday"}),
    Bad("covariate twice", SOUND, "is in --known and in --unknown",
        {"known": "value", "unknown": "value"}),
    Bad("value as covariate", SOUND, "was named twice", {"value": "value", "known": "value"}),
    Bad("time as value", SOUND, "is the time (--time) and something else",
        {"time": "time", "value": "time"}),
    Bad("no date", at("2014-01-01", "2014-01-02", "soon"),
        "row 4, column 'time': 'soon' is no date"),
    Bad("no month", at("2014-01-01", "2014-13-02", "2014-01-03"),
        "row 3, column 'time': '2014-13-02' is no date"),
    Bad("no day", at("20140101", "20140231", "20140103"),
        "row 3, column 'time': '20140231' is no date"),
    Bad("hour 24", at("2014-01-01 23:00", "2014-01-01 24:00", "2014-01-02 01:00"),
        "hours run from 00 to 23"),
    Bad("far future", at("2014-01-01", "2914-01-02", "2014-01-03"), "between 1678 and 2261"),
    Bad("empty stamp", at("2014-01-01", "", "2014-01-03"), "(the time) is empty in row 3"),
    Bad("weekdays", at("Monday", "Tuesday", "Wednesday"), "'Monday' is no date"),
    Bad("clock", at("00:00", "01:00", "02:00"), "without a date"),
    Bad("both orders", at("13/01/2014", "01/13/2014", "15/01/2014"), "Write one form"),
    Bad("either order", at("01/02/2014", "01/03/2014", "01/04/2014"), "--time-format day-first"),
    Bad("short year", at("01/02/14", "02/02/14", "13/02/14"), "a year of two digits"),
    Bad("mixed zones", at("2014-01-01T00:00Z", "2014-01-01T01:00", "2014-01-01T02:00Z"),
        "row 3, column 'time': '2014-01-01T01:00' has no offset"),
    Bad("no zone", SOUND, "there is no time zone 'Europe/Berln'", {"zone": "Europe/Berln"}),
    Bad("zone up the tree", SOUND, "there is no time zone", {"zone": "../../etc/passwd"}),
    Bad("zone without times", "y\n1\n2\n4\n", "no times that could be of a zone", {"zone": "UTC"}),
    Bad("skipped hour", at("2014-03-30 01:00", "2014-03-30 02:00", "2014-03-30 03:00"),
        "row 3: clocks in Europe/Berlin skip 2014-03-30 02:00", {"zone": "Europe/Berlin"}),
    Bad("gap", at("2014-01-01", "2014-01-02", "2014-01-04", "2014-01-05"),
        "rows 3 and 4, column 'time': 1 of 5 stamps are not there"),
    Bad("gap to mend", days("1", "", "3", "4"), "Say --fill linear, previous or season"),
    Bad("twice", at("2014-01-01", "2014-01-02", "2014-01-02", "2014-01-03"),
        "rows 3 and 4, column 'time': 2014-01-02 stands twice"),
    Bad("uneven", at(*(f"2014-01-01 0{h}:00" for h in range(4)), "2014-01-01 04:01"), "--freq row"),
    Bad("endless", at("2014-01-01 00:00:00", "2014-01-01 00:00:01", "2214-01-01 00:00:00"),
        "would become", {"fill": "linear"}),
    Bad("no step", SOUND, "'often' is no step", {"freq": "often"}),
    Bad("negative step", SOUND, "'-1D' is no step", {"freq": "-1D"}),
    Bad("crowded", at("2014-01-01", "2014-01-02", "2014-01-03"),
        "rows 2 and 3, column 'time': 2014-01-01 and 2014-01-02 are less than a step (1 month)",
        {"freq": "MS"}),
    Bad("long number", at("20140101", "201499999999999990411", "20140103"), "row 3, column 'time'"),
    Bad("no fill", SOUND, "'liner' is not known. Did you mean 'linear'?", {"fill": "liner"}),
    Bad("no season", SOUND, "at least 2 steps", {"season": 1}),
    Bad("no format", SOUND, "is no format", {"time_format": "%Q"}),
    Bad("other format", SOUND, "row 2, column 'time'", {"time_format": "%d/%m/%Y"}),
    Bad("two values", "time,a,b\n2014-01-01,1,2\n2014-01-02,1,2\n2014-01-03,1,2\n",
        "'a', 'b' hold numbers. Say which one to forecast: --value"),
    Bad("two times", "a,b,y\n2014-01-01,2014-01-01,2\n2014-01-02,2014-01-02,2\n",
        "all look like the time. Say which: --time"),
    Bad("words ahead", "time,y,h\n2014-01-01,1,Xmas\n2014-01-02,1,no\n2014-01-03,2,no\n",
        "row 2, column 'h': 'Xmas' is not a plain number (nor in 2 other rows)",
        {"value": "y", "known": "h"}),
    Bad("empty covariate", "time,y,h\n2014-01-01,1,1\n2014-01-02,1,\n2014-01-03,2,0\n",
        "row 3, column 'h': 1 cell of covariates is empty", {"value": "y", "known": "h"}),
    Bad("short series", "id,time,y\n" + "".join(f"{x}\n" for x in SHORT),
        "series 'b' has 1 value", {"series": "id"}),
    Bad("empty row", "y\n1\n\n3\n4\n", "row 3 is empty"),
    Bad("text below", "y\n1\n2\nthree\n4\n", "row 4, column 'y': 'three' is not a plain number"),
    Bad("ragged", "time,y\n2014-01-01,1\n2014-01-02\n", "row 3 has 1 cell"),
    Bad("day rows undated", "a," + ",".join(f"T{h:02}00" for h in range(24)) + "\n"
        + "\n".join("x," + ",".join("1" * 24) for _ in range(4)), "needs a column of dates"),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_refused_in_one_line(bad: Bad, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(bad.text, encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        read_series(path, **bad.options)
    message = str(refusal.value)
    assert message.startswith("a.csv: ")
    assert bad.says in message
    assert message.isprintable()
    assert len(message) < 400


def test_the_sound_file_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(SOUND, encoding="utf-8")
    assert read_series(path).series[0].values.tolist() == [1, 2, 4, 3]


@pytest.mark.parametrize("name", ["nothing.csv", ".", "a\0b.csv", "x.docx"])
def test_paths_that_are_no_files_of_series(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(b"no")
    with pytest.raises(InputError) as refusal:
        read_series(tmp_path / name)
    assert "\n" not in str(refusal.value)
