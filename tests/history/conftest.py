"""Databases for the history's tests: a file, and a PostgreSQL of their own."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from tests.history import postgres as server

from auscult.history.store import History


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL that is there for this session."""
    if server.binaries() is None:
        pytest.skip("no PostgreSQL: neither /usr/lib/postgresql/*/bin nor the PATH has initdb")
    if server.owner() is None:
        pytest.skip("PostgreSQL does not run as root, and there is no setpriv to become another")
    if find_spec("psycopg") is None:
        pytest.skip("the driver of PostgreSQL (psycopg) is not installed")
    with server.running() as url:
        yield url


@pytest.fixture
def postgres_database(postgres: str) -> str:
    """The URL of an empty database."""
    import psycopg  # noqa: PLC0415

    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "history.sqlite")
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture
def history(where: str) -> Iterator[History]:
    made = History(where)
    yield made
    made.close()
