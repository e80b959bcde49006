"""How models are named on the command line."""

from __future__ import annotations

import pytest

from auscult.errors import InputError
from auscult.models.spec import labels_of, parse_models


def names(text: str) -> list[str]:
    return [str(spec) for spec in parse_models(text, "table")]


def test_baselines_are_always_there() -> None:
    assert names("lstm") == ["majority", "logistic", "lstm"]
    assert names("logistic,lstm") == ["majority", "logistic", "lstm"]


def test_settings_are_numbers_words_and_lists() -> None:
    spec = parse_models("lstm:units=64+32:learning_rate=1e-2:bidirectional=true", "table")[-1]
    assert spec.params == {"units": (64, 32), "learning_rate": 0.01, "bidirectional": True}


def test_a_range_makes_one_model_each() -> None:
    specs = parse_models("knn-dtw:k=1..3:cost=absolute", "signals")[2:]
    assert [s.params["k"] for s in specs] == [1, 2, 3]
    assert str(specs[0]) == "knn-dtw:k=1:cost=absolute"
    assert specs[0].label == "k-NN DTW (k 1, cost absolute)"


def test_a_model_named_twice_is_compared_once() -> None:
    assert names("mlp,mlp") == ["majority", "logistic", "mlp"]


@pytest.mark.parametrize("text", ["lstmm", "lstm:units", "lstm:=3", ""])
def test_a_wrong_name_is_refused_in_one_line(text: str) -> None:
    if text == "":
        assert len(names(text)) > 5
        return
    with pytest.raises(InputError) as error:
        names(text)
    assert "\n" not in str(error.value)


def test_a_near_miss_is_told() -> None:
    with pytest.raises(InputError, match="'lstm'"):
        names("lstmm")


def test_label_beside_its_like_tells_what_differs() -> None:
    specs = parse_models(
        "mlp:batch_size=64:epochs=5,mlp:batch_size=64:epochs=5:dropout=0.5", "table"
    )
    labels = labels_of(specs)
    assert labels["mlp:batch_size=64:epochs=5"] == "MLP"
    assert labels["mlp:batch_size=64:epochs=5:dropout=0.5"] == "MLP (dropout 0.5)"


def test_label_of_many_settings_is_short() -> None:
    (spec,) = (
        s
        for s in parse_models("mlp:epochs=5:dropout=0.5:patience=3:batch_size=8", "table")
        if s.params
    )
    assert spec.label == "MLP (epochs 5, dropout 0.5, patience 3, 1 more)"
