"""A file of series as columns of texts and numbers, through the readers of tables."""

from __future__ import annotations

import re

from auscult.data.formats import TEXT_ENDINGS, Options, read_raw
from auscult.data.lines import DELIMITERS, Rows, decode
from auscult.data.numbers import Cell, cell_kind
from auscult.data.opened import Opened
from auscult.data.raw import RawTable
from auscult.data.text import from_rows
from auscult.errors import InputError

_LOOKED_AT = 4096


def read_columns(opened: Opened, options: Options) -> RawTable:
    """The columns of a table, or the one column of a file of nothing but values.

    Raises
    ------
    InputError
        If the file cannot be read as columns, or holds signals.
    """
    if opened.suffix in TEXT_ENDINGS and not opened.magic and _one_column(opened.data):
        return _column(opened.data, options)
    raw = read_raw(opened, options)
    if isinstance(raw, RawTable):
        return raw
    raise InputError("the file holds signals, a case each, and no series of values over time.")


def _one_column(data: bytes) -> bool:
    """Whether no delimiter stands in the first lines."""
    head = data[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf")
    if b"\0" in head or head.startswith((b"\xff\xfe", b"\xfe\xff", b"sep=")):
        return False
    lines = head.splitlines()[: -1 if len(data) > _LOOKED_AT else None]
    words = [line.split() for line in lines if line.strip()]
    return (
        any(len(cells) == 1 for cells in words)  # else numbers between spaces, which are a table
        and not any(d.encode() in line for d in DELIMITERS if d != "," for line in lines)
        and all(_is_one_cell(line) for line in lines[1:])
        and b"," not in _without_quotes(lines[0])
    )


def _without_quotes(line: bytes) -> bytes:
    return re.sub(rb'"[^"]*"', b"", line)


def _is_one_cell(line: bytes) -> bool:
    text = line.decode("utf-8", "replace").strip().strip('"')
    return "," not in text or cell_kind(text) is Cell.COMMA


def _column(data: bytes, options: Options) -> RawTable:
    text, findings = decode(data, options.encoding)
    lines = [line.strip().strip('"').strip() for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    first = next((i for i, line in enumerate(lines) if line), 0)
    empty = next((i for i in range(first, len(lines)) if not lines[i]), None)
    if empty is not None:
        raise InputError(
            f"row {empty + 1} is empty. Write NA where a value is missing, or remove the row."
        )
    cells = [[line] for line in lines[first:]]
    if not cells:
        raise InputError("the file has no rows.")
    numbers = list(range(first + 1, len(lines) + 1))
    return from_rows(Rows(cells, numbers, ""), header=options.header, findings=findings)
