"""CSV, TSV and other delimited text as columns."""

from __future__ import annotations

import numpy as np

from auscult.data.header import column_names, has_header, numbered_names
from auscult.data.lines import Rows, decode, split
from auscult.data.plain import Plain, read_plain
from auscult.data.raw import RawColumn, RawTable
from auscult.errors import InputError
from auscult.types import Finding

# Below it the careful way is fast enough, and one way less can go wrong.
FAST_FROM_BYTES = 1_000_000


def read_text(
    data: bytes,
    *,
    encoding: str | None = None,
    header: bool | None = None,
    suffix: str = ".csv",
    fast_from: int = FAST_FROM_BYTES,
) -> RawTable:
    """The columns of delimited text.

    Parameters
    ----------
    data
        The file's bytes.
    encoding
        What the bytes mean; None takes a byte-order mark, UTF-8 or, with a warning, a guess.
    header
        Whether the first row holds names; None looks.
    suffix
        ``.tsv`` and ``.txt`` without a header are taken for UCR signals.
    fast_from
        From how many bytes on a file of nothing but numbers is parsed by the fast way.

    Raises
    ------
    InputError
        If the text can be read in more than one way, or in none.
    """
    if encoding is None and len(data) >= fast_from and not data.startswith(b"+/v"):
        plain = read_plain(data, header)
        if plain is not None:
            return from_plain(plain, header=header, suffix=suffix)
    text, findings = decode(data, encoding)
    return from_rows(split(text), header=header, suffix=suffix, findings=findings)


def from_rows(
    rows: Rows,
    *,
    header: bool | None = None,
    suffix: str = ".csv",
    findings: tuple[Finding, ...] = (),
) -> RawTable:
    """A table of rows that are already split."""
    if has_header(rows, header):
        names, notes = column_names(rows.cells[0])
        body, numbers = rows.cells[1:], rows.numbers[1:]
    else:
        names, note = numbered_names(len(rows.cells[0]))
        body, numbers, notes = rows.cells, rows.numbers, (note,)
    if not body:
        raise InputError("the file has a header and no rows below it.")
    columns = tuple(RawColumn(n, c) for n, c in zip(names, zip(*body, strict=True), strict=True))
    numbered = np.asarray(numbers, dtype=np.int64)
    headed = len(body) < len(rows.cells)
    series = not headed and suffix in {".tsv", ".txt"}
    return RawTable(columns, numbered, headed, rows.delimiter, series, findings + notes)


def from_plain(
    plain: Plain,
    *,
    header: bool | None = None,
    suffix: str = ".csv",
    row: int = 1,
    findings: tuple[Finding, ...] = (),
) -> RawTable:
    """A table whose columns are already parsed; its first row stands in ``row`` of the file."""
    headed = has_header(Rows([plain.first], [row], plain.delimiter), header)
    if headed:
        names, notes = column_names(plain.first)
        columns = plain.columns
    else:
        names, note = numbered_names(len(plain.first))
        columns, notes = plain.with_first(), (note,)
    start = row + headed
    rows = np.arange(start, start + len(columns[0]), dtype=np.int64)
    series = not headed and suffix in {".tsv", ".txt"}
    cells = tuple(RawColumn(name, column) for name, column in zip(names, columns, strict=True))
    return RawTable(cells, rows, headed, plain.delimiter, series, findings + notes)
