"""A recording as a text file: one number a row, or columns of which one is the signal."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from auscult.data.ecg.records import Recording
from auscult.data.plain import parse_numbers
from auscult.errors import InputError
from auscult.types import FloatArray

MOST_SAMPLES: Final = 4_000_000
"""About three hours at 360 Hz; what is longer is for the command line."""

MILLIVOLTS: Final = {"mV": 1.0, "uV": 1e-3}
"""Millivolts a unit."""

_TIME: Final = re.compile(r"(#|t|s|ms|sec|seconds|index|sample.*|.*time.*|)\Z", re.IGNORECASE)
_MANY: Final = 1000
_MOST_CAREFUL: Final = 1_000_000
_MISSING: Final = frozenset({"", "nan", "na", "-"})


def read_signal(path: Path, sampling_rate: float, unit: str = "mV") -> Recording:
    """The signal of a text file as a recording of one channel.

    Parameters
    ----------
    path
        Numbers, a sample a row (or all in one row), with or without a header. Of several columns
        the first that is no time is taken.
    sampling_rate
        Hz.
    unit
        A key of :data:`MILLIVOLTS`.

    Raises
    ------
    InputError
        A cell is no number, or there are too few or too many rows.
    """
    names, values = _plain(path) or _careful(path)
    if len(values) == 1:
        values = values.T
    column = _column(values, names)
    name = names[column].strip() if names else "signal"
    signal = (values[:, column] * MILLIVOLTS[unit]).astype(np.float32)
    return Recording(path.stem, signal[:, None], (name[:40] or "signal",), sampling_rate, None)


def _plain(path: Path) -> tuple[list[str] | None, FloatArray] | None:
    """The names and the columns of many rows of plain numbers; None where one takes care."""
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if data.count(b"\n") < _MANY:
        return None
    head, _, body = data.partition(b"\n")
    first = head.decode("utf-8", "replace").rstrip("\r").split(",")
    named = not _is_numbers(first)
    columns = parse_numbers(memoryview(body if named else data), len(first))
    if columns is None:
        return None
    _require_length(len(columns[0]), path.name)
    return first if named else None, np.stack(columns, axis=1)


def _careful(path: Path) -> tuple[list[str] | None, FloatArray]:
    """The same of any text, row by row."""
    rows = _rows(path)
    names = None if _is_numbers(rows[0]) else rows[0]
    rows = rows[1:] if names else rows
    if not rows:
        raise InputError("holds a name and no numbers.", where=path.name)
    return names, _numbers(rows, 2 if names else 1, path.name)


def _rows(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is no text. A signal is a CSV of numbers.", where=path.name) from None
    if text.count("\n") > _MOST_CAREFUL:
        raise InputError(
            "is not plain rows of numbers with commas between them, and too long to guess.",
            where=path.name,
        )
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError("holds nothing.", where=path.name)
    delimiter = next((d for d in ("\t", ";", ",") if d in lines[0] or d in lines[-1]), ",")
    if delimiter != ",":
        lines = [line.replace(",", ".") for line in lines]
    rows = [line.split(delimiter) for line in lines]
    _require_length(max(len(rows), len(rows[0])), path.name)
    if delimiter == "," and _may_be_decimals(rows):
        raise InputError(
            "are these numbers with a decimal comma? Write them with a point.", where=path.name
        )
    return rows


def _require_length(n: int, where: str) -> None:
    if n > MOST_SAMPLES:
        raise InputError(
            f"has more than {MOST_SAMPLES:,} samples. Use auscult predict for long recordings.",
            where=where,
        )


def _may_be_decimals(rows: list[list[str]]) -> bool:
    """Whether ``0,1`` could be one number as well as two; a counted first column tells."""
    if not all(len(row) == 2 and row[1].isdigit() for row in rows):
        return False
    first = [row[0] for row in rows]
    return not all(a.isdigit() and b.isdigit() and int(a) < int(b) for a, b in pairwise(first))


def _is_numbers(row: list[str]) -> bool:
    return all(_is_number(cell) for cell in row)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.strip().lower() in _MISSING
    return True


def _numbers(rows: list[list[str]], first: int, where: str) -> FloatArray:
    width = len(rows[0]) if rows else 0
    values = np.empty((len(rows), width))
    for i, row in enumerate(rows):
        if len(row) != width:
            raise InputError(
                f"row {i + first} has {len(row)} cells, the first {width}.", where=where
            )
        for j, cell in enumerate(row):
            if not _is_number(cell):
                shown = cell.strip()[:20]
                raise InputError(f"row {i + first}: '{shown}' is no number.", where=where)
            values[i, j] = np.nan if cell.strip().lower() in _MISSING else float(cell)
    values[~np.isfinite(values)] = np.nan
    return values


def _column(values: FloatArray, names: list[str] | None) -> int:
    """The first column that is no time."""
    width = int(values.shape[1])
    for j in range(width - 1):
        if names is not None and _TIME.match(names[j].strip()):
            continue
        steps = np.diff(values[:, j])
        if names is None and len(steps) and np.nanmin(steps) > 0:
            continue
        return j
    return width - 1
