"""From bytes to text, and from text to rows of cells. Every row must have as many cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from auscult.data.numbers import Cell, cell_kind, shown
from auscult.errors import InputError
from auscult.types import Finding

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MAX_CELLS = 60_000_000

_FIRST_RECORD = re.compile(r'(?:"[^"]*"|[^"\r\n])+')
_QUOTED = re.compile(r'"[^"]*"')
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_UTF_7 = re.compile(rb"\+/v[89+/]")


@dataclass(frozen=True)
class Rows:
    """Cells of a text: ``cells[i]`` stands in line ``numbers[i]`` of the file."""

    cells: list[list[str]]
    numbers: list[int]
    delimiter: str


def decode(data: bytes, encoding: str | None = None) -> tuple[str, tuple[Finding, ...]]:
    """The text of a file, and a warning where its encoding had to be guessed.

    Raises
    ------
    InputError
        If the bytes are no text, or not in the encoding asked for.
    """
    if encoding is not None:
        return _clean(_decode_as(data, encoding)), ()
    if _UTF_7.match(data):
        raise InputError("the file is in UTF-7. Save it as UTF-8, or name another with --encoding.")
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked:
        return _clean(_decode_as(data, marked)), ()
    try:
        return _clean(data.decode("utf-8")), ()
    except UnicodeDecodeError:
        return _guess(data)


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (LookupError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(
                f"line {line} is not {encoding}. Name the right one with --encoding."
            ) from None
        raise InputError(f"there is no encoding '{encoding}' (--encoding).") from None


def _clean(text: str) -> str:
    text = text.lstrip("\ufeff")
    if "\0" in text:
        raise InputError(
            f"line {text.count(chr(10), 0, text.index(chr(0))) + 1} holds a NUL byte: this is not "
            "a text file, or it is UTF-16 without its mark (--encoding utf-16-le)."
        )
    return text


# What patients' files come in. Left to guess among all encodings there are, a few bytes of a
# German header pass for Urdu.
_LIKELY = ["cp1252", "gb18030", "big5", "cp932", "cp949", "cp1250", "cp1251", "cp1253", "cp1254"]


def _guess(data: bytes) -> tuple[str, tuple[Finding, ...]]:
    encoding = guessed_encoding(data)
    text = _clean(_decode_as(data, encoding))
    return text, (guess_told(encoding, text),)


def guessed_encoding(data: bytes) -> str:
    """The encoding that bytes which are not UTF-8 are most likely in.

    Raises
    ------
    InputError
        None is likely, or the bytes are no text.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415

    if b"\0" in data:
        raise InputError("the file holds NUL bytes: this is not a text file.")
    telling = [line for line in data.splitlines() if not line.isascii()]
    best = from_bytes(b"\n".join(telling[:2000]), cp_isolation=_LIKELY).best()
    if best is None:
        raise InputError("its encoding is not known. Name it with --encoding, e.g. cp1252.")
    return best.encoding


def guess_told(encoding: str, text: str) -> Finding:
    """The warning that an encoding was guessed, with a line that shows whether rightly."""
    line = next((li.strip() for li in text.splitlines() if not li.strip().isascii()), "")
    return Finding(
        "encoding-guessed",
        f"The file is not UTF-8; it was read as {encoding}, and says {shown(line, 60)}.",
        mend="--encoding NAME",
    )


def split(text: str) -> Rows:
    """Rows of equal width, split by the one delimiter that fits the whole text.

    Raises
    ------
    InputError
        If no delimiter fits, more than one does, a row is too long or short, or a quote stays open.
    """
    text, said = _spoken_delimiter(text)
    if not text.strip():
        raise InputError("the file has no rows.")
    record = _FIRST_RECORD.match(text, len(text) - len(text.lstrip(" \r\n")))
    first = _QUOTED.sub("", record.group()) if record else text[:1000]
    found = [d for d in DELIMITERS if d in first] or [d for d in DELIMITERS if d in text]
    candidates = [said] if said else found
    parsed = {d: _parse(text, d) for d in candidates}
    fitting = {d: r for d, r in parsed.items() if isinstance(r, Rows) and len(r.cells[0]) > 1}
    if len(fitting) > 1:
        fitting = _unmixed(fitting)
    if len(fitting) > 1:
        either = " or ".join(DELIMITERS[d] for d in fitting)
        raise InputError(f"{either} could separate the cells. Put quotes around texts.")
    for d, rows in fitting.items():
        _refuse_by_chance(d, first, parsed)
        return rows
    return _no_delimiter(text, first, parsed)


