"""Which values are called far outside, and which unit is guessed."""

from __future__ import annotations

import numpy as np
import pytest

from auscult.bundle.document import Field
from auscult.bundle.ranges import far_values, usual


def numeric(name: str, low: float, high: float, *, whole: bool = False) -> Field:
    return Field(name, "numeric", None, (), low, high, (low + high) / 2, whole=whole)


@pytest.mark.parametrize(
    ("field", "values", "said"),
    [
        (numeric("chol", 126, 564), (5.2, 7.1, 3.9), "× 38.67 (mmol/L in the place of mg/dL?)"),
        (numeric("LDL_cholesterol", 1.2, 7.5), (140, 180), "÷ 38.67 (mg/dL in the place"),
        (numeric("glucose", 60, 320), (5.1, 9.9), "× 18.02 (mmol/L in the place of mg/dL?)"),
        (numeric("fasting glucose", 3.2, 16), (95, 130), "÷ 18.02 (mg/dL"),
        (numeric("height", 145, 201), (68, 71), "× 2.54 (inches in the place of cm?)"),
        (numeric("height", 145, 201), (1.68, 1.91), "× 100"),
        (numeric("weight", 41, 120), (202, 231), "÷ 2.205 (pounds in the place of kg?)"),
        (numeric("creatinine", 0.4, 9.0), (61, 88, 140), "÷ 88.42 (µmol/L in the place of mg/dL?)"),
        (numeric("trestbps", 94, 200), (16.0, 18.7), "× 7.501 (kPa in the place of mmHg?)"),
        (numeric("temperature", 35, 41), (98.6, 101.3), "(value − 32) ÷ 1.8 (°F"),
        (numeric("oldpeak", 0, 6.2), (23, 41), "÷ 10"),
        (numeric("x", 94, 200), (140_000, 120_000), "÷ 1000"),
        (numeric("age", 29, 77), (600, 700), "÷ 12 (months in the place of years?)"),
        (numeric("age", 29, 77), (21_000, 23_000), "÷ 365.25 (days in the place of years?)"),
    ],
)
def test_the_unit(field: Field, values: tuple[float, ...], said: str) -> None:
    found = far_values(field, np.array([50.0, *values, np.nan])) or pytest.fail("none is far")
    here = [
        str(c)
        for value, c in zip(found.values.tolist(), found.conversions, strict=True)
        if value in values
    ]
    assert len(here) == len(values)
    assert all(one.startswith(said) for one in here), here


def test_what_is_usual_is_not_far() -> None:
    field = numeric("chol", 126, 564)
    assert far_values(field, np.array([126.0, 564, 90, 700, np.nan])) is None
    assert usual(field) == (63.0, 783.0)
    # A wide range says nothing of what is below it by a factor.
    assert usual(numeric("crp", 0.2, 300))[0] < 0  # type: ignore[index]
    # Codes: what is not among them is another coding.
    sex = numeric("sex", 0, 1, whole=True)
    found = far_values(sex, np.array([0.0, 1, 2]))
    assert found is not None
    assert found.places.tolist() == [2]


def test_values_that_no_unit_explains() -> None:
    found = far_values(numeric("age", 29, 77), np.array([1e9, -4.0]))
    assert found is not None
    assert found.conversions == (None, None)


def test_categories_and_unknown_ranges_have_none() -> None:
    assert usual(Field("a", "categorical", categories=("x", "y"))) is None
    assert usual(Field("a", "numeric")) is None
    assert usual(Field("a", "numeric", low=float("nan"), high=1.0)) is None
