"""``POST /predict``: rows, CSV and signals, answered as the bundle answers."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import numpy as np
import pytest
from tests.kept import heart_like, waves
from tests.serve.conftest import StartServer
from tests.serve.running import Server

from auscult.bundle.bundle import load_bundle

ROW = {"age": 55, "sex": "male", "chest_pain": "none", "chol": 250, "thalach": 150, "oldpeak": 1.2}
CSV = {"content-type": "text/csv"}
JSON = {"content-type": "application/json"}


def rows(n: int = 40) -> list[dict[str, object]]:
    """Rows of the training cases, as JSON holds them."""
    data = heart_like()
    made: list[dict[str, object]] = []
    for x in data.X[:n]:
        row: dict[str, object] = {}
        for column, value in zip(data.columns, x, strict=True):
            known = None if np.isnan(value) else float(value)
            row[column.name] = column.categories[int(value)] if column.categories else known
        made.append(row)
    return made


def probabilities(answer: httpx.Response) -> np.ndarray:
    assert answer.status_code == 200, answer.text
    return np.array([list(one["probability"].values()) for one in answer.json()["answers"]])


def test_rows_are_answered_as_the_bundle_answers(heart: Server, table_bundle: Path) -> None:
    answer = httpx.post(f"{heart.url}/predict", json={"rows": rows()})
    bundle = load_bundle(table_bundle)
    expected = bundle.answer(heart_like().X[:40])
    assert np.array_equal(probabilities(answer), expected.probability)
    said = answer.json()
    assert [one["label"] for one in said["answers"]] == list(expected.labels)
    assert [one["unsure"] for one in said["answers"]] == expected.unsure.tolist()
    assert said["bundle"] == {"name": "heart", "sha256": bundle.sha256}
    assert "Not a medical device" in said["notice"]


def test_one_object_is_one_row(heart: Server) -> None:
    alone = httpx.post(f"{heart.url}/predict", json=ROW)
    listed = httpx.post(f"{heart.url}/bundles/heart/predict", json={"rows": [ROW]})
    assert alone.json() == listed.json()


def test_csv_is_answered_as_json_is(heart: Server) -> None:
    names = list(ROW)
    lines = [names, *([str("" if row[n] is None else row[n]) for n in names] for row in rows())]
    text = "\r\n".join(";".join(reversed(line)) for line in lines)
    answer = httpx.post(
        f"{heart.url}/predict", content=b"\xef\xbb\xbf" + text.encode(), headers=CSV
    )
    expected = httpx.post(f"{heart.url}/predict", json={"rows": rows()})
    assert np.array_equal(probabilities(answer), probabilities(expected))


def test_what_is_odd_is_said_by_row(heart: Server) -> None:
    odd = ROW | {"age": 900, "sex": "neither", "chol": None, "nonsense": 1}
    answer = httpx.post(f"{heart.url}/predict", json={"rows": [ROW, odd]})
    notes = [{note["code"] for note in one["notes"]} for one in answer.json()["answers"]]
    assert notes == [set(), {"far-out-of-range", "unseen-category", "missing", "extra"}]


def test_signals_are_answered(server: StartServer, signal_bundle: Path) -> None:
    service = server([f"waves={signal_bundle}"])
    X = waves().X[:6]
    several = {"signals": X.tolist(), "sampling_rate": 128}
    expected = load_bundle(signal_bundle).answer(X).probability
    answered = probabilities(httpx.post(f"{service.url}/predict", json=several))
    np.testing.assert_allclose(answered, expected, atol=1e-6)
    one = probabilities(httpx.post(f"{service.url}/predict", json={"signal": X[0, 0].tolist()}))
    np.testing.assert_allclose(one[0], expected[0], atol=1e-6)
    line = ",".join(map(repr, X[0, 0].tolist()))
    csv = probabilities(httpx.post(f"{service.url}/predict", content=line, headers=CSV))
    np.testing.assert_allclose(csv[0], expected[0], atol=1e-6)
    for body, words in (
        ({"signal": X[0].tolist(), "sampling_rate": 250}, "128 Hz"),
        ({"signal": X[0, :, :20].tolist()}, "20 samples"),
        ({"signal": [*X[0].tolist(), *X[0].tolist()]}, "2 channels"),
        ({"signal": [[None] * X.shape[2]]}, "not a number"),
        ({"signal": [[1e300] * X.shape[2]]}, "too large"),
        ({"signal": [[], 3]}, "list of channels"),
        ({"signal": 3, "signals": 3}, "either"),
        ({"signals": []}, "no cases"),
        ({"signal": X[0].tolist(), "rate": 3}, "sampling_rate"),
    ):
        refused = httpx.post(f"{service.url}/predict", json=body)
        assert refused.status_code == 422
        assert words in refused.json()["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[1]", 400),
        (b"null", 400),
        (b'"\xff"', 400),
        (b"\xff\xfe{\x00}\x00", 400),
        (b'{"age": NaN}', 400),
        (b'{"age": Infinity}', 400),
        (b'{"age": 1e999}', 400),
        (b'{"age": -1e999}', 400),
        (b'{"age": ' + b"9" * 5000 + b"}", 400),
        (b'{"age": 1, "age": 2}', 400),
        (b'{"sex": "\\ud800"}', 400),
        (b'{"sex": "\x00"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
        (b"{}", 422),
        (b'{"rows": []}', 422),
        (b'{"rows": [1]}', 422),
        (b'{"rows": [{}]}', 422),
        (b'{"rows": [{}], "more": 1}', 422),
        (json.dumps(ROW | {"age": "55"}).encode(), 422),
        (json.dumps(ROW | {"age": True}).encode(), 422),
        (json.dumps(ROW | {"age": [1]}).encode(), 422),
        (json.dumps(ROW | {"extra": {"deep": 1}}).encode(), 422),
        (json.dumps(ROW | {"age": 1e300}).encode(), 422),
        (json.dumps({"rows": [ROW] * 10_001}).encode(), 413),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bad_body_is_refused_in_one_line(heart: Server, body: bytes, status: int) -> None:
    answer = httpx.post(f"{heart.url}/predict", content=body, headers=JSON)
    assert answer.status_code == status
    said = answer.json()
    assert set(said) == {"error", "where"}
    assert said["error"]
    assert "\n" not in said["error"]
    assert len(answer.content) < 1500


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"age,sex\n", 422),
        (b"age,age\n1,2\n", 422),
        (b"age,sex\n1\n", 422),
        (b"age,sex\n1,2,3\n", 422),
        (b"\xff\xfe\x00", 400),
        (b"age\n\x00", 400),
        (b'age,sex\n"1,2', 400),
        (b"age\n" + b"1" * 200_000, 400),
        (b"age\n" + b"1\n" * 10_002, 413),
        (b"age,sex,chest_pain,chol,thalach,oldpeak\nold,male,none,1,1,1\n", 422),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bad_csv_is_refused_in_one_line(heart: Server, body: bytes, status: int) -> None:
    answer = httpx.post(f"{heart.url}/predict", content=body, headers=CSV)
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "where"}


def test_the_row_and_the_column_are_named(heart: Server) -> None:
    text = b"age,sex,chest_pain,chol,thalach,oldpeak\n1,male,none,1,1,1\nold,male,none,1,1,1\n"
    answer = httpx.post(f"{heart.url}/predict", content=text, headers=CSV)
    assert answer.json()["where"] == "row 2, 'age'"


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {},
    ],
    ids=str,
)
def test_other_media_types_are_refused(heart: Server, headers: dict[str, str]) -> None:
    body = json.dumps(ROW).encode()
    assert httpx.post(f"{heart.url}/predict", content=body, headers=headers).status_code == 415


def test_other_methods_and_addresses(heart: Server) -> None:
    assert httpx.get(f"{heart.url}/predict").status_code == 405
    assert httpx.get(f"{heart.url}/bundles/other").status_code == 404
    assert httpx.get(f"{heart.url}/%00%ff").status_code == 404
    unknown = httpx.post(f"{heart.url}/bundles/haert/predict", json=ROW)
    assert unknown.status_code == 404
    assert "'heart'" in unknown.json()["error"]


def test_several_bundles_are_named(
    server: StartServer, table_bundle: Path, signal_bundle: Path
) -> None:
    service = server([f"a={table_bundle}", signal_bundle])
    listed = httpx.get(f"{service.url}/bundles").json()["bundles"]
    assert listed[0]["name"] == "a"
    assert len(listed) == 2
    assert httpx.post(f"{service.url}/predict", json=ROW).status_code == 404
    assert httpx.post(f"{service.url}/bundles/a/predict", json=ROW).status_code == 200
    told = httpx.get(f"{service.url}/bundles/a").json()
    assert told["columns"][0]["name"] == "age"
    assert "predictor" not in told
