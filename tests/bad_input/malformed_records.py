"""WFDB records, arrays on the disk and series that cannot be read, by generator."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tests.bad_input.books import xlsx
from tests.data.ecg.written import write_record


@dataclass(frozen=True)
class Torn:
    """A sound record after ``harm`` was done to its folder."""

    name: str
    harm: Callable[[Path], None]
    says: str


def header(old: str, new: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        path = folder / "r1.hea"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    return harm


def whole(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(data) and None  # type: ignore[return-value]


def cut(name: str, n: int) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:n]) and None  # type: ignore[return-value]


def bent(name: str, at: int) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[at] ^= 0x55
        (folder / name).write_bytes(bytes(data))

    return harm


_LINE = "r1.dat 16 200 12 0"
HEADERS = {
    "channels of a word": ("r1 1 360", "r1 one 360", "number of channels"),
    "no channels": ("r1 1 360", "r1 0 360", "no channel"),
    "minus channels": ("r1 1 360", "r1 -1 360", "number of channels"),
    "more channels": ("r1 1 360", "r1 2 360", "channel"),
    "a million channels": ("r1 1 360", "r1 1000000 360", "channel"),
    "segments": ("r1 1 360", "r1/2 1 360", "segments"),
    "rate of zero": ("r1 1 360", "r1 1 0", "sampling rate of 0"),
    "rate of a word": ("r1 1 360", "r1 1 fast", "sampling rate"),
    "rate below zero": ("r1 1 360", "r1 1 -360", "sampling rate"),
    "rate not finite": ("r1 1 360", "r1 1 inf", "sampling rate"),
    "rate not a number": ("r1 1 360", "r1 1 nan", "sampling rate"),
    "rate beyond": ("r1 1 360", "r1 1 1e300", "sampling rate"),
    "rate missing": ("r1 1 360", "r1 1\n# 360", "sampling rate"),
    "name up the tree": ("r1 1 360", "../r1 1 360", "no plain name"),
    "file up the tree": ("r1.dat", "../r1.dat", "no plain name"),
    "file from the root": ("r1.dat", "/etc/passwd", "no plain name"),
    "file that is a command": ("r1.dat", "|ls", "no plain name"),
    "file that is not there": ("r1.dat", "r2.dat", "r2.dat"),
    "standard input": ("r1.dat", "-", ""),
    "unknown format": (_LINE, "r1.dat 8 200 12 0", "format '8'"),
    "format of a word": (_LINE, "r1.dat x 200 12 0", "format 'x'"),
    "compressed format": (_LINE, "r1.dat 516 200 12 0", "format '516'"),
    "own rate": (_LINE, "r1.dat 16x2 200 12 0", "rate or a shift"),
    "shift": (_LINE, "r1.dat 16:3 200 12 0", "rate or a shift"),
    "offset beyond": (_LINE, "r1.dat 16+999999 200 12 0", "bytes"),
    "gain of zero": (_LINE, "r1.dat 16 0 12 0", "gain 0"),
    "gain of a word": (_LINE, "r1.dat 16 x 12 0", "gain"),
    "gain not finite": (_LINE, "r1.dat 16 1e999 12 0", "gain"),
    "gain beyond": (_LINE, "r1.dat 16 1e30 12 0", "gain"),
    "gain missing": (_LINE, "r1.dat 16\n#", "no gain"),
    "unit of pressure": (_LINE, "r1.dat 16 200/mmHg 12 0", "no voltage"),
    "zero of a word": (_LINE, "r1.dat 16 200 12 x", "ADC zero"),
    "zero beyond": (_LINE, f"r1.dat 16 200 12 {'9' * 30}", "ADC zero"),
    "other format": (_LINE, "r1.dat 212 200 12 0", "do not belong together"),
    "wider format": (_LINE, "r1.dat 32 200 12 0", "do not belong together"),
    "signal line missing": ("\nr1.dat", "\n#r1.dat", "channel"),
}
TORN = [Torn(f"header, {n}", header(old, new), says) for n, (old, new, says) in HEADERS.items()]
TORN += [
    Torn("header empty", whole("r1.hea", b"\n"), ""),
    Torn("header of comments", whole("r1.hea", b"# a\n# b\n"), ""),
    Torn("header binary", whole("r1.hea", bytes(range(256))), ""),
    Torn("header large", whole("r1.hea", b"# a\n" * 300_000), ""),
    Torn("no samples", whole("r1.dat", b"\0"), "do not belong together"),
    *(Torn(f"samples cut at {n}", cut("r1.dat", n), "do not belong together") for n in (1, 2, 999, 5000)),
    *(Torn(f"sample bent at {n}", bent("r1.dat", n), "damaged") for n in (0, 1, 777, 4001)),
    Torn("samples of zeros", lambda f: whole("r1.dat", bytes((f / "r1.dat").stat().st_size))(f), "damaged"),
    Torn("marks behind the end", whole("r1.atr", np.array([1 << 10 | 1023] * 60 + [0], "<u2").tobytes()), "another recording"),
    Torn("marks of text", whole("r1.atr", b"N at 12\nN at 40\n" * 40), "r1.atr"),
    Torn("marks of ones", whole("r1.atr", b"\xff" * 64), "r1.atr"),
    Torn("marks cut", cut("r1.atr", 1), "r1.atr"),
    Torn("marks too many", whole("r1.atr", bytes(9 << 20)), "larger than any"),
]  # fmt: skip


def sound_record(folder: Path) -> Path:
    return write_record(folder)


def npy(array: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    return out.getvalue()


_X = np.arange(24, dtype=np.float32).reshape(8, 3)
_Y = np.array([0, 1] * 4)


def _having(value: float) -> Any:
    X = _X.copy()
    X[5, 1] = value
    return X


NPY = {
    "double": (npy(_X.astype("f8")), npy(_Y), "float32"),
    "whole numbers": (npy(_X.astype("i4")), npy(_Y), "float32"),
    "text": (npy(_X.astype("U4")), npy(_Y), "float32"),
    "big-endian": (npy(_X.astype(">f4")), npy(_Y), "float32"),
    "objects": (npy(np.array([{}])), npy(_Y), "no array of numbers"),
    "flat": (npy(_X[0]), npy(_Y), "shape (3,)"),
    "four axes": (npy(_X[None, None]), npy(_Y), "shape"),
    "no cases": (npy(_X[:0]), npy(_Y[:0]), "shape"),
    "NaN": (npy(_having(np.nan)), npy(_Y), "case 5"),
    "infinity": (npy(_having(np.inf)), npy(_Y), "case 5"),
    "no classes": (npy(_X), b"", "y.npy"),
    "short classes": (npy(_X), npy(_Y[:3]), "8 classes"),
    "classes that measure": (npy(np.zeros((99, 2), "f4")), npy(np.linspace(0, 1, 99)), "measurements"),
    "complex classes": (npy(_X), npy(_Y.astype(complex)), "classes are wanted"),
    "one class": (npy(_X), npy(_Y * 0), "one class"),
    "empty": (b"", npy(_Y), "no array of numbers"),
    "text file": (b"1,2,3\n", npy(_Y), "no array of numbers"),
    **{f"cut at {n}": (npy(_X)[:n], npy(_Y), "no array of numbers") for n in (5, 9, 60, 130, 200)},
}  # fmt: skip


@dataclass(frozen=True)
class BadSeries:
    """A file of series that is refused; ``{row}`` in ``says`` is the row of the fault."""

    name: str
    data: bytes
    says: str
    file: str = "a.csv"
    options: dict[str, Any] = field(default_factory=dict)


N = 30


def _days(row: int, stamp: str | None, value: str | None, sep: str = ",", ids: bool = False) -> str:
    lines = ["id,time,value" if ids else "time,value"]
    for i in range(N):
        t, v = f"2014-01-{i + 1:02}", f"{i * i}.5"
        if i + 2 == row:
            t, v = stamp if stamp is not None else t, value if value is not None else v
        lines.append(f"a,{t},{v}" if ids else f"{t},{v}")
    return "".join(line.replace(",", sep) + "\n" for line in lines)


_BAD_VALUES = {
    "word": "old", "infinity": "inf", "overflow": "1e400", "code": "007", "underscore": "1_0",
    "unit": "5 kW", "hexadecimal": "0x1F", "full-width": "１２", "print minus": "−5",
}  # fmt: skip
_BAD_STAMPS = {
    "word": "soon", "no day": "2014-02-31", "no month": "2014-13-01", "empty": "",
    "far": "2914-01-01", "weekday": "Monday", "other form": "03/01/2014", "clock": "12:00",
    "hour 25": "2014-01-01 25:00", "year 0": "0000-01-01",
}  # fmt: skip
SERIES = [
    BadSeries(f"{form}, value: {name}, {word}", _days(row, None, cell, d, ids).encode(),
              f"row {row}", options={"series": "id"} if ids else {})
    for form, ids, row in (("plain", False, 20), ("long", True, 9))
    for d, word in ((",", "commas"), (";", "semicolons"))
    for name, cell in _BAD_VALUES.items()
]  # fmt: skip
SERIES += [
    BadSeries(f"{form}, stamp: {name}", _days(row, cell, None, ids=ids).encode(), "row",
              options={"series": "id"} if ids else {})
    for form, ids, row in (("plain", False, 20), ("long", True, 9))
    for name, cell in _BAD_STAMPS.items()
]  # fmt: skip


def _wide(row: int, hour: int, cell: str) -> str:
    head = ["date", *(f"H{h}" for h in range(1, 25))]
    body = [[f"2014-01-{i + 1:02}", *(f"{i + h}.5" for h in range(24))] for i in range(12)]
    body[row - 2][hour] = cell
    return "".join(",".join(r) + "\n" for r in [head, *body])


SERIES += [
    BadSeries(f"a day a row: {name}", _wide(7, 5, cell).encode(), "row 7, column 'H5'")
    for name, cell in _BAD_VALUES.items()
]
SERIES += [
    BadSeries(f"a day a row, stamp: {name}", _wide(7, 0, cell).encode(), "row")
    for name, cell in _BAD_STAMPS.items()
    if name != "clock"
]
SERIES += [
    BadSeries("workbook: word", xlsx([["time", "value"], ["2014-01-01", 1], ["2014-01-02", "x"], ["2014-01-03", 2], ["2014-01-04", 2]]), "row 3", "a.xlsx"),
    BadSeries("workbook: torn", xlsx([["time", "value"]])[:-40], "damaged", "a.xlsx"),
    BadSeries("Parquet: torn", b"PAR1" + bytes(64) + b"PAR1", "damaged", "a.parquet"),
]  # fmt: skip
