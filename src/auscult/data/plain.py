"""The fast way for large files of numbers; anything doubtful goes the careful way.

The bytes are checked before a number is parsed: only characters of numbers, as many cells in
every row, no ``007``. What a C parser then makes of them is what the careful way would make.
Columns that start with a word or a code (a name, a class) stay texts.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from auscult.data.header import counts_up
from auscult.data.numbers import MAX_EXACT_INTEGER, Cell, cell_kind, number_name
from auscult.types import BoolArray, FloatArray, IntArray

Bytes = np.ndarray[Any, np.dtype[np.uint8]]

_CHUNK = 8 * 2**20
_MOST_THREADS = 4
_NEWLINE, _RETURN, _ZERO, _NINE, _POINT = 10, 13, 48, 57, 46
_MISSING = ("", "NaN", "nan")
_DELIMITERS = b",;\t|"


@dataclass(frozen=True)
class Plain:
    """``first`` holds the cells of row 1; ``columns`` what is below, numbers or texts."""

    first: list[str]
    columns: list[FloatArray | list[str]]
    delimiter: str

    def with_first(self) -> list[FloatArray | list[str]]:
        """The columns with row 1 as their first case; a missing number is NaN."""
        return list(map(_longer, self.first, self.columns))


def _longer(cell: str, below: FloatArray | list[str]) -> FloatArray | list[str]:
    if isinstance(below, list):
        return [cell, *below]
    kind = cell_kind(cell)
    if kind in (Cell.NUMBER, Cell.MISSING):
        return np.append(float(cell) if kind is Cell.NUMBER else np.nan, below)
    return [cell, *("" if np.isnan(v) else number_name(v) for v in below.tolist())]


def read_plain(data: bytes, header: bool | None = None) -> Plain | None:
    """The columns of a plain file of at least two rows, or None where it takes the careful way."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    end = data.find(b"\n")
    line = data[: max(end, 0)]
    delimiter = b"\t" if b"\t" in line else b","
    first = _cells(line, delimiter)
    below = data[end + 1 : (data.find(b"\n", end + 1) + 1) or len(data)]
    second = _cells(below.removesuffix(b"\n"), delimiter)
    if first is None or second is None or len(first) != len(second):
        return None
    tail = data[-_CHUNK:].rstrip(b"\r\n")
    if not tail[tail.rfind(b"\n") + 1 :].strip(delimiter):
        return None  # spreadsheets leave empty rows below a table
    texts = text_columns(second)
    if texts is None or not names_are_decided(first, texts, header):
        return None
    form = _Form(delimiter.decode(), len(first), texts)
    columns = _columns(memoryview(data)[end + 1 :], form)
    return None if columns is None else Plain(first, columns, form.delimiter)


def _cells(line: bytes, delimiter: bytes) -> list[str] | None:
    """Cells of a row where they are beyond doubt: no quotes, no other delimiter, UTF-8."""
    others = {b",", b";", b"\t", b"|", b'"', b"\r", b"\0"} - {delimiter}
    line = line.rstrip(b"\r")
    if any(o in line for o in others):
        return None
    try:
        cells = [c.strip() for c in line.decode("utf-8").split(delimiter.decode())]
    except UnicodeDecodeError:
        return None
    return cells if len(cells) > 1 else None


def text_columns(second: Sequence[str]) -> frozenset[int] | None:
    """Columns of texts, by the first row of data; None where all are, or one is in doubt."""
    kinds = [cell_kind(cell) for cell in second]
    if not set(kinds) <= {Cell.NUMBER, Cell.MISSING, Cell.TEXT, Cell.CODE}:
        return None
    texts = frozenset(j for j, k in enumerate(kinds) if k in (Cell.TEXT, Cell.CODE))
    return texts if len(texts) < len(kinds) else None


def names_are_decided(first: Sequence[str], texts: frozenset[int], header: bool | None) -> bool:
    """Whether row 1 alone tells if it holds names, and holds what the columns do if not."""
    kinds = [cell_kind(cell) for cell in first]
    numbers = all(k in (Cell.NUMBER, Cell.MISSING) for j, k in enumerate(kinds) if j not in texts)
    if header is not None:
        return header or numbers
    if set(kinds) == {Cell.TEXT} or counts_up(first):
        return True
    return numbers and not texts


@dataclass(frozen=True)
class _Form:
    """How every row must look: so many cells, and texts in these columns only."""

    delimiter: str
    width: int
    texts: frozenset[int]

    @property
    def numbers(self) -> list[int]:
        return [j for j in range(self.width) if j not in self.texts]


def parse_numbers(body: memoryview, width: int) -> list[FloatArray] | None:
    """The columns of rows of plain numbers that commas separate; None where one is not plain."""
    columns = _columns(body, _Form(",", width, frozenset()))
    return None if columns is None else [c for c in columns if not isinstance(c, list)]


def parse_columns(
    body: memoryview, delimiter: str, width: int, texts: frozenset[int]
) -> list[FloatArray | list[str]] | None:
    """The columns of plain rows, numbers but in the columns ``texts``; None where one is not."""
    return _columns(body, _Form(delimiter, width, texts))


Block = tuple[FloatArray, list[list[str]]]
"""``(n_numbers, n_rows)`` values, and a list for each column of texts."""


