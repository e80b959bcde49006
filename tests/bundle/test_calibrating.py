"""What is learned on cases kept aside is applied as the study applied it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.kept import heart_like, make_table_bundle

import auscult
from auscult.bundle.bundle import load_bundle
from auscult.bundle.calibrating import calibrated, called, prediction_sets
from auscult.bundle.document import Document
from auscult.bundle.keep.learned import calibration_map, chosen_threshold, conformal_sets
from auscult.evaluate.asked import SensitivityAsked
from auscult.evaluate.calibration.kept import Kept, Member
from auscult.evaluate.calibration.scaling import METHODS, Method, fit_map
from auscult.evaluate.conformal.measure import SetsAsked
from auscult.evaluate.conformal.sets import prediction_sets as study_sets
from auscult.evaluate.conformal.sets import threshold


def aside(n_classes: int, n: int = 400, seed: int = 0) -> Kept:
    """Cases kept aside whose probabilities are too sure, and test cases of the same model."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(2 * n, n_classes)) * 2
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    sure = p**2 / (p**2).sum(axis=1, keepdims=True)
    true = np.array([rng.choice(n_classes, p=row) for row in p[:n]])
    return Kept(np.arange(n), (Member(true, sure[:n], sure[n:]),))


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("method", METHODS)
def test_a_map_of_numbers_is_the_map(method: Method, n_classes: int) -> None:
    kept = aside(n_classes)
    new = kept.members[0].test
    wanted = fit_map(method, kept.probability, kept.true)(new)
    found = calibrated(new, calibration_map(method, kept))
    assert np.array_equal(found, wanted)
    np.testing.assert_allclose(found.sum(axis=1), 1)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("by_class", [False, True])
@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_quantiles_cut_the_sets_of_the_study(
    coverage: float, by_class: bool, n_classes: int
) -> None:
    kept = aside(n_classes)
    asked = SetsAsked(coverage, "lac", by_class)
    found = prediction_sets(kept.members[0].test, conformal_sets(asked, kept, grouped=False))
    wanted = study_sets(kept, coverage, by_class=by_class)
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("score", ["lac", "aps"])
def test_sets_hold_the_true_class_as_often_as_asked(score: str) -> None:
    shares = []
    for seed in range(40):
        kept = aside(3, seed=seed)
        sets = conformal_sets(SetsAsked(0.9, score), kept, grouped=False)  # type: ignore[arg-type]
        new = aside(3, seed=1000 + seed)
        held = prediction_sets(new.probability, sets)[np.arange(len(new.true)), new.true]
        shares.append(held.mean())
    assert 0.89 < np.mean(shares) < 0.915


def test_too_few_cases_leave_every_class_in() -> None:
    kept = aside(2, n=8)
    sets = conformal_sets(SetsAsked(0.95), kept, grouped=False)
    assert sets.quantiles == (None,)
    assert prediction_sets(kept.members[0].test, sets).all()


def test_a_threshold_for_a_sensitivity() -> None:
    kept = aside(2)
    found = chosen_threshold(SensitivityAsked(1, "ill", 0.95), kept)
    assert found.value == threshold(kept, 1, 0.95)
    reached = np.mean(kept.probability[kept.true == 1, 1] >= found.value)
    assert 0.95 <= reached < 0.97


@pytest.mark.parametrize("method", METHODS)
def test_a_bundle_applies_its_map(method: str, tmp_path: Path) -> None:
    path = make_table_bundle(tmp_path, "logistic", calibrate=method, sensitivity="0.95")
    bundle = load_bundle(path)
    d, X = bundle.document, heart_like().X
    raw, said = bundle.raw_probability(X), bundle.answer(X)
    assert d.calibration is not None
    assert d.threshold is not None
    assert d.sets is not None
    assert d.calibration.method == method
    assert d.calibration.n_kept == d.sets.n_kept == 204
    assert np.array_equal(said.probability, calibrated(raw, d.calibration))
    assert not np.array_equal(said.probability, raw)
    assert np.array_equal(said.predicted == 1, raw[:, 1] >= d.threshold.value)
    assert said.sets is not None
    assert np.array_equal(said.unsure, said.sets.sum(axis=1) != 1)
    held = said.sets[np.arange(240), heart_like().y].mean()
    assert held > 0.85
    assert "trained on all cases" in d.sets.guarantee
    assert set(d.figures.asked) >= {"coverage", "sensitivity"}


def test_called_without_a_threshold_is_the_most_probable(heart_bundle: Path) -> None:
    document: Document = load_bundle(heart_bundle).document
    p = np.array([[0.6, 0.4], [0.2, 0.8]])
    assert called(p, p, document).tolist() == [0, 1]


def test_what_was_not_asked_is_not_there(tmp_path: Path) -> None:
    study = auscult.compare(heart_like(), models="logistic", folds=2, repeats=1)
    document = load_bundle(study.keep(tmp_path / "plain")).document
    assert (document.calibration, document.sets, document.threshold) == (None, None, None)
    assert not load_bundle(tmp_path / "plain").answer(heart_like().X).unsure.any()


def test_large_validation_parts_are_learned_on(tmp_path: Path) -> None:
    path = tmp_path / "large"
    study = auscult.compare(
        heart_like(7000), models="logistic", folds=2, repeats=1, calibrate="platt", sets="0.9"
    )
    d = load_bundle(study.keep(path)).document
    assert d.sets is not None
    assert (d.sets.learned_on, d.sets.n_kept) == ("validation parts", 1050)
    assert "split-conformal" in d.sets.guarantee


@pytest.mark.parametrize("score", ["lac", "aps", "lac:by-class"])
def test_sets_of_new_cases_hold_the_true_class(score: str, tmp_path: Path) -> None:
    train, new = heart_like(400), heart_like(4000, seed=8)
    study = auscult.compare(train, models="logistic", folds=2, repeats=1, sets=f"0.9:{score}")
    said = load_bundle(study.keep(tmp_path / "kept")).answer(new.X)
    assert said.sets is not None
    held = said.sets[np.arange(4000), new.y]
    assert 0.86 < held.mean() < 0.94
    if score.endswith("by-class"):
        assert all(0.84 < held[new.y == code].mean() < 0.96 for code in (0, 1))
