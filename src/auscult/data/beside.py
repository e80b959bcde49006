"""Columns of a file that are no features: ids, dates, patients. They tell of leaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from auscult.data.dataset import Dataset
from auscult.data.formats import Options, read_raw
from auscult.data.numbers import Cell, Tally
from auscult.data.opened import open_file
from auscult.data.raw import RawColumn, RawTable
from auscult.types import FloatArray

_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y-%m", "%Y%m%d")
_DAYTIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")
_ENDINGS = (".npy", ".npz", ".ts", ".hea")


@dataclass(frozen=True, eq=False)
class Beside:
    """A column that stands beside the features.

    Parameters
    ----------
    name
        As in the file.
    kind
        ``number``; ``date``: days since 1970; ``text``: codes of its texts.
    values
        ``(n_cases,)`` float64, NaN where missing.
    asked
        Whether it is left out because the person said so (``--drop``, ``--id``, ``--group``).
    """

    name: str
    kind: Literal["number", "date", "text"]
    values: FloatArray
    asked: bool = False


def read_beside(
    paths: tuple[Path, ...], dataset: Dataset, options: Mapping[str, Any]
) -> tuple[Beside, ...]:
    """The columns of these files that ``dataset``, which was read of them, has not as features.

    Parameters
    ----------
    paths
        The file, or the training file and the test file.
    dataset
        What they hold together, in this order.
    options
        Those it was read with, as of :func:`auscult.data.read.read`.

    Returns
    -------
    tuple of Beside
        None for signals and records, and where a column has another length than the data.
    """
    if dataset.kind != "table" or any(p.is_dir() or p.suffix in _ENDINGS for p in paths):
        return ()
    asked = Options(options.get("sheet"), options.get("encoding"), options.get("header"))
    tables = [read_raw(open_file(path), asked) for path in paths]
    first = tables[0]
    if not isinstance(first, RawTable):
        return ()
    features = {column.name for column in dataset.columns} | {dataset.target}
    names = [name for name in first.names if name not in features]
    given = {*options.get("drop", ()), options.get("id"), options.get("group")}
    found = (_beside(name, [t for t in tables if isinstance(t, RawTable)]) for name in names)
    return tuple(
        Beside(one.name, one.kind, one.values, one.name in given)
        for one in found
        if one is not None and len(one.values) == dataset.n_cases
    )


def _beside(name: str, tables: list[RawTable]) -> Beside | None:
    parts = [table.find(name) for table in tables]
    columns = [part for part in parts if part is not None]
    if len(columns) < len(tables):
        return None
    tally = _joined(columns)
    days = _days(tally)
    if days is not None:
        return Beside(name, "date", days)
    if tally.n(Cell.NUMBER) + tally.n(Cell.MISSING) == len(tally.codes):
        return Beside(name, "number", tally.numbers("."))
    codes = tally.codes.astype(np.float64)
    return Beside(name, "text", np.where(tally.where(Cell.MISSING), np.nan, codes))


def _joined(columns: list[RawColumn]) -> Tally:
    texts = [column.tally.texts[code] for column in columns for code in column.tally.codes]
    return Tally.of(texts)


def _days(tally: Tally) -> FloatArray | None:
    """Days since 1970 where all texts are dates of one way of writing."""
    kept = [t for t, k in zip(tally.texts, tally.kinds, strict=True) if k != Cell.MISSING]
    if not kept:
        return None
    for form in _forms(kept[0]):
        try:
            read = {text: datetime.strptime(text.rstrip("Z"), form) for text in kept}
        except ValueError:
            continue
        epoch = datetime(1970, 1, 1)
        days = np.array(
            [
                (read[t] - epoch).total_seconds() / 86400 if t in read else np.nan
                for t in tally.texts
            ]
        )
        return np.asarray(days[tally.codes])
    return None


def _forms(text: str) -> list[str]:
    between = "T" if "T" in text else " "
    if between in text or ":" in text:
        return [f"{day}{between}{time}" for day in _DAYS for time in _DAYTIMES]
    # A plain number is a day only where it could be no count.
    return [day for day in _DAYS if day != "%Y%m%d" or (text.isdigit() and len(text) == 8)]
