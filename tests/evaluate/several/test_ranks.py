"""Ranks over several sets of data against figures of the literature."""

from __future__ import annotations

import numpy as np
import pytest

from auscult.evaluate.several.ranks import critical_difference, friedman, least_p, rank

# Table 6 of Demšar (2006): AUC of C4.5 and three of its settings on 14 data sets.
DEMSAR = np.array(
    [
        [0.763, 0.768, 0.771, 0.798],
        [0.599, 0.591, 0.590, 0.569],
        [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657],
        [0.882, 0.888, 0.886, 0.898],
        [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685],
        [0.583, 0.583, 0.563, 0.625],
        [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000],
        [0.940, 0.962, 0.965, 0.962],
        [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.9751, 0.975],
        [0.957, 0.978, 0.946, 0.970],
    ]
)
NAMES = ("C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf")


def test_the_example_of_the_paper() -> None:
    found = rank(NAMES, DEMSAR)
    assert found.mean_rank["C4.5"] == pytest.approx(3.143, abs=0.001)
    assert found.mean_rank["C4.5+m"] == pytest.approx(2.000, abs=0.001)
    assert found.mean_rank["C4.5+cf"] == pytest.approx(2.893, abs=0.001)
    assert found.mean_rank["C4.5+m+cf"] == pytest.approx(1.964, abs=0.001)
    assert found.critical_difference == pytest.approx(1.25, abs=0.01)
    assert found.friedman_p < 0.05
    assert found.models[0] == "C4.5+m+cf"
    assert sum(found.wins.values()) == pytest.approx(14)


def test_nemenyi_constants_of_the_paper() -> None:
    for k, q in ((2, 1.960), (4, 2.569), (10, 3.164)):
        assert critical_difference(k, 6) == pytest.approx(q * np.sqrt(k * (k + 1) / 36), rel=1e-3)


def test_lower_is_better_turns_the_ranks() -> None:
    up, down = rank(NAMES, DEMSAR), rank(NAMES, DEMSAR, higher_is_better=False)
    assert down.mean_rank["C4.5"] == pytest.approx(5 - up.mean_rank["C4.5"])


def test_alike_and_quite_unlike_models() -> None:
    same = rank(("a", "b"), np.full((5, 2), 0.5))
    assert (same.friedman_p, same.pairs[0].p_value, same.cliques) == (1.0, 1.0, (("a", "b"),))
    ladder = np.arange(8.0)[:, None] / 100 + np.array([0.9, 0.8, 0.7]) + _noise(8, 3)
    apart = rank(("a", "b", "c"), ladder)
    assert apart.models == ("a", "b", "c")
    assert apart.friedman_p == 0.0
    assert apart.cliques == ()


def test_cliques_are_the_longest_runs_without_a_difference() -> None:
    noise = _noise(30, 4)
    figures = np.array([0.9, 0.9, 0.7, 0.7]) + 20 * noise
    found = rank(("a", "b", "c", "d"), figures)
    assert sorted(map(sorted, found.cliques)) == [["a", "b"], ["c", "d"]]


def test_few_sets_of_data_cannot_tell() -> None:
    found = rank(("a", "b"), np.array([[0.9, 0.5], [0.8, 0.45], [0.7, 0.42]]))
    assert found.pairs[0].p_value == pytest.approx(least_p(3)) == 0.25


def test_under_no_difference_friedman_rejects_at_its_level() -> None:
    rng = np.random.default_rng(0)
    ranks = rng.random((2000, 12, 5)).argsort(axis=2).argsort(axis=2) + 1.0
    rejected = np.mean([friedman(one)[1] < 0.05 for one in ranks])
    assert 0.035 < rejected < 0.065


def _noise(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.random.default_rng(1).normal(0, 1e-3, shape)
