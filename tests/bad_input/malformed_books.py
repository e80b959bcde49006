"""Malformed workbooks, made here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tests.bad_input.books import Cell, ods, packed, rows_xml, xlsx
from tests.bad_input.malformed import Malformed
from tests.bad_input.malformed_more import grid

_NUMBERS: list[list[Any]] = [
    list(grid()[0]),
    *([int(r[0]), float(r[1]), float(r[2]), int(r[3])] for r in grid()[1:]),
]


def typed(row: int, column: int, cell: Cell) -> list[list[Cell]]:
    table = [list(r) for r in _NUMBERS]
    table[row - 1][column] = cell
    return table


_FAR = rows_xml(_NUMBERS) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
_LIES = '<?xml version="1.0"?>' + "<a>" * 5000
_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol">'
    + "".join(f'<!ENTITY {chr(99 + i)} "{f"&{chr(98 + i)};" * 10}">' for i in range(9))
    + "]><worksheet><sheetData><row><c t='str'><v>&k;</v></c></row></sheetData></worksheet>"
)


def book(name: str, data: bytes, says: str, file: str = "a.xlsx", **options: Any) -> Malformed:
    return Malformed(f"{file}: {name}", file, data, says, options)


_CELLS: dict[str, tuple[int, int, Cell, str]] = {
    "word": (21, 0, "old", "row 21, column 'age': 'old'"),
    "text number with comma": (9, 1, "233,5", "'233,5'"),
    "infinity": (9, 1, "inf", "row 9, column 'chol': 'inf'"),
    "boolean": (9, 1, True, "row 9, column 'chol': 'true'"),
    "code": (9, 0, "007", "row 9, column 'age': '007'"),
    "class missing": (9, 3, None, "empty in row 9"),
    "stray class": (9, 3, "x", "row 9, column 'target'"),
    "name twice": (1, 1, "age", "'age' stands twice"),
    "unit": (9, 1, "9 mg", "row 9, column 'chol': '9 mg'"),
}
BOOKS = [
    book(name, make(typed(i, j, value)), says, file)
    for name, (i, j, value, says) in _CELLS.items()
    for file, make in (("a.xlsx", xlsx), ("a.ods", ods))
]
_WHOLE = {"a.xlsx": xlsx(_NUMBERS), "a.ods": ods(_NUMBERS)}
BOOKS += [
    book(f"torn at {share} %", data[: len(data) * share // 100], "damaged", file)
    for file, data in _WHOLE.items()
    for share in (20, 50, 80, 99)
]
BOOKS += [
    book("date", xlsx(typed(9, 1, '<c s="1"><v>41640</v></c>')), "row 9, column 'chol'"),
    book("error in a class", xlsx(typed(9, 3, '<c t="e"><v>#REF!</v></c>')), "row 9"),
    book("cell at the far end", xlsx(_FAR), "stray cell far from the table"),
    book("no such sheet", _WHOLE["a.xlsx"], "no sheet 'x'", sheet="x"),
    book("near sheet", _WHOLE["a.xlsx"], "Did you mean 'data'", sheet="dat"),
    book("empty sheet", xlsx(""), "empty"),
    book("one cell", xlsx([["a"]]), "one column"),
    book("one column", xlsx([["a"], [1], [2]]), "one column"),
    book("one row", xlsx(_NUMBERS[:1]), "no rows below"),
    book("title", xlsx([["Our study"], *_NUMBERS]), "title"),
    book("merged", xlsx(typed(9, 1, None), merged="B8:B9"), "cells B8 to B9 are merged"),
    book("merged across", xlsx(typed(9, 2, None), merged="B9:C9"), "cells B9 to C9 are merged"),
    book("no workbook part", xlsx(_NUMBERS, book=None), "no sheets"),
    book("no links", xlsx(_NUMBERS, links=None), "damaged, or is none"),
    book("no sheet part", xlsx(_NUMBERS, sheet=None), "damaged"),
    book("no XML", xlsx(_NUMBERS, book="not XML"), "damaged"),
    book("sheet is no XML", xlsx(_NUMBERS, sheet="not XML at all"), "damaged"),
    book("unclosed XML", xlsx(_NUMBERS, sheet=_LIES), "empty"),
    book("entities in entities", xlsx(_NUMBERS, sheet=_BOMB), "damaged"),
    book(
        "word for a number", xlsx(typed(9, 1, "<c><v>abc</v></c>")), "row 9, column 'chol': 'abc'"
    ),
    book(
        "shared string that is not there", xlsx(typed(9, 1, '<c t="s"><v>999</v></c>')), "damaged"
    ),
    book("place that is none", xlsx(rows_xml(_NUMBERS).replace('r="B9"', 'r="??"')), "damaged"),
    book("place beyond", xlsx(rows_xml(_NUMBERS).replace('r="B9"', 'r="ZZZZZZ9"')), "more memory"),
    book("no sheets said", xlsx(_NUMBERS, book='<?xml version="1.0"?><workbook/>'), "no sheets"),
    book("empty archive", packed({}), "damaged"),
    book("text in an archive", packed({"a.csv": "a,b\n1,2\n"}), "is none"),
    book("OpenDocument, no XML", ods([], content="no"), "no sheets", "a.ods"),
    book("OpenDocument, no tables", ods([], content="<a/>"), "no sheets", "a.ods"),
    book("OpenDocument, empty", ods(""), "empty", "a.ods"),
    book("OpenDocument, no such sheet", _WHOLE["a.ods"], "no sheet 'x'", "a.ods", sheet="x"),
    book(
        "OpenDocument, repeated without end",
        ods(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
            "</table:table-row>"
        ),
        "damaged",
        "a.ods",
    ),
]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FILLED: dict[str, Callable[[int], bytes]] = {
    "zeros": lambda n: bytes(n),  # noqa: PLW0108
    "ones": lambda n: b"\xff" * n,
    "noise": lambda n: np.random.default_rng(n).bytes(n),
}
BOOKS += [
    book(f"{n} bytes of {word}", _OLE + make(n), "workbook", "a.xls")
    for n in (1, 504, 4096, 20_000)
    for word, make in _FILLED.items()
]
