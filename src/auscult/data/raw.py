"""What a file holds before any column is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from auscult.data.numbers import Cell, Tally, number_name
from auscult.errors import InputError, did_you_mean
from auscult.types import Finding, FloatArray, IntArray


@dataclass(frozen=True)
class Request:
    """What the person said about a file. Names are column names.

    ``labelled`` wants classes; ``need_ids`` wants the column of ids, a different one in each row.
    """

    target: str | None = None
    group: str | None = None
    id: str | None = None
    drop: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    labelled: bool = True
    need_ids: bool = False


@dataclass(frozen=True, eq=False)
class RawColumn:
    """One column: numbers where a parser was sure, else the texts as they stand.

    ``cells`` is ``(n_cases,)`` float64 with NaN for missing, or a sequence of texts.
    """

    name: str
    cells: FloatArray | Sequence[str]

    @cached_property
    def tally(self) -> Tally:
        if not isinstance(self.cells, np.ndarray):
            return Tally.of(self.cells)
        values, codes = np.unique(self.cells, return_inverse=True)
        texts = tuple("" if np.isnan(v) else number_name(float(v)) for v in values)
        return Tally(texts, codes.astype(np.int64))

    @property
    def plain(self) -> FloatArray | None:
        """The numbers, where a parser was sure of all of them."""
        return self.cells if isinstance(self.cells, np.ndarray) else None


@dataclass(frozen=True, eq=False)
class RawTable:
    """Columns of equal length.

    Parameters
    ----------
    rows
        ``(n_cases,)`` where each case stands in the file (1 is the first line), for messages.
    header
        Whether the names stood in the file.
    delimiter
        What stood between cells; empty where no text was split.
    series
        Whether the file looks like UCR signals: no header and a name ending in .tsv or .txt.
    """

    columns: tuple[RawColumn, ...]
    rows: IntArray
    header: bool = True
    delimiter: str = ""
    series: bool = False
    findings: tuple[Finding, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def n_cases(self) -> int:
        return len(self.rows)

    def column(self, name: str, flag: str) -> RawColumn:
        """The column of this name or, in a file without a header, of this number."""
        found = self.find(name)
        if found is None:
            mend = did_you_mean(name, self.names)
            raise InputError(f"there is no column '{name}' (asked for with {flag}). {mend}")
        return found

    def find(self, name: str | None) -> RawColumn | None:
        """The same, or None where there is none."""
        for c in self.columns:
            if c.name == name:
                return c
        number = int(name) if name and name.isdecimal() and not self.header else 0
        return self.columns[number - 1] if 1 <= number <= len(self.columns) else None


@dataclass(frozen=True, eq=False)
class RawSignals:
    """Signals of a format that says which part is what.

    Parameters
    ----------
    X
        ``(n_cases, n_channels, n_timepoints)``, NaN where missing or past a signal's end.
    labels
        ``(n_cases,)`` classes as they stand, or None.
    """

    X: FloatArray
    labels: Sequence[str] | None
    channels: tuple[str, ...] = ()
    target: str = "class"
    ids: Sequence[str] | None = None
    groups: Sequence[str] | None = None
    group_name: str | None = None
    sampling_rate: float | None = None
    findings: tuple[Finding, ...] = field(default=())


def file_rows(rows: IntArray, most: int = 5) -> str:
    """``row 17`` or ``rows 17, 20, 31, … (12 rows)``."""
    first = ", ".join(str(int(r)) for r in rows[:most])
    if len(rows) == 1:
        return f"row {first}"
    return f"rows {first}" if len(rows) <= most else f"rows {first}, … ({len(rows)} rows)"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names in quotes for a sentence, cut where there are many."""
    first = ", ".join(f"'{n}'" for n in names[:most])
    return first if len(names) <= most else f"{first}, … ({len(names)} columns)"


def identity_texts(column: RawColumn, rows: IntArray, flag: str) -> list[str]:
    """``(n_cases,)`` the texts of a column that names cases or groups; refuses empty cells."""
    tally = column.tally
    missing = tally.where(Cell.MISSING)
    if missing.any():
        raise InputError(
            f"column '{column.name}' ({flag}) is empty in {file_rows(rows[missing])}. "
            "Fill the cells or remove the rows."
        )
    return [tally.texts[i] for i in tally.codes]
