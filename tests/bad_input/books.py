"""Workbooks made by hand, part by part, so that each can be wrong in one way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts><font/></fonts><fills><fill/></fills><borders>'
    '<border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)
Cell = str | int | float | bool | None


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def cell(place: str, value: Cell) -> str:
    """A cell's XML; a text that begins with ``<c`` is the XML itself, without its place."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith("<c"):
        return value.replace("<c", f'<c r="{place}"', 1)
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def rows_xml(rows: Sequence[Sequence[Cell]], *, top: int = 1, left: int = 0) -> str:
    """The rows of a sheet, the first in row ``top``."""
    lines = []
    for i, row in enumerate(rows, start=top):
        cells = "".join(cell(f"{chr(65 + left + j)}{i}", v) for j, v in enumerate(row))
        lines.append(f'<row r="{i}">{cells}</row>')
    return "".join(lines)


def xlsx(
    rows: Sequence[Sequence[Cell]] | str,
    *,
    merged: str = "",
    epoch_1904: bool = False,
    before: Sequence[tuple[str, str]] = (),
    state: str = "",
    **parts: str | bytes | None,
) -> bytes:
    """A workbook; ``parts`` replaces or removes one: ``sheet``, ``book``, ``links``, ``styles``.

    ``before`` are names and XML rows of sheets in front; ``state`` hides them.
    """
    body = rows if isinstance(rows, str) else rows_xml(rows)
    cells = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    sheets = [*before, ("data", body)]
    said = "".join(
        f'<sheet name="{name}" sheetId="{k}"{state if k <= len(before) else ""} r:id="r{k}"/>'
        for k, (name, _) in enumerate(sheets, 1)
    )
    files: dict[str, str | bytes | None] = {
        "types": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{_TYPE}.sheet.main+xml"/></Types>',
        "root": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r0" '
        f'Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "book": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}">'
        f'<workbookPr date1904="{int(epoch_1904)}"/><sheets>{said}</sheets></workbook>',
        "links": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{k}" Type="{_LINK}/worksheet" Target="worksheets/sheet{k}.xml"/>'
            for k in range(1, len(sheets) + 1)
        )
        + f'<Relationship Id="s" Type="{_LINK}/styles" Target="styles.xml"/></Relationships>',
        "styles": _STYLES,
    }
    for k, (_, xml) in enumerate(sheets, 1):
        more = cells if k == len(sheets) else ""
        files["sheet" if k == len(sheets) else f"sheet{k}"] = (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{xml}</sheetData>{more}</worksheet>'
        )
    files |= parts
    paths = {
        "types": "[Content_Types].xml", "root": "_rels/.rels", "book": "xl/workbook.xml",
        "links": "xl/_rels/workbook.xml.rels", "styles": "xl/styles.xml",
        "sheet": f"xl/worksheets/sheet{len(sheets)}.xml",
    }  # fmt: skip
    return packed(
        {paths.get(k, f"xl/worksheets/{k}.xml"): v for k, v in files.items() if v is not None}
    )


_ODS = "urn:oasis:names:tc:opendocument:xmlns"


def ods_cell(value: Cell) -> str:
    """An OpenDocument cell; a text that begins with ``<table`` is the XML itself."""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str) and value.startswith("<table"):
        return value
    if isinstance(value, bool):
        return (
            f'<table:table-cell office:value-type="boolean" office:boolean-value="'
            f'{str(value).lower()}"><text:p>{value}</text:p></table:table-cell>'
        )
    if isinstance(value, str):
        text = f"<text:p>{escape(value)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>{value}'
        "</text:p></table:table-cell>"
    )


def ods(rows: Sequence[Sequence[Cell]] | str, *, content: str | None = None) -> bytes:
    """An OpenDocument sheet; ``content`` replaces the whole part."""
    body = (
        rows
        if isinstance(rows, str)
        else "".join(
            f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
        )
    )
    xml = (
        f'{_HEAD}<office:document-content xmlns:office="{_ODS}:office:1.0" '
        f'xmlns:table="{_ODS}:table:1.0" xmlns:text="{_ODS}:text:1.0" office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="data">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": f'{_HEAD}<manifest xmlns="{_ODS}:manifest:1.0"/>',
            "content.xml": xml if content is None else content,
        }
    )
