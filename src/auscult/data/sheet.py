"""A workbook's sheet as CSV on standard output. Run as a program of its own, never imported.

A 1.4 KB workbook can ask for half a terabyte and abort the process, so this one has limits and
nothing to lose. It imports nothing of ours, to start in milliseconds.

``python sheet.py PATH SHEET [slow]``: the first line of the output is JSON (what was read, or why
not); the rows follow as CSV. An empty SHEET is the first visible one. Of a large sheet with columns
of nothing but numbers, ``numbers`` in the JSON says which columns they are; their rows come first,
``n_bytes`` of CSV, and what follows holds row 1 whole and the other columns.
"""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape

MAX_MEMORY = 2 * 2**30
MAX_SECONDS = 100
MAX_CELLS = 10_000_000
MAX_NUMBERS = 60_000_000
MAX_UNPACKED = 2**30
FAST_FROM_BYTES = 16 * 2**20
CHUNK = 4 * 2**20

_ERROR_CELL = re.compile(rb'<c [^>]{0,200}?t="e"')
_UNCOMPUTED = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_SPANNED = re.compile(
    rb'<table:table-cell\b(?=[^>]{0,2000}?spanned="(?:[2-9]|\d\d))(?=[^>]{0,2000}?value-type=)'
)


class Refusal(Exception):
    """Why the sheet cannot be read: one sentence for the person."""


def main(path: str, wanted: str, slow: str = "") -> int:
    """Write the sheet, or a refusal; the exit status is 0 in both cases."""
    limit()
    try:
        about, rows, numbers = convert(path, wanted, fast=not slow)
    except Refusal as refusal:
        sys.stdout.write(json.dumps({"refusal": str(refusal)}) + "\n")
        return 0
    out = io.StringIO()
    # A line feed alone would leave a cell's carriage return bare, and tear its row.
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n")
    sys.stdout.buffer.write(numbers)
    sys.stdout.buffer.write(out.getvalue().encode("utf-8", "replace"))
    return 0


def limit() -> None:
    """Bound memory and processor time, where the system can."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def convert(
    path: str, wanted: str, *, fast: bool = True
) -> tuple[dict[str, Any], list[list[str]], bytes]:
    """What was read; the rows as texts, from cell A1 on; the CSV of numbers taken out of them.

    Raises
    ------
    Refusal
        If the workbook is locked, broken or too large, or has no such sheet.
    """
    import python_calamine as calamine  # noqa: PLC0415

    taken = without_numbers(path) if fast else None
    errors, uncomputed = scan(path if taken is None else io.BytesIO(taken.workbook))
    try:
        source = path if taken is None else io.BytesIO(taken.workbook)
        book = calamine.CalamineWorkbook.from_object(source)
        name, names = choose(book, wanted)
        sheet = book.get_sheet_by_name(name)
        refuse_large(sheet.end)
        rows = [[text(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
    except calamine.PasswordError:
        raise Refusal("the workbook is locked with a password. Save it without one.") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal(f"the workbook is damaged, or is none ({type(error).__name__}).") from None
    if taken is None:
        # A format may have no such list.
        refuse_merged(getattr(sheet, "merged_cell_ranges", None) or (), rows)
        refuse_spanned(path, name)
    about = {"sheet": name, "sheets": names, "errors": errors, "uncomputed": uncomputed}
    if taken is None:
        return about, rows, b""
    numbers = b"".join(taken.numbers)
    about |= {"numbers": taken.columns, "n_bytes": len(numbers), "first_row": taken.first_row}
    first, *rest = rows[taken.first_row - 1 :]
    return about, [first, *([row[j] for j in taken.others] for row in rest)], numbers


def scan(source: str | io.BytesIO) -> tuple[int, int]:
    """Numbers of error cells and of formulas without a value, which a reader shows as empty."""
    if not zipfile.is_zipfile(source):
        return 0, 0
    with opened(source) as archive:
        return count_doubtful(archive)


@contextlib.contextmanager
def opened(source: str | io.BytesIO) -> Iterator[zipfile.ZipFile]:
    """A workbook's parts, of which there are not too many."""
    try:
        with zipfile.ZipFile(source) as archive:
            unpacked = sum(i.file_size for i in archive.infolist())
            if unpacked > MAX_UNPACKED:
                raise Refusal("the workbook unpacks to more than 1 GiB. Save the sheet as CSV.")
            yield archive
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Refusal(f"the workbook is damaged, or is none ({type(error).__name__}).") from None


