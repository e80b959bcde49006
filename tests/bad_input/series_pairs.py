"""One sound series, and the same series as it comes out of real hands."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from tests.bad_input.books import rows_xml, xlsx
from tests.bad_input.pairs import Twin

DAYS = [datetime.date(2014, 1, 9) + datetime.timedelta(i) for i in range(12)]
VALUES = [100.5 + 7 * i - (i % 3) for i in range(12)]


def text(
    stamp: Callable[[datetime.date], str] = str, value: Callable[[float], str] = str,
    sep: str = ",", end: str = "\n", **cells: str,
) -> str:  # fmt: skip
    """``t5="x"`` and ``v5="x"`` are other cells in row 5."""
    rows = [[stamp(d), value(v)] for d, v in zip(DAYS, VALUES, strict=True)]
    for place, cell in cells.items():
        rows[int(place[1:]) - 2]["tv".index(place[0])] = cell
    return "".join(sep.join(row) + end for row in [["time", "value"], *rows])


def form(pattern: str) -> str:
    return text(lambda d: d.strftime(pattern))


def serials(offset: int) -> list[list[Any]]:
    start = datetime.date(1899, 12, 30)
    rows = [
        [f'<c s="1"><v>{(d - start).days - offset}</v></c>', v]
        for d, v in zip(DAYS, VALUES, strict=True)
    ]
    return [["time", "value"], *rows]


_EPOCH = datetime.date(1970, 1, 1)
SERIES = [
    Twin("plain", text().encode(), True),
    Twin("mark", b"\xef\xbb\xbf" + text().encode(), True),
    Twin("UTF-16", text(sep="\t").encode("utf-16"), True),
    Twin("CRLF", text(end="\r\n").encode(), True),
    Twin("CR only", text(end="\r").encode(), True),
    Twin("semicolons and commas", text(value=lambda v: str(v).replace(".", ","), sep=";").encode(), True),
    Twin("quoted", text(lambda d: f'"{d}"').encode(), True),
    Twin("slashes", form("%Y/%m/%d").encode(), True),
    Twin("German", form("%d.%m.%Y").encode(), True),
    Twin("day first", form("%d/%m/%Y").encode(), True),
    Twin("month first", form("%m/%d/%Y").encode(), True),
    Twin("compact", form("%Y%m%d").encode(), True),
    Twin("midnights", form("%Y-%m-%d 00:00:00").encode(), True),
    Twin("midnights with T", form("%Y-%m-%dT00:00:00").encode(), True),
    Twin("short months", form("%d %b %Y").encode(), True),
    Twin("long months", form("%d %B %Y").encode(), True),
    Twin("no zeros", text(lambda d: f"{d.year}-{d.month}-{d.day}").encode(), True),
    Twin("seconds", text(lambda d: str((d - _EPOCH).days * 86400)).replace("time", "timestamp").encode(), True),
    Twin("NBSP", text(lambda d: f"{d}\u00a0").encode(), True),
    Twin("zero-width", text(t4="2014-01-11\u200b").encode(), True),
    Twin("spaces", text(lambda d: f"  {d} ").encode(), True),
    Twin("newest first", "\n".join([text().splitlines()[0], *text().splitlines()[:0:-1]]).encode(), True),
    Twin("Excel dates", xlsx(rows_xml(serials(0))), True, "twin.xlsx"),
    Twin("Excel dates of 1904", xlsx(rows_xml(serials(1462)), epoch_1904=True), True, "twin.xlsx"),
    Twin("same row twice", (text() + text().splitlines()[-1] + "\n").encode(), True),
    Twin("form said", form("%d|%m|%Y").encode(), True, options={"time_format": "%d|%m|%Y"}),
    Twin("two digits said", form("%d.%m.%y").encode(), True, options={"time_format": "%d.%m.%y"}),
    Twin("mixed orders", text(t2="09/01/2014", t7="01/14/2014").encode(), False),
    Twin("two digits", form("%d.%m.%y").encode(), False),
    Twin("full-width year", text(t2="２０１４-01-09").encode(), False),
    Twin("other months", form("%d Jän %Y").encode(), False),
    Twin("letter O", text(t2="2O14-01-09").encode(), False),
    Twin("stamp of Excel as number", text(t5="41651").encode(), False),
    Twin("too narrow", text(t5="########").encode(), False),
    Twin("hour 24", text(lambda d: f"{d} 24:00").encode(), False),
    Twin("a day of 31", text(t5="2014-02-31").encode(), False),
    Twin("year 14", text(t5="0014-01-12").encode(), False),
    Twin("missing row", text().replace("2014-01-13,", "#", 1).encode(), False),
    Twin("comma value", text(v5='"118,5"').encode(), False),
    Twin("unit", text(v5="120.5 kW").encode(), False),
    Twin("full-width value", text(v5="１２０.5").encode(), False),
    Twin("thousands", text(v5='"1,120.5"').encode(), False),
    Twin("sum below", (text() + "Total,1690\n").encode(), False),
    Twin("two stamps swapped for one", text(t5="2014-01-11").encode(), False),
]  # fmt: skip
