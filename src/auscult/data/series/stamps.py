"""A column of stamps as times, in exactly one way."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from auscult.data.numbers import MAX_EXACT_INTEGER, MISSING_MARKS, shown
from auscult.data.raw import RawColumn, file_rows
from auscult.data.series.dataset import Times
from auscult.data.series.digits import NOT_A_TIME, since_1970, written_out
from auscult.data.series.forms import (
    DAY_FIRST,
    MONTH_FIRST,
    all_of,
    are_numbers,
    is_clock,
    offsets,
    shapes,
    with_offset,
    year_in_front,
)
from auscult.errors import InputError
from auscult.types import Finding, FloatArray, IntArray

_LAST_MICROSECOND = np.int64(2**63 // 1000 - 1)


@dataclass(frozen=True, eq=False)
class Stamps:
    """When each case is: ``times``, or ``counts`` where the column counts instead.

    ``utc`` says that the stamps tell their distance from UTC themselves.
    """

    times: Times | None = None
    counts: IntArray | None = None
    utc: bool = False
    findings: tuple[Finding, ...] = ()


def read_stamps(
    column: RawColumn, rows: IntArray, *, form: str | None = None, zone: str | None = None
) -> Stamps:
    """The times of a column.

    Parameters
    ----------
    rows
        ``(n_cases,)`` where each case stands in the file.
    form
        ``day-first``, ``month-first`` or a format of ``strptime``; None looks.
    zone
        The zone the person named; stamps with offsets are UTC then.

    Raises
    ------
    InputError
        Naming row and column of a stamp that is missing, cannot be read, or can in two ways.
    """
    try:
        if column.plain is not None:
            return _of_numbers(column.name, column.plain, rows)
        _refuse_missing(column, rows)
        return _of_texts(column, rows, form, zone)
    except _UnreadError as unread:
        row = rows[unread.case]
        raise InputError(f"row {row}, column '{column.name}': {unread}") from None
    except InputError as error:
        raise InputError(_in_column(column.name, str(error))) from None


def _in_column(name: str, message: str) -> str:
    return message if f"column '{name}'" in message else f"column '{name}': {message}"


class _UnreadError(Exception):
    """A stamp that cannot be read, of the case ``case``."""

    def __init__(self, message: str, case: int) -> None:
        super().__init__(message)
        self.case = case


def _refuse_missing(column: RawColumn, rows: IntArray) -> None:
    tally = column.tally
    missing = np.fromiter((t in MISSING_MARKS for t in tally.texts), bool, len(tally.texts))
    if missing.any():
        raise InputError(
            f"column '{column.name}' (the time) is empty in {file_rows(rows[missing[tally.codes]])}"
            ". Fill the cells or remove the rows."
        )


def _of_numbers(name: str, values: FloatArray, rows: IntArray) -> Stamps:
    if np.isnan(values).any():
        empty = file_rows(rows[np.isnan(values)])
        raise InputError(
            f"column '{name}' (the time) is empty in {empty}. Fill the cells or remove the rows."
        )
    large = np.abs(values) >= MAX_EXACT_INTEGER
    if large.any():
        case = int(np.flatnonzero(large)[0])
        raise _UnreadError(f"{values[case]:g} is no date and no count. Mend it.", case)
    if (values != np.floor(values)).any():
        return Stamps(counts=_scaled(name, values))
    return _of_whole_numbers(name, values.astype(np.int64))


def _scaled(name: str, values: FloatArray) -> IntArray:
    """Numbers with fractions as whole numbers of their last decimal."""
    for places in range(1, 10):
        scaled = values * 10.0**places
        if np.abs(scaled).max() >= 2**53:
            break
        whole = np.round(scaled)
        if np.abs(scaled - whole).max() < 1e-4:
            return whole.astype(np.int64)
    raise InputError(f"column '{name}' holds neither dates nor a count. Name another with --time.")


def _of_whole_numbers(name: str, numbers: IntArray) -> Stamps:
    times = written_out(numbers, name)
    if times is None:
        times = since_1970(numbers, name)
        if times is None:
            return Stamps(counts=numbers)
        message = f"The numbers of column '{name}' were read as time since 1970, in UTC."
        return Stamps(times, utc=True, findings=(Finding("time-since-1970", message, "note"),))
    if np.isnat(times).any():
        case = int(np.flatnonzero(np.isnat(times))[0])
        raise _UnreadError(f"'{numbers[case]}' is no date. Mend it.", case)
    return Stamps(times)


def _of_texts(column: RawColumn, rows: IntArray, form: str | None, zone: str | None) -> Stamps:
    tally = column.tally
    texts = tally.texts
    if form not in (None, DAY_FIRST, MONTH_FIRST):
        return _spread(column, _formatted(texts, str(form)), utc="%z" in str(form))
    found = shapes(texts)
    if form is None and are_numbers(found):
        return _of_numbers(column.name, np.asarray(texts, dtype=np.float64)[tally.codes], rows)
    if any(with_offset(found)):
        return _with_offsets(column, found, zone)
    return _spread(column, _parsed(column, found, form), utc=False)


def _parsed(column: RawColumn, found: Sequence[str], form: str | None) -> Times:
    texts = column.tally.texts
    how = all_of(found)
    if how == "":
        how = _most(column, found)
    if how == "year-last":
        texts = tuple(year_in_front(texts, form))
        return _iso(texts) if all_of(shapes(texts)) == "year-first" else _mixed(texts)
    if how == "clock":
        raise InputError(
            "holds times of day without a date. Name both columns: --time DATE --time TIME."
        )
    if how == "short-year":
        raise InputError(
            f"{shown(texts[0])} has a year of two digits. Write it in full, or say how it is "
            "written: --time-format '%d/%m/%y'."
        )
    return _iso(texts) if how == "year-first" else _mixed(texts)


def _most(column: RawColumn, found: Sequence[str]) -> str:
    """The one form that nearly all stamps have; refuses the first that has another."""
    codes = column.tally.codes
    first = all_of(found[:1])
    others = np.fromiter((all_of([s]) != first for s in found), bool, len(found))
    case = int(np.flatnonzero(others[codes])[0]) if first else 0
    text = column.tally.texts[codes[case]]
    like = f", and {shown(column.tally.texts[0])} above it is written otherwise" if first else ""
    raise _UnreadError(
        f"{shown(text)} is no date that can be read in one way{like}. Mend it, or say how dates "
        "are written: --time-format '%Y-%m-%d %H:%M'.",
        case,
    )


def _with_offsets(column: RawColumn, found: Sequence[str], zone: str | None) -> Stamps:
    tally = column.tally
    has = np.asarray(with_offset(found))
    if not has.all():
        case = int(np.flatnonzero(~has[tally.codes])[0])
        with_one = next(compress(tally.texts, has.tolist()))
        raise _UnreadError(
            f"{shown(tally.texts[tally.codes[case]])} has no offset from UTC and "
            f"{shown(with_one)} has one. Write all stamps alike.",
            case,
        )
    texts = [t.replace(" UTC", "Z").replace("UTC", "Z").replace("GMT", "Z") for t in tally.texts]
    distinct = sorted(offsets(texts))
    times = _iso(texts)
    if len(distinct) == 1 and zone is None and distinct[0] != "Z":
        # One offset: the clock on the wall is the one that people live by.
        times = times + _offset(distinct[0])
        message = f"The stamps are {distinct[0]} from UTC; times are as on that clock."
        return _spread(column, times, utc=False, said=Finding("offset", message, "note"))
    message = f"The stamps have offsets from UTC ({', '.join(distinct[:4])}); times are in UTC."
    said = Finding("times-in-utc", message, "note", mend="--zone NAME for hours of the local day")
    return _spread(column, times, utc=True, said=None if distinct == ["Z"] or zone else said)


def _offset(text: str) -> np.timedelta64:
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return np.timedelta64(-minutes if text[0] == "-" else minutes, "m")


def _spread(column: RawColumn, times: Times, *, utc: bool, said: Finding | None = None) -> Stamps:
    """The times of the distinct texts, given to the cases."""
    codes = column.tally.codes
    unread = np.isnat(times)
    if unread.any():
        case = int(np.flatnonzero(unread[codes])[0])
        text = column.tally.texts[codes[case]]
        if is_clock(text[10:]) and text[11:13] == "24":
            raise _UnreadError(f"{shown(text)}: hours run from 00 to 23. Write the next day.", case)
        raise _UnreadError(f"{shown(text)} is no date between 1678 and 2261. Mend it.", case)
    return Stamps(times[codes], utc=utc, findings=(said,) if said else ())


def _iso(texts: Sequence[str]) -> Times:
    return _by_pandas(texts, "ISO8601")


def _mixed(texts: Sequence[str]) -> Times:
    return _by_pandas(texts, "mixed")


def _formatted(texts: Sequence[str], form: str) -> Times:
    try:
        return _by_pandas(texts, form)
    except (ValueError, TypeError) as error:
        raise InputError(f"{shown(form)} is no format ({error}).", where="--time-format") from None


def _by_pandas(texts: Sequence[str], form: str) -> Times:
    import pandas as pd  # noqa: PLC0415

    plain = [t.replace(",", ".") for t in texts] if form == "ISO8601" and "," in texts[0] else texts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = pd.to_datetime(list(plain), format=form, errors="coerce", utc=True)
    return _nanoseconds(parsed.tz_localize(None).to_numpy())


def _nanoseconds(times: Times) -> Times:
    micros = times.astype("datetime64[us]").astype(np.int64)
    beyond = ~np.isnat(times) & (np.abs(micros) >= _LAST_MICROSECOND)
    return np.where(beyond, NOT_A_TIME, times).astype("datetime64[ns]")
