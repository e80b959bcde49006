"""Votes: how they are named, what they come to, and what a study makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auscult
from auscult.errors import InputError
from auscult.evaluate.fitting import Fits
from auscult.evaluate.result import Predictions
from auscult.evaluate.vote_count import count_votes, mixture_weights, unlearned
from auscult.evaluate.vote_shares import hard_shares
from auscult.evaluate.votes import Vote, VoteKind, parse_votes
from auscult.types import FloatArray

LABELS = {
    "majority": "majority class",
    "logistic": "logistic regression",
    "lstm:units=64+32": "LSTM (units 64+32)",
    "lstm:units=64": "LSTM (units 64)",
    "fcn": "FCN",
}
N_FITS, N_CASES, N_CLASSES = 2, 40, 3


def vote(kind: VoteKind, members: Sequence[str], named: bool = False) -> Vote:
    return Vote(kind, tuple(members), tuple(members), named)


def predictions(probability: FloatArray, seed: int = 0) -> Predictions:
    """Rows of :data:`N_FITS` fits of one repeat; equal seeds have equal true classes."""
    n = len(probability)
    true = np.random.default_rng(seed).integers(N_CLASSES, size=n)
    fold = np.repeat(np.arange(N_FITS), n // N_FITS)
    return Predictions(np.arange(n), np.zeros(n, dtype=np.int64), fold, true, probability)


def shares(rng: np.random.Generator, n: int = N_CASES) -> FloatArray:
    return rng.dirichlet(np.ones(N_CLASSES), size=n)


def member(seed: int, validation: FloatArray | None = None) -> Fits:
    rng = np.random.default_rng(seed)
    aside = None if validation is None else predictions(validation, seed=99)
    return Fits(predictions(shares(rng)), (), 1.5, 0.25, 10, aside)


def right(n: int = N_CASES, sure: float = 0.98) -> FloatArray:
    """What a member that knows the validation part's true classes says."""
    true = predictions(np.zeros((n, N_CLASSES)), seed=99).true
    return np.where(true[:, None] == np.arange(N_CLASSES), sure, (1 - sure) / (N_CLASSES - 1))


def test_without_named_members_all_but_the_majority_vote() -> None:
    (found,) = parse_votes("soft", LABELS)
    assert (found.name, found.label) == ("soft-vote", "soft vote")
    assert found.members == tuple(LABELS)[1:]


def test_members_stand_in_the_study_s_order_whoever_wrote_them() -> None:
    one, *more = parse_votes(["hard:fcn+logistic", "hard:logistic+fcn+fcn"], LABELS)
    assert not more
    assert one.name == "hard-vote:logistic+fcn"
    assert one.label == "hard vote (logistic regression + FCN)"


def test_a_plus_sign_inside_of_a_name_parts_nothing() -> None:
    (found,) = parse_votes("weighted:fcn+lstm:units=64+32+lstm:units=64", LABELS)
    assert found.members == ("lstm:units=64+32", "lstm:units=64", "fcn")
    assert found.validates("fcn")
    assert not found.validates("logistic")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("sotf", r"no vote is called 'sotf'\. Did you mean 'soft'"),
        ("soft:logistic+fcnn", r"no model 'fcnn'\. Did you mean 'fcn'"),
        ("soft:", "no model ''"),
        ("soft:fcn", "has 1 member, and a vote needs two"),
        ("soft:fcn+fcn", "has 1 member, and a vote needs two"),
    ],
)
def test_a_vote_that_cannot_be_is_refused(word: str, says: str) -> None:
    with pytest.raises(InputError, match=f"^--vote: .*{says}") as refused:
        parse_votes(word, LABELS)
    assert "\n" not in str(refused.value)


def test_who_gave_no_figure_has_no_vote() -> None:
    named, unnamed = parse_votes(["soft:logistic+fcn", "soft"], LABELS)
    assert named.cannot({"logistic", "majority"}) == "left out: its member 'fcn' gave no figure"
    assert named.cannot({"logistic", "fcn"}) is None
    assert unnamed.cannot({"logistic", "fcn"}) is None
    assert "fewer than two" in (unnamed.cannot({"logistic", "majority"}) or "")


