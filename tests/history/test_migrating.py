"""Databases of every version become the newest, with what is in them; newer ones are refused."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from tests.history.made import KNOWN, SHA, entry

from auscult.errors import InputError
from auscult.history.database import open_engine
from auscult.history.migrating import migrate, newest, version
from auscult.history.store import History
from auscult.history.tables import METADATA

FIRST = """
INSERT INTO predictions (id, at, bundle_sha256, bundle_name, case_id, predicted, probabilities,
  prediction_set, unsure)
VALUES ('0123456789abcdef0123456789abcdef', '2026-03-01 10:00:00', 'f', 'old', 'p1', 'ill',
  '{"healthy": 0.25, "ill": 0.75}', '["ill"]', false)
"""
OUTCOME = """
INSERT INTO outcomes (prediction_id, at, outcome)
VALUES ('0123456789abcdef0123456789abcdef', '2026-03-02 10:00:00', 'healthy')
"""


def test_version_1_becomes_the_newest_with_what_is_in_it(where: str) -> None:
    engine, name = open_engine(where)
    migrate(engine, name, "0001")
    assert version(engine) == "0001"
    with engine.begin() as connection:
        connection.execute(text(FIRST.replace(":", r"\:")))
        connection.execute(text(OUTCOME.replace(":", r"\:")))
    engine.dispose()

    history = History(where)
    assert version(history.engine) == newest() != "0001"
    (kept,) = history.predictions()
    assert (kept.entry.case_id, kept.outcome) == ("p1", "healthy")
    assert kept.entry.at.isoformat() == "2026-03-01T10:00:00+00:00"
    history.add([entry("p2")], {(SHA, "2026-11", "age", 1): 1}, [KNOWN])
    assert len(history.predictions()) == 2
    history.close()


def test_the_migrations_make_the_tables_that_are_written(where: str) -> None:
    history = History(where)
    found = inspect(history.engine)
    assert set(found.get_table_names()) == {*METADATA.tables, "alembic_version"}
    for name, table in METADATA.tables.items():
        columns = {c["name"]: bool(c["nullable"]) for c in found.get_columns(name)}
        assert columns == {c.name: bool(c.nullable) for c in table.columns}
        indexes = {index["name"] for index in found.get_indexes(name)}
        assert indexes >= {index.name for index in table.indexes}
        assert found.get_pk_constraint(name)["constrained_columns"] == [
            c.name for c in table.primary_key
        ]
    history.close()


def test_a_newer_database_is_refused_and_left_alone(where: str) -> None:
    history = History(where)
    with history.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    history.close()
    with pytest.raises(InputError, match=r"version 9999; this release knows up to \d+"):
        History(where)
    engine, _ = open_engine(where)
    assert version(engine) == "9999"
    engine.dispose()


def test_the_tables_of_another_program_are_left_alone(where: str) -> None:
    engine, _ = open_engine(where)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE predictions (mine INTEGER)"))
    engine.dispose()
    with pytest.raises(InputError, match="not ours"):
        History(where)


def test_services_that_start_at_once_migrate_once(where: str) -> None:
    errors: list[BaseException] = []

    def start() -> None:
        try:
            History(where).close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_new_file_that_another_writes_to_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    History(file).close()
    release.join()
    other.close()


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op  # noqa: PLC0415

    file = tmp_path / "history.sqlite"
    made = op.create_table

    def fails(name: str, *rest: object, **more: object) -> object:
        if name == "counts":
            raise RuntimeError("the disk is full")
        return made(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(op, "create_table", fails)
    with pytest.raises(RuntimeError):
        History(file)
    monkeypatch.undo()
    engine, _ = open_engine(file)
    assert version(engine) is None
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    History(file).close()
