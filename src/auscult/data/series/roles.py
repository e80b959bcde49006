"""Which column is the time, which the value, the series' name and the covariates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from auscult.data.numbers import MAX_EXACT_INTEGER, MISSING_MARKS, Cell, cell_kind
from auscult.data.raw import RawColumn, RawTable, listed
from auscult.data.roles import words
from auscult.data.series.day_rows import DayColumns, day_columns
from auscult.data.series.digits import written_out
from auscult.data.series.forms import is_clock, is_stamp
from auscult.data.series.options import ROW, SeriesOptions
from auscult.errors import InputError
from auscult.types import Finding

TIME_WORDS = frozenset(
    ["time", "times", "timestamp", "date", "datetime", "ds", "ymd", "day", "month", "year", "week",
     "quarter", "hour", "period", "stamp", "yyyymmdd", "utc"]
)  # fmt: skip
_SURE_NAMES = frozenset(["time", "timestamp", "date", "datetime", "ds", "ymd"])
_VALUE_NAMES = frozenset(["value", "values", "y", "target"])
_SERIES_NAMES = frozenset(["unique_id", "series", "series_id", "item_id", "ts_id"])
_COUNT_NAMES = frozenset(["t", "index", "step", "time", "time_idx", "no", "nr", "n", "#"])
_LOOKED_AT = 50


@dataclass(frozen=True, eq=False)
class Roles:
    """What each column is. ``day`` holds the columns of a day where a row is one.

    ``time`` is None where points are numbered in the order of the rows; ``value`` is None in a
    file with a day a row.
    """

    time: RawColumn | None
    value: RawColumn | None
    series: RawColumn | None
    known: tuple[RawColumn, ...]
    unknown: tuple[RawColumn, ...]
    day: DayColumns | None
    findings: tuple[Finding, ...]


def assign_roles(raw: RawTable, options: SeriesOptions) -> Roles:
    """The role of each column: what was asked for, and what names and cells give away.

    Raises
    ------
    InputError
        If a column asked for is not there, or which one is meant is in doubt.
    """
    series, found = _series(raw, options)
    known = tuple(raw.column(name, "--known") for name in options.known)
    unknown = tuple(raw.column(name, "--unknown") for name in options.unknown)
    value = raw.column(options.value, "--value") if options.value else None
    asked = [c for c in (series, value, *known, *unknown) if c is not None]
    _refuse_two_roles(asked)
    time, taken = _time(raw, options, asked)
    if taken and not options.time:
        found.append(_time_note(taken))
    roles = Roles(time, value, series, known, unknown, None, ())
    left = [c for c in raw.columns if c not in (*asked, *taken)]
    day = None if options.layout == "long" or value is not None else _day(left, options)
    if day is not None:
        left = [c for c in left if c not in day.columns]
        roles = replace(roles, day=day)
        found.append(day.note)
    elif value is None:
        value, said = _value(left, raw)
        roles = replace(roles, value=value)
        left.remove(value)
        found += said
    return replace(roles, findings=(*found, *_left_out(left)))


def _series(raw: RawTable, options: SeriesOptions) -> tuple[RawColumn | None, list[Finding]]:
    if options.series is not None:
        return raw.column(options.series, "--series"), []
    named = [c for c in raw.columns if c.name.casefold() in _SERIES_NAMES]
    others = {options.value, *options.covariates, *options.time}
    if len(named) != 1 or named[0].name in others or len(raw.columns) < 3:
        return None, []
    message = f"Column '{named[0].name}' was taken for the name of the series a row belongs to."
    return named[0], [Finding("series-chosen", message, "note", mend="--series NAME")]


def _refuse_two_roles(asked: list[RawColumn]) -> None:
    for i, column in enumerate(asked):
        if column in asked[:i]:
            raise InputError(
                f"column '{column.name}' was named twice: it is the value, the series or a "
                "covariate."
            )


def _time(
    raw: RawTable, options: SeriesOptions, asked: list[RawColumn]
) -> tuple[RawColumn | None, list[RawColumn]]:
    """The column of stamps, and the columns of the file that it is made of."""
    if options.time:
        taken = [raw.column(name, "--time") for name in options.time]
        twice = next((c for c in taken if c in asked), None)
        if twice is not None:
            raise InputError(f"column '{twice.name}' is the time (--time) and something else.")
        return _joined(taken), taken
    free = [c for c in raw.columns if c not in asked]
    dates = [c for c in free if _looks(c, is_stamp) or _is_number_of_day(c)]
    clocks = [c for c in free if _looks(c, is_clock)]
    if not dates and options.freq != ROW:
        # A column that is called so and cannot be read is refused, not left out.
        dates = [c for c in free if c.name.casefold() in _SURE_NAMES and len(free) > 1]
    if len(dates) > 1:
        named = [c for c in dates if words(c.name) & TIME_WORDS]
        dates = named or dates
        if len(dates) > 1:
            raise InputError(
                f"{listed([c.name for c in dates])} all look like the time. Say which: --time NAME."
            )
    if not dates:
        counts = [c for c in free if c.name.casefold() in _COUNT_NAMES and _counts(c)]
        return (counts[0], counts[:1]) if len(counts) == 1 and len(free) > 1 else (None, [])
    if len(clocks) == 1 and clocks != dates:
        return _joined([dates[0], clocks[0]]), [dates[0], clocks[0]]
    return dates[0], dates


def _joined(parts: Sequence[RawColumn]) -> RawColumn:
    """One column of date and time of day."""
    if len(parts) == 1:
        return parts[0]
    texts = [_texts(part) for part in parts]
    cells = [
        "" if not MISSING_MARKS.isdisjoint(cells) else " ".join(cells)
        for cells in zip(*texts, strict=True)
    ]
    return RawColumn(" ".join(part.name for part in parts), cells)


def _texts(column: RawColumn) -> list[str]:
    if column.plain is None:
        return [cell.strip() for cell in column.cells]
    return [str(int(v)) if not np.isnan(v) and v == int(v) else "" for v in column.plain.tolist()]


def _head(column: RawColumn) -> list[str]:
    cells = column.cells[: 10 * _LOOKED_AT]
    kept = [t for c in cells if isinstance(c, str) and (t := c.strip()) not in MISSING_MARKS]
    return kept[:_LOOKED_AT]


def _looks(column: RawColumn, form: Callable[[str], bool]) -> bool:
    head = _head(column) if column.plain is None else []
    return bool(head) and sum(map(form, head)) > len(head) / 2


def _is_number_of_day(column: RawColumn) -> bool:
    """Whether a column of numbers holds such as ``20140131``, or is named like a time."""
    numbers = _numbers(column)
    if not len(numbers) or not (np.abs(numbers) < MAX_EXACT_INTEGER).all():
        return False
    if not words(column.name) & TIME_WORDS:
        days = written_out(numbers.astype(np.int64), column.name)
        whole = (numbers == np.floor(numbers)).all() and numbers.min() >= 17000101
        return bool(whole and days is not None and not np.isnat(days).any())
    return bool(
        ((numbers >= 17000101) & (numbers < 22620000)).mean() > 0.5
        or ((numbers >= 170001) & (numbers < 226200)).mean() > 0.5
        or ((numbers >= 1700) & (numbers < 2262)).mean() > 0.5
        or (numbers >= 2**29).mean() > 0.5
    )


def _counts(column: RawColumn) -> bool:
    numbers = _numbers(column)
    return len(numbers) > 1 and bool((np.diff(numbers) >= 0).all())


def _numbers(column: RawColumn) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if column.plain is not None:
        return column.plain[:_LOOKED_AT].astype(np.float64)
    head = _head(column)
    plain = all(cell_kind(t) in (Cell.NUMBER, Cell.CODE) for t in head)
    return np.asarray(head if plain else [], dtype=np.float64)


def _time_note(taken: Sequence[RawColumn]) -> Finding:
    message = f"The time was taken from {listed([c.name for c in taken])}."
    return Finding("time-chosen", message, "note", mend="--time NAME")


def _day(left: Sequence[RawColumn], options: SeriesOptions) -> DayColumns | None:
    day = day_columns(left)
    if day is None and options.layout == "day-per-row":
        raise InputError(
            "there are no columns of a whole day (such as T0000, T0015, … T2345, or 0 to 23) "
            "for --layout day-per-row."
        )
    return day


def _value(left: Sequence[RawColumn], raw: RawTable) -> tuple[RawColumn, list[Finding]]:
    if not left:
        raise InputError("no column is left for the values. Name it with --value.")
    numeric = [c for c in left if _is_numeric(c)]
    named = [c for c in numeric if c.name.casefold() in _VALUE_NAMES]
    if len(numeric) == 1 or len(named) == 1:
        chosen = named[0] if named else numeric[0]
        if len(left) == 1:
            return chosen, []
        message = f"The values were taken from column '{chosen.name}'."
        return chosen, [Finding("value-chosen", message, "note", mend="--value NAME")]
    if not numeric:
        raise InputError(f"no column holds numbers (looked in {listed([c.name for c in left])}).")
    raise InputError(
        f"{listed([c.name for c in numeric])} hold numbers. Say which one to forecast: --value "
        "NAME; others can be --known or --unknown ahead."
    )


def _is_numeric(column: RawColumn) -> bool:
    if column.plain is not None:
        return not np.isnan(column.plain).all()
    kinds = [cell_kind(t) for t in _head(column)]
    numbers = sum(k in (Cell.NUMBER, Cell.COMMA, Cell.INFINITE, Cell.ODD) for k in kinds)
    return numbers > len(kinds) / 2


def _left_out(left: Sequence[RawColumn]) -> list[Finding]:
    if not left:
        return []
    message = f"Not used: {listed([c.name for c in left])}."
    mend = "--known NAME or --unknown NAME for covariates, --series NAME for several series"
    return [Finding("columns-left-out", message, "note", mend=mend)]