def count_doubtful(archive: zipfile.ZipFile) -> tuple[int, int]:
    """Numbers of error cells and of formulas without a value, in all sheets."""
    errors = uncomputed = 0
    for name in archive.namelist():
        if name.startswith("xl/worksheets/sheet") and name.endswith(".xml"):
            part = archive.read(name)
            # Most workbooks have neither, and to look for a few bytes is quick.
            errors += len(_ERROR_CELL.findall(part)) if b't="e"' in part else 0
            uncomputed += len(_UNCOMPUTED.findall(part)) if b"</f>" in part else 0
    return errors, uncomputed


class Taken:
    """Columns of plain numbers, taken out of a sheet, and the workbook that is left."""

    def __init__(self, first_row: int, width: int, columns: list[int]) -> None:
        self.first_row, self.width, self.columns = first_row, width, columns
        self.others = [j for j in range(width) if j not in set(columns)]
        self.numbers: list[bytes] = []
        self.workbook = b""


def without_numbers(path: str) -> Taken | None:
    """Take the columns of plain numbers out of a large sheet; None where any row is not like it.

    The cells of a row must be those of columns A, B, C, … without a gap, those of numbers written
    out (no formula, no style that could be a date). What is left, row 1 and columns of other
    cells, is small, and is read as any workbook is.
    """
    if not zipfile.is_zipfile(path):
        return None
    with opened(path) as archive:
        parts = [i for i in archive.infolist() if i.filename.startswith("xl/worksheets/")]
        sheets = [i for i in parts if i.filename.endswith(".xml")]
        if len(sheets) != 1 or sheets[0].file_size < FAST_FROM_BYTES:
            return None
        with archive.open(sheets[0]) as file:
            found = take_numbers(iter(lambda: file.read(CHUNK), b""))
        if found is None:
            return None
        taken, rest = found
        taken.workbook = with_sheet(archive, sheets[0].filename, rest)
    return taken


def take_numbers(chunks: Iterator[bytes]) -> tuple[Taken, bytes] | None:
    """The numbers of a sheet's XML that comes in chunks, and the XML that is left."""
    buffer = b""
    while buffer.count(b"</row>") < 2:
        chunk = next(chunks, b"")
        if not chunk or len(buffer) > FAST_FROM_BYTES:
            return None
        buffer += chunk
    position = buffer.index(b"</row>") + len(b"</row>")
    row = _ROW.match(buffer, position)
    if row is None:
        return None
    cells = _CELL.findall(row[2])
    columns = [j for j, cell in enumerate(cells) if _PLAIN_CELL.fullmatch(cell)]
    if not columns or b"".join(cells) != row[2]:
        return None
    taken = Taken(int(row[1]) - 1, len(cells), columns)
    rest = [buffer[:position]]
    pattern = row_pattern(taken)
    while True:
        while match := pattern.match(buffer, position):
            if not add_row(taken, match, rest):
                return None
            position = match.end()
        chunk = next(chunks, b"")
        if not chunk or len(buffer) - position > FAST_FROM_BYTES:
            break
        buffer, position = buffer[position:] + chunk, 0
    tail = buffer[position:] + chunk + b"".join(chunks)
    return (taken, b"".join([*rest, tail])) if tail.startswith(b"</sheetData>") else None


_ROW = re.compile(rb'<row r="(\d{1,7})"[^>]*>((?:<c .*?</c>)+)</row>')
_CELL = re.compile(rb"<c .*?</c>")
_NUMBER_CELL = rb'<c r="%s\d{1,7}"(?: t="n")?><v>([-+0-9.eE]{1,40})</v></c>'
_OTHER_CELL = rb'(<c r="%s\d{1,7}"[^>]*[^/>]>(?:[^<]|<(?!/?c[ >]))*</c>)'
_PLAIN_CELL = re.compile(_NUMBER_CELL % rb"[A-Z]{1,3}")


