"""The class of each case, as codes into the sorted names of the classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auscult.data.numbers import Cell, Tally, lookalike, number_name, shown
from auscult.data.raw import RawColumn, file_rows
from auscult.errors import InputError
from auscult.types import Finding, IntArray

MAX_MEASURED = 20
_NONE = frozenset(["None", "none", "NONE"])


@dataclass(frozen=True, eq=False)
class Classes:
    """``y`` is ``(n_cases,)`` codes into ``names``; -1 where the class is not known."""

    y: IntArray
    names: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def class_names(tally: Tally, decimal: str = ".") -> list[str | None]:
    """The name of each distinct text: numbers in one way of writing, None where missing."""
    wanted = {Cell.NUMBER, Cell.COMMA} if decimal == "," else {Cell.NUMBER}
    plus = "+" in tally.texts
    names: list[str | None] = []
    for text, kind in zip(tally.texts, tally.kinds, strict=True):
        if kind in wanted:
            names.append(number_name(float(text.replace(",", "."))))
        elif kind == Cell.MISSING and not (plus and text == "-"):
            names.append(None)
        else:
            names.append(text)
    return names


def sorted_names(names: list[str | None]) -> tuple[str, ...]:
    """Distinct names, sorted as numbers where all are numbers."""
    distinct = {n for n in names if n is not None}
    try:
        return tuple(sorted(distinct, key=lambda n: (float(n), n)))
    except ValueError:
        return tuple(sorted(distinct))


def codes_of(tally: Tally, names: list[str | None], known: tuple[str, ...]) -> IntArray:
    """``(n_cases,)`` codes into ``known``, -1 where missing and -2 where the name is not known."""
    index = {name: i for i, name in enumerate(known)}
    lookup = [-1 if n is None else index.get(n, -2) for n in names]
    return np.asarray(lookup, dtype=np.int64)[tally.codes]


def read_classes(
    column: RawColumn, rows: IntArray, *, labelled: bool = True, decimal: str = "."
) -> Classes:
    """The classes of a column.

    Raises
    ------
    InputError
        If a case has no class (where ``labelled``), or the column measures instead of naming.
    """
    tally = column.tally
    names = class_names(tally, decimal)
    findings: list[Finding] = []
    if "None" in tally.texts or _NONE & set(tally.texts):
        names, findings = _keep_none(column.name, tally, names)
    known = sorted_names(names)
    y = codes_of(tally, names, known)
    if labelled and (y < 0).any():
        raise InputError(
            f"column '{column.name}' (the class) is empty in {file_rows(rows[y < 0])}. "
            "Fill the cells or remove the rows."
        )
    if labelled:
        _refuse_measurements(column, known, rows, decimal)
    return Classes(y, known, (*findings, *_alike(column.name, known)))


def _keep_none(
    name: str, tally: Tally, names: list[str | None]
) -> tuple[list[str | None], list[Finding]]:
    # "None" beside other words names those without a disorder; beside numbers it is a gap.
    if not tally.n(Cell.TEXT):
        return names, []
    kept = [t if t in _NONE else n for t, n in zip(tally.texts, names, strict=True)]
    message = f"In column '{name}' the word None was taken for a class, not for a missing one."
    return kept, [Finding("none-is-a-class", message)]


def _refuse_measurements(
    column: RawColumn, known: tuple[str, ...], rows: IntArray, decimal: str
) -> None:
    n, name, tally = len(rows), column.name, column.tally
    number_kinds = (Cell.NUMBER, Cell.COMMA) if decimal == "," else (Cell.NUMBER,)
    n_numbers = tally.n(*number_kinds)
    strays = tally.where(Cell.TEXT, Cell.ODD, Cell.INFINITE)
    if not n_numbers and len(known) > max(MAX_MEASURED, n // 5):
        raise InputError(
            f"column '{name}' has {len(known)} different texts in {n} rows: that is no class. "
            "Name another column with --target."
        )
    if n_numbers and strays.any() and (strays.sum() <= 3 or len(known) > MAX_MEASURED):
        i = int(np.flatnonzero(strays)[0])
        text = tally.texts[tally.codes[i]]
        raise InputError(f"row {rows[i]}, column '{name}': {shown(text)} is not a number.")
    if n_numbers and len(known) > MAX_MEASURED:
        whole = not any("." in k or "e" in k for k in known)
        if not whole or len(known) > n // 5 or len(known) > 100:
            raise InputError(
                f"column '{name}' has {len(known)} different numbers in {n} rows: it looks like a "
                "measurement, not a class. Name another column with --target."
            )


def _alike(name: str, known: tuple[str, ...]) -> list[Finding]:
    folded: dict[str, list[str]] = {}
    for k in known:
        folded.setdefault(lookalike(k), []).append(k)
    alike = [" and ".join(shown(k) for k in same) for same in folded.values() if len(same) > 1]
    if not alike:
        return []
    message = f"Column '{name}' tells {'; '.join(alike)} apart, which look alike."
    return [Finding("alike-names", message, mend="write one name in one way")]
