"""The fast way for large files of nothing but numbers; anything doubtful goes the careful way.

The bytes are checked before a number is parsed: only characters of numbers, as many cells in
every row, no ``007``. What a C parser then makes of them is what the careful way would make.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from auscult.data.numbers import MAX_EXACT_INTEGER, Cell, cell_kind
from auscult.types import BoolArray, FloatArray, IntArray

_CHUNK = 16 * 2**20
_NEWLINE, _RETURN, _ZERO, _NINE, _POINT = 10, 13, 48, 57, 46
_MISSING = ("", "NaN", "nan")


@dataclass(frozen=True)
class PlainNumbers:
    """``first`` holds the cells of row 1; ``values`` is ``(n_rows - 1, n_columns)``."""

    first: list[str]
    values: FloatArray
    delimiter: str

    def first_values(self) -> list[float]:
        """Row 1 as numbers, NaN where a cell is missing."""
        missing = (c if cell_kind(c) is not Cell.MISSING else "nan" for c in self.first)
        return [float(c) for c in missing]


def read_plain(data: bytes) -> PlainNumbers | None:
    """Numbers of a plain file of at least two rows, or None where it takes the careful way."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    end = data.find(b"\n")
    first_line = data[: max(end, 0)].rstrip(b"\r")
    delimiter = b"\t" if b"\t" in first_line else b","
    body = memoryview(data)[end + 1 :]
    first = _first_cells(first_line, delimiter)
    if first is None or not len(body):
        return None
    if not _is_plain(np.frombuffer(body, dtype=np.uint8), ord(delimiter), len(first)):
        return None
    values = _parse(body, delimiter.decode(), len(first))
    return None if values is None else PlainNumbers(first, values, delimiter.decode())


def _first_cells(line: bytes, delimiter: bytes) -> list[str] | None:
    """Cells of the first row where it is beyond doubt: no quotes, no other delimiter, UTF-8."""
    others = {b",", b";", b"\t", b"|", b'"', b"\r", b"\0"} - {delimiter}
    if any(o in line for o in others):
        return None
    try:
        cells = [c.strip() for c in line.decode("utf-8").split(delimiter.decode())]
    except UnicodeDecodeError:
        return None
    kinds = {cell_kind(c) for c in cells}
    names = kinds <= {Cell.TEXT}
    numbers = kinds <= {Cell.NUMBER, Cell.MISSING}
    return cells if len(cells) > 1 and (names or numbers) else None


def _is_plain(body: np.ndarray[Any, np.dtype[np.uint8]], delimiter: int, width: int) -> bool:
    allowed = np.zeros(256, dtype=bool)
    allowed[list(b"0123456789+-.eENan\r\n")] = True
    allowed[delimiter] = True
    start = 0
    while start < len(body):
        stop = _row_end(body, start)
        chunk = body[start:stop]
        if not (
            allowed[chunk].all()
            and _widths_are(chunk, delimiter, width)
            and _returns_are_ends(chunk)
            and not _has_leading_zero(chunk, delimiter)
        ):
            return False
        start = stop
    return True


def _row_end(body: np.ndarray[Any, np.dtype[np.uint8]], start: int) -> int:
    """Where the last row that ends within a chunk from ``start`` ends."""
    if start + _CHUNK >= len(body):
        return len(body)
    size = _CHUNK
    while True:
        ends = np.flatnonzero(body[start : start + size] == _NEWLINE)
        if len(ends):
            return start + int(ends[-1]) + 1
        if start + size >= len(body):
            return len(body)
        size *= 2


def _widths_are(chunk: np.ndarray[Any, np.dtype[np.uint8]], delimiter: int, width: int) -> bool:
    ends = np.flatnonzero(chunk == _NEWLINE)
    if not len(ends) or ends[-1] != len(chunk) - 1:
        ends = np.append(ends, len(chunk))
    before = np.searchsorted(np.flatnonzero(chunk == delimiter), ends)
    return bool((np.diff(before, prepend=0) == width - 1).all())


def _returns_are_ends(chunk: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    returns = np.flatnonzero(chunk == _RETURN)
    inside = returns[returns < len(chunk) - 1]
    return bool((chunk[inside + 1] == _NEWLINE).all())


def _has_leading_zero(chunk: np.ndarray[Any, np.dtype[np.uint8]], delimiter: int) -> bool:
    """Whether a cell starts with a zero and another digit, as codes such as ``007`` do."""
    digit = (chunk >= _ZERO) & (chunk <= _NINE)
    zeros = np.flatnonzero((chunk[:-1] == _ZERO) & digit[1:])
    zeros = zeros[~_at(digit, zeros - 1) & (_byte(chunk, zeros - 1) != _POINT)]
    before = _byte(chunk, zeros - 1)
    signed = (before == ord("+")) | (before == ord("-"))
    before = np.where(signed, _byte(chunk, zeros - 2), before)
    return bool(((before == delimiter) | (before == _NEWLINE)).any())


def _at(mask: BoolArray, index: IntArray) -> BoolArray:
    return mask[np.maximum(index, 0)] & (index >= 0)


def _byte(chunk: np.ndarray[Any, np.dtype[np.uint8]], index: IntArray) -> IntArray:
    return np.where(index >= 0, chunk[np.maximum(index, 0)], _NEWLINE)


def _parse(body: memoryview, delimiter: str, width: int) -> FloatArray | None:
    import pandas as pd  # noqa: PLC0415

    exact: dict[str, Any] = {} if int(pd.__version__[0]) >= 3 else {"float_precision": "round_trip"}
    try:
        frame = pd.read_csv(
            io.BytesIO(body),
            sep=delimiter,
            header=None,
            names=list(range(width)),
            index_col=False,
            dtype=np.float64,
            na_values=list(_MISSING),
            keep_default_na=False,
            low_memory=False,
            **exact,
        )
    except (ValueError, OverflowError):
        return None
    values = frame.to_numpy()
    # Infinity and integers beyond float64 are for the careful way, which can name their row.
    largest = np.nanmax(np.abs(values)) if np.isfinite(values).any() else np.inf
    return values if largest < MAX_EXACT_INTEGER else None
