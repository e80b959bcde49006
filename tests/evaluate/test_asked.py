"""What the flags of calibration, sets and thresholds say."""

from __future__ import annotations

import pytest

from auscult.errors import InputError
from auscult.evaluate.asked import Asked, SensitivityAsked, parse_asked
from auscult.evaluate.conformal.measure import SetsAsked

TWO, THREE = ("no", "yes"), ("a", "b=c", "d")


def test_nothing_is_asked_unless_it_is() -> None:
    assert parse_asked(None, None, None, TWO) == Asked()
    assert not Asked().keeps
    assert parse_asked("platt", None, None, TWO).keeps


def test_sets_with_words_behind_the_coverage() -> None:
    assert parse_asked(None, "0.9", None, TWO).sets == SetsAsked(0.9)
    found = parse_asked(None, "0.95:by-class:aps:cv+", None, TWO).sets
    assert found == SetsAsked(0.95, "aps", by_class=True, plus=True)


def test_a_sensitivity_is_of_the_second_class_or_of_the_one_named() -> None:
    assert parse_asked(None, None, "0.95", TWO).sensitivity == SensitivityAsked(1, "yes", 0.95)
    assert parse_asked(None, None, "no=0.8", TWO).sensitivity == SensitivityAsked(0, "no", 0.8)
    assert parse_asked(None, None, "b=c=0.8", THREE).sensitivity == SensitivityAsked(1, "b=c", 0.8)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("plat", None, None), r"--calibrate: no calibration is called 'plat'\. Did you mean"),
        ((None, "90", None), r"--sets: needs a share from 0.5 to less than 1, not '90'"),
        ((None, "nan", None), r"--sets: needs a share"),
        ((None, "0.9:lacc", None), r"--sets: no prediction set is called 'lacc'\. Did you mean"),
        ((None, None, "1"), r"--sensitivity: needs a share"),
        ((None, None, "0.9"), r"--sensitivity: there are 3 classes\. Name the one to find"),
        ((None, None, "e=0.9"), r"--sensitivity: no class is called 'e'"),
    ],
)
def test_what_cannot_be_is_refused(
    asked: tuple[str | None, str | None, str | None], says: str
) -> None:
    with pytest.raises(InputError, match=f"^{says}"):
        parse_asked(*asked, THREE)
