"""A workbook's sheet as CSV on standard output. Run as a program of its own, never imported.

A 1.4 KB workbook can ask for half a terabyte and abort the process, so this one has limits and
nothing to lose. It imports nothing of ours, to start in milliseconds.

``python sheet.py PATH SHEET``: the first line of the output is JSON (what was read, or why not);
the rows follow. An empty SHEET is the first visible one.
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
from typing import Any

MAX_MEMORY = 2 * 2**30
MAX_SECONDS = 100
MAX_CELLS = 10_000_000
MAX_UNPACKED = 2**30

_ERROR_CELL = re.compile(rb'<c [^>]{0,200}?t="e"')
_UNCOMPUTED = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


class Refusal(Exception):
    """Why the sheet cannot be read: one sentence for the person."""


def main(path: str, wanted: str) -> int:
    """Write the sheet, or a refusal; the exit status is 0 in both cases."""
    limit()
    try:
        about, rows = convert(path, wanted)
    except Refusal as refusal:
        sys.stdout.write(json.dumps({"refusal": str(refusal)}) + "\n")
        return 0
    out = io.StringIO()
    out.write(json.dumps(about) + "\n")
    csv.writer(out, lineterminator="\n").writerows(rows)
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


def convert(path: str, wanted: str) -> tuple[dict[str, Any], list[list[str]]]:
    """What was read, and the rows as texts, from cell A1 on.

    Raises
    ------
    Refusal
        If the workbook is locked, broken or too large, or has no such sheet.
    """
    import python_calamine as calamine  # noqa: PLC0415

    errors, uncomputed = scan(path)
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        name, names = choose(book, wanted)
        sheet = book.get_sheet_by_name(name)
        refuse_large(sheet.end)
        rows = [[text(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
    except calamine.PasswordError:
        raise Refusal("the workbook is locked with a password. Save it without one.") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal(f"the workbook is damaged, or is none ({type(error).__name__}).") from None
    # A new file format may have no such list.
    merged = len(getattr(sheet, "merged_cell_ranges", None) or ())
    about = {"sheet": name, "sheets": names, "errors": errors}
    return {**about, "uncomputed": uncomputed, "merged": merged}, rows


def scan(path: str) -> tuple[int, int]:
    """Numbers of error cells and of formulas without a value, which a reader shows as empty."""
    if not zipfile.is_zipfile(path):
        return 0, 0
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(i.file_size for i in archive.infolist())
            if unpacked <= MAX_UNPACKED:
                return count_doubtful(archive)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Refusal(f"the workbook is damaged, or is none ({type(error).__name__}).") from None
    raise Refusal("the workbook unpacks to more than 1 GiB. Save the sheet as CSV.")


def count_doubtful(archive: zipfile.ZipFile) -> tuple[int, int]:
    """Numbers of error cells and of formulas without a value, in all sheets."""
    errors = uncomputed = 0
    for name in archive.namelist():
        if name.startswith("xl/worksheets/sheet") and name.endswith(".xml"):
            part = archive.read(name)
            errors += len(_ERROR_CELL.findall(part))
            uncomputed += len(_UNCOMPUTED.findall(part))
    return errors, uncomputed


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
    sys.exit(main(sys.argv[1], sys.argv[2]))
