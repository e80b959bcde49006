"""Answers for new cases come from all training cases, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from auscult.data.dataset import Dataset
from auscult.errors import InputError
from auscult.evaluate.contest import train_and_answer
from auscult.evaluate.plan import Plan
from auscult.models.spec import ModelSpec
from auscult.types import Column


def beats(n: int, seed: int) -> Dataset:
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    X = rng.normal(size=(n, 1, 24)) * 0.3 + np.sin(np.arange(24) * (1 + y[:, None]) / 4)[:, None]
    columns = (Column("channel1", "numeric"),)
    return Dataset("beats", "signals", X.astype(np.float32), y, ("N", "S", "V"), columns)


@pytest.fixture
def train() -> Dataset:
    return beats(240, 0)


@pytest.fixture
def cases() -> Dataset:
    return beats(90, 1)


def test_several_models_vote(train: Dataset, cases: Dataset, one_thread: None) -> None:
    specs = [ModelSpec("logistic"), ModelSpec("mlp", {"epochs": 3})]
    found = train_and_answer(train, cases, specs)
    assert list(found.probabilities) == ["logistic", "mlp:epochs=3", "soft-vote"]
    assert found.chosen == "soft-vote"
    members = [found.probabilities[str(spec)] for spec in specs]
    assert np.allclose(found.probability, np.mean(members, axis=0))
    assert np.mean(found.predicted == cases.y) > 0.9
    hard = train_and_answer(train, cases, specs, vote="hard")
    assert np.array_equal(hard.probabilities["logistic"], members[0])


def test_known_classes_are_hidden(train: Dataset, cases: Dataset, one_thread: None) -> None:
    specs = [ModelSpec("mlp", {"epochs": 3})]
    unknown = replace(cases, y=np.full(cases.n_cases, -1))
    wrong = replace(cases, y=(cases.y + 1) % 3)
    answers = [train_and_answer(train, c, specs).probability for c in (cases, unknown, wrong)]
    assert np.array_equal(answers[0], answers[1])
    assert np.array_equal(answers[0], answers[2])


def test_answers_do_not_depend_on_the_other_cases(train: Dataset, cases: Dataset) -> None:
    specs = [ModelSpec("logistic")]
    whole = train_and_answer(train, cases, specs).probability
    part = train_and_answer(train, cases.take(np.arange(5)), specs).probability
    assert np.allclose(whole[:5], part)


def test_the_whole_plan(train: Dataset) -> None:
    split = Plan().whole(train)
    assert len(split.test) == 0
    assert np.array_equal(np.sort([*split.train, *split.validation]), np.arange(240))
    assert len(split.validation) == 36
    assert len(Plan().whole(train.take(np.arange(60))).validation) == 0
    grouped = replace(train, groups=np.arange(240) // 8, group_name="patient")
    split = Plan("grouped").whole(grouped)
    assert not set(split.train // 8) & set(split.validation // 8)


def test_a_model_that_cannot_take_the_data_is_refused(train: Dataset, cases: Dataset) -> None:
    gaps = train.X.copy()
    gaps[3, 0, 5] = np.nan
    columns = (replace(train.columns[0], n_missing=1),)
    with pytest.raises(InputError, match="fcn cannot be trained on it"):
        train_and_answer(replace(train, X=gaps, columns=columns), cases, [ModelSpec("fcn")])
