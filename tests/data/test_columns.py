"""Columns are typed; what cannot be learnt from is left out, and said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from auscult.data.dataset import Dataset
from auscult.data.read import read
from auscult.data.roles import is_subject, names_case, words
from auscult.errors import InputError
from auscult.types import Column


def table(folder: Path, columns: dict[str, Sequence[object]], **options: Any) -> Dataset:
    """Read a table of these columns, and ``x`` and ``target`` beside them."""
    n = len(next(iter(columns.values())))
    every = {**columns, "x": [i + 0.5 for i in range(n)], "target": [i % 2 for i in range(n)]}
    rows = [list(every), *zip(*every.values(), strict=True)]
    path = folder / "a.csv"
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
    return read(path, **options)


def said(data: Dataset, code: str) -> str:
    return " ".join(f.message for f in data.findings if f.code == code)


def first(data: Dataset) -> Column:
    return data.columns[0]


def test_categories_are_sorted_and_coded(tmp_path: Path) -> None:
    data = table(tmp_path, {"sex": ["m", "f", "", "m", "f", "f"]})
    assert first(data).kind == "categorical"
    assert first(data).categories == ("f", "m")
    assert first(data).n_missing == 1
    assert np.array_equal(data.X[:, 0], [1, 0, np.nan, 1, 0, 0], equal_nan=True)


@pytest.mark.parametrize("pair", ["true false", "yes no", "TRUE FALSE", "Yes No", "t f"])
def test_truth_values_are_categories(pair: str, tmp_path: Path) -> None:
    data = table(tmp_path, {"smoker": pair.split() * 3})
    assert first(data).categories == tuple(sorted(pair.split()))


def test_codes_with_leading_zeros_stay_texts(tmp_path: Path) -> None:
    data = table(tmp_path, {"ward": ["007", "012", "007", "100"]})
    assert first(data).categories == ("007", "012", "100")
    assert "'ward'" in said(data, "leading-zeros")


def test_long_numbers_do_not_fall_together(tmp_path: Path) -> None:
    data = table(tmp_path, {"code": ["9007199254740993", "9007199254740992"] * 3})
    assert first(data).n_distinct == 2


def test_numbers_named_as_categories(tmp_path: Path) -> None:
    data = table(tmp_path, {"thal": [10, 2, 2.0, 1, 10, 2]}, categorical=["thal"])
    assert first(data).categories == ("1", "2", "10")
    assert data.X[:, 0].tolist() == [2, 1, 1, 0, 2, 1]
    assert not said(data, "few-values")


def test_few_whole_numbers_are_said(tmp_path: Path) -> None:
    data = table(tmp_path, {"cp": [0, 1, 2, 3, 1, 2], "sex": [0, 1, 0, 1, 0, 1]})
    assert "'cp'" in said(data, "few-values")
    assert "'sex'" not in said(data, "few-values")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (["XXX"] * 12, "constant-column"),
        ([5] * 12, "constant-column"),
        ([""] * 12, "empty-column"),
        ([f"wrote {i} words" for i in range(12)], "free-text"),
        ([f"2020-01-{i + 1:02d}" for i in range(12)], "date-column"),
        ([f"{i + 1}.3.2020" for i in range(12)], "date-column"),
        (["2020-01-01T10:00:00"] * 6 + ["2020-01-02 11:30"] * 6, "date-column"),
    ],
)
def test_left_out_and_said(values: list[object], code: str, tmp_path: Path) -> None:
    data = table(tmp_path, {"extra": values})
    assert [c.name for c in data.columns] == ["x"]
    assert "'extra'" in said(data, code)


def test_free_text_is_kept_when_asked(tmp_path: Path) -> None:
    values = [f"k{i}" for i in range(12)]
    data = table(tmp_path, {"extra": values}, categorical=["extra"])
    assert first(data).n_distinct == 12


def test_categories_that_differ_in_capitals_are_said(tmp_path: Path) -> None:
    data = table(tmp_path, {"sex": ["Male", "male", "female"] * 4})
    assert "'sex'" in said(data, "alike-names")


def test_units_are_said(tmp_path: Path) -> None:
    data = table(tmp_path, {"dose": ["5 mg", "10 mg", "20 mg"] * 4})
    assert first(data).kind == "categorical"
    assert "'dose'" in said(data, "numbers-with-text")


def test_many_texts_among_few_numbers_make_categories(tmp_path: Path) -> None:
    data = table(tmp_path, {"dependents": ["0", "1", "2", "3+"] * 5})
    assert first(data).categories == ("0", "1", "2", "3+")
    assert "'dependents'" in said(data, "mixed-column")


def test_many_texts_among_many_numbers_are_refused(tmp_path: Path) -> None:
    values = [str(i * 1.5) for i in range(40)] + ["unknown"] * 10
    with pytest.raises(InputError, match=r"row 42, column 'chol': 'unknown'.*nor in 9 other rows"):
        table(tmp_path, {"chol": values})


def test_error_cells_are_missing_and_said(tmp_path: Path) -> None:
    data = table(tmp_path, {"ratio": ["1.5", "#DIV/0!", "2.5", "#DIV/0!", "3", "4"]})
    assert first(data).n_missing == 2
    assert "'ratio'" in said(data, "spreadsheet-errors")


def test_points_that_may_be_thousands_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;target\n1.234;0\n2.345;1\n")
    assert said(read(path), "decimal-point-assumed")
    path.write_text("a;target\n1.234;0\n2.34;1\n")
    assert not said(read(path), "decimal-point-assumed")


def test_ids_and_patients(tmp_path: Path) -> None:
    n = 12
    columns: dict[str, Sequence[object]] = {
        "RecordID": list(range(n)),
        "patient": [i // 2 for i in range(n)],
        "patient_age": [40 + i // 2 for i in range(n)],
        "glucose_index": [i * 1.5 for i in range(n)],
        "steps": list(range(n)),
    }
    data = table(tmp_path, columns)
    assert [c.name for c in data.columns] == ["patient_age", "glucose_index", "steps", "x"]
    assert "'RecordID'" in said(data, "looks-like-id")
    assert "'patient'" in said(data, "looks-like-group")
    assert {f.mend for f in data.findings if f.code == "looks-like-group"} == {"--group patient"}
    grouped = table(tmp_path, columns, group="patient", id="RecordID")
    assert not said(grouped, "looks-like-group")
    assert not said(grouped, "looks-like-id")


def test_an_unnamed_column_of_row_numbers(tmp_path: Path) -> None:
    data = table(tmp_path, {"": list(range(12))})
    assert [c.name for c in data.columns] == ["x"]
    assert said(data, "unnamed-column")
    assert said(data, "looks-like-id")


def test_repeated_ids_are_said(tmp_path: Path) -> None:
    data = table(tmp_path, {"who": [1, 1, 2, 2, 3, 3]}, id="who")
    assert "3 cases in 6 rows" in said(data, "repeated-id")


@pytest.mark.parametrize(
    ("name", "subject", "case"),
    [
        ("PatientID", True, True),
        ("patient_id", True, True),
        ("patientid", True, True),
        ("subject", True, True),
        ("Record No", True, True),
        ("PatientAge", False, False),
        ("record_length", False, False),
        ("id", False, True),
        ("sample id", False, True),
        ("acid", False, False),
        ("MMSE", False, False),
    ],
)
def test_names(name: str, subject: bool, case: bool) -> None:
    assert is_subject(name) is subject
    assert names_case(name) is case


def test_words_of_names() -> None:
    assert words("HDLCholesterol_mg2") == {"hdl", "cholesterol", "mg", "2"}
