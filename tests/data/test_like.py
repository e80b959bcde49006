"""A second file takes the columns, categories and classes of the first, or is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auscult.data.dataset import Dataset, join
from auscult.data.read import read, read_like, read_pair
from auscult.errors import InputError

TRAIN = "age,sex,note,const,target\n" + "".join(
    f"{40 + i},{'fm'[i % 2]},text {i},1,{i % 2}\n" for i in range(12)
)


@pytest.fixture
def train(tmp_path: Path) -> Dataset:
    (tmp_path / "train.csv").write_text(TRAIN)
    return read(tmp_path / "train.csv")


def like(train: Dataset, folder: Path, text: str, *, labelled: bool = True) -> Dataset:
    (folder / "test.csv").write_text(text)
    return read_like(folder / "test.csv", train, labelled=labelled)


def test_columns_are_matched_by_name(train: Dataset, tmp_path: Path) -> None:
    data = like(train, tmp_path, "target,extra,sex,age\n1,9,m,50\n1,8,m,60\n")
    assert [c.name for c in data.columns] == ["age", "sex"]
    assert data.X.tolist() == [[50, 1], [60, 1]]
    assert data.columns[1].categories == ("f", "m")
    assert data.y.tolist() == [1, 1]
    assert data.classes == ("0", "1")
    assert join(train, data)[0].n_cases == 14


def test_a_new_category_is_missing_and_said(train: Dataset, tmp_path: Path) -> None:
    data = like(train, tmp_path, "age,sex,target\n50,x,1\n60,m,0\n")
    assert np.isnan(data.X[0, 1])
    finding = next(f for f in data.findings if f.code == "unseen-category")
    assert "'x' in row 2" in finding.message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("age,sexx,target\n50,m,1\n", r"no column 'sex', .*Did you mean 'sexx'"),
        ("age,sex,target\nold,m,1\n", "row 2, column 'age': 'old' is not a number"),
        ("age,sex,target\n050,m,1\n", "'050' is not a number"),
        ("age,sex,target\n50,m,2\n", "the class '2' in row 2"),
        ("age,sex,target\n50,m,\n", "empty in row 2"),
        ("age,sex\n50,m\n60,f\n", "no column 'target'"),
    ],
)
def test_refusals(text: str, says: str, train: Dataset, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"^test\.csv: .*{says}"):
        like(train, tmp_path, text)


def test_without_classes(train: Dataset, tmp_path: Path) -> None:
    data = like(train, tmp_path, "age,sex\n50,m\n60,f\n", labelled=False)
    assert data.y.tolist() == [-1, -1]
    assert data.classes == ("0", "1")


def test_a_reference_without_cases(train: Dataset, tmp_path: Path) -> None:
    schema = replace(train, X=train.X[:0], y=train.y[:0], ids=None, findings=())
    data = like(schema, tmp_path, "sex,age\nm,50\nf,60\n", labelled=False)
    assert data.X.tolist() == [[50, 1], [60, 0]]


def ucr(folder: Path, name: str, *rows: str) -> Path:
    (folder / name).write_text("".join(row.replace(" ", "\t") + "\n" for row in rows))
    return folder / name


def test_signals(tmp_path: Path) -> None:
    first = ucr(tmp_path, "train.tsv", "1 .1 .2 .3", "2 .2 .3 .4")
    second = ucr(tmp_path, "test.tsv", "2 .5 .6 .7")
    train, test = read_pair(first, second)
    assert test.y.tolist() == [1]
    assert test.X.shape == (1, 1, 3)
    bare = ucr(tmp_path, "bare.tsv", ".5 .6 .7", ".7 .8 .9")
    new = read_like(bare, train, labelled=False)
    assert new.X.shape == (2, 1, 3)
    assert new.y.tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2 .5 .6", "no class column"),
        ("2 .5 .6 .7 .8", "4 time points; the training data has 3"),
        ("3 .5 .6 .7", "the class '3'"),
    ],
)
def test_other_signals_are_refused(row: str, says: str, tmp_path: Path) -> None:
    first = ucr(tmp_path, "train.tsv", "1 .1 .2 .3", "2 .2 .3 .4")
    with pytest.raises(InputError, match=rf"test\.tsv: .*{says}"):
        read_pair(first, ucr(tmp_path, "test.tsv", row))


def test_signals_of_unequal_length_may_be_longer(tmp_path: Path) -> None:
    first = ucr(tmp_path, "train.tsv", "1 .1 .2 .3", "2 .2 .3 NaN")
    train, test = read_pair(first, ucr(tmp_path, "test.tsv", "2 .5 .6 .7 .8", "1 .5 .6 .7 NaN"))
    joined, index = join(train, test)
    assert joined.X.shape == (4, 1, 4)
    assert joined.lengths is not None
    assert joined.lengths[index].tolist() == [4, 3]


def test_a_table_is_no_signal(train: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, X=np.zeros((2, 1, 3)), y=[0, 1])
    with pytest.raises(InputError, match="holds signals"):
        read_like(path, train)


BEATS = "Id,Category,s0,s1,s2\n" + "".join(f"b{i},{i % 2},{i}.5,1,0\n" for i in range(12))


@pytest.fixture
def beats(tmp_path: Path) -> Dataset:
    (tmp_path / "train.csv").write_text(BEATS)
    return read(tmp_path / "train.csv", signals=True, target="Category", id="Id")


def test_signals_to_predict(beats: Dataset, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("Id,s0,s1,s2\nx1,1,0,0\n007,0,0,0\n")
    options = {"target": "Category", "id": "Id", "group": "patient", "drop": ("note",)}
    new = read_like(tmp_path / "new.csv", beats, labelled=False, need_ids=True, **options)  # type: ignore[arg-type]
    assert new.ids == ("x1", "007")
    assert new.y.tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Id,s0,s1\nx1,1,0\nx2,1,0\n", "2 time points; the training data has 3"),
        ("Id,s0,s1,s2,s3\nx1,1,0,0,0\nx2,1,0,0,0\n", "4 time points"),
        ("s0,s1,s2\n1,0,0\n2,0,0\n", "no column 'Id'"),
        ("Id,s0,s1,s2\nx1,1,0,0\n\nx1,2,0,0\n", "'x1' in rows 2, 4"),
        ("Id,s0,s1,s2\nx1,1,0,0\n,2,0,0\n", "empty in row 3"),
    ],
)
def test_signals_to_predict_that_are_refused(
    text: str, says: str, beats: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text(text)
    with pytest.raises(InputError, match=rf"^new\.csv: .*{says}"):
        read_like(tmp_path / "new.csv", beats, labelled=False, need_ids=True, id="Id")


@pytest.mark.parametrize(("row", "known"), [("0.5,0,1", False), ("0.5,0,1,1", True)])
def test_points_are_no_classes_where_no_header_tells(row: str, known: bool, tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("".join(f"{i}.5,1,0,{i % 2}\n" for i in range(12)))
    train = read(tmp_path / "train.csv", signals=True, target="last")
    (tmp_path / "new.csv").write_text(f"{row}\n" * 3)
    new = read_like(tmp_path / "new.csv", train, target="last", labelled=False)
    assert new.X.shape == (3, 1, 3)
    assert (new.y >= 0).all() == known


def test_columns_that_are_not_used_are_said(train: Dataset, tmp_path: Path) -> None:
    data = like(train, tmp_path, "age,sex,const,new\n50,m,1,2\n60,f,1,3\n", labelled=False)
    said = next(f for f in data.findings if f.code == "unused-columns")
    assert "'const', 'new'" in said.message
