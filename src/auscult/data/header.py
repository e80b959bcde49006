"""Whether the first row of a text holds names, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from auscult.data.lines import Rows
from auscult.data.numbers import Cell, cell_kind, shown, tidy
from auscult.data.raw import listed
from auscult.errors import InputError
from auscult.types import Finding

_COUNTED_BESIDE_WORDS = 20
_VALUES = (Cell.NUMBER, Cell.COMMA, Cell.INFINITE, Cell.CODE)


def has_header(rows: Rows, header: bool | None) -> bool:
    """Whether the first row holds names.

    Raises
    ------
    InputError
        If the first row looks half like names and half like data, and ``header`` was not said.
    """
    if header is not None:
        return header
    first = [c.strip() for c in rows.cells[0]]
    values = [cell_kind(c) in (*_VALUES, Cell.MISSING) for c in first]
    if counts_up(first):
        return True
    if all(values):
        return False
    suspect = [c for c in first if cell_kind(c) in _VALUES]
    if (suspect and _numeric_below(rows)) or _appears_below(rows, first):
        raise InputError(
            f"row {rows.numbers[0]} ({', '.join(shown(c, 20) for c in first[:4])}, …) looks like "
            "data, not like names. Say --header or --no-header."
        )
    return True


def counts_up(first: Sequence[str]) -> bool:
    """Whether a row is 0, 1, 2, … as tables written without names get for names.

    Words may stand between (``Id,Category,0,1,…``) where the numbers are too many for chance.
    """
    numbers = [c for c in first if cell_kind(c) is not Cell.TEXT]
    n = len(numbers)
    counted = numbers in ([str(i) for i in range(n)], [str(i + 1) for i in range(n)])
    return counted and n >= (5 if n == len(first) else _COUNTED_BESIDE_WORDS)


def _numeric_below(rows: Rows) -> bool:
    """Whether a column whose first cell is a number has numbers below it too."""
    body = rows.cells[1:51]
    for j, cell in enumerate(rows.cells[0]):
        if cell_kind(cell.strip()) in _VALUES and body:
            n = sum(cell_kind(row[j].strip()) in _VALUES for row in body)
            if n > len(body) / 2:
                return True
    return False


def _appears_below(rows: Rows, first: list[str]) -> bool:
    """Whether every cell of the first row stands again in its own column, as only data does."""
    body = rows.cells[1:2001]
    return bool(body) and all(
        any(row[j].strip() == cell for row in body) for j, cell in enumerate(first)
    )


def column_names(first: list[str]) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The names in a header row; an empty name becomes ``columnK``.

    Raises
    ------
    InputError
        If a name stands twice.
    """
    given = [" ".join(tidy(c).split()) for c in first]
    twice = [name for name, n in Counter(given).items() if n > 1 and name]
    if twice:
        raise InputError(f"the name {listed(twice)} stands twice in the header. Rename one.")
    names = tuple(name or f"column{j + 1}" for j, name in enumerate(given))
    if len(set(names)) < len(names):
        raise InputError("an empty name in the header clashes with another. Name every column.")
    empty = [n for n, g in zip(names, given, strict=True) if not g]
    if not empty:
        return names, ()
    message = f"The header has no name for {listed(empty)}; its number is its name now."
    return names, (Finding("unnamed-column", message, "note"),)


def numbered_names(n: int) -> tuple[tuple[str, ...], Finding]:
    """``column1`` to ``columnN`` for a file without a header, and the note that says so."""
    finding = Finding(
        "no-header",
        f"The first row holds numbers, so it was read as data; the columns are called column1 "
        f"to column{n}.",
        "note",
        mend="--header if the first row holds names; --target NUMBER names a column",
    )
    return tuple(f"column{j + 1}" for j in range(n)), finding
