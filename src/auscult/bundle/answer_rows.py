"""Columns of answers as CSV, Parquet or a workbook, written some rows at a time."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol
from xml.sax.saxutils import escape

import numpy as np

from auscult.errors import InputError, MissingExtraError
from auscult.evaluate.prediction_rows import safe_text
from auscult.types import IntArray

Column = tuple[str, Any]
"""A name, and an array of numbers or truths or a sequence of texts."""

_QUOTED: Final = frozenset(',"\r\n')
_UNPRINTABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_ROWS: Final = 1_048_576


class Rows(Protocol):
    """Writes tables of the same columns, one below the other."""

    def write(self, columns: Sequence[Column]) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, eq=False)
class Coded(Sequence[str]):
    """A column of few texts: ``codes`` ``(n,)`` into ``texts``."""

    codes: IntArray
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, place: Any) -> Any:
        found = self.codes[place]
        return self.texts[found] if np.ndim(found) == 0 else Coded(found, self.texts)

    def __iter__(self) -> Iterator[str]:
        return map(self.texts.__getitem__, self.codes.tolist())


class CsvRows:
    """CSV in UTF-8. Texts that a spreadsheet would run get an apostrophe in front."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._headed = False

    def write(self, columns: Sequence[Column]) -> None:
        if not self._headed:
            head = ",".join(csv_text(name) for name, _ in columns)
            self._file.write(f"{head}\n".encode())
            self._headed = True
        texts = [_as_texts(values) for _, values in columns]
        lines = "\n".join(map(",".join, zip(*texts, strict=True)))
        self._file.write(f"{lines}\n".encode("utf-8", "replace"))

    def close(self) -> None:
        pass


def _as_texts(values: Any) -> Iterable[str]:
    """A column as cells of CSV; numbers as they are."""
    if isinstance(values, Coded):
        return Coded(values.codes, [csv_text(text) for text in values.texts])
    if not isinstance(values, np.ndarray):
        known: dict[str, str] = {}
        return [known.get(v) or known.setdefault(v, csv_text(v)) for v in values]
    if values.dtype == np.bool_:
        return Coded(values.astype(np.int64), ("false", "true"))
    return map(repr, values.tolist())


def csv_text(text: str) -> str:
    """A text as a cell of CSV that no spreadsheet takes for a formula."""
    safe = safe_text(text)
    return '"{}"'.format(safe.replace('"', '""')) if _QUOTED.intersection(safe) else safe


class ParquetRows:
    """Parquet, through pyarrow."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            import pyarrow  # noqa: PLC0415
            import pyarrow.parquet  # noqa: PLC0415
        except ImportError:
            raise MissingExtraError(
                "Parquet needs pyarrow: pip install 'auscult[parquet]', or write a .csv."
            ) from None
        self._pa: Any = pyarrow
        self._file = file
        self._writer: Any = None

    def write(self, columns: Sequence[Column]) -> None:
        arrays = {
            name: self._pa.array(list(values) if isinstance(values, Coded) else values)
            for name, values in columns
        }
        table = self._pa.table(arrays)
        if self._writer is None:
            self._writer = self._pa.parquet.ParquetWriter(self._file, table.schema)
        self._writer.write_table(table.cast(self._writer.schema))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PARTS: Final = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets>'
        '<sheet name="answers" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_LINK}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


class WorkbookRows:
    """An Excel workbook of one sheet, in which every text is a text and no formula."""

    def __init__(self, file: BinaryIO) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, content in _PARTS.items():
            self._archive.writestr(name, content)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        self._n = 0

    def write(self, columns: Sequence[Column]) -> None:
        if not self._n:
            self._rows([[_text_cell(name)] for name, _ in columns])
        self._rows([_cells(values) for _, values in columns])

    def _rows(self, columns: Sequence[Iterable[str]]) -> None:
        lines = [f"<row>{''.join(cells)}</row>" for cells in zip(*columns, strict=True)]
        self._n += len(lines)
        if self._n > _MOST_ROWS:
            raise InputError(
                f"a sheet has room for {_MOST_ROWS - 1:,} answers and there are more. Write a .csv "
                "or .parquet."
            )
        self._sheet.write("".join(lines).encode("utf-8", "replace"))

    def close(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._archive.close()


def _cells(values: Any) -> Iterable[str]:
    if isinstance(values, Coded):
        return Coded(values.codes, [_text_cell(text) for text in values.texts])
    if not isinstance(values, np.ndarray):
        return map(_text_cell, values)
    if values.dtype == np.bool_:
        cells = [f'<c t="b"><v>{value}</v></c>' for value in (0, 1)]
        return Coded(values.astype(np.int64), cells)
    return (f"<c><v>{value!r}</v></c>" for value in values.tolist())


def _text_cell(text: str) -> str:
    if not text:
        return "<c/>"
    shown = escape(_UNPRINTABLE.sub("\ufffd", text))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


ROWS: Final[dict[str, type[CsvRows] | type[ParquetRows] | type[WorkbookRows]]] = {
    ".csv": CsvRows,
    ".xlsx": WorkbookRows,
    ".parquet": ParquetRows,
}
"""By the ending of a file's name."""
