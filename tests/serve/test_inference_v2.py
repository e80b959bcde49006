"""The Open Inference Protocol: metadata, health, tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from tests.kept import waves
from tests.serve.conftest import StartServer
from tests.serve.running import Server
from tests.serve.test_predict import ROW, rows

from auscult.bundle.bundle import load_bundle

CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"datatype": "FP16"}, "datatype"),
    ({"shape": [2]}, "number"),
    ({"shape": [-1]}, "sizes"),
    ({"shape": [1, 1, 1, 1, 1]}, "sizes"),
    ({"shape": [True]}, "sizes"),
    ({"shape": [2**40]}, "sizes"),
    ({"data": "AAAA"}, "list"),
    ({"data": [[1], 2]}, "unevenly"),
    ({"data": ["a"]}, "FP64"),
    ({"datatype": "BYTES", "data": ["a"]}, "number"),
    ({"name": 3}, "name"),
    ({"name": "sex"}, "twice"),
]


def tensors(several: list[dict[str, object]]) -> list[dict[str, Any]]:
    """Rows as one tensor a column."""
    return [
        {
            "name": name,
            "datatype": "BYTES" if isinstance(several[0][name], str) else "FP64",
            "shape": [len(several)],
            "data": [row[name] for row in several],
        }
        for name in reversed(ROW)
    ]


def outputs(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["outputs"]}


def test_tensors_of_columns_are_answered_as_rows_are(heart: Server) -> None:
    asked = {"id": "one", "inputs": tensors(rows())}
    answer = httpx.post(f"{heart.url}/v2/models/heart/infer", json=asked)
    found = outputs(answer)
    expected = httpx.post(f"{heart.url}/predict", json={"rows": rows()}).json()["answers"]
    assert answer.json()["id"] == "one"
    assert found["label"]["data"] == [one["label"] for one in expected]
    assert found["unsure"]["data"] == [one["unsure"] for one in expected]
    flat = [p for one in expected for p in one["probability"].values()]
    assert found["probability"]["data"] == flat
    assert found["probability"]["shape"] == [40, 2]


def test_outputs_are_chosen(heart: Server) -> None:
    asked = {"inputs": tensors(rows(2)), "outputs": [{"name": "label"}]}
    answer = httpx.post(f"{heart.url}/v2/models/heart/infer", json=asked)
    assert list(outputs(answer)) == ["label"]
    asked["outputs"] = [{"name": "logits"}]
    assert httpx.post(f"{heart.url}/v2/models/heart/infer", json=asked).status_code == 422


def test_metadata_names_every_column(heart: Server) -> None:
    told = httpx.get(f"{heart.url}/v2/models/heart").json()
    kinds = {one["name"]: one["datatype"] for one in told["inputs"]}
    assert kinds["age"] == "FP64"
    assert kinds["sex"] == "BYTES"
    assert {one["name"] for one in told["outputs"]} >= {"label", "probability", "unsure"}
    assert httpx.get(f"{heart.url}/v2/models/other").status_code == 404


def test_health(heart: Server) -> None:
    assert httpx.get(f"{heart.url}/v2/health/live").json() == {"live": True}
    assert httpx.get(f"{heart.url}/v2/health/ready").json() == {"ready": True}
    assert httpx.get(f"{heart.url}/v2/models/heart/ready").json()["ready"]
    assert httpx.get(f"{heart.url}/v2").json()["name"] == "auscult"


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=lambda v: repr(v)[:40])
def test_a_bad_tensor_is_refused(heart: Server, change: dict[str, Any], words: str) -> None:
    inputs = tensors([ROW])
    first = {"name": "age", "datatype": "FP64", "shape": [1], "data": [55]}
    asked = {"inputs": [*inputs[:-1], first | change]}
    answer = httpx.post(f"{heart.url}/v2/models/heart/infer", json=asked)
    assert answer.status_code == 422, answer.text
    assert words in answer.json()["error"]


@pytest.mark.parametrize("body", [{}, {"inputs": []}, {"inputs": [1]}, {"inputs": {}}, {"id": 1}])
def test_a_bad_request_is_refused(heart: Server, body: dict[str, Any]) -> None:
    assert httpx.post(f"{heart.url}/v2/models/heart/infer", json=body).status_code == 422


def test_binary_tensors_are_refused(heart: Server) -> None:
    headers = {"inference-header-content-length": "10"}
    asked = {"inputs": tensors([ROW])}
    answer = httpx.post(f"{heart.url}/v2/models/heart/infer", json=asked, headers=headers)
    assert answer.status_code == 415


def test_signals_are_one_tensor(server: StartServer, signal_bundle: Path) -> None:
    service = server([f"waves={signal_bundle}"])
    X = waves().X[:5]
    tensor = {"name": "signal", "datatype": "FP32", "shape": list(X.shape), "data": X.tolist()}
    url = f"{service.url}/v2/models/waves/infer"
    found = outputs(httpx.post(url, json={"inputs": [tensor]}))
    expected = load_bundle(signal_bundle).answer(X).probability
    np.testing.assert_allclose(found["probability"]["data"], expected.ravel(), atol=1e-6)
    for change in ({"shape": [5, 48]}, {"name": "x"}, {"shape": [0, 1, 48], "data": []}):
        assert httpx.post(url, json={"inputs": [tensor | change]}).status_code == 422
