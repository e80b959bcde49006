"""The catalog's series, and all entries together."""

from __future__ import annotations

from typing import Final

from auscult.data.catalog_entry import CatalogFile, Entry, ReadOptions
from auscult.data.catalog_signals import SIGNALS
from auscult.data.catalog_tables import TABLES
from auscult.types import Finding

_LOAD: Final = Entry(
    name="load",
    title="Electricity load of 2014, every quarter of an hour",
    kind="series",
    folder="load",
    page=None,
    files=(
        CatalogFile("load.csv", "618e285d145dbf5f6a087975a4da72fcb78979bd8ea679bc7cd24391ca93b14a"),
    ),
    sources=(),
    terms="public repository, terms unstated",
    cases="1 series of 35,040 quarter-hours",
    shape="365 days × 96 quarter-hours, a day a row",
    options=ReadOptions(time="YMD", layout="day-per-row"),
    traps=(
        Finding(
            "line-beats-published",
            "On the last 2 % a straight line through the last two points has R² 0.9967 and a mean "
            "absolute error of 61.4; the published LSTM has 0.9941 and 83.9.",
            "warning",
            "Read every figure beside the linear baselines",
        ),
    ),
)
_TUTORIALS: Final = "https://github.com/jbrownlee/Datasets"

_AIRLINE_PASSENGERS: Final = Entry(
    name="airline-passengers",
    title="Airline passengers: thousands a month on international flights, 1949 to 1960",
    kind="series",
    folder="series",
    page=_TUTORIALS,
    files=(
        CatalogFile(
            "airline-passengers.csv",
            "8cb51be753a718d9be5d76d7e238cc224792754676adc21faa59e954b0201621",
        ),
    ),
    sources=(),
    terms="public repository, terms unstated",
    cases="1 series of 144 months",
    shape="1 series × 144 months",
    options=ReadOptions(time="Month", value="Passengers"),
    traps=(
        Finding(
            "short-series",
            "12 years of 12 months: a test part of two years has 24 points, and an interval on "
            "them is wide. The season grows with the level.",
            "note",
        ),
    ),
    cite="Box and Jenkins, Time Series Analysis: Forecasting and Control, 1976 (series G)",
)

_DAILY_MIN_TEMPERATURES: Final = Entry(
    name="daily-min-temperatures",
    title="Daily minimum temperatures in Melbourne, °C, 1981 to 1990",
    kind="series",
    folder="series",
    page=_TUTORIALS,
    files=(
        CatalogFile(
            "daily-min-temperatures.csv",
            "8b9de63ed6789492bf497625e7f9beb96a63d367b4b0a21754006f749fa5e5da",
        ),
    ),
    sources=(),
    terms="public repository, terms unstated (Australian Bureau of Meteorology)",
    cases="1 series of 3650 days",
    shape="1 series × 3650 of 3652 days",
    options=ReadOptions(time="Date", value="Temp", fill="previous"),
    traps=(
        Finding(
            "days-missing",
            "The last days of the leap years 1984 and 1988 are not in the file. Read as rows, "
            "all that follows stands a day too early.",
            "note",
        ),
    ),
)


ENTRIES: Final = (*TABLES, *SIGNALS, _LOAD, _AIRLINE_PASSENGERS, _DAILY_MIN_TEMPERATURES)
