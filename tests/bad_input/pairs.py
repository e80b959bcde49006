"""One sound table, and the same table as it comes out of real hands.

A dirty twin must be read equal to the clean table or be refused; never anything between.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import Any

CLEAN = [
    ["age", "chol", "sex", "target"],
    ["63", "233.5", "male", "1"],
    ["37", "250.25", "female", "0"],
    ["41", "-204.125", "female", "1"],
    ["56", "236.75", "male", "0"],
    ["57", "354.5", "female", "1"],
    ["44", "", "male", "0"],
    ["52", "199.5", "male", "1"],
    ["48", "275.125", "female", "0"],
]


@dataclass(frozen=True)
class Twin:
    """``equal`` says whether it must be read (and equal) or refused."""

    name: str
    data: bytes
    equal: bool
    file: str = "twin.csv"
    options: dict[str, Any] = field(default_factory=dict)


def written(
    table: list[list[str]] | None = None, *, sep: str = ",", end: str = "\n", quote: bool = False
) -> str:
    mark = '"' if quote else ""
    cells = CLEAN if table is None else table
    return "".join(sep.join(f"{mark}{c}{mark}" for c in row) + end for row in cells)


def with_cells(**cells: str) -> list[list[str]]:
    """The clean table with other cells: ``b3="x"`` is column b, row 3 of the file."""
    table = [list(row) for row in CLEAN]
    for place, text in cells.items():
        table[int(place[1:]) - 1]["abcd".index(place[0])] = text
    return table


def mapped(column: str, change: Any) -> list[list[str]]:
    """The clean table with a column's cells changed."""
    j = CLEAN[0].index(column)
    head, *body = CLEAN
    return [head, *([*row[:j], change(row[j]), *row[j + 1 :]] for row in body)]


def comma(cell: str) -> str:
    return cell.replace(".", ",")


def utf8(text: str) -> bytes:
    return text.encode("utf-8")


_LINES = written().splitlines()

READ = [
    Twin("as it is", utf8(written()), True),
    Twin("CRLF", utf8(written(end="\r\n")), True),
    Twin("CR only", utf8(written(end="\r")), True),
    Twin("mixed line ends", utf8("\r\n".join(_LINES[:4]) + "\n" + "\n".join(_LINES[4:])), True),
    Twin("no last line end", utf8(written().rstrip("\n")), True),
    Twin("blank lines below", utf8(written() + "\n\n  \n"), True),
    Twin("blank lines above", utf8("\n\n" + written()), True),
    Twin("blank line inside", utf8("\n".join([*_LINES[:4], "", *_LINES[4:]])), True),
    Twin("rows of delimiters below", utf8(written() + ",,,\n,,,\n"), True),
    Twin("mark of UTF-8", codecs.BOM_UTF8 + utf8(written()), True),
    Twin("mark twice", codecs.BOM_UTF8 * 2 + utf8(written()), True),
    Twin("UTF-16 little", codecs.BOM_UTF16_LE + written().encode("utf-16-le"), True),
    Twin("UTF-16 big", codecs.BOM_UTF16_BE + written().encode("utf-16-be"), True),
    Twin("UTF-32", written().encode("utf-32"), True),
    Twin("UTF-16 said", written().encode("utf-16-le"), True, options={"encoding": "utf-16-le"}),
    Twin("semicolons", utf8(written(sep=";")), True),
    Twin("tabs", utf8(written(sep="\t")), True),
    Twin("tabs in .tsv", utf8(written(sep="\t")), True, "twin.tsv"),
    Twin("tabs in .txt", utf8(written(sep="\t")), True, "twin.txt"),
    Twin("bars", utf8(written(sep="|")), True),
    Twin("space after comma", utf8(written(sep=", ")), True),
    Twin("space around bars", utf8(written(sep=" | ")), True),
    Twin("all quoted", utf8(written(quote=True)), True),
    Twin("all quoted, semicolons", utf8(written(quote=True, sep=";")), True),
    Twin("quoted after space", utf8(written(quote=True, sep=", ")), True),
    Twin("sep line", utf8("sep=;\n" + written(sep=";")), True),
    Twin("trailing delimiters", utf8(written(end=",\n").replace("target,\n", "target\n")), True),
    Twin("decimal comma", utf8(written(mapped("chol", comma), sep=";")), True),
    Twin("decimal comma, tabs", utf8(written(mapped("chol", comma), sep="\t")), True),
    Twin("decimal comma, CR", utf8(written(mapped("chol", comma), sep=";", end="\r")), True),
    Twin("question mark", utf8(written(with_cells(b7="?"))), True),
    Twin("NA", utf8(written(with_cells(b7="NA"))), True),
    Twin("N/A", utf8(written(with_cells(b7="N/A"))), True),
    Twin("nan", utf8(written(with_cells(b7="nan"))), True),
    Twin("NULL", utf8(written(with_cells(b7="NULL"))), True),
    Twin("None", utf8(written(with_cells(b7="None"))), True),
    Twin("dash", utf8(written(with_cells(b7="-"))), True),
    Twin("quoted empty", utf8(written(with_cells(b7='""'))), True),
    Twin("spaces only", utf8(written(with_cells(b7="   "))), True),
    Twin("exponents", utf8(written(mapped("age", lambda c: f"{float(c):e}"))), True),
    Twin("ages with .0", utf8(written(mapped("age", lambda c: c + ".0"))), True),
    Twin("classes with .0", utf8(written(mapped("target", lambda c: c + ".0"))), True),
    Twin("plus signs", utf8(written(mapped("age", lambda c: "+" + c))), True),
    Twin("padded", utf8(written(mapped("age", lambda c: f"  {c} "))), True),
    Twin("bare point", utf8(written(mapped("age", lambda c: c + "."))), True),
    Twin("spaced header", utf8(written().replace("chol", "  chol ")), True),
    Twin("no-break space", utf8(written(mapped("age", lambda c: c + "\u00a0"))), True),
]

