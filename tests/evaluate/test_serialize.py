"""A result goes to JSON and CSV and comes back the same."""

from __future__ import annotations

import csv
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auscult.errors import InputError
from auscult.evaluate.prediction_rows import safe_text
from auscult.evaluate.result import (
    Comparison,
    DataSummary,
    ModelResult,
    PlanSummary,
    Predictions,
    Provenance,
    Result,
    SweepRow,
)
from auscult.evaluate.serialize import from_dict, load, to_dict, write
from auscult.types import Column, Estimate, Finding, History

characters = st.characters(codec="utf-8")
text = st.text(characters, max_size=12)
name = st.text(characters, min_size=1, max_size=8)
number = st.floats(allow_nan=True, allow_infinity=True)
count = st.integers(0, 10**9)
estimate = st.builds(Estimate, number, number, number)
column = st.builds(
    Column,
    name=text,
    kind=st.sampled_from(["numeric", "categorical"]),
    n_missing=count,
    categories=st.lists(text, max_size=3).map(tuple),
    low=number,
    high=number,
    n_distinct=count,
)
finding = st.builds(
    Finding,
    code=text,
    message=text,
    severity=st.sampled_from(["note", "warning"]),
    mend=st.none() | text,
)
params = st.dictionaries(
    text,
    st.none() | st.booleans() | count | text | st.floats(allow_nan=False, allow_infinity=False),
    max_size=3,
)


@st.composite
def predictions(draw: st.DrawFn, n_classes: int) -> Predictions:
    n = draw(st.integers(0, 6))
    codes = [draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)) for _ in range(3)]
    true = draw(st.lists(st.integers(0, n_classes - 1), min_size=n, max_size=n))
    shares = draw(st.lists(number, min_size=n * n_classes, max_size=n * n_classes))
    case, repeat, fold, true_codes = (np.array(c, dtype=np.int64) for c in (*codes, true))
    return Predictions(
        case, repeat, fold, true_codes, np.array(shares, dtype=np.float64).reshape(n, n_classes)
    )


@st.composite
def models(draw: st.DrawFn, model: str, n_classes: int) -> ModelResult:
    return ModelResult(
        model=model,
        label=draw(text),
        params=draw(params),
        metrics=draw(st.dictionaries(text, estimate, max_size=3)),
        confusion_matrix=((1.0, 2.5), (0.0, draw(number))),
        per_class=tuple(draw(st.lists(st.dictionaries(text, estimate, max_size=2), max_size=2))),
        fit_seconds=draw(number),
        predict_seconds=draw(number),
        n_parameters=draw(st.none() | count),
        baseline=draw(st.booleans()),
        histories=tuple(
            History({"loss": tuple(curve)}, len(curve) - 1)
            for curve in draw(st.lists(st.lists(number, max_size=3), max_size=2))
        ),
        predictions=draw(predictions(n_classes)),
        leaky=draw(st.none() | text),
        sweep=tuple(
            draw(
                st.lists(
                    st.builds(SweepRow, params, estimate, count, number, st.none() | text),
                    max_size=2,
                )
            )
        ),
    )


@st.composite
def results(draw: st.DrawFn) -> Result:
    classes = tuple(draw(st.lists(name, min_size=2, max_size=3, unique=True)))
    names = draw(st.lists(name, min_size=1, max_size=3, unique=True))
    data = DataSummary(
        draw(text), "table", 9, 2, 1, 2, draw(text), classes, (5, 4),
        tuple(draw(st.lists(column, max_size=2))), 0, 1, "ab12",
        draw(st.none() | st.floats(1, 1e4)), draw(st.none() | text),
    )  # fmt: skip
    plan = PlanSummary(
        "kfold", 5, 2, 0, draw(st.none() | text), draw(st.none() | count), draw(text),
        ({"repeat": 0, "fold": 1, "train": 8, "validation": 0, "test": 2},), draw(st.none() | text),
    )  # fmt: skip
    comparisons = st.builds(Comparison, text, text, text, estimate, number, number)
    return Result(
        data=data,
        plan=plan,
        models=tuple(draw(models(model, len(classes))) for model in names),
        comparisons=tuple(draw(st.lists(comparisons, max_size=2))),
        best=names[0],
        headline="accuracy",
        provenance=Provenance(
            "auscult compare", {"auscult": "1.2"}, 2, draw(number), "cpu", "2026"
        ),
        warnings=tuple(draw(st.lists(finding, max_size=2))),
        failed=draw(st.dictionaries(text, text, max_size=2)),
    )


def same(a: Result, b: Result) -> None:
    """Equal field by field; NaN equals NaN and arrays are compared by value and type."""
    for x, y in zip(a.models, b.models, strict=True):
        for f in fields(Predictions):
            left, right = getattr(x.predictions, f.name), getattr(y.predictions, f.name)
            assert left.dtype == right.dtype
            np.testing.assert_array_equal(left, right)
    assert repr(bare(a)) == repr(bare(b))


def bare(result: Result) -> Result:
    """Without predictions and with plain mappings, so that its repr says all of the rest."""
    empty = Predictions(*(np.empty(0),) * 4, np.empty((0, 2)))  # type: ignore[arg-type]
    return replace(result, models=tuple(replace(m, predictions=empty) for m in result.models))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(results())
