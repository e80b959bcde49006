"""Which reader a file takes: by its ending, if the content agrees."""

from __future__ import annotations

from dataclasses import dataclass

from auscult.data.opened import Opened
from auscult.data.raw import RawSignals, RawTable
from auscult.errors import InputError

TEXT_ENDINGS = (".csv", ".tsv", ".data", ".txt", ".tab", "")
EXCEL_ENDINGS = (".xlsx", ".xls", ".ods", ".xlsm", ".xlsb")
ENDINGS = (*TEXT_ENDINGS[:-1], *EXCEL_ENDINGS, ".parquet", ".ts", ".arff", ".npz")

_CONTENT = {
    "zip": ("a workbook or a zip archive", (".xlsx", ".xlsm", ".xlsb", ".ods", ".npz")),
    "ole": ("an older Excel workbook", (".xls", ".xlsx", ".xlsm", ".xlsb")),
    "parquet": ("Parquet", (".parquet",)),
}


@dataclass(frozen=True)
class Options:
    """How the person said a file is to be opened; see :func:`auscult.data.read.read`."""

    sheet: str | None = None
    encoding: str | None = None
    header: bool | None = None
    signals: bool = False


def read_raw(opened: Opened, options: Options) -> RawTable | RawSignals:
    """What the file holds, by its ending; what the content says must agree.

    Raises
    ------
    InputError
        If the ending is not known, the content is not what it says, or the reader refuses it.
    """
    suffix = opened.suffix
    if suffix not in (*ENDINGS, ""):
        raise InputError(f"the ending '{suffix}' is not known. Known: {', '.join(ENDINGS)}.")
    refuse_other_content(opened)
    if options.sheet is not None and suffix not in EXCEL_ENDINGS:
        raise InputError("--sheet is for workbooks; this file has no sheets.")
    if suffix in EXCEL_ENDINGS:
        from auscult.data.excel import read_excel  # noqa: PLC0415

        return read_excel(opened, sheet=options.sheet, header=options.header)
    if suffix in TEXT_ENDINGS:
        from auscult.data.text import read_text  # noqa: PLC0415

        return read_text(
            opened.data, encoding=options.encoding, header=options.header, suffix=suffix
        )
    return _other_format(opened, options)


def _other_format(opened: Opened, options: Options) -> RawTable | RawSignals:
    if opened.suffix == ".parquet":
        from auscult.data.parquet import read_parquet  # noqa: PLC0415

        return read_parquet(opened.data)
    if opened.suffix == ".npz":
        from auscult.data.npz import read_npz  # noqa: PLC0415

        return read_npz(opened.data)
    if opened.suffix == ".ts":
        from auscult.data.ucr import read_ts  # noqa: PLC0415

        return read_ts(opened.data, encoding=options.encoding)
    from auscult.data.arff import read_arff  # noqa: PLC0415

    return read_arff(opened.data, encoding=options.encoding, signals=options.signals)


def refuse_other_content(opened: Opened) -> None:
    """Refuse a file whose first bytes are not what its ending says."""
    if opened.magic:
        what, endings = _CONTENT[opened.magic]
        if opened.suffix not in endings:
            raise InputError(
                f"the content is {what}, not what '{opened.suffix}' says. Rename the file to its "
                f"true ending ({', '.join(endings)})."
            )
    elif opened.suffix in (*EXCEL_ENDINGS, ".parquet", ".npz"):
        raise InputError(
            f"the content is not what '{opened.suffix}' says. If it is text, rename it to .csv."
        )
