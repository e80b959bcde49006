"""Real files are read right, and the reader says what it decided."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from auscult.data.dataset import Dataset
from auscult.data.read import read, read_pair
from auscult.errors import InputError


def codes(data: Dataset) -> set[str]:
    return {f.code for f in data.findings}


def written(folder: Path, text: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_heart(shared: Path) -> None:
    path = shared / "heart/heart.csv"
    data = read(path)
    assert data.X.shape == (303, 13)
    assert data.X.dtype == np.float64
    assert data.columns[0].name == "age"  # the file has a byte-order mark
    assert data.X[0].tolist() == [63, 1, 3, 145, 233, 1, 0, 150, 0, 2.3, 0, 0, 1]
    assert data.classes == ("0", "1")
    assert data.class_counts.tolist() == [138, 165]
    assert data.target == "target"
    assert data.name == "heart"
    assert data.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert codes(data) == {"target-chosen", "few-values"}


@pytest.mark.parametrize("target", [None, "14", "column14"])
def test_cleveland_has_no_header(target: str | None, shared: Path) -> None:
    data = read(shared / "heart/processed.cleveland.data", target=target)
    assert data.X.shape == (303, 13)
    assert data.classes == ("0", "1", "2", "3", "4")
    assert data.class_counts.tolist() == [164, 55, 36, 35, 13]
    assert [(c.name, c.n_missing) for c in data.columns if c.n_missing] == [
        ("column12", 4),
        ("column13", 2),
    ]
    assert {"no-header", "missing-values"} <= codes(data)


def test_alzheimers(shared: Path) -> None:
    path = shared / "alzheimers/alzheimers_disease_data.csv"
    data = read(path)
    assert data.X.shape == (2149, 32)
    assert dict(zip(data.classes, data.class_counts.tolist(), strict=True)) == {"0": 1389, "1": 760}
    assert {"looks-like-id", "constant-column"} <= codes(data)
    warning = next(f for f in data.findings if f.code == "constant-column")
    assert warning.severity == "warning"
    assert "DoctorInCharge" in warning.message
    named = read(path, id="PatientID")
    assert named.ids is not None
    assert (named.ids[0], named.ids[-1]) == ("4751", "6899")
    assert "looks-like-id" not in codes(named)
    assert np.array_equal(named.X, data.X)


@pytest.mark.parametrize(
    ("file", "shape", "counts"),
    [
        ("twoleadecg/TwoLeadECG_TRAIN.tsv", (23, 1, 82), {"1": 12, "2": 11}),
        ("twoleadecg/TwoLeadECG_TEST.tsv", (1139, 1, 82), {"1": 569, "2": 570}),
        ("ecg200/ECG200_TRAIN.tsv", (100, 1, 96), {"-1": 31, "1": 69}),
        ("ecgfivedays/ECGFiveDays_TEST.tsv", (861, 1, 136), {"1": 428, "2": 433}),
        (
            "ecg5000/ECG5000_TEST.tsv",
            (4500, 1, 140),
            {"1": 2627, "2": 1590, "3": 86, "4": 175, "5": 22},
        ),
    ],
)
def test_ucr(file: str, shape: tuple[int, int, int], counts: dict[str, int], shared: Path) -> None:
    data = read(shared / file)
    assert data.kind == "signals"
    assert data.X.shape == shape
    assert data.X.dtype == np.float32
    assert dict(zip(data.classes, data.class_counts.tolist(), strict=True)) == counts
    assert data.lengths is None
    assert "read-as-signals" in codes(data)
    reference = np.loadtxt(shared / file, delimiter="\t")
    assert np.array_equal(data.X[:, 0], reference[:, 1:].astype(np.float32))
    assert [int(data.classes[c]) for c in data.y] == reference[:, 0].tolist()


def test_heartbeats_have_the_label_last(shared: Path) -> None:
    folder = shared / "heartbeat_kaggle_sample"
    train, test = read_pair(
        folder / "mitbih_train_sample.csv", folder / "mitbih_test_sample.csv", signals=True
    )
    assert train.X.shape == test.X.shape == (500, 1, 187)
    assert train.class_counts.tolist() == test.class_counts.tolist() == [100] * 5
    assert train.target == "column188"
    reference = np.loadtxt(folder / "mitbih_test_sample.csv", delimiter=",")
    assert np.array_equal(test.X[:, 0], reference[:, :-1].astype(np.float32))
    assert np.array_equal(test.y, reference[:, -1])


def test_a_series_is_no_table_of_cases(shared: Path) -> None:
    with pytest.raises(InputError, match=r"load\.csv: .*measurement"):
        read(shared / "load/load.csv")


def test_roles_that_were_asked_for(tmp_path: Path) -> None:
    text = "visit,patient,age,sick\n" + "".join(f"v{i},p{i // 3},{i},{i % 2}\n" for i in range(12))
    data = read(written(tmp_path, text), target="sick", group="patient", id="visit")
    assert data.group_name == "patient"
    assert data.groups is not None
    assert data.groups.tolist() == [i // 3 for i in range(12)]
    assert data.ids == tuple(f"v{i}" for i in range(12))
    assert [c.name for c in data.columns] == ["age"]
    assert codes(data) == set()


def test_groups_of_two_files_share_their_codes(tmp_path: Path) -> None:
    head = "patient,age,target\n"
    train = written(tmp_path, head + "b,1,0\nb,2,1\nc,3,0\n", "train.csv")
    test = written(tmp_path, head + "a,1,0\nc,2,1\nc,4,1\n", "test.csv")
    first, second = read_pair(train, test, group="patient")
    assert first.groups is not None
    assert second.groups is not None
    assert first.groups.tolist() == [1, 1, 2]
    assert second.groups.tolist() == [0, 2, 2]


def test_files_to_predict_need_no_class(tmp_path: Path) -> None:
    path = written(tmp_path, "age,chol\n1,2.5\n2,3.5\n3,1.5\n")
    data = read(path, labelled=False)
    assert data.y.tolist() == [-1, -1, -1]
    assert data.classes == ()
    assert data.X.shape == (3, 2)


def test_wide_tables_with_a_header_are_signals_when_said(tmp_path: Path) -> None:
    text = "id,t0,t1,t2,label\n1,.1,.2,.3,a\n2,.2,.3,,b\n3,.1,,.2,b\n"
    data = read(written(tmp_path, text), signals=True, id="id")
    assert data.X.shape == (3, 1, 3)
    assert data.ids == ("1", "2", "3")
    assert data.lengths is not None
    assert data.lengths.tolist() == [3, 2, 3]
    assert data.columns[0].n_missing == 1
    assert data.classes == ("a", "b")


@pytest.mark.parametrize("name", ["a.txt", "a.tsv", "a.csv"])
def test_numbers_between_spaces(name: str, tmp_path: Path) -> None:
    text = "  1.0000000e+00  -1.5e-01   2\n  2.0000000e+00   1.0e-01   NaN\n"
    data = read(written(tmp_path, text, name), signals=True, target="first")
    assert data.classes == ("1", "2")
    assert data.lengths is not None
    assert data.lengths.tolist() == [2, 1]


def test_the_package_loads_no_heavy_library() -> None:
    code = (
        "import sys, auscult.data.read\n"
        "bad = {'pandas', 'torch', 'sklearn', 'numba', 'scipy', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
