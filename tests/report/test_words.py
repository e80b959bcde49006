"""Figures are written in one way."""

from __future__ import annotations

import math

import pytest

from auscult.report import words
from auscult.types import Estimate

NAN = math.nan


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.842, 0.795, 0.881), "0.842 (0.795–0.881)"),
        (Estimate(0.8, NAN, NAN), "0.800"),
        (Estimate(NAN, NAN, NAN), "–"),
        (Estimate(-0.012, -0.04, 0.016), "−0.012 (−0.040 to 0.016)"),
    ],
)
def test_figure(estimate: Estimate, text: str) -> None:
    assert words.figure(estimate) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.21, "p = 0.21"),
        (0.0312, "p = 0.031"),
        (1e-9, "p < 0.001"),
        (1.0, "p > 0.99"),
        (NAN, "p unknown"),
    ],
)
def test_p_value(p: float, text: str) -> None:
    assert words.p_value(p) == text.replace(" ", "\u00a0" if math.isfinite(p) else " ")


def test_percentages_earn_their_decimals() -> None:
    wide, narrow = Estimate(0.842, 0.795, 0.881), Estimate(0.976, 0.973, 0.979)
    assert (
        words.percent_range(wide, words.percent_places(wide)) == "95\u00a0% interval 80–88\u00a0%"
    )
    assert words.percent_places(narrow) == 1
    assert words.percent_places(Estimate(1.0, 0.98, 1.0)) == 1
    assert words.percent_places(Estimate(0.9, NAN, NAN)) == 0


def test_durations_and_counts() -> None:
    assert [words.duration(s) for s in (0.012, 3.14, 42.3, 187.4, 7504)] == [
        "12 ms",
        "3.1 s",
        "42 s",
        "3 min 7 s",
        "2 h 5 min",
    ]
    assert words.count(109446) == "109\u202f446"
    assert words.count(13.5) == "13.5"
    assert [words.short_count(n) for n in (812, 12_345, 1_400_000, None)] == [
        "812",
        "12.3k",
        "1.4M",
        "–",
    ]


def test_names_within_and_at_the_head_of_a_sentence() -> None:
    assert words.lower_first("Random forest") == "random forest"
    assert words.lower_first("LSTM") == "LSTM"
    assert words.upper_first("logistic regression") == "Logistic regression"
    assert words.upper_first("k-NN with DTW") == "k-NN with DTW"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.plural(1, "case") == "1 case"


def test_names_cannot_move_the_cursor() -> None:
    assert "\x1b" not in words.plain("\x1b[2Jheart\u202e")
