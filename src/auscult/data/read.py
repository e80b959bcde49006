"""Any file of cases as a :class:`Dataset`: the reader is chosen by the file's ending and content."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from auscult.data.dataset import Dataset
from auscult.data.opened import Opened, open_file
from auscult.data.raw import RawSignals, RawTable, Request
from auscult.data.signals import read_signals, signals_from_table, signals_like
from auscult.data.table import Reading, group_codes, read_table, table_like
from auscult.errors import InputError

PathLike = str | os.PathLike[str]

TEXT_ENDINGS = (".csv", ".tsv", ".data", ".txt", ".tab", "")
EXCEL_ENDINGS = (".xlsx", ".xls", ".ods", ".xlsm", ".xlsb")
ENDINGS = (*TEXT_ENDINGS[:-1], *EXCEL_ENDINGS, ".parquet", ".ts", ".arff", ".npz")


def read(
    path: PathLike,
    *,
    target: str | None = None,
    group: str | None = None,
    id: str | None = None,
    drop: Sequence[str] = (),
    categorical: Sequence[str] = (),
    sheet: str | None = None,
    signals: bool = False,
    encoding: str | None = None,
    header: bool | None = None,
    labelled: bool = True,
) -> Dataset:
    """Read a file of cases.

    Parameters
    ----------
    path
        CSV, TSV or other delimited text, Excel or OpenDocument, Parquet, UCR ``.tsv``/``.txt``,
        ``.ts``, ``.arff`` or ``.npz``.
    target, group, id
        Columns that hold the class, the patient (or whatever must not stand on both sides of a
        split) and the name of the case. In a file without a header a number names a column; in
        wide signals ``first`` and ``last`` do.
    drop, categorical
        Columns to leave out; columns of numbers that are codes of categories.
    sheet
        The sheet of a workbook; None takes the first.
    signals
        Whether each row of a table is one signal.
    encoding
        The encoding of a text file; None takes its mark, UTF-8 or, with a warning, a guess.
    header
        Whether the first row holds names; None looks.
    labelled
        Whether every case must have a class; False for files to predict.

    Returns
    -------
    Dataset
        Its ``findings`` say what was noticed, dropped or decided.

    Raises
    ------
    InputError
        If the file cannot be read in exactly one way.
    MissingExtraError
        If the file is Parquet and pyarrow is not installed.
    """
    path = Path(path)
    request = _request(target, group, id, drop, categorical, labelled)
    with _named(path):
        opened = open_file(path)
        raw = _raw(opened, sheet=sheet, encoding=encoding, header=header, signals=signals)
        return _reading(raw, request, opened, signals=signals).dataset


def read_like(
    path: PathLike,
    reference: Dataset,
    *,
    target: str | None = None,
    group: str | None = None,
    id: str | None = None,
    drop: Sequence[str] = (),
    sheet: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    labelled: bool = True,
) -> Dataset:
    """Read a file with the columns, categories and classes of ``reference``.

    Table columns are matched by name and others are ignored; ``reference`` may have no cases,
    only ``kind``, ``X.shape``, ``columns``, ``classes`` and ``target``. Group codes are the file's
    own: :func:`read_pair` gives two files one set of codes.

    Raises
    ------
    InputError
        As :func:`read`; also where a column is missing, the width differs or a class is new.
    """
    path = Path(path)
    request = _request(target, group, id, drop, (), labelled)
    with _named(path):
        return _reading_like(path, reference, request, sheet, encoding, header).dataset


def read_pair(
    train: PathLike,
    test: PathLike,
    *,
    target: str | None = None,
    group: str | None = None,
    id: str | None = None,
    drop: Sequence[str] = (),
    categorical: Sequence[str] = (),
    sheet: str | None = None,
    signals: bool = False,
    encoding: str | None = None,
    header: bool | None = None,
) -> tuple[Dataset, Dataset]:
    """A training file and a test file read like it; groups of both share one set of codes.

    Raises
    ------
    InputError
        As :func:`read` and :func:`read_like`.
    """
    train, test = Path(train), Path(test)
    request = _request(target, group, id, drop, categorical, True)
    with _named(train):
        opened = open_file(train)
        raw = _raw(opened, sheet=sheet, encoding=encoding, header=header, signals=signals)
        first = _reading(raw, request, opened, signals=signals)
    with _named(test):
        second = _reading_like(test, first.dataset, request, sheet, encoding, header)
    return _shared_groups(first, second)


def _request(
    target: str | None,
    group: str | None,
    id: str | None,
    drop: Sequence[str],
    categorical: Sequence[str],
    labelled: bool,
) -> Request:
    drop = (drop,) if isinstance(drop, str) else tuple(drop)
    categorical = (categorical,) if isinstance(categorical, str) else tuple(categorical)
    return Request(target, group, id, drop, categorical, labelled)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Every refusal starts with the file's name."""
    try:
        yield
    except InputError as error:
        if str(error).startswith(f"{path.name}: "):
            raise
        raise InputError(str(error), where=path.name or str(path)) from None
    except MemoryError:
        raise InputError("the file needs more memory than there is.", where=path.name) from None


