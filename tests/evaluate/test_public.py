"""A public part is a random tenth: its figure wanders, and the ranges say how far."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from auscult.errors import InputError
from auscult.evaluate.public import public_parts
from auscult.types import BoolArray, FloatArray, IntArray


def answers(true: IntArray, right: BoolArray, n_classes: int) -> FloatArray:
    """Probabilities that name the true class where ``right``, else the next one."""
    code = np.where(right, true, (true + 1) % n_classes)
    probability: FloatArray = np.eye(n_classes)[code]
    return probability


@pytest.fixture
def true() -> IntArray:
    return np.random.default_rng(0).integers(0, 3, 4000)


def test_the_range_is_that_of_draws_without_replacement(true: IntArray) -> None:
    right = np.random.default_rng(1).random(4000) < 0.8
    parts = public_parts(true, {"one": answers(true, right, 3)}, share=0.1)
    assert (parts.n_public, parts.n_private, parts.draws) == (400, 3600, 1000)
    public = parts.figures["one"]["accuracy"].public
    p = right.mean()
    deviation = sqrt(p * (1 - p) / 400 * (4000 - 400) / (4000 - 1))
    assert public.low == pytest.approx(p - 1.96 * deviation, abs=0.005)
    assert public.high == pytest.approx(p + 1.96 * deviation, abs=0.005)
    assert parts.leader_changes == {}


def test_public_and_private_make_the_whole(true: IntArray) -> None:
    right = np.random.default_rng(2).random(4000) < 0.7
    found = public_parts(true, {"one": answers(true, right, 3)}).figures["one"]["accuracy"]
    assert 400 * found.public.value + 3600 * found.private == pytest.approx(right.sum())


def test_macro_f1_is_scikit_learns(true: IntArray) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    right = np.random.default_rng(3).random(4000) < 0.7
    probability = answers(true, right, 3)
    found = public_parts(true, {"one": probability}, seed=7).figures["one"]["f1_macro"]
    chosen = np.random.default_rng(7).permutation(4000)[:400]
    expected = metrics.f1_score(true[chosen], probability[chosen].argmax(1), average="macro")
    assert found.public.value == pytest.approx(expected)


@pytest.mark.parametrize(("better", "low", "high"), [(0.0, 0.3, 0.7), (0.2, 0.0, 0.001)])
def test_the_leader_changes_by_chance_only(
    true: IntArray, better: float, low: float, high: float
) -> None:
    rng = np.random.default_rng(4)
    models = {
        "a": answers(true, rng.random(4000) < 0.7, 3),
        "b": answers(true, rng.random(4000) < 0.7 + better, 3),
    }
    changes = public_parts(true, models).leader_changes
    assert low <= changes["accuracy"] <= high
    assert set(changes) == {"accuracy", "f1_macro"}


def test_models_that_answer_alike_share_the_lead(true: IntArray) -> None:
    probability = answers(true, np.arange(4000) % 4 > 0, 3)
    assert public_parts(true, {"a": probability, "b": probability}).leader_changes == {
        "accuracy": 0.0,
        "f1_macro": 0.0,
    }


def test_the_same_seed_draws_the_same_parts(true: IntArray) -> None:
    models = {"a": answers(true, np.arange(4000) % 5 > 0, 3)}
    assert public_parts(true, models, seed=1) == public_parts(true, models, seed=1)
    assert public_parts(true, models, seed=1) != public_parts(true, models, seed=2)


def test_cases_without_a_class_are_left_out(true: IntArray) -> None:
    hidden = np.where(np.arange(4000) < 1000, true, -1)
    parts = public_parts(hidden, {"a": answers(true, np.arange(4000) % 5 > 0, 3)})
    assert (parts.n_public, parts.n_private) == (100, 900)


@pytest.mark.parametrize(
    ("n", "share", "says"),
    [(4000, 0.0, "between"), (4000, 1.5, "between"), (50, 0.1, "10 cases"), (0, 0.1, "no classes")],
)
def test_refusals(n: int, share: float, says: str, true: IntArray) -> None:
    with pytest.raises(InputError, match=rf"--public.*{says}"):
        public_parts(np.where(np.arange(4000) < n, true, -1), {}, share=share)
