"""Prediction sets: exact where they are, covering where they promise to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.evaluate.calibration.kept import Kept, Member
from auscult.evaluate.calibration.sensitivity import chosen_sensitivity
from auscult.evaluate.conformal.measure import SetsAsked, measured_sets
from auscult.evaluate.conformal.scores import Score, aps, lac
from auscult.evaluate.conformal.sets import least_kept, prediction_sets, threshold
from auscult.evaluate.result import Predictions
from auscult.types import FloatArray, IntArray

seeds = st.integers(0, 2**32 - 1)


def cases(rng: np.random.Generator, n: int, k: int = 3) -> tuple[FloatArray, IntArray]:
    """What a model that is far too sure says of cases, and their classes."""
    logits = rng.normal(0, 1, (n, k))
    chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    true = (rng.random((n, 1)) > np.cumsum(chance, axis=1)).sum(axis=1)
    said = np.exp(4 * logits)
    return said / said.sum(axis=1, keepdims=True), true


def one_fit(seed: int, n: int, n_test: int, k: int = 3) -> tuple[Kept, IntArray]:
    rng = np.random.default_rng(seed)
    p, true = cases(rng, n + n_test, k)
    return Kept(np.arange(n_test), (Member(true[:n], p[:n], p[n:]),)), true[n:]


def answered(true: IntArray, p: FloatArray) -> Predictions:
    zero = np.zeros(len(true), dtype=np.int64)
    return Predictions(np.arange(len(true)), zero, zero, true, p)


@pytest.mark.parametrize("score", ["lac", "aps"])
@pytest.mark.parametrize(("n", "coverage"), [(19, 0.9), (60, 0.9), (99, 0.8)])
def test_coverage_on_exchangeable_draws(score: Score, n: int, coverage: float) -> None:
    """One test case a draw: on average k / (n + 1), k = ⌈coverage (n + 1)⌉, whatever the model."""
    held = 0
    draws = 3000
    for seed in range(draws):
        kept, true = one_fit(seed, n, 1)
        held += int(prediction_sets(kept, coverage, score=score, seed=seed)[0, true[0]])
    exact = np.ceil(coverage * (n + 1) - 1e-9) / (n + 1)
    assert held / draws == pytest.approx(exact, abs=4 * np.sqrt(0.25 * 0.36 / draws))


def test_by_class_every_class_is_covered() -> None:
    held, of = np.zeros(3), np.zeros(3)
    for seed in range(300):
        kept, true = one_fit(seed, 120, 40)
        sets = prediction_sets(kept, 0.9, by_class=True)
        held += np.bincount(true[sets[np.arange(40), true]], minlength=3)
        of += np.bincount(true, minlength=3)
    assert ((held / of > 0.89) & (held / of < 0.94)).all()


def test_of_one_model_cv_plus_and_the_draw_of_models_are_split_conformal() -> None:
    kept, _ = one_fit(0, 50, 200)
    plain = prediction_sets(kept, 0.9)
    np.testing.assert_array_equal(plain, prediction_sets(kept, 0.9, plus=True))
    scores = np.sort(1 - kept.probability[np.arange(50), kept.true])
    cut = scores[int(np.ceil(0.9 * 51)) - 1]
    np.testing.assert_array_equal(plain, 1 - kept.members[0].test <= cut)


@pytest.mark.parametrize("plus", [False, True])
def test_models_of_folds_cover_too(plus: bool) -> None:
    held = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        p, true = cases(rng, 140)
        test = slice(100, 140)
        members = []
        for fold in range(5):
            rows = slice(20 * fold, 20 * fold + 20)
            blur = rng.dirichlet(np.ones(3), 140) * 0.2 + 0.8 * p
            members.append(Member(true[rows], blur[rows], blur[test]))
        sets = prediction_sets(Kept(np.arange(40), tuple(members)), 0.9, plus=plus, seed=seed)
        held.append(sets[np.arange(40), true[test]].mean())
    assert 0.885 < np.mean(held) < (0.95 if plus else 0.915)


@given(seeds, st.sampled_from(["lac", "aps"]))
@settings(max_examples=30, deadline=None)
def test_a_higher_coverage_never_loses_a_class(seed: int, score: Score) -> None:
    kept, _ = one_fit(seed, 40, 30)
    small, large = (prediction_sets(kept, c, score=score, seed=1) for c in (0.8, 0.9))
    assert (large | ~small).all()


def test_too_few_cases_leave_no_class_out() -> None:
    assert [least_kept(c) for c in (0.5, 0.9, 0.95)] == [1, 9, 19]
    assert prediction_sets(one_fit(0, 8, 20)[0], 0.9).all()
    assert not prediction_sets(one_fit(0, 9, 20)[0], 0.9).all()


def test_scores_written_out() -> None:
    p = np.array([[0.5, 0.2, 0.3]])
    np.testing.assert_allclose(lac(p), [[0.5, 0.8, 0.7]])
    np.testing.assert_allclose(aps(p, np.array([1.0])), [[0.5, 1.0, 0.8]])
    np.testing.assert_allclose(aps(p, np.array([0.0])), [[0.0, 0.8, 0.5]])


def test_what_sets_come_to() -> None:
    kept, true = one_fit(3, 500, 400)
    p = kept.members[0].test
    found = measured_sets(SetsAsked(0.9), answered(true, p), [kept])
    sets = prediction_sets(kept, 0.9, seed=int(np.random.SeedSequence([0, 0]).generate_state(1)[0]))
    size = sets.sum(axis=1)
    held = sets[np.arange(400), true]
    assert found.coverage.value == pytest.approx(held.mean())
    assert found.coverage.low < found.coverage.value < found.coverage.high
    assert found.size.value == pytest.approx(size.mean())
    assert found.abstained.value == pytest.approx(np.mean(size != 1))
    assert found.accuracy.value == pytest.approx(held[size == 1].mean())
    assert sum(found.sizes) == pytest.approx(1)
    assert found.guarantee.startswith("90 % of cases or more")
    assert found.too_few == 0


def test_a_wanted_sensitivity_is_reached_on_average() -> None:
    reached, share = [], []
    for seed in range(200):
        kept, true = one_fit(seed, 150, 60, k=2)
        found = chosen_sensitivity(1, "ill", 0.9, answered(true, kept.members[0].test), [kept])
        called = kept.members[0].test[:, 1] >= found.thresholds[0]
        assert found.called.value == pytest.approx(called.mean())
        reached.append(found.sensitivity.value)
        share.append(np.mean(called))
    assert 0.895 < np.mean(reached) < 0.925
    assert np.mean(share) < 0.9


def test_too_few_of_a_class_call_everyone_and_it_is_said() -> None:
    kept, true = one_fit(0, 20, 60, k=2)
    found = chosen_sensitivity(1, "ill", 0.95, answered(true, kept.members[0].test), [kept])
    assert found.too_few == 1
    assert found.called.value == 1.0
    assert found.thresholds == (0.0,)
    assert threshold(kept, 1, 0.95) == 0.0
