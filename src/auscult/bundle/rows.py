"""Rows of a form or of JSON as cases of a table, and what is odd about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from auscult.bundle.document import Document, Field
from auscult.data.numbers import MAX_EXACT_INTEGER, MISSING_MARKS, Cell, cell_kind, number_name
from auscult.errors import InputError, did_you_mean
from auscult.types import FloatArray

Code = Literal["missing", "unseen-category", "out-of-range", "far-out-of-range", "extra"]
LARGEST: Final = float(np.finfo(np.float32).max)
MOST_SHOWN: Final = 60
"""Characters of a value that a message repeats."""


@dataclass(frozen=True)
class RowNote:
    """Something odd about one value.

    Parameters
    ----------
    row
        From 0.
    column
        Its name.
    code
        ``missing``: filled as in training; ``unseen-category``: read as none of the categories;
        ``out-of-range``: beyond the training cases; ``far-out-of-range``: by more than their whole
        range, perhaps another unit; ``extra``: not used (said once, of the first row that has it).
    message
        One sentence, which names the column.
    """

    row: int
    column: str
    code: Code
    message: str


def rows_to_cases(
    document: Document, rows: Sequence[Mapping[str, object]]
) -> tuple[FloatArray, tuple[RowNote, ...]]:
    """Cases ``(n_rows, n_columns)`` of a table, by the names of its columns.

    A number may be written as text; None, an empty text or a mark as ``NA`` is a gap.

    Raises
    ------
    InputError
        A column is missing from a row, a numeric column holds text, or the bundle is of signals.
    """
    if document.kind != "table":
        raise InputError("takes signals, not rows of a table.", where=document.name)
    X = np.full((len(rows), document.n_columns), np.nan)
    notes: list[RowNote] = []
    for i, row in enumerate(rows):
        for j, field in enumerate(document.columns):
            X[i, j], found = _value(field, i, _given(field, i, row))
            notes += found
    notes += _extra(document, rows)
    notes += range_notes(document, X)
    return X, tuple(sorted(notes, key=lambda note: note.row))


def range_notes(document: Document, X: FloatArray, start: int = 0) -> list[RowNote]:
    """Numbers ``(n_cases, n_columns)`` beyond those of the training cases; rows from ``start``."""
    notes = []
    for j, field in enumerate(document.columns):
        if field.kind == "categorical" or field.low is None or field.high is None:
            continue
        low, high, values = field.low, field.high, X[:, j]
        for i in np.flatnonzero((values < low) | (values > high)):
            notes.append(_range_note(field, int(i) + start, float(values[i]), low, high))
    return notes


def _range_note(field: Field, row: int, value: float, low: float, high: float) -> RowNote:
    unit = f" {field.unit}" if field.unit else ""
    width = max(high - low, 1e-12 * max(abs(low), abs(high)))
    far = max(low - value, value - high) > width
    asks = " Is it in another unit?" if far else ""
    message = (
        f"'{field.name}' is {value:g}{unit}; the training cases had {low:g} to {high:g}.{asks}"
    )
    return RowNote(row, field.name, "far-out-of-range" if far else "out-of-range", message)


def _given(field: Field, row: int, given: Mapping[str, object]) -> object:
    if field.name not in given:
        raise InputError(
            f"row {row + 1}: there is no '{field.name}', which the model needs; give null where "
            f"it is not known. {did_you_mean(field.name, list(given)) if given else ''}"
        )
    return given[field.name]


def _value(field: Field, row: int, given: object) -> tuple[float, list[RowNote]]:
    text = given.strip() if isinstance(given, str) else given
    name = category_name(text)
    if name in field.categories:
        return float(field.categories.index(name)), []
    if text is None or (isinstance(text, str) and text in MISSING_MARKS):
        return np.nan, [_missing(field, row)]
    if field.kind == "numeric":
        return _number(field, row, text), []
    message = (
        f"'{field.name}' is '{name[:MOST_SHOWN]}', which no training case had; read as missing. "
        f"{did_you_mean(name[:MOST_SHOWN], field.categories)}"
    )
    return np.nan, [RowNote(row, field.name, "unseen-category", message)]


def _missing(field: Field, row: int) -> RowNote:
    if field.kind == "numeric" and field.median is not None:
        filled = f"filled with the training cases' median, {field.median:g}"
    else:
        filled = "no category is assumed"
    return RowNote(row, field.name, "missing", f"'{field.name}' is missing; {filled}.")


def _number(field: Field, row: int, given: object) -> float:
    where = f"row {row + 1}, '{field.name}'"
    written = isinstance(given, str) and cell_kind(given) == Cell.NUMBER
    if not written and not isinstance(given, int | float | np.integer | np.floating):
        said = repr(given[:MOST_SHOWN]) if isinstance(given, str) else type(given).__name__
        raise InputError(f"must be a number, as 12.5. Got {said}.", where=where)
    if not written and not abs(given) <= LARGEST:  # type: ignore[arg-type]
        raise InputError("is too large, or no finite number.", where=where)
    value = float(given)  # type: ignore[arg-type]
    if abs(value) > LARGEST:
        raise InputError("is too large, or no finite number.", where=where)
    return value


def category_name(given: object) -> str:
    """What a category of this value is called: ``1`` for 1, 1.0, true and "1.0"."""
    if isinstance(given, str):
        return number_name(float(given)) if cell_kind(given) == Cell.NUMBER else given
    if isinstance(given, int):
        return str(int(given)) if abs(given) < MAX_EXACT_INTEGER else ""
    if isinstance(given, float | np.floating):
        return number_name(float(given)) if np.isfinite(given) else ""
    return str(given)[: MOST_SHOWN + 1] if isinstance(given, np.integer) else ""


def _extra(document: Document, rows: Sequence[Mapping[str, object]]) -> list[RowNote]:
    known = {field.name for field in document.columns} | {document.target}
    found: dict[str, int] = {}
    for i, row in enumerate(rows):
        for name in row:
            if name not in known:
                found.setdefault(str(name), i)
    return [
        RowNote(i, name, "extra", f"'{name[:MOST_SHOWN]}' is not used by the model.")
        for name, i in found.items()
    ]
