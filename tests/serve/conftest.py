"""Real services for the tests: kept models behind a free port of the loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.kept import make_signal_bundle, make_table_bundle
from tests.serve.running import Server, start

StartServer = Callable[..., Server]


@pytest.fixture(scope="session")
def table_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gradient boosting on a small table, with prediction sets."""
    return make_table_bundle(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="session")
def signal_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network on signals of three classes."""
    return make_signal_bundle(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """``server(bundles, **flags) -> Server``: each is stopped when the tests end."""
    folder, numbers, started = tmp_path_factory.mktemp("served"), count(), list[Server]()

    def serve(bundles: list[str | Path], **options: Any) -> Server:
        started.append(start(bundles, folder / f"{next(numbers)}.log", **options))
        return started[-1]

    yield serve
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def heart(server: StartServer, table_bundle: Path) -> Server:
    """A service of one table bundle, called ``heart``."""
    return server([f"heart={table_bundle}"])
