"""Accuracy since, with Wilson's interval, beside the promised one."""

from __future__ import annotations

import math

import pytest
from tests.history.made import KNOWN

from auscult.history.accuracy import accuracy, wilson


def test_wilson_is_that_of_the_textbook() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    assert wilson(81, 263) == pytest.approx((0.3080, 0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0, 0.1611), abs=5e-5)
    assert wilson(29, 29) == pytest.approx((1, 0.8830, 1), abs=5e-5)
    assert math.isnan(wilson(0, 0).value)


@pytest.mark.parametrize(
    ("right", "n", "verdict"),
    [
        (0, 0, "none"),
        (10, 20, "few"),
        (60, 100, "lower"),
        (84, 100, "as promised"),
        (99, 100, "higher"),
    ],
)
def test_the_verdict(right: int, n: int, verdict: str) -> None:
    judged = {("ill", "ill", False): right, ("ill", "healthy", False): n - right}
    found = accuracy(KNOWN, {key: k for key, k in judged.items() if k})
    assert found.verdict == verdict
    assert (found.n_cases, found.n_right) == (n, right)


def test_by_class_and_where_sure() -> None:
    judged = {
        ("ill", "ill", False): 30,
        ("ill", "healthy", True): 10,
        ("healthy", "healthy", False): 45,
        ("healthy", "ill", False): 15,
    }
    found = accuracy(KNOWN, judged)
    assert found.share.value == 0.75
    assert found.sure.value == pytest.approx(75 / 90)
    assert found.n_sure == 90
    assert found.by_class["ill"] == (wilson(30, 40), 40)
    assert found.by_class["healthy"] == (wilson(45, 60), 60)
