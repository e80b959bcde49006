"""What one cell of a text is: a number, a missing mark, a code or a word. Nothing is guessed."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import compress

import numpy as np

from auscult.errors import InputError
from auscult.types import BoolArray, FloatArray, IntArray

MISSING_MARKS = frozenset(
    ("", "?", "-", "NA", "N/A", "n/a", "#N/A", "<NA>", "nan", "NaN", "NAN", "null", "Null", "NULL",
     "none", "None", "NONE", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!")
)  # fmt: skip
# Above it neighbouring integers fall together as float64, and two patients become one.
MAX_EXACT_INTEGER = 2**53

_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"[+-]?(?:0|[1-9][0-9]*)?,[0-9]+(?:[eE][+-]?[0-9]+)?")
_THOUSAND = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_POINT_THOUSAND = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[.,'’\s][0-9]{3})+(?:[.,][0-9]+)?")
_GROUPED_IN_INDIA = re.compile(r"[+-]?[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?")
_CODE = re.compile(r"[+-]?0[0-9]+(?:[.,][0-9]*)?")
_INFINITE = re.compile(r"[+-]?(?:inf|infinity|∞|1\.#inf0*)", re.IGNORECASE)


class Cell(IntEnum):
    """The kinds of cell. ``ODD`` is a number in a way of writing that would have to be guessed."""

    MISSING = 0
    NUMBER = 1
    COMMA = 2
    CODE = 3
    INFINITE = 4
    ODD = 5
    TEXT = 6


# Looking a member up in its class costs more than all else that is done with a cell.
_IS_MISSING, _IS_NUMBER, _IS_CODE, _IS_INFINITE = (
    Cell.MISSING,
    Cell.NUMBER,
    Cell.CODE,
    Cell.INFINITE,
)
_OTHER_KINDS = (
    (_COMMA, Cell.COMMA),
    (_CODE, Cell.CODE),
    (_INFINITE, Cell.INFINITE),
    (_GROUPED, Cell.ODD),
    (_GROUPED_IN_INDIA, Cell.ODD),
)


def cell_kind(text: str) -> Cell:
    """The kind of one stripped cell."""
    if text in MISSING_MARKS:
        return _IS_MISSING
    if _NUMBER.fullmatch(text):
        value = float(text)
        return _IS_NUMBER if abs(value) < MAX_EXACT_INTEGER else _large_kind(text, value)
    for pattern, kind in _OTHER_KINDS:
        if pattern.fullmatch(text):
            return kind
    return Cell.ODD if _reads_as_number_elsewhere(text) else Cell.TEXT


def _large_kind(text: str, value: float) -> Cell:
    if math.isinf(value):
        return _IS_INFINITE
    exact = not text.lstrip("+-").isdigit() or int(value) == int(text)
    return _IS_NUMBER if exact else _IS_CODE


def _reads_as_number_elsewhere(text: str) -> bool:
    # Underscores, digits of other scripts, the minus sign U+2212 or a dash in front.
    try:
        float(re.sub("^[−–—]", "-", text))
    except ValueError:
        return False
    return True


# What nobody sees and a copied cell may hold: soft hyphens, marks of direction, joiners of words.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһοανρ", "aeopcyxijsdhoavp", "'\"‘’“”`´")


def tidy(text: str) -> str:
    """A cell without the space around it and without what nobody sees; accents in one way."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


def lookalike(text: str) -> str:
    """One text for all that a person takes for the same: capitals, spaces, widths, alphabets."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LOOKALIKES)
    return " ".join("".join(c for c in folded if c.isprintable() or c.isspace()).split())


def number_name(value: float) -> str:
    """How a number is written as the name of a class or category: ``1.0`` is ``1``."""
    return str(int(value)) if value == int(value) else repr(value)


def shown(text: str, length: int = 40) -> str:
    """A cell as it can stand in one line of a message."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return "".join(c if c.isprintable() else "·" for c in f"'{cut}'")


