"""Delimited text in blocks of rows, for files that are larger than memory.

Every block is read as a file of its own under the names of the first, so that a cell means in the
millionth row what it means in the second. A file of one block is read as any other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from auscult.data.lines import split
from auscult.data.numbers import Cell
from auscult.data.pieces import Hashed, pieces_of_rows, require_text, utf8
from auscult.data.plain import parse_columns
from auscult.data.raw import RawColumn, RawTable
from auscult.data.text import FAST_FROM_BYTES, from_rows, read_text
from auscult.errors import InputError
from auscult.types import IntArray

SIZE: Final = 4 * 2**20
"""Bytes of text a block."""

_PLACE = re.compile(r"\b(row|line) (\d+)\b")


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
            hashed = Hashed(file)
            yield from self._several(hashed, n_bytes)
            self.sha256 = hashed.sha256

    def _several(self, file: Hashed, n_bytes: int) -> Iterator[TableBlock]:
        read, findings = utf8(file, self.encoding, self.size)
        pieces = pieces_of_rows(read, self.size)
        form: _Form | None = None
        behind = 0
        for piece in pieces:
            require_text(piece, behind)
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
