"""In which form stamps are written. Only the shapes are looked at, each distinct one once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import compress

import numpy as np

from auscult.data.numbers import shown
from auscult.errors import InputError

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"

_DIGITS = str.maketrans("123456789", "0" * 9)
_TIME = r"00?:00(?::00(?:[.,]0{1,9})?)?"
_ZONE = r"\s?(?:Z|UTC|GMT|[+-]00(?::?00)?)"
_YEAR_FIRST = re.compile(
    rf"0000(?P<mark>[-/. ])00?(?:(?P=mark)00?(?:[T ](?:{_TIME}|00)(?P<zone>{_ZONE})?)?)?"
)
_RUN_TOGETHER = re.compile(r"0{8}[T ](?:0000(?:00)?|00:00(?::00)?)(?P<zone>Z|[+-]00:?00)?")
_YEAR_LAST = re.compile(r"00?(?P<mark>[-/.])00?(?P=mark)0000(?P<rest>(?:[T ].*)?)")
_SHORT_YEAR = re.compile(
    r"(?!.*0000)(?:00?[-/.]00?[-/.]00|[A-Za-z]{3,9}[-/ ']00|00?[- ][A-Za-z]{3,9}[- ]00)\b.*"
)
_WORDS = re.compile(r"(?=.*0000)(?=.*[A-Za-z])[A-Za-z0-9 ,.:+-]{6,40}")
_NUMBER = re.compile(r"-?0+(?:\.0+)?")
_CLOCK = re.compile(rf"[T ]?{_TIME}(?:\s?[AaPp]\.?[Mm]\.?)?")
_OFFSET = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$")


def shapes(texts: Sequence[str]) -> list[str]:
    """Each text with ``0`` for every digit."""
    one_by_one = "\n".join(texts).translate(_DIGITS).split("\n")
    if len(one_by_one) == len(texts):
        return one_by_one
    return [t.translate(_DIGITS) for t in texts]


def is_stamp(text: str) -> bool:
    """Whether a text is written as a date, with or without a time of day."""
    shape = text.translate(_DIGITS)
    forms = (_YEAR_FIRST, _RUN_TOGETHER, _YEAR_LAST, _SHORT_YEAR)
    return any(form.fullmatch(shape) for form in forms) or bool(_month_or_quarter(text))


def _month_or_quarter(text: str) -> re.Match[str] | None:
    months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    return re.search(rf"(?i)\b(?:{months})[a-z]*\b.*\d{{4}}|^\d{{4}}-?q[1-4]$", text)


def is_clock(text: str) -> bool:
    """Whether a text is a time of day and no date."""
    return bool(_CLOCK.fullmatch(text.translate(_DIGITS)))


def are_numbers(found: Iterable[str]) -> bool:
    """Whether shapes are all of plain numbers."""
    return all(_NUMBER.fullmatch(shape) for shape in set(found))


def all_of(found: Iterable[str]) -> str:
    """``year-first``, ``year-last``, ``words``, ``short-year``, ``clock`` or empty: no one form."""
    every = set(found)
    for name, forms in _FORMS.items():
        if all(any(form.fullmatch(shape) for form in forms) for shape in every):
            return name
    return ""


_FORMS = {
    "year-first": (_YEAR_FIRST, _RUN_TOGETHER),
    "year-last": (_YEAR_LAST,),
    "clock": (_CLOCK,),
    "short-year": (_SHORT_YEAR,),
    "words": (_WORDS, _YEAR_FIRST),
}


def with_offset(found: Sequence[str]) -> list[bool]:
    """Of each shape, whether it ends with an offset from UTC."""
    known: dict[str, bool] = {}
    for shape in set(found):
        match = _YEAR_FIRST.fullmatch(shape) or _RUN_TOGETHER.fullmatch(shape)
        known[shape] = bool(match and match["zone"])
    return [known[shape] for shape in found]


def offsets(texts: Sequence[str]) -> set[str]:
    """The distinct offsets that texts end with."""
    return {found[0] for t in texts if (found := _OFFSET.search(t[-6:]))}


def year_in_front(texts: Sequence[str], order: str | None) -> list[str]:
    """Stamps such as ``31/12/2014 10:00`` with the year in front.

    Parameters
    ----------
    order
        ``day-first`` or ``month-first``; None where the stamps must tell.

    Raises
    ------
    InputError
        If the stamps could be read in both ways, or in none.
    """
    mark = next(c for c in texts[0] if not c.isdigit())
    parts = [t.split(mark, 2) for t in texts]
    first = np.fromiter((int(p[0]) for p in parts), np.int64, len(parts))
    second = np.fromiter((int(p[1]) for p in parts), np.int64, len(parts))
    day_first = (order or _told_order(texts, first, second)) == DAY_FIRST
    day, month = (first, second) if day_first else (second, first)
    return [
        f"{p[2][:4]}-{m:02}-{d:02}{p[2][4:]}"
        for p, m, d in zip(parts, month.tolist(), day.tolist(), strict=True)
    ]


def _told_order(texts: Sequence[str], first: IntVector, second: IntVector) -> str:
    days, months = first > 12, second > 12
    if days.any() and months.any():
        one, other = next(compress(texts, days)), next(compress(texts, months))
        raise InputError(
            f"{shown(one)} has the day first and {shown(other)} the month. Write one form."
        )
    if not days.any() and not months.any() and (first != second).any():
        doubtful = texts[int(np.flatnonzero(first != second)[0])]
        raise InputError(
            f"{shown(doubtful)} can have the day or the month first, as every stamp can. Say "
            f"--time-format {DAY_FIRST} or {MONTH_FIRST}."
        )
    return MONTH_FIRST if months.any() else DAY_FIRST


IntVector = np.ndarray[tuple[int], np.dtype[np.int64]]
