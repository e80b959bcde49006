"""The type of each feature: numeric, categorical, or nothing that can be learnt from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from auscult.data.column_findings import SENTENCES
from auscult.data.numbers import Cell, Tally, cell_kind, lookalike, shown
from auscult.data.raw import RawColumn, listed
from auscult.data.roles import words
from auscult.data.target import class_names, codes_of, sorted_names
from auscult.errors import InputError
from auscult.types import Column, Finding, FloatArray, IntArray

MANY_CATEGORIES = 50
_FEW_CATEGORIES = 20
_FEW_VALUES = 10
_DATE = re.compile(
    r"(?:[0-9]{4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,2})?|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4})"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9:]+)?)?"
)
_WITH_UNIT = re.compile(
    r"[<>≤≥~≈$€£(\['‘’=\"]{0,2}\s*[+−-]?\s*[0-9]+(?:[.,'·٫ ][0-9]+)*\s*"
    r"(?:[%a-zA-Zµ°/²³½€$)\]*†\"-]{0,10})"
)
_BROKEN = re.compile(
    r"\w\?\w|\ufffd|[ÃÂĂ][\x80-\xbf¤Łş]|[\x00-\x08\x0e-\x1f\x7f-\x9f]|^['‘’“”].*['‘’“”]$"
)
_MISSING_CODES = (-9, -99, -999, -9999, -99999, 99, 999, 9999, 99999)
_FAR = 2.0
_DAY_WORDS = frozenset(["date", "ymd", "day", "dob", "birthdate"])


@dataclass(frozen=True, eq=False)
class Feature:
    """A column that stays. ``values`` is ``(n_cases,)`` float64: numbers, or category codes."""

    column: Column
    values: FloatArray


@dataclass
class Judgement:
    """The features of a table, and by code the names of the columns that something is said of."""

    features: list[Feature] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)

    def say(self, code: str, name: str) -> None:
        self.said.setdefault(code, []).append(name)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(
            Finding(code, text.format(names=listed(names), n=len(names)), severity, mend or None)
            for code, (severity, text, mend) in SENTENCES.items()
            if (names := self.said.get(code))
        )


def judge(
    columns: Sequence[RawColumn], rows: IntArray, *, decimal: str, categorical: Sequence[str]
) -> Judgement:
    """The features among ``columns``, typed.

    Raises
    ------
    InputError
        If a column of numbers has cells that are none (row and column named), or infinity.
    """
    judgement = Judgement()
    for column in columns:
        if column.plain is not None and column.name not in categorical:
            _numeric(column.name, column.plain, judgement)
        else:
            _judge_texts(column, rows, decimal, column.name in categorical, judgement)
    return judgement


def _judge_texts(
    column: RawColumn, rows: IntArray, decimal: str, forced: bool, judgement: Judgement
) -> None:
    name, tally = column.name, column.tally
    if not _ERRORS.isdisjoint(tally.texts):
        judgement.say("spreadsheet-errors", name)
    if forced:
        _categorical(name, tally, decimal, judgement)
    elif is_numeric(name, tally, rows, decimal, judgement):
        _numeric(name, tally.numbers(decimal), judgement)
    elif (left_out := _left_out(tally)) is not None:
        judgement.say(left_out, name)
    else:
        _categorical(name, tally, decimal, judgement)


_ERRORS = frozenset(["#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"])


def is_numeric(
    name: str, tally: Tally, rows: IntArray, decimal: str, judgement: Judgement | None = None
) -> bool:
    """Whether a column of texts is one of numbers. Refuses what is nearly one.

    Raises
    ------
    InputError
        Naming row and column of the first cell that is no number where the others are.
    """
    kinds = (Cell.NUMBER, Cell.COMMA) if decimal == "," else (Cell.NUMBER,)
    n_numbers = tally.n(*kinds)
    n_text, n_code = tally.n(Cell.TEXT), tally.n(Cell.CODE)
    n_stray = 0 if _as_long(tally) else n_code
    n_odd = tally.n(Cell.ODD, Cell.INFINITE) + (tally.n(Cell.COMMA) if decimal != "," else 0)
    if n_code and not n_text and not n_odd and not 0 < n_stray <= min(3, n_numbers):
        if judgement:
            judgement.say("leading-zeros", name)
        return False
    if n_odd > n_text + n_code or (n_odd and not n_text):
        raise InputError(_odd(name, tally, rows, kinds))
    if not n_numbers:
        return not (n_text or n_code or n_odd)
    if not (n_text or n_code or n_odd):
        return True
    if len(tally.texts) > _FEW_CATEGORIES or n_text + n_odd + n_code <= 3:
        raise InputError(_odd(name, tally, rows, kinds))
    if judgement:
        judgement.say("mixed-column", name)
    return False


def _as_long(tally: Tally) -> bool:
    """Whether codes are as long as the numbers beside them, or too long for numbers."""
    kept = [t for t, k in zip(tally.texts, tally.kinds, strict=True) if k != Cell.MISSING]
    codes = [t for t in kept if cell_kind(t) is Cell.CODE]
    return len({len(t) for t in kept}) == 1 or any(
        not t.lstrip("+-").startswith("0") for t in codes
    )


def _odd(name: str, tally: Tally, rows: IntArray, numbers: tuple[Cell, ...]) -> str:
    """The sentence that names the first cell that is no plain number."""
    odd = ~tally.where(Cell.MISSING, *numbers)
    i = int(np.flatnonzero(odd)[0])
    text = tally.texts[tally.codes[i]]
    kind = tally.kinds[tally.codes[i]]
    what = "is not finite" if kind == Cell.INFINITE else "is not a number"
    plain = kind in (Cell.ODD, Cell.COMMA, Cell.CODE)
    what = "is not a plain number" if plain else what
    more = f" (nor in {int(odd.sum()) - 1} other rows)" if odd.sum() > 1 else ""
    return (
        f"row {rows[i]}, column '{name}': {shown(text)} {what}{more}. Mend the cell, leave it "
        f"empty, or name the column with --categorical or --drop."
    )


def _left_out(tally: Tally) -> str | None:
    """Why a column of texts cannot be a feature, or None."""
    kept = [t for t, k in zip(tally.texts, tally.kinds, strict=True) if k != Cell.MISSING]
    n = len(tally.codes) - tally.n(Cell.MISSING)
    if kept and all(_DATE.fullmatch(t) for t in kept):
        return "date-column"
    if len(kept) == n >= 10 or len(kept) > max(_FEW_CATEGORIES, n / 2):
        return "free-text"
    return None


def _numeric(name: str, values: FloatArray, judgement: Judgement) -> None:
    finite = values[~np.isnan(values)]
    if not len(finite):
        judgement.say("empty-column", name)
        return
    distinct = np.unique(finite)
    if len(distinct) == 1:
        judgement.say("constant-column", name)
        return
    if _are_days(name, distinct):
        judgement.say("date-column", name)
        return
    if 3 <= len(distinct) <= _FEW_VALUES and (distinct == np.floor(distinct)).all():
        judgement.say("few-values", name)
    if _may_be_missing(distinct):
        judgement.say("missing-code", name)
    column = numeric_column(name, values, len(distinct))
    judgement.features.append(Feature(column, values))


def _may_be_missing(distinct: FloatArray) -> bool:
    """Whether the least or the largest value is a code for missing ones, far from all others."""
    if len(distinct) < 4:
        return False
    low, high = distinct[0], distinct[-1]
    if low in _MISSING_CODES and (distinct[1] >= 0 or -low > _FAR * np.abs(distinct[1:]).max()):
        return True
    return high in _MISSING_CODES and bool(high > _FAR * np.abs(distinct[:-1]).max())


def numeric_column(name: str, values: FloatArray, n_distinct: int) -> Column:
    """What is kept of a numeric column beside its values (NaN is missing)."""
    finite = values[~np.isnan(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (np.nan, np.nan)
    return Column(name, "numeric", len(values) - len(finite), (), low, high, n_distinct)


def _are_days(name: str, distinct: FloatArray) -> bool:
    whole = bool((distinct == np.floor(distinct)).all())
    years = distinct[0] >= 18000101 and distinct[-1] <= 22001231
    return whole and bool(years) and bool(words(name) & _DAY_WORDS)


def _categorical(name: str, tally: Tally, decimal: str, judgement: Judgement) -> None:
    names = class_names(tally, decimal)
    categories = sorted_names(names)
    if len(categories) < 2:
        judgement.say("constant-column" if categories else "empty-column", name)
        return
    codes = codes_of(tally, names, categories)
    _say_of_categories(name, tally, categories, judgement)
    values = np.where(codes < 0, np.nan, codes.astype(np.float64))
    n_missing = int((codes < 0).sum())
    column = Column(name, "categorical", n_missing, categories, n_distinct=len(categories))
    judgement.features.append(Feature(column, values))


def _say_of_categories(
    name: str, tally: Tally, categories: tuple[str, ...], judgement: Judgement
) -> None:
    if len(categories) > MANY_CATEGORIES:
        judgement.say("many-categories", name)
    if len(set(map(lookalike, categories))) < len(categories):
        judgement.say("alike-names", name)
    if any(map(_BROKEN.search, categories)):
        judgement.say("broken-characters", name)
    texts = [t for t, k in zip(tally.texts, tally.kinds, strict=True) if k == Cell.TEXT]
    if texts and all(_WITH_UNIT.fullmatch(t) for t in texts) and len(texts) > 2:
        judgement.say("numbers-with-text", name)
