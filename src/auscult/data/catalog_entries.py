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
    cases="365",
    shape="365 days × 96 quarter-hours, a day a row",
    options=ReadOptions(date="YMD", layout="day-per-row"),
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


ENTRIES: Final = (*TABLES, *SIGNALS, _LOAD)