def _columns(body: memoryview, form: _Form) -> list[FloatArray | list[str]] | None:
    import pandas  # noqa: F401, PLC0415 - before threads ask for it

    whole = np.frombuffer(body, dtype=np.uint8)
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    blocks: list[Block] = []
    with ThreadPoolExecutor(threads) as pool:
        for block in pool.map(partial(_block, form), list(_parts(body, whole))):
            if block is None:
                pool.shutdown(wait=False, cancel_futures=True)
                return None
            blocks.append(block)
    if not blocks:
        return None
    values = np.concatenate([block[0] for block in blocks], axis=1)
    columns: list[FloatArray | list[str]] = [[] for _ in range(form.width)]
    for j, column in zip(form.numbers, values, strict=True):
        columns[j] = column
    for place, j in enumerate(sorted(form.texts)):
        columns[j] = [cell for block in blocks for cell in block[1][place]]
    return columns


def _parts(body: memoryview, whole: Bytes) -> Iterator[tuple[memoryview, Bytes]]:
    start = 0
    while start < len(whole):
        stop = _row_end(whole, start)
        yield body[start:stop], whole[start:stop]
        start = stop


def _block(form: _Form, rows: tuple[memoryview, Bytes]) -> Block | None:
    part, chunk = rows
    return _parse(part, form) if _is_plain(chunk, form) else None


def _is_plain(chunk: Bytes, form: _Form) -> bool:
    delimiter = ord(form.delimiter)
    if not _widths_are(chunk, delimiter, form.width) or not _returns_are_ends(chunk):
        return False
    strange = np.flatnonzero(~_NUMERIC[chunk] & (chunk != delimiter))
    if not _WORDLY[chunk[strange]].all():
        return False
    strange = np.concatenate([strange, _leading_zeros(chunk, delimiter)])
    if not len(strange):
        return True
    ends = np.flatnonzero((chunk == delimiter) | (chunk == _NEWLINE))
    columns = np.unique(np.searchsorted(ends, strange) % form.width)
    return form.texts.issuperset(columns.tolist())


def _table(characters: bytes) -> BoolArray:
    table = np.zeros(256, dtype=bool)
    table[list(characters)] = True
    return table


_NUMERIC = _table(b"0123456789+-.eENan\r\n")
_WORDLY = _table(bytes(c for c in range(32, 127) if c not in _DELIMITERS + b'"'))


def _row_end(body: Bytes, start: int) -> int:
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


def _widths_are(chunk: Bytes, delimiter: int, width: int) -> bool:
    ends = np.flatnonzero(chunk == _NEWLINE)
    if not len(ends) or ends[-1] != len(chunk) - 1:
        ends = np.append(ends, len(chunk))
    before = np.searchsorted(np.flatnonzero(chunk == delimiter), ends)
    return bool((np.diff(before, prepend=0) == width - 1).all())


def _returns_are_ends(chunk: Bytes) -> bool:
    returns = np.flatnonzero(chunk == _RETURN)
    inside = returns[returns < len(chunk) - 1]
    return bool((chunk[inside + 1] == _NEWLINE).all())


def _leading_zeros(chunk: Bytes, delimiter: int) -> IntArray:
    """Where a cell starts with a zero and another digit, as codes such as ``007`` do."""
    digit = (chunk >= _ZERO) & (chunk <= _NINE)
    zeros = np.flatnonzero((chunk[:-1] == _ZERO) & digit[1:])
    zeros = zeros[~_at(digit, zeros - 1) & (_byte(chunk, zeros - 1) != _POINT)]
    before = _byte(chunk, zeros - 1)
    signed = (before == ord("+")) | (before == ord("-"))
    before = np.where(signed, _byte(chunk, zeros - 2), before)
    found: IntArray = zeros[(before == delimiter) | (before == _NEWLINE)]
    return found


def _at(mask: BoolArray, index: IntArray) -> BoolArray:
    return mask[np.maximum(index, 0)] & (index >= 0)


def _byte(chunk: Bytes, index: IntArray) -> IntArray:
    return np.where(index >= 0, chunk[np.maximum(index, 0)], _NEWLINE)


def _parse(part: memoryview, form: _Form) -> Block | None:
    import pandas as pd  # noqa: PLC0415

    exact: dict[str, Any] = {} if int(pd.__version__[0]) >= 3 else {"float_precision": "round_trip"}
    texts, numbers = sorted(form.texts), form.numbers
    types: Any = {j: object if j in form.texts else np.float64 for j in range(form.width)}
    missing: Any = {j: list(_MISSING) for j in numbers}
    try:
        frame: Any = pd.read_csv(
            io.BytesIO(part),
            sep=form.delimiter,
            header=None,
            names=list(range(form.width)),
            index_col=False,
            dtype=types,
            na_values=missing,
            keep_default_na=False,
            low_memory=False,
            **exact,
        )
    except (ValueError, OverflowError):
        return None
    values = (frame[numbers] if texts else frame).to_numpy(np.float64).T
    # Infinity and integers beyond float64 are for the careful way, which can name their row.
    if not ((np.abs(values) < MAX_EXACT_INTEGER) | np.isnan(values)).all():
        return None
    return values, [frame[j].tolist() for j in texts]
