"""Whatever a person gives wrong ends in exit code 2, one line, and nothing written."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.bad_input.malformed import npz, rows, table
from tests.cli.command import run, tree
from tests.data.workbook import write_workbook

Files = dict[str, bytes]
SOUND: Files = {"a.csv": table(60)}


@dataclass(frozen=True)
class Bad:
    """``says`` must stand in the one line; ``make`` lays files that bytes cannot be."""

    name: str
    arguments: str
    says: str
    files: Files | None = None
    make: Callable[[Path], object] | None = None


def signals(n: int = 40, width: int = 8, classes: str = "12", seed: int = 0) -> bytes:
    """A UCR file: the class, then the values."""
    rng = np.random.default_rng(seed)
    lines = [
        "\t".join([classes[i % len(classes)], *(f"{v:.3f}" for v in rng.normal(size=width))])
        for i in range(n)
    ]
    return rows(*lines)


def beside(test: bytes) -> Files:
    return SOUND | {"b.csv": test}


def ecgs(test: bytes) -> Files:
    return {"a.tsv": signals(), "b.tsv": test}


def far_cell(folder: Path) -> None:
    first, last = '<row r="1"><c r="A1"><v>1</v></c></row>', '<c r="XFD1048576"><v>1</v></c>'
    write_workbook(folder / "a.xlsx", {"one": f'{first}<row r="1048576">{last}</row>'})


def workbook(folder: Path) -> None:
    write_workbook(
        folder / "a.xlsx", {"one": [["a", "target"], [1, "x"], [2, "y"], [3, "x"], [4, "y"]]}
    )


def nested_parquet(folder: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(
        pa.table({"a": [{"b": 1}, {"b": 2}], "target": ["x", "y"]}), folder / "a.parquet"
    )


def locked_folder(folder: Path) -> None:
    (folder / "a.csv").write_bytes(table(60))
    (folder / "locked").mkdir(mode=0o500)


LOCKED_WORKBOOK = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le")
)
STAMPED = rows(
    "@problemName p", "@timestamps true", "@classLabel true 1 2", "@data", "(0,1),(1,2):1"
)
TS = rows("@problemName p", "@classLabel true 1 2", "@data", "(0,1),(1,2):1", "(0,2),(1,2):2")
RECORDS = npz(X=np.array([[{}]], dtype=object), y=np.array([1]))
GROUPS = rows("a,p,target", *(f"{i},{i % 3},{i % 2}" for i in range(30)))
FLAT_CHOL = rows("a,b,target", *(f"{i},,{i % 2}" for i in range(30)))


def compare(extra: str = "") -> str:
    return f"compare a.csv {extra}"


def models(text: str) -> str:
    return f"compare a.csv --models {text}"


def predict(extra: str = "", models: str = "majority", to: str = "b.csv") -> str:
    train = "a.tsv" if to.endswith(".tsv") else "a.csv"
    return f"predict {train} {to} --models {models} {extra}"


def answer(extra: str = "", to: str = "s.csv") -> str:
    return predict(f"--submission {to} {extra}")


def new_ecgs(cases: bytes) -> Files:
    """Signals without a class in front: one point more than ``cases`` were made with."""
    return {"a.tsv": signals(width=7), "b.tsv": cases}


NEW = rows("Id,s", *(f"{i},1.5" for i in range(40)))


def ids_in(cases: bytes) -> Files:
    return {
        "a.csv": rows("Id,s,target", *(f"{i},{i / 3:.3f},{i % 2}" for i in range(40))),
        "b.csv": cases,
    }


def locked_contest(folder: Path) -> None:
    for name, content in ids_in(NEW).items():
        (folder / name).write_bytes(content)
    (folder / "locked").mkdir(mode=0o500)


BOTH = "compare a.tsv --test b.tsv"

BAD = [
    # the file
    Bad("missing file", "compare b.csv", "b.csv: "),
    Bad("near file", "compare b.csv", "Did you mean", {"bb.csv": table(60)}),
    Bad("folder", "compare ./here", "folder", make=lambda f: (f / "here").mkdir()),
    Bad("empty file", compare(), "empty", {"a.csv": b""}),
    Bad("header only", compare(), "a.csv: ", {"a.csv": rows("a,target")}),
    Bad("binary", compare(), "a.csv: ", {"a.csv": bytes(range(256)) * 40}),
    Bad("wrong extension", "compare a.docx", "'.docx' is not known", {"a.docx": table()}),
    Bad("duplicate columns", compare(), "stands twice", {"a.csv": table(header="b,b,target")}),
    Bad("ragged rows", compare(), "row 5 has 4 cells", {"a.csv": table(replace={5: "1,2,3,4"})}),
    Bad("infinity", compare(), "row 4, column 'chol'", {"a.csv": table(replace={4: "42,inf,1"})}),
    Bad("text in numbers", compare(), "row 9", {"a.csv": table(replace={9: "42,high,1"})}),
    Bad("class missing", compare(), "empty in row 4", {"a.csv": table(replace={4: "42,214.5,"})}),
    Bad("one class", compare(), "one class only", {"a.csv": rows("a,target", "1,1", "2,1")}),
    Bad("column of nothing, alone", compare("--drop a"), "no column is left", {"a.csv": FLAT_CHOL}),
    Bad("nothing left", compare("--drop age,chol"), "no column is left"),
    Bad("far cell", "compare a.xlsx", "a.xlsx: ", {}, far_cell),
    Bad("locked workbook", "compare a.xlsx", "password", {"a.xlsx": LOCKED_WORKBOOK}),
    Bad("no such sheet", "compare a.xlsx --sheet two", "'two'", {}, workbook),
    Bad("nested parquet", "compare a.parquet", "a.parquet: ", {}, nested_parquet),
    Bad("objects in npz", "compare a.npz", "Python objects", {"a.npz": RECORDS}),
    Bad("time stamps", "compare a.ts", "time stamps", {"a.ts": TS}),
    Bad("time stamps said", "compare a.ts", "time stamps", {"a.ts": STAMPED}),
    # the columns
    Bad("target misspelt", compare("--target tarqet"), "Did you mean 'target'"),
    Bad("group missing", compare("--group patient"), "--group"),
    Bad("id missing", compare("--id number"), "--id"),
    Bad("drop missing", compare("--drop number"), "--drop"),
    Bad("categorical missing", compare("--categorical sex"), "--categorical"),
    Bad("measured target", compare("--target chol"), "chol"),
    Bad("encoding", compare("--encoding klingon"), "klingon"),
    # the plan
    Bad("one fold", compare("--folds 1"), "--folds"),
    Bad("folds above class", compare("--folds 31"), "Use --folds 30"),
    Bad("folds in words", compare("--folds five"), "'five'"),
    Bad("no repeats", compare("--repeats 0"), "--repeats"),
    Bad("groups below folds", compare("--group p"), "3 groups", {"a.csv": GROUPS}),
    Bad("negative seed", compare("--seed -1"), "--seed"),
    Bad("metric", compare("--metric acuracy"), "acuracy"),
    # the models
    Bad("unknown model", models("lstmm"), "'lstm'"),
    Bad("empty name", models("logistic,"), "--models"),
    Bad("unknown setting", models("lstm:unit=3"), "'units'"),
    Bad("setting without value", models("lstm:units"), "setting=value"),
    Bad("no epochs", compare("--epochs 0"), "--epochs"),
    Bad("negative epochs", compare("--epochs -1"), "--epochs"),
    Bad("negative epochs of one", models("lstm:epochs=-1"), "'epochs'"),
    Bad("no epochs of one", models("mlp:epochs=0"), "'epochs'"),
    Bad("epochs in parts", models("mlp:epochs=1.5"), "'epochs'"),
    Bad("optimizer", models("lstm:optimizer=adm"), "'adam'"),
    Bad("units in words", models("lstm:units=abc"), "'units'"),
    Bad("no units", models("gru:units=0"), "'units'"),
    Bad("units in parts", models("rnn:units=64+1.5"), "'units'"),
    Bad("dropout above 1", models("mlp:dropout=1.5"), "'dropout'"),
    Bad("pooling", models("gru:pooling=lost"), "'last'"),
    Bad("feed", models("lstm:feed=rows"), "'row'"),
    Bad("direction", models("lstm:bidirectional=2"), "true or false"),
    Bad("heads", models("transformer:heads=5"), "'heads'"),
    Bad("kernels", models("lstm-fcn:kernels=8"), "kernels"),
    Bad("learning rate", models("mlp:learning_rate=nan"), "'learning_rate'"),
    Bad("negative learning rate", models("mlp:learning_rate=-1"), "'learning_rate'"),
    Bad("device", models("mlp:device=abacus"), "device"),
    Bad("early stopping", models("mlp:early_stopping=soon"), "early_stopping"),
    Bad("validation fraction", models("mlp:validation_fraction=2"), "validation_fraction"),
    Bad("random state", models("mlp:random_state=x"), "random_state"),
    Bad("random state of a forest", models("random-forest:random_state=x"), "random_state"),
    Bad("no neighbours", models("knn-dtw:k=0"), "k is 0"),
    Bad("neighbours in words", models("knn-dtw:k=three"), "k is 'three'"),
    Bad("window", models("knn-dtw:window=-1"), "window"),
    Bad("cost", models("knn-dtw:cost=foo"), "foo"),
    Bad("threads", models("knn-dtw:n_jobs=many"), "n_jobs"),
    Bad("C", models("logistic:C=abc"), "'C'"),
    Bad("no trees", models("random-forest:n_estimators=0"), "n_estimators"),
    Bad("boosting", models("gradient-boosting:max_iter=-5"), "max_iter"),
    Bad("range backwards", models("knn-dtw:k=9..1"), "9..1"),
    # the test file
    Bad("no test file", compare("--test b.csv"), "b.csv: "),
    Bad("other columns", compare("--test b.csv"), "'chol'", beside(table(header="age,c,target"))),
    Bad("unknown class", compare("--test b.csv"), "'7'", beside(table(replace={4: "42,214.5,7"}))),
    Bad("other width", BOTH, "b.tsv: ", ecgs(signals(width=9))),
    Bad("class of signals", BOTH, "'3'", ecgs(signals(classes="123"))),
    Bad("signals for a table", compare("--test b.tsv"), "b.tsv: ", SOUND | {"b.tsv": signals()}),
    # the file to predict
    Bad("no file to predict", predict(), "b.csv: ", SOUND),
    Bad("column missing", predict(), "'chol'", beside(table(header="age,c,target"))),
    Bad("other points", predict(to="b.tsv"), "8 time points", new_ecgs(signals(width=8))),
    Bad("too few points", predict(to="b.tsv"), "6 time points", new_ecgs(signals(width=5))),
    Bad("no ids", predict("--submission s.csv"), "--id", beside(table(60))),
    Bad("id named and missing", predict("--id n"), "'n' (asked for with --id)", beside(table(60))),
    Bad("id not in the cases", answer(), "no column 'Id'", ids_in(rows("s,t", "1,2", "2,3"))),
    Bad("id twice", answer(), "'1' in rows 2, 4", ids_in(rows("Id,s", "1,1", "2,1", "1,2"))),
    Bad("id empty", answer(), "empty in row 3", ids_in(rows("Id,s", "1,1", ",1", "3,2"))),
    Bad("public without classes", answer("--public .1"), "--public", ids_in(NEW)),
    Bad("public of too few", predict("--public .1"), "10 cases or more", beside(table(60))),
    Bad("public of all", predict("--public 1"), "between 0 and 1", beside(table(60))),
    Bad("vote of one", predict("--vote soft"), "two models", beside(table(60))),
    Bad("unknown vote", predict("--vote sotf", "logistic,mlp"), "'soft'", beside(table(60))),
    Bad("wrong model", predict("", "lenet"), "lenet", beside(table(60))),
    Bad("out is read", predict("--out a.csv"), "is the file that is read", beside(table(60))),
    Bad("out is a folder", predict("--out ."), "is a folder", beside(table(60))),
    Bad("out in no folder", answer("--out no/o.csv"), "no folder 'no'", ids_in(NEW)),
    Bad("out twice", answer("--out s.csv"), "Name two files", ids_in(NEW)),
    Bad("submission in a locked folder", answer("", "locked/s.csv"), "cannot be written", {},
        locked_contest),
    # the run folder
    Bad("out is a file", compare("--out a.csv"), "is a file"),
    Bad("out below a file", compare("--out a.csv/run"), "is a file"),
    Bad("out is locked", compare("--out locked/run"), "cannot be written", {}, locked_folder),
    # the catalog
    Bad("catalog misspelt", "compare twoleadecgg", "'twoleadecg'"),
    Bad("series", "compare load", "series"),
    Bad("a name no disk can hold", f"compare {'x' * 300}", "Known: heart"),
    Bad("no such data set", "data info herat", "'heart'"),
    Bad("no such data set to get", "data get herat", "'heart'"),
    Bad("nothing to get", "data get", "Missing argument"),
    # the command line itself
    Bad("no data", "compare", "Missing argument"),
    Bad("unknown command", "compaer a.csv", "'compare'"),
    Bad("unknown option", compare("--taget chol"), "--target"),
    Bad("option without value", compare("--target"), "--target"),
    Bad("too many", compare("b.csv"), "b.csv"),
    Bad("no such model to tell of", "models lstmm", "'lstm'"),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_refused_in_one_line(
    bad: Bad,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, content in (SOUND if bad.files is None else bad.files).items():
        (tmp_path / name).write_bytes(content)
    if bad.make:
        bad.make(tmp_path)
    if "locked" in bad.arguments and os.access(tmp_path / "locked", os.W_OK):
        pytest.skip("this user may write anywhere")
    before = tree(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUSCULT_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("AUSCULT_DATA", raising=False)
    done = run(bad.arguments.split(), monkeypatch, capsys)
    assert done.code == 2, done
    assert done.err.endswith("\n")
    assert done.err.count("\n") == 1, done.err
    assert bad.says in done.err
    assert "Traceback" not in done.err
    assert len(done.err) < 600
    assert tree(tmp_path) == before


def test_there_are_many() -> None:
    assert len(BAD) >= 80
    assert len({bad.name for bad in BAD}) == len(BAD)


def test_a_locked_folder_is_noticed_whoever_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_bytes(table(60))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    done = run(["compare", "a.csv", "--out", "run"], monkeypatch, capsys)
    assert done.code == 2
    assert "cannot be written" in done.err
    assert list(tree(tmp_path)) == ["a.csv"]
