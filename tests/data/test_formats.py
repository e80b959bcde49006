""".ts, .arff, .npz and Parquet become the same datasets as text does."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from auscult.data.describe import describe
from auscult.data.read import read
from auscult.errors import InputError, MissingExtraError


def written(folder: Path, name: str, *lines: str) -> Path:
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


def test_ts(tmp_path: Path) -> None:
    head = ["# made by hand", "@problemName two", "@timeStamps false", "@dimensions 2"]
    path = written(
        tmp_path, "a.ts", *head, "@equalLength false", "@classLabel true well sick",
        "@data", "1,2,3:4,5,6:sick", "", "1,?:-4e1,.5:well",
    )  # fmt: skip
    data = read(path)
    assert data.X.shape == (2, 2, 3)
    assert data.X[0].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert data.lengths is not None
    assert data.lengths.tolist() == [3, 2]
    assert data.classes == ("sick", "well")
    assert data.y.tolist() == [0, 1]
    assert [c.n_missing for c in data.columns] == [1, 0]


def test_ts_without_classes(tmp_path: Path) -> None:
    path = written(tmp_path, "a.ts", "@classLabel false", "@data", "1,2,3", "4,5,6")
    assert read(path, labelled=False).X.shape == (2, 1, 3)
    with pytest.raises(InputError, match="no classes"):
        read(path)


def test_arff_table(tmp_path: Path) -> None:
    path = written(
        tmp_path, "a.arff", "% a comment", "@RELATION 'heart disease'",
        "@ATTRIBUTE 'age in years' NUMERIC", "@attribute sex {female, 'not said', male}",
        "@attribute chol real", "@attribute class {no,yes}", "@DATA",
        "63, male, 233.5, yes", "% another", "37, 'not said', ?, no", "41,female,204,no",
    )  # fmt: skip
    data = read(path)
    assert [c.name for c in data.columns] == ["age in years", "sex", "chol"]
    assert data.columns[1].categories == ("female", "male", "not said")
    assert data.X[:, 0].tolist() == [63, 37, 41]
    assert np.isnan(data.X[1, 2])
    assert data.classes == ("no", "yes")


def test_arff_quotes(tmp_path: Path) -> None:
    path = written(
        tmp_path, "a.arff", "@relation r", "@attribute a {'x, y','it\\'s'}",
        "@attribute b numeric", "@attribute class {0,1}", "@data", "'x, y',1,0", "'it\\'s',2,1",
    )  # fmt: skip
    assert read(path).columns[0].categories == ("it's", "x, y")


@pytest.mark.parametrize("signals", [False, True])
def test_arff_of_ucr(signals: bool, tmp_path: Path) -> None:
    points = [f"@attribute att{i} numeric" for i in range(8)]
    path = written(
        tmp_path, "a.arff", "@relation r", *points, "@attribute target {1,2}", "@data",
        "1,2,3,4,5,6,7,8,1", "2,3,4,5,6,7,8,9.5,2",
    )  # fmt: skip
    data = read(path, signals=signals)
    assert data.X.shape == (2, 1, 8)
    assert data.X.dtype == np.float32
    assert data.target == "target"
    assert data.classes == ("1", "2")


def test_npz_signals(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(6, 2, 20))
    path = tmp_path / "a.npz"
    np.savez(
        path, X=X, y=["a", "b"] * 3, groups=[3, 3, 1, 1, 2, 2], ids=list("uvwxyz"),
        names=["I", "II"], sampling_rate=250,
    )  # fmt: skip
    data = read(path)
    assert np.array_equal(data.X, X.astype(np.float32))
    assert data.groups is not None
    assert data.groups.tolist() == [2, 2, 0, 0, 1, 1]
    assert data.ids == tuple("uvwxyz")
    assert [c.name for c in data.columns] == ["I", "II"]
    assert data.sampling_rate == 250
    assert "2 channels, 20 points, 250 Hz" in describe(data)[0]


def test_npz_table(tmp_path: Path) -> None:
    X = np.array([[1.5, 0], [2.5, 1], [np.nan, 1], [4.5, 0]])
    path = tmp_path / "a.npz"
    np.savez(path, X=X, y=[0, 1, 1, 0], names=["chol", "sex"], groups=[1, 1, 2, 2])
    data = read(path, group="groups")
    assert np.array_equal(data.X, X, equal_nan=True)
    assert [c.name for c in data.columns] == ["chol", "sex"]
    assert data.group_name == "groups"


def test_npz_axes(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, X=np.random.default_rng(0).normal(size=(4, 50, 2)), y=[0, 1] * 2)
    assert "axes-swapped" in {f.code for f in read(path).findings}


def test_parquet(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    columns = {
        "age": pa.array([63, 37, 41, None], pa.int64()),
        "chol": pa.array([233.5, float("nan"), 204.0, 1.5], pa.float32()),
        "ward": pa.array(["007", "012", "007", None]),
        "smoker": pa.array([True, False, True, None]),
        "site": pa.array(["n", "s", "n", "s"]).dictionary_encode(),
        "target": pa.array([1, 0, 1, 0], pa.int8()),
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    data = read(tmp_path / "a.parquet")
    assert [c.kind for c in data.columns] == ["numeric"] * 2 + ["categorical"] * 3
    assert data.columns[2].categories == ("007", "012")
    assert data.columns[3].categories == ("false", "true")
    assert [c.n_missing for c in data.columns] == [1, 1, 1, 1, 0]
    assert data.classes == ("0", "1")


@pytest.mark.parametrize("kind", ["list", "struct", "infinite", "twice", "empty"])
def test_parquet_refusals(kind: str, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    target = pa.array([0, 1])
    odd = {
        "list": pa.array([[1], [2]]),
        "struct": pa.array([{"a": 1}, {"a": 2}]),
        "infinite": pa.array([1.0, float("inf")]),
        "twice": pa.array([1, 2]),
        "empty": pa.array([1, 2]),
    }[kind]
    names = ["target" if kind == "twice" else "odd", "target"]
    table = pa.Table.from_arrays([odd, target], names=names)
    pq.write_table(table.slice(0, 0) if kind == "empty" else table, tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"^a\.parquet: ") as refusal:
        read(tmp_path / "a.parquet")
    assert "\n" not in str(refusal.value)


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(MissingExtraError, match=r"pip install 'auscult\[parquet\]'"):
        read(tmp_path / "a.parquet")


def test_describe(shared: Path) -> None:
    lines = describe(read(shared / "alzheimers/alzheimers_disease_data.csv"))
    assert lines[0] == (
        "alzheimers_disease_data: 2,149 cases × 32 columns (32 numeric, 0 categorical)"
    )
    assert lines[1] == "classes ('Diagnosis'): 0: 1,389, 1: 760"
    assert len(lines) == 2
