"""Intervals are widened for training: between not at all and the correction of Nadeau & Bengio."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from auscult.evaluate.result import Predictions
from auscult.evaluate.widening import few_units, widening
from auscult.types import FloatArray, IntArray


def cut(folds: int, repeats: int, same: bool = False, n: int = 200) -> Predictions:
    random = np.random.default_rng(0)
    one = random.permutation(np.arange(n) % folds)
    fold: IntArray = np.concatenate(
        [one if same else random.permutation(one) for _ in range(repeats)]
    )
    case, repeat = np.tile(np.arange(n), repeats), np.repeat(np.arange(repeats), n)
    return Predictions(case, repeat, fold, np.zeros_like(case), np.ones((len(case), 1)))


def draws(correlation: float, repeats: int = 2) -> FloatArray:
    random = np.random.default_rng(1)
    common = random.normal(size=5000)
    own = random.normal(size=(repeats, 5000))
    found: FloatArray = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
    return found


def test_one_test_set_is_not_widened() -> None:
    assert widening(draws(0.5, 1), cut(1, 1), hard=True) == 1


def test_repeats_that_agree_leave_the_interval_alone() -> None:
    assert widening(draws(1.0), cut(5, 2), hard=True) == pytest.approx(1)


@pytest.mark.parametrize(("folds", "most"), [(2, 3), (5, 2.25), (10, 19 / 9)])
def test_repeats_that_disagree_get_the_correction_of_one_repeat(folds: int, most: float) -> None:
    assert widening(draws(0.0), cut(folds, 2), hard=False) ** 2 == pytest.approx(most)
    assert widening(draws(0.0, 1), cut(folds, 1), hard=False) ** 2 == pytest.approx(most)


def test_in_between_it_grows_with_their_disagreement() -> None:
    found = [widening(draws(c), cut(5, 2), hard=False) for c in (0.98, 0.95, 0.9, 0.85)]
    assert found == sorted(found)
    assert found[1] ** 2 == pytest.approx(1 + 5 * 0.05, abs=0.05)
    assert widening(draws(0.9), cut(5, 2), hard=True) ** 2 == pytest.approx(1.25, abs=0.05)


def test_repeats_of_the_same_cut_say_nothing() -> None:
    assert widening(draws(1.0), cut(5, 2, same=True), hard=True) ** 2 == pytest.approx(2.25)


def test_a_figure_that_is_not_defined_gets_the_whole_correction() -> None:
    assert widening(np.full((2, 9), np.nan), cut(5, 2), hard=False) ** 2 == pytest.approx(2.25)


def test_few_cases_get_student_s_quantile() -> None:
    assert few_units(5) == pytest.approx(t.ppf(0.975, 4) / 1.959964 * np.sqrt(5 / 4))
    assert few_units(100_000) == pytest.approx(1, abs=1e-4)
