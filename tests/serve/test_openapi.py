"""The OpenAPI document says what is answered, and a fuzzer that believes it finds no fault."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.serve.conftest import StartServer
from tests.serve.running import Server


def test_it_is_made_from_the_schema(heart: Server) -> None:
    document: dict[str, Any] = httpx.get(f"{heart.url}/openapi.json").json()
    row = document["components"]["schemas"]["heart.cases"]["anyOf"][1]
    assert "Training cases: 32 to 75." in row["properties"]["age"]["description"]
    assert row["properties"]["sex"]["examples"] == ["female", "male"]
    assert row["required"] == ["age", "sex", "chest_pain", "chol", "thalach", "oldpeak"]
    assert {"/predict", "/bundles/heart/predict", "/v2/models/heart/infer"} <= set(
        document["paths"]
    )


def test_its_examples_are_answered(
    server: StartServer, table_bundle: Path, signal_bundle: Path
) -> None:
    service = server([f"heart={table_bundle}", f"waves={signal_bundle}"])
    paths = httpx.get(f"{service.url}/openapi.json").json()["paths"]
    posts = {path: said["post"] for path, said in paths.items() if "post" in said}
    assert len(posts) == 4
    for path, operation in posts.items():
        example = operation["requestBody"]["content"]["application/json"]["example"]
        assert httpx.post(f"{service.url}{path}", json=example).status_code == 200, path


def test_a_token_is_in_it(server: StartServer, table_bundle: Path) -> None:
    token = "correct-horse-battery-staple"
    service = server([table_bundle], environment={"AUSCULT_TOKEN": token})
    headers = {"authorization": f"Bearer {token}"}
    document = httpx.get(f"{service.url}/openapi.json", headers=headers).json()
    assert document["security"] == [{"token": []}]
    assert document["paths"]["/healthz"]["get"]["security"] == []


def test_a_fuzzer_finds_no_fault(
    server: StartServer, table_bundle: Path, signal_bundle: Path, tmp_path: Path
) -> None:
    pytest.importorskip("schemathesis", reason="schemathesis is not installed, which fuzzes")
    service = server([f"heart={table_bundle}", f"waves={signal_bundle}"])
    url = f"{service.url}/openapi.json"
    options = "--generation-database none --max-examples 6"
    options += " --phases examples,coverage,fuzzing --seed 1 --no-color"
    # What a schema cannot say (as many values as the shape has) is refused, and rightly.
    options += " --exclude-checks positive_data_acceptance --continue-on-failure"
    ended = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", *options.split(), url],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, (
        ended.stdout.partition("FAILURES")[2][:5000] + ended.stderr[-2000:]
    )
    found = re.search(r"(\d+) generated", ended.stdout)
    assert found
    assert int(found[1]) > 500
    assert '"status": 500' not in service.log.read_text()
    assert "fault" not in service.log.read_text()
