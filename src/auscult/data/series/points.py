"""All points of a file in one flat form, before they are put on a grid."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from auscult.data.numbers import Cell, Tally, shown
from auscult.data.raw import RawColumn, RawTable, identity_texts
from auscult.data.series.dataset import Times
from auscult.data.series.day_rows import DayColumns
from auscult.data.series.options import SeriesOptions
from auscult.data.series.roles import Roles
from auscult.data.series.stamps import Stamps, read_stamps
from auscult.data.table import file_decimal
from auscult.data.target import sorted_names
from auscult.errors import InputError
from auscult.types import BoolArray, Finding, FloatArray, IntArray

_ONE_MINUTE = np.timedelta64(1, "m").astype("timedelta64[ns]")


@dataclass(frozen=True, eq=False)
class Points:
    """Points in any order.

    Parameters
    ----------
    ids
        Names of the series.
    series
        ``(n,)`` codes into ``ids``.
    times, counts
        ``(n,)`` when each point is: times, or whole numbers where the file counts; both are None
        where the order of the rows is all there is.
    values, covariates
        ``(n,)`` and ``(n, n_covariates)``; NaN is missing.
    rows
        ``(n,)`` the row of the file, for messages.
    utc
        Whether ``times`` are in UTC.
    time_name, target
        Names of the columns, for messages.
    """

    ids: tuple[str, ...]
    series: IntArray
    times: Times | None
    counts: IntArray | None
    values: FloatArray
    covariates: FloatArray
    rows: IntArray
    utc: bool
    time_name: str
    target: str

    @property
    def ticks(self) -> IntArray | None:
        """``(n,)`` when each point is as whole numbers: nanoseconds, or the file's count."""
        return self.counts if self.times is None else self.times.astype(np.int64)

    def take(self, index: IntArray) -> Points:
        """The points of ``index``, in its order."""
        return replace(
            self,
            series=self.series[index],
            times=None if self.times is None else self.times[index],
            counts=None if self.counts is None else self.counts[index],
            values=self.values[index],
            covariates=self.covariates[index],
            rows=self.rows[index],
        )

    def when(self, i: int) -> str:
        """A point's stamp in words."""
        if self.times is not None:
            return time_text(self.times[i])
        return str(int(self.counts[i])) if self.counts is not None else f"point {i + 1}"

    def of(self, i: int) -> str:
        """``series 'a', `` where there are several, for messages."""
        return f"series {shown(self.ids[self.series[i]])}, " if len(self.ids) > 1 else ""


def time_text(time: np.datetime64) -> str:
    """``2014-01-01`` or ``2014-01-01 00:15``, with as many parts as it has."""
    text = str(time.astype("datetime64[ns]")).replace("T", " ")
    for tail in (".000000000", ":00", " 00:00"):
        text = text.removesuffix(tail)
    return text


def points_of(
    raw: RawTable, roles: Roles, options: SeriesOptions
) -> tuple[Points, tuple[Finding, ...]]:
    """The points of a table, and what was noticed in its cells.

    Raises
    ------
    InputError
        Naming row and column of a cell that is no number, or no stamp.
    """
    day = roles.day.columns if roles.day else ()
    measured = [c for c in (roles.value, *day, *roles.known, *roles.unknown) if c is not None]
    decimal, doubts = file_decimal(measured, raw.delimiter)
    stamps = _stamps(raw, roles, options)
    ids, series = _identities(raw, roles)
    covariates = [
        numbers_of(c, raw.rows, decimal, words=True) for c in (*roles.known, *roles.unknown)
    ]
    width = (raw.n_cases, len(covariates))
    points = Points(
        ids=ids,
        series=series,
        times=stamps.times,
        counts=stamps.counts,
        values=np.full(raw.n_cases, np.nan),
        covariates=np.column_stack(covariates) if covariates else np.empty(width),
        rows=raw.rows,
        utc=stamps.utc,
        time_name=roles.time.name if roles.time else "",
        target=roles.value.name if roles.value else "value",
    )
    if roles.value is not None:
        points = replace(points, values=numbers_of(roles.value, raw.rows, decimal))
    elif roles.day is not None:
        points = _days(points, roles.day, decimal)
    return points, (*doubts, *stamps.findings)


