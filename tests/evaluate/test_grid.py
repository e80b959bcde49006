"""How settings to try are named, and what is refused."""

from __future__ import annotations

import pytest

from auscult.errors import InputError
from auscult.evaluate.grid import MOST, Divided, divide, grid_text, parse_grid
from auscult.models.spec import parse_models


def divided(models: str, grid: str | None) -> Divided:
    return divide(parse_models(models, "table"), grid)


def test_values_are_those_of_models() -> None:
    found = parse_grid("optimizer=sgd,adam  k=1..3,9 units=64+32,8 C=1e-3 early=true,none")
    assert found == {
        "optimizer": ("sgd", "adam"),
        "k": (1, 2, 3, 9),
        "units": ((64, 32), 8),
        "C": (1e-3,),
        "early": (True, None),
    }
    assert parse_grid(grid_text(found)) == found
    assert parse_grid("k=1,1,1..2") == {"k": (1, 2)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no setting"),
        ("optimizer", "'optimizer' is not name=value"),
        ("optimizer=", "'optimizer=' is not name=value"),
        ("=sgd", "'=sgd' is not name=value"),
        ("optimizer=sgd, adam", "'optimizer=sgd,' has an empty value"),
        ("optimizer=sgd adam", "no space after a comma"),
        ("k=3..1", "'k=3..1' has an empty value"),
        ("k=1 k=2", "'k' stands there twice"),
        ("k=1..1000 dropout=0,1", f"2000 combinations, more than {MOST}"),
    ],
)
def test_what_is_not_a_grid(text: str, said: str) -> None:
    with pytest.raises(InputError, match="--grid: ") as refused:
        parse_grid(text)
    assert said in str(refused.value)


def test_a_name_may_be_cut_short() -> None:
    (sweep,) = divided("mlp", "batch=8,16 opt=sgd").sweeps
    assert sweep.settings == (
        {"batch_size": 8, "optimizer": "sgd"},
        {"batch_size": 16, "optimizer": "sgd"},
    )
    assert [e.batch_size for e in sweep.estimators] == [8, 16]
    assert (str(sweep), sweep.label) == ("mlp:grid", "MLP (best of 2 settings)")
    (named,) = divided("mlp:units=8", "batch=8").sweeps
    assert (str(named), named.label) == ("mlp:units=8:grid", "MLP (units 8; best of 1 setting)")
    assert named.estimators[0].units == (8,)


@pytest.mark.parametrize(
    ("models", "grid", "said"),
    [
        ("mlp", "batchsize=8", "Did you mean 'batch_size'"),
        ("mlp", "s=8", "'s' can be sampling or schedule"),
        ("mlp", "batch=8 batch_size=9", "'batch_size' stands there twice"),
        ("mlp,knn-dtw", "batch=8 k=1", "no model of this study has all of 'batch_size' and 'k'"),
        ("mlp:batch_size=8", "batch=9", "stands in --models too (mlp:batch_size=8)"),
        ("mlp", "optimizer=sgd,adm", "optimizer"),
        ("mlp", "validation_fraction=0.1,0.2", "the plan cuts the validation part"),
    ],
)
def test_what_a_study_refuses(models: str, grid: str, said: str) -> None:
    with pytest.raises(InputError, match="--grid: ") as refused:
        divided(models, grid)
    assert said in str(refused.value)


def test_a_model_without_the_settings_is_said_to_be_unswept() -> None:
    found = divided("mlp,random-forest,lstm:units=4", "batch=8,16")
    assert [str(s) for s in found.sweeps] == ["mlp:grid", "lstm:units=4:grid"]
    assert [str(s) for s in found.plain] == ["majority", "logistic", "random-forest"]
    (finding,) = found.findings
    assert (finding.code, finding.severity) == ("not-swept", "note")
    assert "random-forest has no 'batch_size'" in finding.message
    assert "logistic" not in finding.message


def test_a_baseline_stays_beside_its_sweep() -> None:
    found = divided("logistic", "C=0.1,1")
    assert [str(s) for s in found.plain] == ["majority", "logistic"]
    assert [str(s) for s in found.sweeps] == ["logistic:grid"]
    assert found.findings == ()


def test_without_a_grid_nothing_is_swept() -> None:
    specs = parse_models("mlp,lstm", "table")
    assert divide(specs, None) == Divided(specs)
