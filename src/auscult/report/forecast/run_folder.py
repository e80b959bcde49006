"""The run folder of a forecast study: its files appear together, or none of them does."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from auscult.data.series.points import time_text
from auscult.evaluate.forecast.result import ForecastResult
from auscult.evaluate.forecast.serialize import write as write_result
from auscult.evaluate.prediction_rows import safe_text
from auscult.report.forecast.html import write as write_report
from auscult.report.forecast.time import stamps
from auscult.report.run_folder import FILES, REPORT, whole_run

if TYPE_CHECKING:
    from auscult.evaluate.forecast.ahead import Ahead
    from auscult.report.answers import Writer

FORECAST = "forecast.csv"
HEAD = ("series", "time", "step", "forecast", "low", "high")


def write_forecast_run(
    result: ForecastResult, folder: str | Path, *, ahead: Ahead | None = None
) -> Path:
    """Write result, predictions, report and, with ``ahead``, ``forecast.csv``.

    As :func:`auscult.report.run_folder.write_run` does: all files or none. A ``forecast.csv`` of
    an older run goes where this one has none.

    Parameters
    ----------
    result
        A finished study.
    folder
        Made where there is none; other files in it stay.
    ahead
        What follows the data. A row of ``forecast.csv`` is one point: its series, time (empty
        where points are numbered), step from 1, forecast and interval. Names that a spreadsheet
        would run as a formula have an apostrophe in front.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        Where the folder cannot be written.
    """

    def fill(stage: Path) -> None:
        write_result(result, stage)
        write_report(result, stage / REPORT, ahead=ahead)
        if ahead is not None:
            with (stage / FORECAST).open("wb") as file:
                ahead_csv(ahead)(file)

    if ahead is None:
        return whole_run(folder, FILES, fill, outdated=(FORECAST,))
    return whole_run(folder, (*FILES, FORECAST), fill)


def ahead_csv(ahead: Ahead) -> Writer:
    """What follows the data: writes the rows of ``forecast.csv`` into a file."""

    def write(file: BinaryIO) -> None:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(_rows(ahead))
        text.flush()
        text.detach()

    return write


def _rows(ahead: Ahead) -> Iterator[Sequence[Any]]:
    steps = range(1, ahead.horizon + 1)
    for i, (name, start) in enumerate(zip(ahead.ids, ahead.starts, strict=True)):
        times = _times(start, ahead)
        ends = [_column(part, i, ahead.horizon) for part in (ahead.low, ahead.high)]
        columns = (times, steps, ahead.forecast[i].tolist(), *ends)
        for values in zip(*columns, strict=True):
            yield (safe_text(name), *values)


def _times(start: str | None, ahead: Ahead) -> list[Any]:
    """A stamp a step; empty where points are only numbered."""
    if start is None or ahead.freq is None:
        return [""] * ahead.horizon
    return [time_text(time) for time in stamps(start, ahead.horizon, ahead.freq)]


def _column(values: Any, i: int, n: int) -> list[Any]:
    return [""] * n if values is None else values[i].tolist()
