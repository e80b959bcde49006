"""Every model of the table goes into a bundle and comes out with the same answers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.kept import heart_like, waves

import auscult
from auscult.bundle.bundle import load_bundle
from auscult.data.dataset import Dataset
from auscult.models.table import MODELS, fits_data, model_class
from auscult.studies import StudyResult

SMALL = {
    "random-forest": "random-forest:n_estimators=12",
    "gradient-boosting": "gradient-boosting:max_iter=8",
    "knn-dtw": "knn-dtw:k=3:window=0.2",
    "lstm": "lstm:units=12",
    "gru": "gru:units=12",
    "rnn": "rnn:units=12+8",
    "fcn": "fcn:filters=8+8+8",
}


def data_of(kind: str) -> tuple[Dataset, Dataset]:
    """Cases to train on, and others to answer for."""
    dataset = heart_like() if kind == "table" else waves(120)
    return dataset.take(np.arange(0, 100)), dataset.take(np.arange(100, 120))


@cache
def study_of(kind: str) -> StudyResult:
    """A study whose only row stands for any model: what is tested is the refit."""
    study: StudyResult = auscult.compare(data_of(kind)[0], models="majority", folds=2, repeats=1)
    return study


def kept(tmp: Path, kind: str, model: str, epochs: int = 1) -> Path:
    study = study_of(kind)
    params = {"epochs": epochs} if model_class(model.partition(":")[0]).tags.network else {}
    row = replace(study[study.best], model=model, label=model, params=params)
    return replace(study, models=(row, *study.models)).keep(tmp / "bundle", model)


CASES = [
    (kind, name)
    for name in MODELS
    for kind in ("table", "signals")
    if fits_data(model_class(name).tags, kind)
]


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_bundle_answers_as_its_model(kind: str, name: str, tmp_path: Path) -> None:
    model = SMALL.get(name, name)
    train, cases = data_of(kind)
    path = kept(tmp_path, kind, model)
    wanted = auscult.predict(train, cases, models=model, epochs=1).answers.probability
    same = load_bundle(path, runtime="torch")
    assert np.array_equal(same.answer(cases.X).probability, wanted)
    light = load_bundle(path)
    np.testing.assert_allclose(light.answer(cases.X).probability, wanted, atol=1e-5)
    assert light.answer(cases.X[:1]).probability.shape == (1, len(train.classes))
    assert light.answer(cases.X[:0]).predicted.shape == (0,)


@pytest.mark.parametrize("vote", ["soft-vote", "hard-vote", "weighted-vote"])
def test_a_vote_is_kept_with_its_members(vote: str, tmp_path: Path) -> None:
    train, cases = data_of("table")
    models = "logistic,random-forest:n_estimators=5"
    study = auscult.compare(train, models=models, folds=2, repeats=1, votes=vote[:-5])
    bundle = load_bundle(study.keep(tmp_path / "vote", vote))
    said = auscult.predict(train, cases, models=models, vote=vote[:-5]).answers.probability
    assert np.array_equal(bundle.answer(cases.X).probability, said)
    assert bundle.document.model.params["members"] == models.split(",")


def test_a_model_that_knows_some_of_the_classes(tmp_path: Path) -> None:
    train, cases = data_of("table")
    wider = replace(train, classes=("absent", *train.classes), y=train.y + 1)
    study = auscult.compare(wider, models="logistic", folds=2, repeats=1)
    bundle = load_bundle(study.keep(tmp_path / "some", "logistic"))
    found = bundle.answer(cases.X).probability
    assert found.shape == (20, 3)
    assert (found[:, 0] == 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_signals_of_unequal_length(tmp_path: Path) -> None:
    train, cases = data_of("signals")
    X = train.X.copy()
    X[::3, :, 40:] = np.nan
    lengths = np.where(np.arange(len(X)) % 3 == 0, 40, X.shape[2])
    ragged = replace(train, X=X, lengths=lengths)
    study = auscult.compare(ragged, models="gru:units=6,knn-dtw", folds=2, repeats=1, epochs=1)
    for model in ("gru:units=6", "knn-dtw"):
        path = study.keep(tmp_path / model[:3], model)
        exact, light = load_bundle(path, runtime="torch"), load_bundle(path)
        wanted = exact.answer(X[:9]).probability
        np.testing.assert_allclose(light.answer(X[:9], lengths[:9]).probability, wanted, atol=1e-5)
        holed = cases.X.copy()
        holed[2, 0, 7] = np.nan
        with pytest.raises(auscult.InputError, match="case 2 has missing values"):
            light.answer(holed)


def test_gaps_in_signals_where_the_model_takes_them(tmp_path: Path) -> None:
    train, _ = data_of("signals")
    X = train.X.copy()
    X[::4, :, 10:13] = np.nan
    study = auscult.compare(
        replace(train, X=X), models="gradient-boosting:max_iter=5", folds=2, repeats=1
    )
    bundle = load_bundle(study.keep(tmp_path / "gaps"))
    assert np.isfinite(bundle.answer(X).probability).all()


@pytest.mark.parametrize("kind", ["table", "signals"])
def test_another_shape_is_refused(kind: str, tmp_path: Path) -> None:
    bundle = load_bundle(kept(tmp_path, kind, "logistic"))
    X = data_of(kind)[1].X
    with pytest.raises(auscult.InputError, match="shape"):
        bundle.answer(X[..., 1:])
    with pytest.raises(auscult.InputError, match="infinite"):
        bundle.answer(np.where(X.max() == X, np.inf, X))
