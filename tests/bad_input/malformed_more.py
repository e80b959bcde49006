"""Malformed files by generator: each fault in every format and place that it can stand in."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from tests.bad_input.books import packed
from tests.bad_input.malformed import Malformed, arff, npz, rows, ts
from tests.bad_input.more_pairs import parquet, recast

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
N_ROWS = 30


def grid() -> list[list[str]]:
    """A sound table of three features and a class."""
    head = ["age", "chol", "pulse", "target"]
    body = [[str(40 + i), f"{200 + 7 * i}.5", f"{60 + i}.25", str(i % 2)] for i in range(N_ROWS)]
    return [head, *body]


def text(table: list[list[str]], sep: str = ",") -> str:
    return "".join(sep.join(row) + "\n" for row in table)


def put(row: int, column: int, cell: str) -> list[list[str]]:
    """The sound table with another cell; rows are those of the file."""
    table = grid()
    table[row - 1][column] = cell
    return table


def long(row: int) -> list[list[str]]:
    table = grid()
    table[row - 1].append("9")
    return table


def short(row: int) -> list[list[str]]:
    table = grid()
    table[row - 1].pop()
    return table


def _row(table: list[list[str]], cells: list[str], at: int) -> list[list[str]]:
    return [*table[: at - 1], cells, *table[at - 1 :]]


FAULTS: dict[str, tuple[list[list[str]], str]] = {
    "long row": (long(9), "row 9 has 5 cells"),
    "short row": (short(17), "row 17 has 3 cells"),
    "open quote": (put(12, 1, '"12'), "never closed"),
    "text after quote": (put(12, 1, '"12"x'), "quote"),
    "word": (put(21, 0, "old"), "row 21, column 'age': 'old'"),
    "infinity": (put(31, 2, "-inf"), "row 31, column 'pulse': '-inf'"),
    "overflow": (put(30, 1, "1e400"), "row 30, column 'chol': '1e400'"),
    "hexadecimal": (put(5, 1, "0x1f"), "row 5, column 'chol'"),
    "underscore": (put(6, 1, "1_000"), "row 6, column 'chol'"),
    "code": (put(7, 0, "007"), "row 7, column 'age': '007'"),
    "unit": (put(8, 1, "201 mg"), "row 8, column 'chol': '201 mg'"),
    "class missing": (put(23, 3, ""), "empty in row 23"),
    "stray class": (put(23, 3, "x"), "row 23, column 'target'"),
    "name twice": (put(1, 1, "age"), "'age' stands twice"),
    "header again": (_row(grid(), grid()[0], 15), "looks like data"),
    "NUL": (put(11, 1, "2\0"), "line 11 holds a NUL"),
}
TEXTS = [
    Malformed(f"{name}, {word}", "a.tsv" if d == "\t" else "a.csv", text(table, d).encode(), says)
    for name, (table, says) in FAULTS.items()
    for d, word in DELIMITERS.items()
]
_ENCODED = {"UTF-8 with mark": "utf-8-sig", "UTF-16": "utf-16", "UTF-32": "utf-32"}
TEXTS += [
    Malformed(f"{name}, {word}", "a.csv", text(FAULTS[name][0]).encode(codec), FAULTS[name][1])
    for name in (
        "long row",
        "open quote",
        "word",
        "infinity",
        "code",
        "class missing",
        "name twice",
    )
    for word, codec in _ENCODED.items()
]
TEXTS += [
    Malformed(f"word, {word}", "a.csv", text(put(21, 0, "old")).replace("\n", end).encode(), "row 21")
    for word, end in {"CRLF": "\r\n", "CR only": "\r"}.items()
]  # fmt: skip


def lines(
    kind: Callable[..., bytes], file: str, cases: dict[str, tuple[bytes, str]]
) -> list[Malformed]:
    return [Malformed(f"{file}: {n}", file, data, says) for n, (data, says) in cases.items()]


_TS = "@classLabel true a b"
SIGNALS = lines(
    ts,
    "a.ts",
    {
        **{
            f"'{word}' in line {i + 5}": (
                ts(*(f"1,{word if i == j else 2}:{'ab'[j % 2]}" for j in range(8))),
                f"line {i + 5}: '{word}'",
            )
            for i in (0, 4, 7)
            for word in ("x", "inf", "1e999", "0x1", "007", "1_0", "１")
        },
        "class missing": (ts("1,2:a", "1,2"), "line 6"),
        "class empty": (ts("1,2:a", "1,2:"), "line 6: the class ''"),
        "colon twice": (ts("1,2:a", "1,2::b"), "line 6 has 2 channels"),
        "key without sign": (rows("problemName p", "@data", "1:a"), "line 1: data before"),
        "empty key": (rows("@classLabel", "@data", "1:a"), "says nothing"),
        "one class": (ts("1,2:a", "2,3:a"), "one class"),
        "NUL": (ts("1,2:a", "1,\0:b"), "NUL"),
        "torn UTF-16": (ts("1,2:a").decode().encode("utf-16")[:-1], "utf-16"),
        "no classes": (rows("@classLabel false", "@data", "1,2,3"), "no class"),
        "empty case": (ts("1,2:a", ":b"), "has no values"),
    },
)
SIGNALS += lines(
    arff,
    "a.arff",
    {
        **{
            f"'{word}' in line {i + 5}": (
                arff(*(f"{word if i == j else j},{('yes', 'no')[j % 2]}" for j in range(8))),
                f"line {i + 5}, attribute 'age': '{word}'",
            )
            for i in (0, 7)
            for word in ("x", "inf", "0x1", "007", "1_0", "１")
        },
        "row of three": (arff("1,yes", "2,no,3"), "line 6 has 3 values"),
        "empty row cell": (arff("1,yes", "2,"), "line 6: '' is not among"),
        "capitals": (arff("1,yes", "2,No"), "'No' is not among"),
        "weights": (arff("1,yes,{3}", "2,no"), "line 5 has 3 values"),
        "one attribute": (rows("@attribute a numeric", "@data", "1"), "fewer than two"),
        "name twice": (
            rows("@attribute a numeric", "@attribute a {x,y}", "@data", "1,x"),
            "'a' stands twice",
        ),
        "no attributes": (rows("@relation r", "@data", "1,2"), "fewer than two"),
        "attribute without type": (rows("@attribute a", "@data", "1"), "is not an @attribute"),
        "key unknown": (rows("@attribut a numeric", "@data", "1"), "is not an @attribute"),
        "unknown type": (rows("@attribute a float", "@data", "1"), "not known"),
        "open quote in a name": (rows("@attribute 'a numeric", "@data", "1"), "fewer than two"),
        "NUL": (arff("1,yes", "\0,no"), "NUL"),
        "sparse row": (arff("1,yes", "{0 1}"), "line 6: sparse"),
        "one class": (arff("1,yes", "2,yes"), "one class"),
        "class missing": (arff("1,yes", "2,?"), "empty in"),
    },
)
SIGNALS += lines(
    ts,
    "a.tsv",
    {
        f"{word} in row {i}": (
            rows(*(f"{j % 2 + 1}\t.5\t{cell if i == j else '.6'}\t.7" for j in range(1, 9))),
            f"signal {i}" if word == "overflow" else f"row {i}",
        )
        for i in (2, 5, 8)
        for word, cell in {
            "word": "x", "infinity": "inf", "long row": ".6\t.6", "overflow": "1e39"
        }.items()
    },
)  # fmt: skip

_X = np.arange(24.0).reshape(8, 3)
_Y = np.array([0, 1] * 4)
_S = _X[:, None, :]


def npy(array: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


_GOOD = npz(X=_X, y=_Y)
ARRAYS = lines(
    npz,
    "a.npz",
    {
        **{f"torn at {k} %": (_GOOD[: len(_GOOD) * k // 100], "damaged") for k in (10, 40, 60, 90, 99)},
        **{
            f"X of shape {X.shape}": (npz(X=X, y=_Y), "shape")
            for X in (np.zeros(8), np.zeros((8, 0)), np.zeros((0, 3)), np.zeros((8, 1, 1, 1)), np.float64(1))
        },
        **{
            f"X of {X.dtype}": (npz(X=X, y=_Y), "not numbers")
            for X in (_X.astype(complex), _X.astype("S4"), _X.astype("U4"), _X.astype("M8[s]"))
        },
        **{
            f"y of shape {y.shape}": (npz(X=_X, y=y), "X has 8 cases")
            for y in (np.zeros(7), np.zeros((8, 1)), np.zeros(9), np.float64(1))
        },
        **{
            f"{word} in X": (npz(X=np.where(np.arange(24).reshape(8, 3) == 13, v, _X), y=_Y), "case 5")
            for word, v in {"infinity": np.inf, "minus infinity": -np.inf}.items()
        },
        **{
            f"sampling rate of {r}": (npz(X=_S, y=_Y, sampling_rate=r), "Hz")
            for r in (-1, np.nan, np.inf, "fast", [1, 2])
        },
        "groups short": (npz(X=_X, y=_Y, groups=_Y[:3]), "'groups' has the shape"),
        "ids short": (npz(X=_X, y=_Y, ids=_Y[:3]), "'ids' has the shape"),
        "names short": (npz(X=_X, y=_Y, names=["a"]), "'names' has 1"),
        "names twice": (npz(X=_X, y=_Y, names=["a", "a", "b"]), "'names' has 2"),
        "names of channels": (npz(X=_S, y=_Y, names=["a", "b"]), "'names' has 2"),
        "near X": (npz(x=_X, y=_Y), "'x' is not known"),
        "empty": (packed({}), "no array 'X'"),
        "no header": (packed({"X.npy": b"", "y.npy": npy(_Y)}), "header"),
        "header only": (packed({"X.npy": npy(_X)[:128], "y.npy": npy(_Y)}), "stored"),
        "cut array": (packed({"X.npy": npy(_X)[:-8], "y.npy": npy(_Y)}), "cut off"),
        "one class": (npz(X=_X, y=np.zeros(8)), "one class"),
    },
)  # fmt: skip
_PARQUET = parquet()


def _bent(at: int) -> bytes:
    data = bytearray(_PARQUET)
    data[at] ^= 0xFF
    return bytes(data)


ARRAYS += lines(
    npz,
    "a.parquet",
    {
        **{f"torn at {k} %": (_PARQUET[: len(_PARQUET) * k // 100], "damaged") for k in (10, 50, 90, 99)},
        **{f"footer bent at {k}": (_bent(-k), "damaged") for k in (5, 6, 7, 8)},
        "binary": (parquet(recast("sex", lambda pa: pa.binary())), "column 'sex' is nested or binary"),
        "lists": (parquet(lambda t, pa: t.set_column(0, "age", pa.array([[1]] * 8))), "'age' is nested"),
        "structs": (parquet(lambda t, pa: t.set_column(0, "age", pa.array([{"a": 1}] * 8))), "'age' is nested"),
        "text that is not UTF-8": (parquet().replace(b"female", b"f\xe1male"), "column 'sex' (string)"),
        "a date beyond": (parquet(lambda t, pa: t.set_column(0, "age", pa.array([2**62] * 8, pa.timestamp("us")))), "column 'age' (timestamp"),
        "no rows": (parquet(lambda t, pa: t[:0]), "no rows"),
        "no columns": (parquet(lambda t, pa: t.select([])), "no rows"),
        "name twice": (parquet(lambda t, pa: t.rename_columns(["a", "a", "b", "target"])), "'a' stands twice"),
        "infinity": (parquet(lambda t, pa: t.set_column(0, "age", pa.array([1.0] * 5 + [np.inf] * 3))), "row 6, column 'age'"),
        "class missing": (parquet(lambda t, pa: t.set_column(3, "target", pa.array([0, 1, None, 1] * 2))), "empty in rows 3, 7"),
        "word": (parquet(lambda t, pa: t.set_column(0, "age", pa.array(["1", "2", "x", "4"] * 2))), "row 3, column 'age': 'x'"),
    },
)  # fmt: skip

MORE = [*TEXTS, *SIGNALS, *ARRAYS]
