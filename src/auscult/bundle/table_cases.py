"""Tables to predict: columns by their names, in any order, as the bundle's columns want them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from auscult.bundle.cases import Cases, Remark
from auscult.bundle.document import Document, Field
from auscult.bundle.ranges import FarValues, far_values
from auscult.data.numbers import Cell, Tally, decimal_mark, number_name, shown
from auscult.data.raw import RawColumn, RawTable, listed
from auscult.data.roles import names_case
from auscult.errors import InputError, did_you_mean
from auscult.types import Finding, FloatArray, IntArray

ROW = "row"
_LARGEST = float(np.finfo(np.float32).max)


class TableReader:
    """Makes cases of the blocks of one file.

    Parameters
    ----------
    document
        The bundle's.
    target, case_id
        The columns of the true classes and of what the cases are called, where the person named
        them.
    drop
        Columns to leave out.
    """

    def __init__(
        self,
        document: Document,
        *,
        target: str | None = None,
        case_id: str | None = None,
        drop: Sequence[str] = (),
    ) -> None:
        self.document, self.drop = document, tuple(drop)
        self._target, self._asked_target = target or document.target, target
        self._id = self._asked_id = case_id
        self._decimal: str | None = None
        self._read: list[str] | None = None
        self.findings: list[Finding] = []

    def wanted(self, names: Sequence[str]) -> list[str]:
        """The columns that are read, of those that there are; notes which are not.

        Raises
        ------
        InputError
            One that the bundle needs, or that was asked for, is not there.
        """
        if self._read is None:
            self._read = self._chosen(names)
        return self._read

    def _chosen(self, names: Sequence[str]) -> list[str]:
        needed = [column.name for column in self.document.columns]
        _require(needed, names)
        self._require_asked(names)
        rest = [n for n in names if n not in needed and n not in self.drop]
        labels = [self._target] if self._target in rest else []
        unused = [n for n in rest if n not in (*labels, self._id)]
        if self._id is None:
            calling = [n for n in unused if names_case(n)]
            self._id = calling[0] if len(calling) == 1 else None
            unused = [n for n in unused if n != self._id]
        ids = [] if self._id is None else [self._id]
        self._say(unused, ids)
        return list(dict.fromkeys([*needed, *labels, *ids]))

    def _require_asked(self, names: Sequence[str]) -> None:
        asked = {"--target": self._asked_target, "--id": self._asked_id}
        for flag, name in asked.items():
            if name is not None and name not in names:
                mend = did_you_mean(name, names)
                raise InputError(f"there is no column '{name}' (asked for with {flag}). {mend}")

    def _say(self, unused: list[str], ids: list[str]) -> None:
        if ids and self._asked_id is None:
            message = f"Each answer is called by its '{ids[0]}'."
            self.findings.append(Finding("id-chosen", message, "note", mend="--id NAME"))
        if unused:
            message = f"Not used: {listed(unused)}, which the bundle does not know."
            self.findings.append(Finding("unused-columns", message, "note"))

    def cases(self, raw: RawTable, share: float) -> Cases:
        """The cases of some rows.

        Raises
        ------
        InputError
            A cell is no number where the bundle has numbers: its row and column are named.
        """
        if not raw.header and not {c.name for c in self.document.columns} <= set(raw.names):
            raise InputError(_without_names(self.document))
        wanted = set(self.wanted(raw.names))
        columns = {c.name: c for c in raw.columns if c.name in wanted}
        self._settle_decimal(columns, raw)
        X = np.empty((raw.n_cases, self.document.n_columns))
        remarks: list[Remark] = []
        for j, field in enumerate(self.document.columns):
            X[:, j], found = self._values(columns[field.name], field, raw.rows)
            remarks += found
        true, strange = self._classes(columns)
        names: dict[str, IntArray | list[str]] = {ROW: raw.rows}
        if self._id is not None:
            names[self._id] = _texts(columns[self._id])
        return Cases(X, names, true, remarks=(*remarks, *strange), share=share)

    def _settle_decimal(self, columns: dict[str, RawColumn], raw: RawTable) -> None:
        """One decimal mark for the whole file; blocks of whole numbers say nothing of it."""
        numeric = [f.name for f in self.document.columns if f.kind == "numeric"]
        texts = [(n, columns[n].tally) for n in numeric if columns[n].plain is None]
        mark, _ = decimal_mark(texts, raw.delimiter)
        if mark == ",":
            self._decimal = self._decimal or ","
        elif self._decimal != ".":
            point = _with_point(texts, [columns[n] for n in numeric])
            if point is not None and self._decimal == ",":
                name, text = point
                raise InputError(
                    f"column '{name}' has {shown(text)}, and before it commas were the decimal "
                    "marks. Write plain numbers such as 1234.5."
                )
            self._decimal = "." if point is not None else self._decimal

    def _values(
        self, column: RawColumn, field: Field, rows: IntArray
    ) -> tuple[FloatArray, list[Remark]]:
        remarks = []
        if field.kind == "numeric":
            values = self._numbers(column, rows)
            gaps = np.flatnonzero(np.isnan(values))
            far = far_values(field, values)
            remarks += [_far_remark(field, far)] if far else []
        else:
            codes = _codes(column.tally, field.categories, self._decimal or ".")
            values = np.where(codes < 0, np.nan, codes.astype(np.float64))
            gaps, new = np.flatnonzero(codes == -1), np.flatnonzero(codes == -2)
            remarks += [_new_remark(field, column, new)] if len(new) else []
        if len(gaps):
            texts = [f"{field.name} is missing"] * len(gaps)
            remarks.append(Remark("missing", field.name, gaps, texts))
        return values, remarks

    def _numbers(self, column: RawColumn, rows: IntArray) -> FloatArray:
        values = self._parsed(column, rows)
        large = np.abs(values) > _LARGEST
        if large.any():
            i = int(np.flatnonzero(large)[0])
            raise InputError(
                f"row {rows[i]}, column '{column.name}': {values[i]:g} is too large to be a value."
            )
        return values

    def _parsed(self, column: RawColumn, rows: IntArray) -> FloatArray:
        if column.plain is not None:
            return column.plain
        tally, decimal = column.tally, self._decimal or "."
        kinds = (Cell.NUMBER, Cell.COMMA) if decimal == "," else (Cell.NUMBER,)
        odd = ~tally.where(Cell.MISSING, *kinds)
        if odd.any():
            i = int(np.flatnonzero(odd)[0])
            text = shown(tally.texts[tally.codes[i]])
            what = "finite" if tally.kinds[tally.codes[i]] == Cell.INFINITE else "plain"
            raise InputError(
                f"row {rows[i]}, column '{column.name}': {text} is not a {what} number, and the "
                "bundle has numbers there. Mend the cell, or leave it empty."
            )
        return tally.numbers(decimal)

    def _classes(self, columns: dict[str, RawColumn]) -> tuple[IntArray | None, list[Remark]]:
        column = columns.get(self._target)
        if column is None or self._target in {f.name for f in self.document.columns}:
            return None, []
        codes = _codes(column.tally, self.document.classes, self._decimal or ".")
        new = np.flatnonzero(codes == -2)
        if not len(new):
            return codes, []
        texts = [
            f"its class {shown(column.tally.texts[c])} is not one of the bundle's"
            for c in column.tally.codes[new].tolist()
        ]
        return np.maximum(codes, -1), [Remark("unknown-class", column.name, new, texts)]


def _require(needed: Sequence[str], names: Sequence[str]) -> None:
    known = set(names)
    missing = [name for name in needed if name not in known]
    if not missing:
        return
    spare = [name for name in names if name not in needed]
    folded = {" ".join(name.casefold().split()): name for name in spare}
    alike = folded.get(" ".join(missing[0].casefold().split()))
    if len(missing) == 1 or alike is not None:
        mend = f"Did you mean '{alike}'?" if alike else did_you_mean(missing[0], spare or names)
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise InputError(f"there is no column '{missing[0]}'{more}, which the bundle needs. {mend}")
    raise InputError(f"there are no columns {listed(missing)}, which the bundle needs.")


def _without_names(document: Document) -> str:
    names = [column.name for column in document.columns]
    return (
        f"the first row holds no names, and the bundle finds its columns by name "
        f"({listed(names, 4)}). Put a row of names on top."
    )


def _with_point(
    texts: Sequence[tuple[str, Tally]], columns: Sequence[RawColumn]
) -> tuple[str, str] | None:
    """A number with a decimal point, where there is one."""
    for name, tally in texts:
        for text, kind in zip(tally.texts, tally.kinds.tolist(), strict=True):
            if kind == Cell.NUMBER and "." in text:
                return name, text
    for column in columns:
        values = column.plain
        if values is not None:
            broken = values[(values != np.floor(values)) & ~np.isnan(values)]
            if len(broken):
                return column.name, repr(float(broken[0]))
    return None


def _codes(tally: Tally, known: Sequence[str], decimal: str) -> IntArray:
    """``(n_cases,)`` codes into ``known``; -1 where missing, -2 where the name is not known."""
    index = {name: i for i, name in enumerate(known)}
    lookup = np.fromiter(
        (
            _code(text, kind, index, decimal)
            for text, kind in zip(tally.texts, tally.kinds.tolist(), strict=True)
        ),
        np.int64,
        len(tally.texts),
    )
    return lookup[tally.codes]


def _code(text: str, kind: int, index: dict[str, int], decimal: str) -> int:
    if text in index:
        return index[text]
    if kind == Cell.MISSING:
        return -1
    if kind == Cell.NUMBER or (kind == Cell.COMMA and decimal == ","):
        return index.get(number_name(float(text.replace(",", "."))), -2)
    return -2


def _texts(column: RawColumn) -> list[str]:
    return [column.tally.texts[i] for i in column.tally.codes.tolist()]


def _far_remark(field: Field, far: FarValues) -> Remark:
    unit = f" {field.unit}" if field.unit else ""
    usual = f"{field.low:g} to {field.high:g}"
    texts = [
        f"{field.name} {value:g}{unit} is far outside {usual}" + (f", {c} would fit" if c else "")
        for value, c in zip(far.values.tolist(), far.conversions, strict=True)
    ]
    causes = [str(c) if c else None for c in far.conversions]
    return Remark("far-outside", field.name, far.places, texts, causes)


def _new_remark(field: Field, column: RawColumn, new: IntArray) -> Remark:
    texts = [
        f"{field.name} {shown(column.tally.texts[c])} was not in training, read as missing"
        for c in column.tally.codes[new].tolist()
    ]
    return Remark("unseen-category", field.name, new, texts)


def whole(table: RawTable, size: int) -> Iterator[tuple[RawTable, float]]:
    """A table that is in memory, some rows at a time."""
    n = table.n_cases
    for start in range(0, n, size):
        stop = min(start + size, n)
        columns = tuple(RawColumn(c.name, c.cells[start:stop]) for c in table.columns)
        part = RawTable(
            columns, table.rows[start:stop], table.header, table.delimiter, table.series
        )
        yield part, stop / n
