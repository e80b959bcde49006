"""Small files of series, written on the spot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from auscult.data.series.dataset import SeriesData


def written(folder: Path, text: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def long(stamps: Iterable[str], value: Callable[[int], object] = lambda i: i * i + 0.5) -> str:
    return "time,value\n" + "".join(f"{t},{value(i)}\n" for i, t in enumerate(stamps))


def stamps(form: str, n: int, freq: str, start: str = "2014-01-01") -> list[str]:
    return pd.date_range(start, periods=n, freq=freq).strftime(form).tolist()


def codes(data: SeriesData) -> set[str]:
    return {finding.code for finding in data.findings}
