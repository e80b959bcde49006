"""Files that cannot be read in exactly one way, made on the spot, and what must be said of each."""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Malformed:
    """``says`` must stand in the refusal; ``options`` go to ``read``."""

    name: str
    file: str
    data: bytes
    says: str
    options: dict[str, Any] = field(default_factory=dict)


def rows(*lines: str, end: str = "\n") -> bytes:
    return (end.join(lines) + end).encode()


def table(
    n: int = 12, *, header: str = "age,chol,target", replace: dict[int, str] | None = None
) -> bytes:
    """A sound table of two features; ``replace`` puts other text in a line (1 is the header)."""
    lines = [header, *(f"{40 + i},{200 + 7 * i}.5,{i % 2}" for i in range(n))]
    for line, text in (replace or {}).items():
        lines[line - 1] = text
    return rows(*lines)


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def huge_npz() -> bytes:
    """An archive whose header asks for 8 TB and that holds nothing."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f8", "fortran_order": False, "shape": (10**6, 10**6)}
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("X.npy", head.getvalue())
    return out.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def ts(
    *lines: str, header: str = "@problemName p\n@univariate true\n@classLabel true a b"
) -> bytes:
    return rows(header, "@data", *lines)


def arff(*lines: str, kind: str = "{yes,no}") -> bytes:
    return rows(
        "@relation r", "@attribute age numeric", f"@attribute class {kind}", "@data", *lines
    )


_X = np.arange(24.0).reshape(8, 3)
_Y = np.array([0, 1] * 4)
_CSV_1252 = "größe,geschlecht,target\n1.5,männlich,0\n2.5,weiblich,1\n".encode("cp1252")

TEXTS = [
    Malformed("empty", "a.csv", b"", "empty"),
    Malformed("only a mark", "a.csv", b"\xef\xbb\xbf", "no rows"),
    Malformed("only blank lines", "a.csv", b"\n\n \r\n", "no rows"),
    Malformed("header only", "a.csv", b"age,chol,target\n", "no rows below"),
    Malformed("one column", "a.csv", rows("age", "1", "2"), "one column"),
    Malformed("no delimiter", "a.csv", rows("age chol target", "1 2 0", "2 3 1"), "one column"),
    Malformed("long row", "a.csv", table(replace={5: "44,228.5,1,9"}), "row 5 has 4 cells"),
    Malformed("short row", "a.csv", table(replace={7: "44,228.5"}), "row 7 has 2 cells"),
    Malformed("all rows long", "a.csv", rows("a,target", "1,2,0", "3,4,1"), "row 2 has 3 cells"),
    Malformed("row number column", "a.csv", rows("a,target", '"1",5,0', '"2",6,1'), "3 cells"),
    Malformed("title line", "a.csv", rows("My study", "a,target", "1,0", "2,1"), "title"),
    Malformed("open quote", "a.csv", table(replace={5: '"44,228.5,1'}), "never closed"),
    Malformed("text after quote", "a.csv", table(replace={5: '"44"x,228.5,1'}), "quote"),
    Malformed("endless cell", "a.csv", table(replace={5: "4" * 200_000 + ",1,1"}), "131,072"),
    Malformed("same name twice", "a.csv", table(header="age,age,target"), "'age' stands twice"),
    Malformed("NUL bytes", "a.csv", table(replace={5: "44,\0,1"}), "NUL"),
    Malformed("UTF-16 without mark", "a.csv", "a,target\n1,0\n2,1\n".encode("utf-16-le"), "NUL"),
    Malformed("torn UTF-16", "a.csv", "a,target\n1,0\n".encode("utf-16")[:-1], "utf-16"),
    Malformed("binary", "a.csv", bytes(range(1, 256)) * 40 + b"\0", "NUL"),
    Malformed("wrong encoding asked", "a.csv", _CSV_1252, "not utf-8", {"encoding": "utf-8"}),
    Malformed(
        "no such encoding", "a.csv", table(), "no encoding 'klingon'", {"encoding": "klingon"}
    ),
    Malformed("infinity", "a.csv", table(replace={4: "42,inf,1"}), "row 4, column 'chol': 'inf'"),
    Malformed("overflow", "a.csv", table(replace={4: "42,1e999,1"}), "1e999"),
    Malformed("stray text", "a.csv", table(replace={9: "42,n/a?,1"}), "row 9, column 'chol'"),
    Malformed("unit", "a.csv", table(replace={9: "42,214 mg,1"}), "'214 mg' is not a number"),
    Malformed("below limit", "a.csv", table(replace={9: "42,<200,1"}), "'<200'"),
    Malformed("thousands", "a.csv", table(replace={9: '42,"1,214",1'}), "comma inside"),
    Malformed("underscore", "a.csv", table(replace={9: "42,1_214,1"}), "plain number"),
    Malformed("wide digits", "a.csv", table(replace={9: "42,２１４,1"}), "plain number"),
    Malformed("minus sign", "a.csv", table(replace={9: "42,−214,1"}), "plain number"),
    Malformed("hexadecimal", "a.csv", table(replace={9: "42,0x1F,1"}), "'0x1F'"),
    Malformed("both marks", "a.csv", rows("a;b;target", "1,5;2.5;0", "2,5;3.5;1"), "decimal mark"),
    Malformed("comma in doubt", "a.csv", rows("a;target", "1,234;0", "2,345;1"), "1234 or 1.234"),
    Malformed("grouped", "a.csv", rows("a;target", "1.234,5;0", "2.345,5;1"), "plain number"),
    Malformed("spaced thousands", "a.csv", rows("a;target", "1 234;0", "2 345;1"), "plain number"),
    Malformed(
        "two delimiters", "a.csv", rows("a,b;c,target", "1,2;3,0", "4,5;6,1"), "could separate"
    ),
    Malformed(
        "headerless words", "a.csv", rows("63,male,1", "37,male,0", "41,female,1"), "--no-header"
    ),
    Malformed(
        "headerless categories", "a.csv", rows("x,no", "y,yes", "x,yes", "y,no"), "--no-header"
    ),
    Malformed("class missing", "a.csv", table(replace={4: "42,214.5,"}), "empty in row 4"),
    Malformed("one class", "a.csv", rows("a,target", "1,1", "2,1", "3,1"), "one class only"),
    Malformed("no such target", "a.csv", table(), "Did you mean 'target'", {"target": "tarqet"}),
    Malformed("no such group", "a.csv", table(), "--group", {"group": "patient"}),
    Malformed("no such id", "a.csv", table(), "--id", {"id": "number"}),
    Malformed("no such drop", "a.csv", table(), "--drop", {"drop": ["number"]}),
    Malformed("no such category", "a.csv", table(), "--categorical", {"categorical": ["sex"]}),
    Malformed("target dropped", "a.csv", table(), "--target", {"drop": ["age"], "target": "age"}),
    Malformed("group missing", "a.csv", table(replace={4: ",214.5,1"}), "row 4", {"group": "age"}),
    Malformed("nothing left", "a.csv", rows("a,target", "1,0", "1,1"), "no column is left"),
    Malformed("measured target", "a.csv", table(60), "measurement", {"target": "chol"}),
    Malformed(
        "free text target",
        "a.csv",
        rows("a,target", *(f"{i},note {i}" for i in range(30))),
        "no class",
    ),
    Malformed("stray class", "a.csv", table(replace={4: "42,214.5,x"}), "row 4, column 'target'"),
    Malformed("sheet of a text", "a.csv", table(), "no sheets", {"sheet": "one"}),
    Malformed(
        "text as signals", "a.csv", table(replace={4: "42,low,1"}), "row 4", {"signals": True}
    ),
    Malformed("no label", "a.csv", rows("0.5,1.5,2.5", "1.5,2.5,3.5"), "first", {"signals": True}),
    Malformed(
        "two labels", "a.csv", rows("1,.5,1", "2,.7,2", "1,.1,2"), "first", {"signals": True}
    ),
    Malformed("ragged signals", "a.tsv", rows("1\t.5\t.6", "2\t.7"), "row 2 has 2 cells"),
    Malformed("empty signal", "a.tsv", rows("1\t.5\t.6", "2\tNaN\tNaN"), "row 2 has no values"),
    Malformed("beyond float32", "a.tsv", rows("1\t.5\t1e39", "2\t.7\t.8"), "3.4e38"),
    Malformed("spaced ragged", "a.txt", rows(" 1 .5 .6", " 2 .7"), "row 2 has 2 cells"),
    Malformed("stray in signals", "a.tsv", rows("1\t.5\t.6", "2\t.7\tx", "1\t.7\t.3"), "row 2"),
]

OTHERS = [
    Malformed("unknown ending", "a.docx", table(), "'.docx' is not known"),
    Malformed("archive", "a.csv", gzip.compress(table()), "gzip"),
    Malformed("zip as text", "a.csv", zipped("a.csv", table()), "content is"),
    Malformed("PDF", "a.csv", b"%PDF-1.7\n%\xe2", "PDF"),
    Malformed("picture", "a.csv", b"\x89PNG\r\n\x1a\n", "picture"),
    Malformed("single array", "a.npz", b"\x93NUMPY\x01\x00", "numpy.savez"),
    Malformed("text as workbook", "a.xlsx", table(), "rename it to .csv"),
    Malformed("text as old workbook", "a.xls", table(), "rename it to .csv"),
    Malformed("torn workbook", "a.xlsx", zipped("xl/workbook.xml", b"<x/>")[:-30], "damaged"),
    Malformed("zip as workbook", "a.xlsx", zipped("a.csv", table()), "is none"),
    Malformed("zip as open document", "a.ods", zipped("a.csv", table()), "is none"),
    Malformed(
        "torn old workbook", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook"
    ),
    Malformed(
        "locked workbook",
        "a.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    Malformed("text as Parquet", "a.parquet", table(), "content is not"),
    Malformed("torn Parquet", "a.parquet", b"PAR1" + b"\0" * 64 + b"PAR1", "damaged"),
    Malformed("no X", "a.npz", npz(y=_Y), "no array 'X'"),
    Malformed("unknown array", "a.npz", npz(X=_X, yy=_Y), "'yy' is not known"),
    Malformed("objects", "a.npz", npz(X=np.array([[{}]], dtype=object), y=_Y), "Python objects"),
    Malformed("other length", "a.npz", npz(X=_X, y=_Y[:3]), "X has 8 cases"),
    Malformed("text in X", "a.npz", npz(X=_X.astype(str), y=_Y), "not numbers"),
    Malformed("flat X", "a.npz", npz(X=_X[0], y=_Y), "shape"),
    Malformed("infinite X", "a.npz", npz(X=np.full((8, 2), np.inf), y=_Y), "not finite"),
    Malformed("huge header", "a.npz", huge_npz(), "says it has"),
    Malformed("torn npz", "a.npz", npz(X=_X, y=_Y)[:-60], "damaged"),
    Malformed("signals without class", "a.npz", npz(X=_X[:, None, :]), "no classes"),
    Malformed("rate of zero", "a.npz", npz(X=_X[:, None, :], y=_Y, sampling_rate=0), "Hz"),
    Malformed("no @data", "a.ts", rows("@problemName p", "@classLabel true a b"), "no @data"),
    Malformed("no cases", "a.ts", ts(), "no cases"),
    Malformed("unknown key", "a.ts", rows("@problemnam p", "@data"), "Did you mean"),
    Malformed("data too early", "a.ts", rows("1,2,3:a", "@data"), "line 1"),
    Malformed("unknown class", "a.ts", ts("1,2:a", "1,2:c"), "line 6: the class 'c'"),
    Malformed("time stamps", "a.ts", ts("(0,1),(1,2):a"), "time stamps"),
    Malformed("time stamps said", "a.ts", ts("1,2:a", header="@timeStamps true"), "time stamps"),
    Malformed("regression", "a.ts", ts("1,2:5", header="@targetLabel true"), "regression"),
    Malformed("word in ts", "a.ts", ts("1,x:a", "1,2:b"), "line 5: 'x'"),
    Malformed("infinity in ts", "a.ts", ts("1,inf:a", "1,2:b"), "'inf'"),
    Malformed(
        "unequal though equal",
        "a.ts",
        ts("1,2:a", "1:b", header="@equalLength true\n@classLabel true a b"),
        "case 2 has 1",
    ),
    Malformed(
        "channels differ",
        "a.ts",
        ts("1,2:3,4:a", "1,2:b", header="@classLabel true a b"),
        "case 2 has 1 channels",
    ),
    Malformed("too many channels", "a.ts", ts("1,2:3,4:a", "1,2:3,4:b"), "header says 1"),
    Malformed(
        "channel lengths differ",
        "a.ts",
        ts("1,2:3:a", header="@classLabel true a b"),
        "differ in length",
    ),
    Malformed("relational", "a.arff", arff("1,yes", kind="relational"), "relational"),
    Malformed("sparse", "a.arff", arff("{0 1, 1 yes}"), "sparse"),
    Malformed("undeclared value", "a.arff", arff("1,yes", "2,maybe"), "'maybe' is not among"),
    Malformed("ragged arff", "a.arff", arff("1,yes", "2"), "line 6 has 1 values"),
    Malformed("word in arff", "a.arff", arff("1,yes", "x,no"), "line 6, attribute 'age': 'x'"),
    Malformed("infinity in arff", "a.arff", arff("1,yes", "1e999,no"), "finite"),
    Malformed("unknown type", "a.arff", arff("1,yes", kind="colour"), "not known"),
    Malformed("open brace", "a.arff", arff("1,yes", kind="{yes,no"), "brace"),
    Malformed("no arff data", "a.arff", rows("@relation r", "@attribute a numeric"), "no @data"),
    Malformed("empty arff", "a.arff", arff(), "no rows"),
    Malformed("open quote in arff", "a.arff", arff("1,'yes", "2,no"), "quote"),
]

MALFORMED = [*TEXTS, *OTHERS]
