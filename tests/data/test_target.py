"""The class: which column, which names, in which order, and when it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from auscult.data.dataset import Dataset
from auscult.data.read import read
from auscult.errors import InputError


def classes(folder: Path, labels: list[str], name: str = "target") -> Dataset:
    path = folder / "a.csv"
    body = "".join(f"{i * 1.5},{label}\n" for i, label in enumerate(labels))
    path.write_text(f"x,{name}\n{body}")
    return read(path)


@pytest.mark.parametrize(
    ("labels", "names", "y"),
    [
        (["1.0", "0", "1"], ("0", "1"), [1, 0, 1]),
        (["10", "9", "-1"], ("-1", "9", "10"), [2, 1, 0]),
        (["1.5", "0.5", "1.50"], ("0.5", "1.5"), [1, 0, 1]),
        (["sick", "well", "sick"], ("sick", "well"), [0, 1, 0]),
        (["01", "02", "01"], ("01", "02"), [0, 1, 0]),
        (["+", "-", "+"], ("+", "-"), [0, 1, 0]),
        (["True", "False", "True"], ("False", "True"), [1, 0, 1]),
        (["None", "Apnea", "None"], ("Apnea", "None"), [1, 0, 1]),
    ],
)
def test_names_and_order(
    labels: list[str], names: tuple[str, ...], y: list[int], tmp_path: Path
) -> None:
    data = classes(tmp_path, labels)
    assert data.classes == names
    assert data.y.tolist() == y


def test_none_as_a_class_is_said(tmp_path: Path) -> None:
    data = classes(tmp_path, ["None", "Apnea"])
    assert "none-is-a-class" in {f.code for f in data.findings}


def test_none_among_numbers_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty in row 3"):
        classes(tmp_path, ["1", "None", "0", "1"])


def test_alike_classes_are_said(tmp_path: Path) -> None:
    data = classes(tmp_path, ["Yes", "yes", "No"])
    assert "alike-names" in {f.code for f in data.findings}


@pytest.mark.parametrize(
    ("header", "chosen", "why"),
    [
        ("a,Diagnosis,b", "Diagnosis", "by its name"),
        ("num,a,b", "num", "by its name"),
        ("a,b,c", "c", "last column"),
        ("y,a,class", "class", "last column"),
    ],
)
def test_the_column_is_chosen_and_said(header: str, chosen: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n1,0,1\n0,1,0\n2,1,1\n")
    data = read(path)
    assert data.target == chosen
    message = next(f.message for f in data.findings if f.code == "target-chosen")
    assert why in message
    assert "target-chosen" not in {f.code for f in read(path, target=chosen).findings}


def test_many_missing_classes_are_counted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"rows 2, 4, 6, 8, 10, … \(10 rows\)"):
        classes(tmp_path, ["", "1"] * 10)