def test_a_soft_vote_is_the_mean_and_costs_what_its_members_cost() -> None:
    a, b = member(1), replace(member(2), n_parameters=None)
    found = count_votes(vote("soft", "ab"), {"a": a, "b": b, "c": member(3)})
    mean = (a.predictions.probability + b.predictions.probability) / 2
    np.testing.assert_allclose(found.predictions.probability, mean)
    assert (found.fit_seconds, found.predict_seconds, found.n_parameters) == (3.0, 0.5, None)
    assert found.params == {"members": ("a", "b")}
    assert count_votes(vote("soft", "ac"), {"a": a, "c": member(3)}).n_parameters == 20


@pytest.mark.parametrize("kind", ["soft", "weighted"])
@pytest.mark.parametrize("count", [2, 3, 7])
def test_alike_members_are_one(kind: VoteKind, count: int) -> None:
    one = member(1, right())
    names = [str(i) for i in range(count)]
    found = count_votes(vote(kind, names), dict.fromkeys(names, one))
    np.testing.assert_allclose(found.predictions.probability, one.predictions.probability)
    hard = count_votes(vote("hard", names), dict.fromkeys(names, one))
    np.testing.assert_array_equal(hard.predictions.predicted, one.predictions.predicted)


def test_a_hard_vote_breaks_ties_by_the_mean_probability() -> None:
    answers = np.array(
        [
            [[0.6, 0.4, 0.0], [0.9, 0.1, 0.0], [0.5, 0.3, 0.2]],
            [[0.0, 0.9, 0.1], [0.4, 0.5, 0.1], [0.1, 0.2, 0.7]],
        ]
    )
    found = hard_shares(answers)
    assert found.argmax(axis=1).tolist() == [1, 0, 2]
    np.testing.assert_allclose(found, [[0.5, 0.5, 0], [0.5, 0.5, 0], [0.5, 0, 0.5]], atol=1e-8)
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_a_majority_outvotes_a_surer_member() -> None:
    answers = np.array([[[0.6, 0.4]], [[0.6, 0.4]], [[0.0, 1.0]]])
    assert hard_shares(answers).argmax(axis=1).tolist() == [0]
    assert answers.mean(axis=0).argmax(axis=1).tolist() == [1]


likelihoods = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).beta(0.7, 0.7, size=(30, 4))
)


@given(likelihoods)
@settings(max_examples=40, deadline=None)
def test_weights_are_the_most_likely_of_the_simplex(likelihood: FloatArray) -> None:
    weights = mixture_weights(likelihood)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    # Kuhn and Tucker: more of any member would make the classes no more likely.
    given_by_one = np.maximum(likelihood, np.finfo(np.float64).eps)
    gain = (given_by_one / (given_by_one @ weights)[:, None]).mean(axis=0)
    assert gain.max() < 1 + 5e-3