def _spoken_delimiter(text: str) -> tuple[str, str | None]:
    # Spreadsheets write and read a first line "sep=;".
    head = text[:8].lower()
    if head.startswith("sep=") and len(text) > 5 and text[5] in "\r\n":
        return "\n" + text[5:].lstrip("\r\n"), text[4]
    return text, None


def _parse(text: str, delimiter: str) -> Rows | str:
    """Rows, or the one sentence that says why this delimiter does not fit."""
    cells: list[list[str]] = []
    numbers: list[int] = []
    n = 0
    try:
        for number, row in _records(text, delimiter):
            if row and (len(row) > 1 or row[0].strip()):
                cells.append(row)
                numbers.append(number)
                n += len(row)
            if n > MAX_CELLS:
                return f"more than {MAX_CELLS:,} cells hold text. Take fewer rows or columns."
    except csv.Error as error:
        return _csv_complaint(str(error), numbers)
    cells, numbers = _without_empty_tail(cells, numbers)
    if not cells:
        return "the file has no rows."
    return _even(cells, numbers, delimiter)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    start = 1
    for row in reader:
        yield start, row
        start = reader.line_num + 1


def _csv_complaint(error: str, numbers: list[int]) -> str:
    after = numbers[-1] if numbers else 0
    if "unexpected end" in error:
        return f"a quote that opens after row {after} is never closed."
    if "field larger" in error:
        return f"a cell after row {after} is longer than 131,072 characters: is a quote open?"
    return f"a quote after row {after} is followed by more text. Double the quotes inside a cell."


def _without_empty_tail(
    cells: list[list[str]], numbers: list[int]
) -> tuple[list[list[str]], list[int]]:
    # Spreadsheets export rows of nothing but delimiters below the table.
    n = len(cells)
    while n and not any(c.strip() for c in cells[n - 1]):
        n -= 1
    return cells[:n], numbers[:n]


def _even(cells: list[list[str]], numbers: list[int], delimiter: str) -> Rows | str:
    width = len(cells[0])
    body = Counter(len(row) for row in cells[1:])
    if set(body) == {width + 1} and all(not row[-1].strip() for row in cells[1:]):
        cells = [cells[0], *(row[:-1] for row in cells[1:])]
    elif set(body) - {width}:
        return _ragged(cells, numbers, delimiter, body)
    return Rows(cells, numbers, delimiter)


def _ragged(cells: list[list[str]], numbers: list[int], delimiter: str, body: Counter[int]) -> str:
    width = len(cells[0])
    usual = body.most_common(1)[0][0]
    if width == 1 and usual > 1:
        return (
            f"row {numbers[0]} has one cell and the rows below have {usual}: a title above the "
            "header? Remove it."
        )
    i = next(i for i, row in enumerate(cells) if len(row) != width)
    n = len(cells[i])
    return (
        f"row {numbers[i]} has {n} cell{'s' * (n != 1)} where row {numbers[0]} has {width} "
        f"({DELIMITERS.get(delimiter, 'spaces')} separate them). "
        "Mend the row, or put quotes around a text that holds the delimiter."
    )


def _unmixed(fitting: dict[str, Rows]) -> dict[str, Rows]:
    """Delimiters under which no name in the header holds another of them."""
    clean = {
        d: rows
        for d, rows in fitting.items()
        if not any(other in cell for cell in rows.cells[0] for other in fitting if other != d)
    }
    return clean or fitting


def _refuse_by_chance(chosen: str, first: str, parsed: dict[str, Rows | str]) -> None:
    # One bar in every row fits too, where commas were meant and one row is torn.
    for d, complaint in parsed.items():
        if isinstance(complaint, str) and first.count(d) > first.count(chosen):
            raise InputError(complaint)


def _no_delimiter(text: str, first: str, parsed: dict[str, Rows | str]) -> Rows:
    """Numbers between spaces, as older archives write signals; else the refusal."""
    complaints = [(first.count(d), c) for d, c in parsed.items() if isinstance(c, str)]
    if complaints:
        raise InputError(max(complaints)[1])
    tokens = first.split()
    if len(tokens) > 1 and all(cell_kind(t) in (Cell.NUMBER, Cell.MISSING) for t in tokens):
        return _spaced(text)
    raise InputError(
        "there is one column only. Cells are separated by commas, semicolons, tabs or bars."
    )


def _spaced(text: str) -> Rows:
    lines = list(io.StringIO(text, newline=""))
    kept = [(i + 1, line.split()) for i, line in enumerate(lines) if line.strip()]
    cells, numbers = [row for _, row in kept], [i for i, _ in kept]
    rows = _even(cells, numbers, " ")
    if isinstance(rows, str):
        raise InputError(rows)
    return rows
