"""Small .xlsx files, cell by cell, so that a test can say exactly what is in one."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

Cell = str | int | float | bool | None | bytes
"""bytes are the raw XML inside a cell's element, attributes first: ``b't="e"><v>#N/A</v>'``."""


def column_letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_xml(place: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f'<c r="{place}" {value.decode()}</c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def sheet_xml(rows: Sequence[Sequence[Cell]], *, more: str = "") -> str:
    lines = []
    for i, row in enumerate(rows, start=1):
        cells = "".join(cell_xml(f"{column_letters(j)}{i}", v) for j, v in enumerate(row))
        lines.append(f'<row r="{i}">{cells}</row>')
    return "".join(lines) + more


def write_workbook(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]] | str], *, hidden: Sequence[str] = ()
) -> Path:
    """Write the sheets; a text in place of rows is raw XML of rows."""
    head = '<?xml version="1.0"?>'
    types, links, listed = [], [], []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for k, (name, rows) in enumerate(sheets.items(), start=1):
            body = rows if isinstance(rows, str) else sheet_xml(rows)
            archive.writestr(
                f"xl/worksheets/sheet{k}.xml",
                f'{head}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>',
            )
            part = f"/xl/worksheets/sheet{k}.xml"
            types.append(f'<Override PartName="{part}" ContentType="{_TYPE}.worksheet+xml"/>')
            links.append(
                f'<Relationship Id="r{k}" Type="{_LINK}/worksheet" '
                f'Target="worksheets/sheet{k}.xml"/>'
            )
            state = ' state="hidden"' if name in hidden else ""
            listed.append(f'<sheet name={quoteattr(name)} sheetId="{k}"{state} r:id="r{k}"/>')
        archive.writestr(
            "[Content_Types].xml",
            f'{head}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f"{''.join(types)}</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'{head}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r0" '
            f'Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'{head}<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets>{"".join(listed)}</sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{head}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(links)}'
            "</Relationships>",
        )
    return path