def _reading(
    raw: RawTable | RawSignals, request: Request, opened: Opened, *, signals: bool
) -> Reading:
    name, sha256 = opened.path.stem, opened.sha256
    if isinstance(raw, RawSignals):
        reading = read_signals(raw, request, name=name, sha256=sha256)
    elif signals or raw.series:
        reading = signals_from_table(raw, request, name=name, sha256=sha256)
    else:
        reading = read_table(raw, request, name=name, sha256=sha256)
    if request.labelled:
        replace(reading.dataset, name=opened.path.name).require_known_classes()
    return reading


def _reading_like(
    path: Path,
    reference: Dataset,
    request: Request,
    sheet: str | None,
    encoding: str | None,
    header: bool | None,
) -> Reading:
    opened = open_file(path)
    signals = reference.kind == "signals"
    raw = _raw(opened, sheet=sheet, encoding=encoding, header=header, signals=signals)
    name, sha256 = path.stem, opened.sha256
    if signals:
        return signals_like(raw, reference, request, name=name, sha256=sha256)
    if isinstance(raw, RawSignals):
        raise InputError("the file holds signals; the training data is a table.")
    return table_like(raw, reference, request, name=name, sha256=sha256)


def _shared_groups(first: Reading, second: Reading) -> tuple[Dataset, Dataset]:
    if first.groups is None or second.groups is None:
        return first.dataset, second.dataset
    known = sorted({*first.groups, *second.groups})
    train = replace(first.dataset, groups=group_codes(first.groups, known))
    return train, replace(second.dataset, groups=group_codes(second.groups, known))


def _raw(
    opened: Opened,
    *,
    sheet: str | None,
    encoding: str | None,
    header: bool | None,
    signals: bool,
) -> RawTable | RawSignals:
    """What the file holds, by its ending; what the content says must agree."""
    suffix = opened.suffix
    if suffix not in (*ENDINGS, ""):
        raise InputError(f"the ending '{suffix}' is not known. Known: {', '.join(ENDINGS)}.")
    _refuse_other_content(opened)
    if sheet is not None and suffix not in EXCEL_ENDINGS:
        raise InputError("--sheet is for workbooks; this file has no sheets.")
    if suffix in EXCEL_ENDINGS:
        from auscult.data.excel import read_excel  # noqa: PLC0415

        return read_excel(opened, sheet=sheet, header=header)
    if suffix in TEXT_ENDINGS:
        from auscult.data.text import read_text  # noqa: PLC0415

        return read_text(opened.data, encoding=encoding, header=header, suffix=suffix)
    return _other_format(opened, encoding=encoding, signals=signals)


def _other_format(
    opened: Opened, *, encoding: str | None, signals: bool
) -> RawTable | RawSignals:
    if opened.suffix == ".parquet":
        from auscult.data.parquet import read_parquet  # noqa: PLC0415

        return read_parquet(opened.data)
    if opened.suffix == ".npz":
        from auscult.data.npz import read_npz  # noqa: PLC0415

        return read_npz(opened.data)
    if opened.suffix == ".ts":
        from auscult.data.ucr import read_ts  # noqa: PLC0415

        return read_ts(opened.data, encoding=encoding)
    from auscult.data.arff import read_arff  # noqa: PLC0415

    return read_arff(opened.data, encoding=encoding, signals=signals)


_CONTENT = {
    "zip": (("zip", "a workbook or another zip archive"), (".xlsx", ".xlsm", ".xlsb", ".ods", ".npz")),
    "ole": (("ole", "an older Excel workbook"), (".xls", ".xlsx", ".xlsm", ".xlsb")),
    "parquet": (("parquet", "Parquet"), (".parquet",)),
}


def _refuse_other_content(opened: Opened) -> None:
    if opened.magic:
        (_, what), endings = _CONTENT[opened.magic]
        if opened.suffix not in endings:
            raise InputError(
                f"the content is {what}, not what '{opened.suffix}' says. Rename the file to its "
                f"true ending ({', '.join(endings)})."
            )
    elif opened.suffix in (*EXCEL_ENDINGS, ".parquet", ".npz"):
        raise InputError(
            f"the content is not what '{opened.suffix}' says. If it is text, rename it to .csv."
        )
