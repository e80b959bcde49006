"""A catalog of one small data set, servers on this machine, and no folder of anyone's."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.data.fetching.made import (
    TEST,
    TRAIN,
    Answer,
    UseSources,
    sha256,
)

from auscult.data import fetch
from auscult.data.catalog import entry_of
from auscult.data.catalog_entry import CatalogFile, Entry, RawForm, Source

REAL = Path(os.environ.get("AUSCULT_DATA", Path(__file__).parents[3] / "../shared/data"))


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("AUSCULT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("AUSCULT_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "home"


@pytest.fixture
def real() -> Path:
    if not (REAL / "heart").is_dir():
        pytest.skip(f"the real data is missing: {REAL} has no folder heart")
    return REAL


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> UseSources:
    """Makes ``demo`` a data set of the catalog with these sources."""
    base = replace(
        entry_of("ecg200"),
        name="demo",
        folder="demo",
        files=(
            CatalogFile("D_TRAIN.tsv", sha256(TRAIN), "train", RawForm("D_TRAIN.txt", "ucr")),
            CatalogFile("D_TEST.tsv", sha256(TEST), "test", RawForm("D_TEST.txt", "ucr")),
        ),
    )

    def use(*chosen: Source) -> Entry:
        entry = replace(base, sources=chosen)
        monkeypatch.setattr(fetch, "entry_of", lambda _: entry)
        return entry

    return use


@pytest.fixture
def serve() -> Iterator[Callable[[Mapping[str, bytes | Answer]], str]]:
    """Starts a server of these paths; gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(answers: Mapping[str, bytes | Answer]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                elif callable(answer):
                    answer(self)
                else:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