@dataclass(frozen=True, eq=False)
class Tally:
    """The distinct texts of a column and which case has which.

    Parameters
    ----------
    texts
        Distinct stripped texts, in the order they appear.
    codes
        ``(n_cases,)`` indices into ``texts``.
    """

    texts: tuple[str, ...]
    codes: IntArray

    @classmethod
    def of(cls, cells: Sequence[str]) -> Tally:
        """Tally raw cells; the space around a cell and what nobody sees mean nothing."""
        raw = {text: code for code, text in enumerate(dict.fromkeys(cells))}
        codes = np.fromiter(map(raw.__getitem__, cells), np.int64, len(cells))
        texts: dict[str, int] = {}
        merge = np.fromiter((texts.setdefault(tidy(t), len(texts)) for t in raw), np.int64)
        return cls(tuple(texts), merge[codes] if len(codes) else codes)

    @cached_property
    def kinds(self) -> IntArray:
        """``(n_distinct,)`` the :class:`Cell` of each distinct text."""
        return np.fromiter((cell_kind(t) for t in self.texts), np.int64, len(self.texts))

    @cached_property
    def counts(self) -> IntArray:
        """``(n_distinct,)`` how many cases have each text."""
        return np.bincount(self.codes, minlength=len(self.texts))

    def n(self, *kinds: Cell) -> int:
        """Number of cases whose cell is of one of these kinds."""
        return int(self.counts[np.isin(self.kinds, kinds)].sum())

    def where(self, *kinds: Cell) -> BoolArray:
        """``(n_cases,)`` whether a case's cell is of one of these kinds."""
        return np.isin(self.kinds, kinds)[self.codes]

    def numbers(self, decimal: str = ".") -> FloatArray:
        """``(n_cases,)`` float64, NaN where the cell is no number."""
        wanted = (Cell.NUMBER, Cell.COMMA) if decimal == "," else (Cell.NUMBER,)
        mask = np.isin(self.kinds, wanted)
        texts = compress(self.texts, mask.tolist())
        values = np.full(len(self.texts), np.nan)
        values[mask] = [float(t.replace(",", ".")) for t in texts]
        return values[self.codes]


def decimal_mark(columns: Sequence[tuple[str, Tally]], delimiter: str) -> tuple[str, bool]:
    """The decimal mark of a whole file, and whether points in it could be thousands instead.

    Parameters
    ----------
    columns
        Names and tallies of the columns that may be numeric.
    delimiter
        What stands between cells; a comma there leaves no decimal comma.

    Raises
    ------
    InputError
        If the file's numbers can be read in two ways.
    """
    doubts = any(tally.n(Cell.COMMA, Cell.ODD) for _, tally in columns)
    if not doubts and delimiter != ";":
        return ".", False
    texts = [(name, t) for name, tally in columns for t in _numeric_texts(tally)]
    commas = [(name, t) for name, t in texts if "," in t]
    if not commas:
        points = [t for _, t in texts if "." in t]
        doubtful = delimiter == ";" and bool(points) and all(map(_POINT_THOUSAND.fullmatch, points))
        return ".", doubtful
    _refuse_doubtful_commas(commas, [(n, t) for n, t in texts if "." in t], delimiter)
    return ",", False


def _numeric_texts(tally: Tally) -> list[str]:
    """The numbers of a column that has more numbers than words."""
    kinds = (Cell.NUMBER, Cell.COMMA, Cell.ODD)
    if tally.n(Cell.TEXT) >= tally.n(*kinds):
        return []
    return list(compress(tally.texts, np.isin(tally.kinds, kinds).tolist()))


def _refuse_doubtful_commas(
    commas: list[tuple[str, str]], points: list[tuple[str, str]], delimiter: str
) -> None:
    name, text = commas[0]
    plain = "Write plain numbers such as 1234.5"
    if delimiter == ",":
        raise InputError(
            f"column '{name}' has the number {shown(text)} with a comma inside, in a file that "
            f"commas separate. {plain}, or name the column with --categorical or --drop."
        )
    if all(_THOUSAND.fullmatch(t) for _, t in commas):
        raise InputError(
            f"column '{name}': {shown(text)} can be 1234 or 1.234 of something. {plain}."
        )
    if points and points[0] == (name, text):
        raise InputError(f"column '{name}': {shown(text)} has a comma and a point. {plain}.")
    if points:
        other, number = points[0]
        raise InputError(
            f"column '{name}' has {shown(text)} and column '{other}' has {shown(number)}: "
            f"is the comma or the point the decimal mark? {plain}."
        )
