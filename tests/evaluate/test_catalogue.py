"""The models in words: every setting is described, nothing of the markup shows."""

from __future__ import annotations

import pytest
from tests.report import sample

from auscult.evaluate.catalogue import (
    first_sentence,
    is_network,
    own_settings,
    prose,
    training_settings,
    unmarked,
    untried,
)
from auscult.models.table import MODELS
from auscult.train.estimator import estimator_class


@pytest.mark.parametrize("name", MODELS)
def test_every_setting_is_told_once_with_its_default(name: str) -> None:
    settings = [*own_settings(name), *training_settings(name)]
    assert sorted(s.name for s in settings) == sorted(estimator_class(name)().get_params())
    assert all(s.meaning for s in settings)
    assert bool(training_settings(name)) == is_network(name)


@pytest.mark.parametrize("name", MODELS)
def test_prose_ends_before_the_sections(name: str) -> None:
    text = unmarked(prose(name))
    assert text.startswith(first_sentence(name))
    assert "----" not in text
    assert "``" not in text
    assert "::" not in text


def test_settings_are_written_as_they_are_read() -> None:
    defaults = {s.name: s.default for s in [*own_settings("lstm"), *training_settings("lstm")]}
    assert defaults["bidirectional"] == "false"
    assert defaults["random_state"] == "none"


def test_untried_are_those_that_could_have_been() -> None:
    found = untried(sample.result(epochs=2, folds=2))
    assert "rnn" in found
    assert "logistic" not in found
    assert "fcn" not in found  # it takes signals only
