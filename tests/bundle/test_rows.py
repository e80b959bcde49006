"""Rows of a form or of JSON become cases; what is odd about them is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from auscult.bundle.bundle import Bundle, load_bundle
from auscult.bundle.rows import category_name, rows_to_cases
from auscult.errors import InputError

ROW = {
    "age": 61,
    "sex": "male",
    "chest_pain": "none",
    "chol": 240,
    "thalach": "141",
    "oldpeak": 1.5,
}


@pytest.fixture(scope="module")
def bundle(heart_bundle: Path) -> Bundle:
    return load_bundle(heart_bundle)


def test_a_row_is_a_case(bundle: Bundle) -> None:
    X, notes = rows_to_cases(bundle.document, [ROW, dict(reversed(ROW.items()))])
    assert X.tolist() == [[61, 1, 3, 240, 141, 1.5]] * 2
    assert notes == ()
    assert bundle.answer(X).probability.shape == (2, 2)


@pytest.mark.parametrize("gap", [None, "", "  ", "NA", "?"])
def test_gaps_are_filled_and_said(gap: object, bundle: Bundle) -> None:
    X, (note,) = rows_to_cases(bundle.document, [{**ROW, "chol": gap}])
    assert np.isnan(X[0, 3])
    assert (note.row, note.column, note.code) == (0, "chol", "missing")
    assert "median" in note.message


@pytest.mark.parametrize(
    ("column", "value", "code", "said"),
    [
        ("sex", "unknown", "unseen-category", "no training case"),
        ("chol", 420, "out-of-range", "the training cases had"),
        ("chol", 6.2e3, "far-out-of-range", "another unit"),
        ("age", -40, "far-out-of-range", "another unit"),
    ],
)
def test_odd_values_are_said(
    column: str, value: object, code: str, said: str, bundle: Bundle
) -> None:
    _, notes = rows_to_cases(bundle.document, [ROW, {**ROW, column: value}])
    (note,) = notes
    assert (note.row, note.column) == (1, column)
    assert note.code == code
    assert said in note.message


def test_more_columns_are_said_once(bundle: Bundle) -> None:
    rows = [{**ROW, "note": "x"}, {**ROW, "note": "y", "disease": "ill"}]
    _, notes = rows_to_cases(bundle.document, rows)
    assert [(n.row, n.column, n.code) for n in notes] == [(0, "note", "extra")]


@pytest.mark.parametrize(
    "value", ["tall", "1,5", "1e999", float("nan"), float("inf"), 10**400, [1], {}, "0x1F", 1e39]
)
def test_what_is_no_number_is_refused_with_its_place(value: object, bundle: Bundle) -> None:
    with pytest.raises(InputError, match="row 2, 'age'"):
        rows_to_cases(bundle.document, [ROW, {**ROW, "age": value}])


@pytest.mark.parametrize("value", [[1], {}, 10**400, float("nan"), "\x00" * 99])
def test_what_is_no_category_is_read_as_missing(value: object, bundle: Bundle) -> None:
    X, (note,) = rows_to_cases(bundle.document, [{**ROW, "sex": value}])
    assert np.isnan(X[0, 1])
    assert note.code == "unseen-category"
    assert len(note.message) < 300


def test_a_column_that_is_missing_is_named(bundle: Bundle) -> None:
    row = {k: v for k, v in ROW.items() if k != "thalach"} | {"thalac": 1}
    with pytest.raises(InputError, match=r"row 1: there is no 'thalach'.*Did you mean 'thalac'"):
        rows_to_cases(bundle.document, [row])


def test_signals_have_no_rows(signal_bundle: Path) -> None:
    with pytest.raises(InputError, match="takes signals"):
        rows_to_cases(load_bundle(signal_bundle).document, [{}])


@pytest.mark.parametrize(
    ("given", "name"), [(1, "1"), (1.0, "1"), ("1.0", "1"), (True, "1"), (0.5, "0.5"), ("a", "a")]
)
def test_names_of_categories(given: object, name: str) -> None:
    assert category_name(given) == name
