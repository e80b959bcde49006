"""The history of a running service: as JSON, as pages, added to, deleted from."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.serve.conftest import StartServer
from tests.serve.running import Server

ROWS = [
    {"age": 63, "sex": "male", "chest_pain": "none", "chol": 233, "thalach": 150, "oldpeak": 2.3},
    {"age": 37, "sex": "female", "chest_pain": "other", "chol": None, "thalach": 187, "oldpeak": 0},
]
BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def server_(
    server: StartServer, table_bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> Server:
    file = tmp_path_factory.mktemp("history") / "history.sqlite"
    return server([f"heart={table_bundle}"], history=file)


@pytest.fixture
def client(server_: Server) -> Any:
    with httpx.Client(base_url=server_.url) as client:
        yield client


def asked(client: httpx.Client, rows: list[dict[str, Any]] = ROWS) -> list[str]:
    answer = client.post("/predict", json={"rows": rows}).raise_for_status().json()
    return [one["id"] for one in answer["answers"]]


def test_every_answer_is_kept_with_its_bundle(client: httpx.Client) -> None:
    ids = asked(client)
    sha256 = client.get("/bundles").json()["bundles"][0]["sha256"]
    one = client.get(f"/history/{ids[0]}").json()
    assert one["bundle"] == {"name": "heart", "sha256": sha256}
    assert one["case"] == ids[0]
    assert one["inputs"] is None
    assert sum(one["probability"].values()) == pytest.approx(1)
    listed = client.get("/history").json()
    assert {kept["id"] for kept in listed["predictions"]} >= set(ids)
    older = client.get("/history", params={"before": min(ids)}).json()["predictions"]
    assert not {kept["id"] for kept in older} & set(ids)


def test_an_outcome_is_added_and_replaced(client: httpx.Client) -> None:
    first = asked(client)[0]
    for outcome in ("ill", "healthy"):
        said = client.post(f"/history/{first}/outcome", json={"outcome": outcome})
        assert said.status_code == 200
        assert said.json()["outcome"] == outcome
    trail = client.get(f"/history/{first}").json()["outcomes"]
    assert [one["outcome"] for one in trail] == ["ill", "healthy"]
    drift = client.get("/history/drift").json()
    assert drift["accuracy"]["n_cases"] >= 1
    assert drift["accuracy"]["verdict"] == "few"
    assert 0.5 < drift["accuracy"]["promised"]["value"] < 1


def test_a_case_is_named_found_and_deleted(client: httpx.Client) -> None:
    ids = asked(client)
    for one in ids:
        named = client.post(f"/history/{one}/case", json={"case": "Ward 3/bed 2"})
        assert named.json()["case"] == "Ward 3/bed 2"
    other = asked(client, ROWS[:1])
    found = client.get("/history", params={"case": "Ward 3/bed 2"}).json()["predictions"]
    assert {kept["id"] for kept in found} == set(ids)
    gone = client.delete("/history/case/Ward%203/bed%202")
    assert gone.json()["deleted"] == {
        "predictions": 2, "inputs": 0, "outcomes": 0, "overwritten": True,
    }  # fmt: skip
    assert client.get(f"/history/{ids[0]}").status_code == 404
    assert client.delete("/history/case/Ward%203/bed%202").status_code == 404
    assert client.get("/history").json()["predictions"][0]["id"] == other[0]
    assert client.delete(f"/history/case/{other[0]}").status_code == 200


def test_cases_are_named_with_the_request(client: httpx.Client) -> None:
    named = {"rows": ROWS, "cases": ["p-1", "p-2"]}
    answer = client.post("/predict", json=named).raise_for_status().json()
    ids = [one["id"] for one in answer["answers"]]
    assert [client.get(f"/history/{one}").json()["case"] for one in ids] == ["p-1", "p-2"]
    for wrong in (["p-1"], "p-1", [1, 2], ["p-1", ""], ["p-1", "\n"]):
        refused = client.post("/predict", json={"rows": ROWS, "cases": wrong})
        assert refused.status_code in (400, 422)


def test_inputs_are_kept_only_where_asked(
    server: StartServer, table_bundle: Path, tmp_path: Path
) -> None:
    one = server([f"heart={table_bundle}"], history=tmp_path / "h.sqlite", keep_inputs=True)
    with httpx.Client(base_url=one.url) as client:
        first = asked(client)[1]
        kept = client.get(f"/history/{first}").json()["inputs"]
    assert kept == {**ROWS[1], "age": 37.0, "thalach": 187.0, "oldpeak": 0.0}


def test_drift_tells_a_wrong_unit(client: httpx.Client) -> None:
    asked(client, [{**ROWS[0], "chol": 6.0 + i / 40, "age": 40 + i % 30} for i in range(60)])
    time.sleep(0.2)
    found = client.get("/history/drift").json()
    by_name = {column["column"]: column for column in found["columns"]}
    assert by_name["chol"]["verdict"] == "far"
    assert by_name["chol"]["outside"] > 0.8
    assert found["columns"][0]["psi"] >= found["columns"][-1]["psi"]
    page = client.get("/history/drift", headers=BROWSER).text
    assert "far off" in page
    later = client.get("/history/drift", params={"since": "2999-01"}).json()
    assert later["columns"][0]["psi"] is None


def test_the_pages_in_four_languages(client: httpx.Client) -> None:
    asked(client)
    client.get("/history", params={"case": "nobody"}, headers=BROWSER).raise_for_status()
    for tag, title in {"en": "History", "zh-Hant": "紀錄", "zh-Hans": "记录", "ko": "기록"}.items():
        for path in ("/history", "/history/drift"):
            answer = client.get(path, headers=BROWSER | {"Accept-Language": tag})
            assert answer.status_code == 200
            assert f'lang="{tag}"' in answer.text
            assert "{" not in re.sub(r"<(script|style).*?</\1>", "", answer.text, flags=re.S)
        assert title in answer.text


def test_the_forms_of_the_page(client: httpx.Client) -> None:
    first, second = asked(client)
    headers = BROWSER | {"Origin": str(client.base_url).rstrip("/")}
    said = client.post(f"/history/{first}/outcome", data={"outcome": "ill"}, headers=headers)
    assert (said.status_code, said.headers["location"]) == (303, f"/history#{first}")
    client.post(f"/history/{second}/case", data={"case": "<b>p&2</b>"}, headers=headers)
    page = client.get("/history", params={"case": "<b>p&2</b>"}, headers=BROWSER)
    assert "<b>p" not in page.text
    assert "Delete for good" in page.text
    gone = client.post("/history/delete", data={"case": "<b>p&2</b>"}, headers=headers)
    assert gone.headers["location"] == "/history?deleted=1"
    assert "1 answer was deleted" in client.get(gone.headers["location"], headers=BROWSER).text
    again = client.post("/history/delete", data={"case": "<b>p&2</b>"}, headers=headers)
    assert again.status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/history/nothing", None, 404),
        ("GET", "/history/" + "0" * 32, None, 404),
        ("GET", "/history?before=x", None, 422),
        ("GET", "/history/drift?bundle=none", None, 404),
        ("GET", "/history/drift?since=yesterday", None, 422),
        ("POST", "/history/" + "0" * 32 + "/outcome", b'{"outcome": "ill"}', 404),
        ("POST", "/history/{id}/outcome", b'{"outcome": "dead"}', 422),
        ("POST", "/history/{id}/outcome", b'{"outcome": 1}', 422),
        ("POST", "/history/{id}/outcome", b"{}", 422),
        ("POST", "/history/{id}/outcome", b"[NaN", 400),
        ("POST", "/history/{id}/case", b'{"case": "\\u0000"}', 400),
        ("POST", "/history/{id}/case", b'{"case": "\\ud800"}', 400),
        ("POST", "/history/{id}/case", b'{"case": "%s"}' % (b"x" * 201), 422),
        ("POST", "/history/{id}/case", b" " * 20_000, 413),
        ("PUT", "/history/{id}/case", b"{}", 405),
        ("POST", "/history/{id}/case", b'{"case": "  "}', 422),
        ("DELETE", "/history/case/%00", None, 422),
        ("GET", "/history?case=%00", None, 422),
        ("DELETE", "/history/case/%ff", None, 404),
        ("DELETE", "/history", None, 405),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    client: httpx.Client, method: str, path: str, body: bytes | None, status: int
) -> None:
    path = path.replace("{id}", asked(client, ROWS[:1])[0])
    kind = {"Content-Type": "application/json"} if body else {}
    answer = client.request(method, path, content=body, headers=kind)
    assert answer.status_code == status, answer.text
    assert "\n" not in answer.json()["error"]


def test_other_sites_and_other_types_are_refused(client: httpx.Client) -> None:
    first = asked(client)[0]
    elsewhere = {"Origin": "https://evil.example"}
    post = client.post(f"/history/{first}/outcome", json={"outcome": "ill"}, headers=elsewhere)
    assert post.status_code == 403
    assert client.delete(f"/history/case/{first}", headers=elsewhere).status_code == 403
    assert client.post(f"/history/{first}/outcome", content=b"ill").status_code == 415
    assert client.get(f"/history/{first}").json()["outcome"] is None


def test_without_a_history_there_is_no_section(server: StartServer, table_bundle: Path) -> None:
    one = server([f"heart={table_bundle}"], history="none")
    with httpx.Client(base_url=one.url) as client:
        answer = client.post("/predict", json={"rows": ROWS}).json()
        assert answer["answers"][0]["id"] is None
        assert client.get("/history").status_code == 404
        assert "/history" not in client.get("/bundle/heart", headers=BROWSER).text


def kept_total(client: httpx.Client) -> float:
    found = re.search(r"^auscult_history_kept_total (\S+)$", client.get("/metrics").text, re.M)
    assert found is not None
    return float(found[1])


def test_figures_and_the_log_hold_no_values(client: httpx.Client, server_: Server) -> None:
    before = kept_total(client)
    first = asked(client)[0]
    client.post(f"/history/{first}/case", json={"case": "Ottilie Example"})
    client.get("/history", params={"case": "Ottilie Example"})
    metrics = client.get("/metrics").text
    assert kept_total(client) == before + 2
    assert "auscult_history_dropped_total 0.0" in metrics
    time.sleep(0.5)
    assert "Ottilie" not in server_.log.read_text()


def test_a_second_start_goes_on_with_the_same_history(
    server: StartServer, table_bundle: Path, tmp_path: Path
) -> None:
    file = tmp_path / "history.sqlite"
    before = server([f"heart={table_bundle}"], history=file)
    with httpx.Client(base_url=before.url) as client:
        ids = asked(client)
    before.stop()
    after = server([f"heart={table_bundle}"], history=file)
    with httpx.Client(base_url=after.url) as client:
        listed = client.get("/history").json()["predictions"]
    assert {kept["id"] for kept in listed} == set(ids)
