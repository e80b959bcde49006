"""Weka's ``.arff``: attributes with types, then rows. Of numbers and nominal values."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from auscult.data.lines import decode
from auscult.data.numbers import Cell, cell_kind, shown
from auscult.data.raw import RawColumn, RawSignals, RawTable
from auscult.errors import InputError
from auscult.types import FloatArray

_NAME = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s{]+)"""
_ATTRIBUTE = re.compile(rf"@attribute\s+({_NAME})\s*(.+)", re.IGNORECASE)
_CELL = re.compile(r"""\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,'"]*?[^,'"\s]|)\s*(,|\t|$)""")
_NUMERIC = frozenset(["numeric", "real", "integer"])
_SERIES = re.compile(r"(?:att|t|attribute|x)_?[0-9]+", re.IGNORECASE)
MIN_SERIES = 8


@dataclass(frozen=True)
class Attribute:
    """``values`` are those of a nominal attribute, else None."""

    name: str
    numeric: bool
    values: frozenset[str] | None


def read_arff(
    data: bytes, *, encoding: str | None = None, signals: bool = False
) -> RawTable | RawSignals:
    """The columns of an ``.arff`` file; UCR files (``att1``, ``att2``, … and a class) are signals.

    Raises
    ------
    InputError
        If the file is relational or sparse, or a row is not as its attributes say.
    """
    text, findings = decode(data, encoding)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    attributes, start = _read_header(lines)
    rows, numbers = _read_rows(lines, start, attributes)
    if not rows:
        raise InputError("the file has no rows below @data.")
    columns = tuple(
        _column(a, cells, numbers)
        for a, cells in zip(attributes, zip(*rows, strict=True), strict=True)
    )
    table = RawTable(columns, np.asarray(numbers, dtype=np.int64), findings=findings)
    if not signals and _are_series(attributes):
        return _signals(table)
    return table


def _read_header(lines: list[str]) -> tuple[list[Attribute], int]:
    attributes: list[Attribute] = []
    for i, raw in enumerate(lines):
        line = raw.strip()
        lower = line.lower()
        if not line or line.startswith("%") or lower.startswith("@relation"):
            continue
        if lower.startswith("@data"):
            _refuse_names(attributes)
            return attributes, i + 1
        found = _ATTRIBUTE.fullmatch(line)
        if found is None:
            raise InputError(f"line {i + 1}: {shown(line)} is not an @attribute.")
        attributes.append(_attribute(_unquoted(found[1]), found[2].strip(), i + 1))
    raise InputError("there is no @data line.")


def _refuse_names(attributes: list[Attribute]) -> None:
    names = [a.name for a in attributes]
    if len(names) < 2:
        raise InputError("the file has fewer than two attributes.")
    twice = sorted({n for n in names if names.count(n) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise InputError(f"the attribute '{twice[0]}' stands twice. Rename one.")


def _attribute(name: str, kind: str, line: int) -> Attribute:
    if kind.startswith("{"):
        if not kind.endswith("}"):
            raise InputError(f"line {line}: the values of '{name}' are not closed with a brace.")
        return Attribute(name, False, frozenset(_cells(kind[1:-1], line)))
    word = kind.split(maxsplit=1)[0].lower()
    if word == "relational":
        raise InputError(f"line {line}: '{name}' is relational. Save one signal a row, or as .ts.")
    if word not in _NUMERIC | {"string", "date"}:
        raise InputError(f"line {line}: the type {shown(kind)} of '{name}' is not known.")
    return Attribute(name, word in _NUMERIC, None)


def _read_rows(
    lines: list[str], start: int, attributes: list[Attribute]
) -> tuple[list[list[str]], list[int]]:
    rows, numbers = [], []
    for i in range(start, len(lines)):
        line = lines[i].strip()
        if not line or line.startswith("%"):
            continue
        if line.startswith("{"):
            raise InputError(f"line {i + 1}: sparse rows are not read. Save the file dense.")
        cells = _cells(line, i + 1)
        if len(cells) != len(attributes):
            raise InputError(
                f"line {i + 1} has {len(cells)} values; there are {len(attributes)} attributes."
            )
        rows.append(cells)
        numbers.append(i + 1)
    return rows, numbers


def _cells(line: str, number: int) -> list[str]:
    if "'" not in line and '"' not in line:
        return [c.strip() for c in line.split(",")]
    cells, at, more = [], 0, True
    while more:
        found = _CELL.match(line, at)
        if found is None:
            raise InputError(f"line {number}: a quote is not closed, or text follows it.")
        cells.append(_unquoted(found[1]))
        at, more = found.end(), bool(found[2])
    return cells


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _column(attribute: Attribute, cells: tuple[str, ...], numbers: list[int]) -> RawColumn:
    if attribute.numeric:
        return RawColumn(attribute.name, _numbers(attribute.name, cells, numbers))
    if attribute.values is not None and set(cells) - attribute.values - {"?"}:
        i = next(i for i, c in enumerate(cells) if c not in attribute.values and c != "?")
        raise InputError(
            f"line {numbers[i]}: {shown(cells[i])} is not among the values of '{attribute.name}'."
        )
    return RawColumn(attribute.name, cells)


def _numbers(name: str, cells: tuple[str, ...], numbers: list[int]) -> FloatArray:
    values = np.empty(len(cells))
    for i, cell in enumerate(cells):
        kind = cell_kind(cell)
        if kind not in (Cell.NUMBER, Cell.MISSING):
            raise InputError(
                f"line {numbers[i]}, attribute '{name}': {shown(cell)} is not a plain, finite "
                "number."
            )
        values[i] = float(cell) if kind == Cell.NUMBER else np.nan
    return values


def _are_series(attributes: list[Attribute]) -> bool:
    *points, last = attributes
    named = len(points) >= MIN_SERIES and all(_SERIES.fullmatch(a.name) for a in points)
    return named and all(a.numeric for a in points) and last.values is not None


def _signals(table: RawTable) -> RawSignals:
    *points, last = table.columns
    X = np.column_stack([p.plain for p in points if p.plain is not None])
    tally = last.tally
    if tally.n(Cell.MISSING):
        row = table.rows[int(np.flatnonzero(tally.where(Cell.MISSING))[0])]
        raise InputError(f"line {row}: the class '{last.name}' is missing.")
    labels = [tally.texts[i] for i in tally.codes]
    return RawSignals(X[:, None, :], labels, target=last.name, findings=table.findings)