@given(likelihoods, st.permutations(range(4)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_members_changes_no_weight(likelihood: FloatArray, order: list[int]) -> None:
    weights = mixture_weights(likelihood[:, order])
    np.testing.assert_allclose(weights, mixture_weights(likelihood)[order], atol=1e-6)


def test_a_perfect_member_among_noise_gets_the_weight() -> None:
    noise = np.random.default_rng(0).random((50, 5))
    noise[:, 2] = 1.0
    assert mixture_weights(noise)[2] > 0.999


def test_weights_of_no_help_at_all_are_equal() -> None:
    np.testing.assert_allclose(mixture_weights(np.zeros((9, 3))), 1 / 3)


def test_each_fit_learns_its_weights_from_its_own_validation_part() -> None:
    noise, half = shares(np.random.default_rng(5)), N_CASES // 2
    first_half = np.arange(N_CASES)[:, None] < half
    a = member(1, np.where(first_half, right(), noise))
    b = member(2, np.where(first_half, noise, right()))
    found = count_votes(vote("weighted", "ab"), {"a": a, "b": b})
    of_a, of_b = a.predictions.probability, b.predictions.probability
    np.testing.assert_allclose(found.predictions.probability[:half], of_a[:half], atol=0.05)
    np.testing.assert_allclose(found.predictions.probability[half:], of_b[half:], atol=0.05)
    assert found.params["weights"] == pytest.approx((0.5, 0.5), abs=0.05)
    assert not unlearned({"weighted-vote": found})


def test_true_classes_of_test_cases_change_no_weight() -> None:
    fits = {"a": member(1, right()), "b": member(2, shares(np.random.default_rng(5)))}
    other = {
        name: replace(one, predictions=replace(one.predictions, true=1 - one.predictions.true % 2))
        for name, one in fits.items()
    }
    first, second = (count_votes(vote("weighted", "ab"), given) for given in (fits, other))
    assert first.params == second.params
    np.testing.assert_array_equal(first.predictions.probability, second.predictions.probability)


def test_without_a_validation_part_all_weigh_the_same_and_it_is_said() -> None:
    fits = {"a": member(1), "b": member(2)}
    found = count_votes(vote("weighted", "ab"), fits)
    soft = count_votes(vote("soft", "ab"), fits)
    np.testing.assert_allclose(found.predictions.probability, soft.predictions.probability)
    assert found.params["weights"] == (0.5, 0.5)
    (finding,) = unlearned({"weighted-vote": found})
    assert finding.code == "equal-vote-weights"
    assert "2 of 2 fits" in finding.message


@pytest.fixture(scope="module")
def study(shared: Path) -> auscult.Dataset:
    return auscult.read(shared / "heart" / "heart.csv", target="target")


@pytest.mark.usefixtures("one_thread")
def test_votes_stand_on_the_leaderboard(study: auscult.Dataset, tmp_path: Path) -> None:
    models = "logistic,gradient-boosting:max_iter=10,mlp:epochs=5,fcn"
    votes = ["soft", "hard:logistic+fcn", "weighted:mlp:epochs=5+logistic"]
    result = auscult.compare(
        study, models=models, votes=votes, folds=2, repeats=1, out=tmp_path / "run"
    )
    weighted = result["weighted-vote:logistic+mlp:epochs=5"]
    soft = result["soft-vote"]
    assert result.failed["hard-vote:logistic+fcn"] == "left out: its member 'fcn' gave no figure"
    members = soft.params["members"]
    assert members == ("logistic", "gradient-boosting:max_iter=10", "mlp:epochs=5")
    stacked = np.stack([result[name].predictions.probability for name in members])
    np.testing.assert_allclose(soft.predictions.probability, stacked.mean(axis=0))
    assert soft.fit_seconds == pytest.approx(sum(result[name].fit_seconds for name in members))
    assert sum(weighted.params["weights"]) == pytest.approx(1)
    assert weighted.metrics.keys() == soft.metrics.keys() == result["logistic"].metrics.keys()
    assert {"soft-vote", weighted.model} <= {x for c in result.comparisons for x in (c.a, c.b)}
    again = auscult.load(tmp_path / "run")
    assert again["soft-vote"].params == soft.params
    assert again[weighted.model].params == weighted.params
    assert again[weighted.model].metrics == weighted.metrics
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Soft vote</strong>: the mean of the probabilities of logistic regression," in page


@pytest.mark.usefixtures("one_thread")
def test_a_vote_changes_no_other_row(study: auscult.Dataset) -> None:
    models = "logistic,mlp:epochs=5"
    plain, voted = (
        auscult.compare(study, models=models, votes=votes, folds=2, repeats=1)
        for votes in ((), "weighted")
    )
    for row in plain.models:
        probability = voted[row.model].predictions.probability
        np.testing.assert_array_equal(probability, row.predictions.probability)


def test_a_vote_of_one_is_refused_before_anything_is_fitted(study: auscult.Dataset) -> None:
    with pytest.raises(InputError, match="--vote: 'soft' has 1 member"):
        auscult.compare(study, models="logistic", votes="soft")


def test_a_bare_name_stands_for_all_models_of_that_name() -> None:
    labels = {"logistic": "l", "mlp:epochs=5": "a", "mlp:epochs=9": "b", "fcn": "c"}
    (found,) = parse_votes("soft:mlp", labels)
    assert found.members == ("mlp:epochs=5", "mlp:epochs=9")