def row_pattern(taken: Taken) -> re.Pattern[bytes]:
    """What every row must be: one group a cell, behind that of the row's number."""
    numbers = set(taken.columns)
    cells = [
        (_NUMBER_CELL if j in numbers else _OTHER_CELL) % letters(j) for j in range(taken.width)
    ]
    return re.compile(rb'<row r="(\d{1,7})"[^>]*>' + b"".join(cells) + b"</row>")


def add_row(taken: Taken, match: re.Match[bytes], rest: list[bytes]) -> bool:
    """Keep a row's numbers and what is left of it; False where the sheet takes the other way."""
    number, *cells = match.groups()
    taken.numbers.append(b",".join([cells[j] for j in taken.columns]) + b"\n")
    if taken.others:
        others = b"".join([cells[j] for j in taken.others])
        rest.append(b'<row r="%s">%s</row>' % (number, others))
    expected = taken.first_row + len(taken.numbers)
    return int(number) == expected and expected * len(taken.columns) <= MAX_NUMBERS


def letters(index: int) -> bytes:
    """The letters of a column: ``A`` for 0, ``AA`` for 26."""
    name = b""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = bytes([65 + rest]) + name
    return name


def with_sheet(archive: zipfile.ZipFile, name: str, xml: bytes) -> bytes:
    """The workbook with this sheet in place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as small:
        for part in archive.namelist():
            if part == name:
                small.writestr(part, xml)
            elif part.endswith((".xml", ".rels")):
                small.writestr(part, archive.read(part))
    return out.getvalue()


def choose(book: Any, wanted: str) -> tuple[str, list[str]]:
    """The sheet's name and those of all sheets that a person can see."""
    names = [
        m.name
        for m in book.sheets_metadata
        if str(m.typ).endswith("WorkSheet") and str(m.visible).endswith(".Visible")
    ] or list(book.sheet_names)
    if not names:
        raise Refusal("the workbook has no sheets.")
    if not wanted:
        return names[0], names
    if wanted in book.sheet_names:
        return wanted, names
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(wanted, names, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"It has: {', '.join(map(repr, names[:20]))}."
    raise Refusal(f"there is no sheet '{wanted}'. {hint}")


def refuse_large(end: tuple[int, int] | None) -> None:
    """Refuse a sheet without cells or with too many."""
    if end is None:
        raise Refusal("the sheet is empty.")
    if (end[0] + 1) * (end[1] + 1) > MAX_CELLS:
        raise Refusal(f"the sheet spans more than {MAX_CELLS:,} cells. Save the table as CSV.")


def refuse_merged(areas: Iterable[Any], rows: list[list[str]]) -> None:
    """Refuse merged cells of which the first holds something: nobody knows what the others do."""
    for (top, left), (bottom, right) in areas:
        if top < len(rows) and left < len(rows[top]) and rows[top][left].strip():
            first, last = (letters(j).decode() for j in (left, right))
            raise Refusal(
                f"cells {first}{top + 1} to {last}{bottom + 1} are merged, and only the first has "
                "a value. Unmerge them and fill each, or remove a title above the table."
            )


def refuse_spanned(path: str, name: str) -> None:
    """The same of an OpenDocument sheet."""
    if not zipfile.is_zipfile(path):
        return
    with opened(path) as archive:
        if "content.xml" not in archive.namelist():
            return
        for table in archive.read("content.xml").split(b"<table:table ")[1:]:
            head = table[: table.find(b">")].decode("utf-8", "replace")
            if f'table:name="{escape(name)}"' in head and _SPANNED.search(table):
                raise Refusal(
                    "some cells are merged, and only the first has a value. Unmerge them and fill "
                    "each, or remove a title above the table."
                )


def text(value: Any) -> str:
    """A typed cell as text: whole numbers without ``.0``, dates as ISO 8601."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
