"""Delimited text in blocks of rows, for files that are larger than memory.

Every block is read as a file of its own under the names of the first, so that a cell means in the
millionth row what it means in the second. A file of one block is read as any other.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from auscult.data.lines import guess_told, guessed_encoding, split
from auscult.data.numbers import Cell
from auscult.data.plain import parse_columns
from auscult.data.raw import RawColumn, RawTable
from auscult.data.text import FAST_FROM_BYTES, from_rows, read_text
from auscult.errors import InputError
from auscult.types import Finding, IntArray

SIZE: Final = 4 * 2**20
"""Bytes of text a block."""

_LONGEST: Final = 8
"""A row is looked for in so many blocks."""
_QUOTE: Final = 34
_LINE: Final = b"\n"
_PLACE = re.compile(r"\b(row|line) (\d+)\b")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, eq=False)
class TableBlock:
    """Some rows of a file, and the share of the file that is behind when they are done."""

    table: RawTable
    share: float


@dataclass
class TextBlocks:
    """The blocks of a file of delimited text; iterate once.

    Parameters
    ----------
    path
        The file.
    encoding, header, suffix
        As of :func:`auscult.data.text.read_text`.
    size
        Bytes a block.

    Raises
    ------
    InputError
        While iterating: as :func:`auscult.data.text.read_text`, with the row of the file.
    """

    path: Path
    encoding: str | None = None
    header: bool | None = None
    suffix: str = ".csv"
    size: int = SIZE
    sha256: str = field(default="", init=False)
    """Of the file, when all of it was read."""

    def __iter__(self) -> Iterator[TableBlock]:
        n_bytes = self.path.stat().st_size
        with self.path.open("rb") as file:
            if n_bytes <= self.size:
                data = file.read()
                self.sha256 = hashlib.sha256(data).hexdigest()
                options: Any = {"header": self.header, "suffix": self.suffix}
                yield TableBlock(read_text(data, encoding=self.encoding, **options), 1.0)
                return
            hashed = _Hashed(file)
            yield from self._several(hashed, n_bytes)
            self.sha256 = hashed.sha256

    def _several(self, file: _Hashed, n_bytes: int) -> Iterator[TableBlock]:
        read, findings = _utf8(file, self.encoding, self.size)
        pieces = _pieces(read, self.size)
        form: _Form | None = None
        behind = 0
        for piece in pieces:
            _require_text(piece, behind)
            if form is None:
                table = read_text(piece, header=self.header, suffix=self.suffix)
                form = _Form(table)
                table = replace(table, findings=(*findings, *table.findings))
            else:
                table = form.read(piece, behind)
            behind += piece.count(b"\n") or piece.count(b"\r")
            yield TableBlock(table, min(1.0, file.n_bytes / n_bytes))
        if form is None:
            raise InputError("the file has no rows.")


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash, self.n_bytes = file, hashlib.sha256(), 0

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        self.n_bytes += len(data)
        return data

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


Read = Callable[[int], bytes]


def _utf8(file: _Hashed, encoding: str | None, size: int) -> tuple[Read, tuple[Finding, ...]]:
    """Reads the text as UTF-8 without a mark, whatever it is stored in."""
    first = file.read(size)
    findings: tuple[Finding, ...] = ()
    if encoding is None:
        marked = next((name for mark, name in _MARKS if first.startswith(mark)), None)
        encoding = marked or "utf-8"
        if marked is None and not _is_utf8(first):
            encoding = guessed_encoding(first)
            findings = (guess_told(encoding, first.decode(encoding, "replace")),)
    held = [first]

    def read(n: int) -> bytes:
        return held.pop() if held else file.read(n)

    if codecs_name(encoding) not in ("utf-8", "utf-8-sig", "ascii"):
        return _transcoded(read, encoding), findings
    held[0] = first.removeprefix(codecs.BOM_UTF8)
    return read, findings


def codecs_name(encoding: str) -> str:
    """What Python calls an encoding.

    Raises
    ------
    InputError
        There is none of this name.
    """
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise InputError(f"there is no encoding '{encoding}' (--encoding).") from None


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _transcoded(read: Read, encoding: str) -> Read:
    decoder = codecs.getincrementaldecoder(encoding)()

    def as_utf8(n: int) -> bytes:
        while True:
            data = read(n)
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError:
                raise InputError(
                    f"the file is not {encoding}. Name the right encoding with --encoding."
                ) from None
            if text or not data:
                return text.lstrip("\ufeff").encode("utf-8", "replace")

    return as_utf8


def _require_text(piece: bytes, behind: int) -> None:
    at, why = piece.find(b"\0"), "holds a NUL byte: this is not a text file"
    if at < 0 and not piece.isascii():
        try:
            piece.decode("utf-8")
        except UnicodeDecodeError as error:
            at, why = error.start, "is not UTF-8. Name the right encoding with --encoding"
    if at >= 0:
        raise InputError(f"line {behind + piece.count(_LINE, 0, at) + 1} {why}.")


def _pieces(read: Read, size: int) -> Iterator[bytes]:
    """The bytes in pieces of whole rows. Rows of nothing but delimiters go with what follows."""
    held = b""
    ending = b""
    while data := read(size):
        held += data
        ending = ending or (b"\n" if b"\n" in data else b"\r" if b"\r" in data else b"")
        end = _rows_end(held, ending, len(held) >= _LONGEST * size)
        end = _empty_rows_start(held, end)
        if end:
            yield held[:end]
            held = held[end:]
        elif len(held) > 4 * _LONGEST * size:
            raise InputError("a row is longer than any row can be: is a quote open?")
    if held.strip(b"\r\n\t ,;|"):
        yield held


def _rows_end(data: bytes, ending: bytes, anywhere: bool) -> int:
    """Behind the last row that ends outside of quotes; 0 where none does."""
    if not ending:
        return 0
    last = data.rfind(ending) + 1
    if not last or b'"' not in data or anywhere:
        return last
    characters = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(characters == ending[0])
    quotes = np.flatnonzero(characters == _QUOTE)
    closed = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return int(closed[-1]) + 1 if len(closed) else 0


def _empty_rows_start(data: bytes, end: int) -> int:
    """Where the rows of nothing but delimiters begin that end at ``end``."""
    kept = len(data[max(0, end - 65536) : end].rstrip(b"\r\n\t ,;|")) + max(0, end - 65536)
    if not kept or end - kept <= 2:
        return end if kept else 0
    start = data.find(b"\n", kept, end) + 1
    return start or end


class _Form:
    """How the first block was read, for those that follow."""

    def __init__(self, first: RawTable) -> None:
        self.names, self.headed, self.delimiter = first.names, first.header, first.delimiter
        self.series = first.series
        spaced = first.delimiter == " "
        harmless = not any(set(name) & set(',;\t|"') for name in self.names)
        self._head = b""
        if self.headed:
            quoted = [n if harmless else '"{}"'.format(n.replace('"', '""')) for n in self.names]
            self._head = f"{self.delimiter.join(quoted)}\n".encode()
        self._said = "" if spaced else f"sep={self.delimiter}\n"
        self._texts = frozenset(j for j, c in enumerate(first.columns) if not _is_numbers(c))

    def read(self, piece: bytes, behind: int) -> RawTable:
        """The rows of a piece, of which ``behind`` lines of the file stand before."""
        table = self._fast(piece, behind)
        return self._careful(self._head + piece, behind) if table is None else table

    def _fast(self, piece: bytes, behind: int) -> RawTable | None:
        """Plain rows, most of which are; None where the piece takes the careful way."""
        if len(piece) < FAST_FROM_BYTES or self.delimiter not in (",", "\t"):
            return None
        width = len(self.names)
        columns = parse_columns(memoryview(piece), self.delimiter, width, self._texts)
        if columns is None:
            return None
        rows = np.arange(len(columns[0]), dtype=np.int64) + (behind + 1)
        return self._table([RawColumn("", cells) for cells in columns], rows)

    def _table(self, columns: Sequence[RawColumn], rows: IntArray) -> RawTable:
        if len(columns) != len(self.names):
            raise InputError(
                f"row {rows[0]} has {len(columns)} cells where the rows before have "
                f"{len(self.names)}."
            )
        named = [replace(c, name=name) for c, name in zip(columns, self.names, strict=True)]
        return RawTable(tuple(named), rows, self.headed, self.delimiter, self.series)

    def _careful(self, data: bytes, behind: int) -> RawTable:
        above = int(self.headed) + bool(self._said)

        def moved(found: re.Match[str]) -> str:
            row = int(found[2])
            return f"{found[1]} {row + behind - above if row > above else 1}"

        try:
            rows = split(self._said + data.decode("utf-8"))
        except InputError as error:
            raise InputError(_PLACE.sub(moved, str(error))) from None
        table = from_rows(rows, header=self.headed, suffix="")
        return self._table(table.columns, table.rows + (behind - above))


def _is_numbers(column: RawColumn) -> bool:
    if column.plain is not None:
        return True
    return bool(np.isin(column.tally.kinds, (Cell.NUMBER, Cell.MISSING)).all())