REFUSED = [
    Twin("comma in quotes", utf8(written(mapped("chol", lambda c: f'"{comma(c)}"'))), False),
    Twin("one comma in quotes", utf8(written(with_cells(b2='"233,5"'))), False),
    Twin("bare commas", utf8(written(mapped("chol", comma))), False),
    Twin(
        "thousands point",
        utf8(written(mapped("chol", lambda c: "1." + comma(c) if c else c), sep=";")),
        False,
    ),
    Twin("comma and point", utf8(written(with_cells(b2="233,5"), sep=";")), False),
    Twin("percent", utf8(written(with_cells(b2="23.5%"))), False),
    Twin("unit", utf8(written(with_cells(b2="233.5 mg/dl"))), False),
    Twin("letter O", utf8(written(with_cells(b3="25O.25"))), False),
    Twin("two points", utf8(written(with_cells(b3="250.2.5"))), False),
    Twin("stray word", utf8(written(with_cells(a4="unknown"))), False),
    Twin("infinite", utf8(written(with_cells(b3="-Infinity"))), False),
    Twin("minus of print", utf8(written(with_cells(b4="−204.125"))), False),
    Twin("header of another delimiter", utf8(written().replace(",", ";", 3)), False),
    Twin("one row of another delimiter", utf8(written().replace("63,233.5,", "63;233.5;")), False),
    Twin("torn row", utf8(written().replace("41,-204.125,", "41,-204.125\n")), False),
    Twin("doubled row end", utf8(written().replace("male,1\n", "male,1,\n", 1)), False),
    Twin("repeated header", utf8(written() + _LINES[0] + "\n"), False),
    Twin("total below", utf8(written() + "mean,250,,\n"), False),
    Twin(
        "row numbers without name",
        utf8(_LINES[0] + "\n" + "".join(f"{i},{x}\n" for i, x in enumerate(_LINES[1:]))),
        False,
    ),
    Twin("no header", utf8("\n".join(_LINES[1:])), False),
    Twin("class missing", utf8(written(with_cells(d5=""))), False),
    Twin("class torn", utf8(written(with_cells(d5="?"))), False),
    Twin("latin quote open", utf8(written(with_cells(c5='"male'))), False),
    Twin("UTF-16 torn", codecs.BOM_UTF16_LE + written().encode("utf-16-le")[:-1], False),
]

TWINS = [*READ, *REFUSED]