def test_round_trip_through_strict_json(result: Result) -> None:
    encoded = json.dumps(to_dict(result), allow_nan=False)
    same(from_dict(json.loads(encoded)), result)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(results(), st.none() | st.lists(text, min_size=6, max_size=6))
def test_round_trip_through_a_folder(tmp_path: Path, result: Result, ids: list[str] | None) -> None:
    write(result, tmp_path, ids=ids)
    same(load(tmp_path), result)


def example() -> Result:
    probability = np.array([[0.25, 0.75], [1.0, 0.0]])
    case, repeat, fold, true = (np.array(c) for c in ([4, 2], [0, 0], [0, 1], [1, 0]))
    model = ModelResult(
        model="logistic",
        label="Logistic regression",
        params={"C": np.float64(0.5), "units": (8, 8), "kind": np.dtype("f4")},
        metrics={"accuracy": Estimate(1.0, 0.34, 1.0), "roc_auc": Estimate(1.0, float("nan"), 1.0)},
        confusion_matrix=((1.0, 0.0), (0.0, 1.0)),
        per_class=(),
        fit_seconds=0.5,
        predict_seconds=0.1,
        n_parameters=14,
        baseline=True,
        histories=(),
        predictions=Predictions(case, repeat, fold, true, probability),
    )
    data = DataSummary("heart", "table", 5, 1, 1, 1, "num", ("=no", "-1"), (3, 2), (), 0, 0, "ab")
    plan = PlanSummary("kfold", 2, 1, 0, None, None, "none")
    provenance = Provenance("auscult compare heart", {"auscult": "1.2"}, 1, 1.0, "cpu", "2026")
    return Result(data, plan, (model,), (), "logistic", "accuracy", provenance)


def test_contract_of_result_json(tmp_path: Path) -> None:
    write(example(), tmp_path / "new" / "run")
    content = json.loads((tmp_path / "new" / "run" / "result.json").read_text())
    assert {"schema", "auscult", "task", "data", "plan", "models", "best", "warnings"} <= set(
        content
    )
    assert (content["schema"], content["auscult"], content["task"]) == (1, "1.2", "classification")
    assert {"name", "kind", "n_cases", "classes", "sha256"} <= set(content["data"])
    assert {"kind", "folds", "repeats", "group", "seed"} <= set(content["plan"])
    (model,) = content["models"]
    assert model["metrics"]["accuracy"] == {"value": 1.0, "low": 0.34, "high": 1.0}
    assert model["metrics"]["roc_auc"]["low"] is None
    assert model["params"] == {"C": 0.5, "units": [8, 8], "kind": "float32"}
    assert {"confusion_matrix", "fit_seconds", "predict_seconds", "n_parameters"} <= set(model)
    assert "predictions" not in model


def test_contract_of_predictions_csv(tmp_path: Path) -> None:
    write(example(), tmp_path, ids=("a", "b", "@sum", "d", "-2+3"))
    with (tmp_path / "predictions.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["case", "model", "repeat", "fold", "true", "predicted", "p_=no", "p_-1"],
        ["'-2+3", "logistic", "0", "0", "-1", "-1", "0.25", "0.75"],
        ["'@sum", "logistic", "0", "1", "'=no", "'=no", "1.0", "0.0"],
    ]
    assert load(tmp_path).models[0].predictions.case.tolist() == [4, 2]


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-a", "'-a"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=a", "''=a"),
        ("-1", "-1"),
        ("+2.5e3", "+2.5e3"),
        ("normal", "normal"),
        ("'quoted", "'quoted"),
        ("", ""),
    ],
)
def test_text_is_safe_in_a_spreadsheet(given_text: str, shown: str) -> None:
    assert safe_text(given_text) == shown


@given(text, text)
def test_safe_texts_stay_different(a: str, b: str) -> None:
    assert (safe_text(a) == safe_text(b)) == (a == b)


def test_line_ends_inside_of_text_start_no_row(tmp_path: Path) -> None:
    write(example(), tmp_path, ids=("a", "b", "x\r=1+1", "d", "x\n=1+1"))
    lines = (tmp_path / "predictions.csv").read_bytes()
    assert b'"x\r=1+1"' in lines
    assert b'"x\n=1+1"' in lines
    assert lines.startswith(b"case,model,repeat,fold,true,predicted,p_=no,p_-1\n")
    assert load(tmp_path).models[0].predictions.case.tolist() == [4, 2]


def test_nothing_but_whole_files_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(example(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(before) == {"result.json", "predictions.csv"}

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write(replace(example(), headline="roc_auc"), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(InputError, match="Name another folder"):
        write(example(), tmp_path / "run")


def test_changed_predictions_are_noticed(tmp_path: Path) -> None:
    write(example(), tmp_path)
    table = tmp_path / "predictions.csv"
    table.write_text(table.read_text().replace("0.75", "0.85"))
    with pytest.raises(InputError, match="changed since"):
        load(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1}', "nul"])
def test_what_is_not_a_result(tmp_path: Path, content: str) -> None:
    (tmp_path / "result.json").write_text(content)
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


def test_folder_without_a_result(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"result\.json"):
        load(tmp_path)