def _stamps(raw: RawTable, roles: Roles, options: SeriesOptions) -> Stamps:
    if roles.time is None:
        if roles.day is not None:
            raise InputError(
                "a file with a day a row needs a column of dates. Name it with --time."
            )
        return Stamps()
    return read_stamps(roles.time, raw.rows, form=options.time_format, zone=options.zone)


def _identities(raw: RawTable, roles: Roles) -> tuple[tuple[str, ...], IntArray]:
    if roles.series is None:
        only = roles.value.name if roles.value else "value"
        return (only,), np.zeros(raw.n_cases, dtype=np.int64)
    texts = Tally.of(identity_texts(roles.series, raw.rows, "--series"))
    ids = sorted_names(list(texts.texts))
    place = {name: i for i, name in enumerate(ids)}
    codes = np.asarray([place[text] for text in texts.texts], dtype=np.int64)
    return ids, codes[texts.codes]


def _days(points: Points, day: DayColumns, decimal: str) -> Points:
    """A point for each cell of a row."""
    if points.times is None:
        raise InputError(
            f"column '{points.time_name}' holds no dates; a file with a day a row needs them."
        )
    n = len(day.columns)
    of_rows = points.take(np.repeat(np.arange(len(points.rows)), n))
    values = np.column_stack([numbers_of(c, points.rows, decimal) for c in day.columns])
    within = np.tile(day.minutes * _ONE_MINUTE, len(points.rows))
    assert of_rows.times is not None
    return replace(of_rows, values=values.ravel(), times=of_rows.times + within)


def numbers_of(
    column: RawColumn, rows: IntArray, decimal: str, *, words: bool = False
) -> FloatArray:
    """``(n,)`` float64 of a column, NaN where a cell is missing.

    ``words`` takes true and false, yes and no for 1 and 0.

    Raises
    ------
    InputError
        Naming row and column of the first cell that is no finite number.
    """
    values = column.plain
    if values is None:
        tally = column.tally
        if words and (answered := _answers(tally)) is not None:
            return answered
        values = tally.numbers(decimal)
        odd = np.isnan(values) & ~tally.where(Cell.MISSING)
        if odd.any():
            message = _no_number(column.name, tally, rows, odd)
            more = " A covariate is a number; code words as 0 and 1." if words else ""
            raise InputError(f"{message}{more}")
    if np.isinf(values).any():
        row = rows[int(np.flatnonzero(np.isinf(values))[0])]
        raise InputError(f"row {row}, column '{column.name}': the value is not finite. Mend it.")
    return values


_ANSWERS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}


def _answers(tally: Tally) -> FloatArray | None:
    numbers = [
        np.nan if kind == Cell.MISSING else _ANSWERS.get(text.casefold())
        for text, kind in zip(tally.texts, tally.kinds, strict=True)
    ]
    if None in numbers:
        return None
    return np.asarray(numbers, dtype=np.float64)[tally.codes]


def _no_number(name: str, tally: Tally, rows: IntArray, odd: BoolArray) -> str:
    """The sentence that names the first of the cells that are no numbers."""
    case = int(np.flatnonzero(odd)[0])
    text = shown(tally.texts[tally.codes[case]])
    infinite = tally.kinds[tally.codes[case]] == Cell.INFINITE
    n = int(odd.sum()) - 1
    more = f" (nor in {n} other rows)" if n and not infinite else ""
    what = "is not finite" if infinite else f"is not a plain number{more}"
    return f"row {rows[case]}, column '{name}': {text} {what}. Mend the cell, or leave it empty."
