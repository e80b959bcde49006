"""One service of a table, of signals and of beats, for every test of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.kept import make_beat_bundle, write_recordings
from tests.serve.conftest import StartServer
from tests.serve.running import Server

from auscult.bundle.bundle import Bundle, load_bundle


@pytest.fixture(scope="session")
def beat_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logistic regression on beats that were cut from recordings, in mV."""
    folder = tmp_path_factory.mktemp("kept")
    return make_beat_bundle(folder, "logistic", recipe="window", sets="0.8")


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recordings that nobody annotated."""
    folder = write_recordings(tmp_path_factory.mktemp("records"), 1)
    for path in folder.glob("*.atr"):
        path.unlink()
    return folder


@pytest.fixture(scope="session")
def pages(
    server: StartServer,
    table_bundle: Path,
    signal_bundle: Path,
    beat_bundle: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Server:
    """A service with the pages of all three, and a history."""
    named = {"heart": table_bundle, "waves": signal_bundle, "beats": beat_bundle}
    history = tmp_path_factory.mktemp("history") / "history.sqlite"
    return server([f"{name}={path}" for name, path in named.items()], history=history)


@pytest.fixture(scope="session")
def heart_model(table_bundle: Path) -> Bundle:
    """The table's bundle itself, to hold the pages against."""
    return load_bundle(table_bundle)


@pytest.fixture(scope="session")
def beat_model(beat_bundle: Path) -> Bundle:
    """The beats' bundle itself."""
    return load_bundle(beat_bundle)


@pytest.fixture(scope="module")
def client(pages: Server) -> Iterator[httpx.Client]:
    """A client of that service."""
    with httpx.Client(base_url=pages.url, timeout=30) as made:
        yield made
