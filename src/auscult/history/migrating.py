"""A database brought to the form that this release writes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from auscult.errors import InputError

_MIGRATIONS: Final = Path(__file__).with_name("migrations")
_LOCK: Final = 0x6175_7363  # any number, the same for all of us


def migrate(engine: Engine, name: str, to: str = "head") -> None:
    """Run the migrations that are missing, all or none.

    Two services that start at once do it one after the other.

    Parameters
    ----------
    engine
        Of the database.
    name
        What messages call it.
    to
        A version; the newest by default.

    Raises
    ------
    InputError
        The database is of a newer release, or of something else.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_foreign(connection, scripts, name)
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def version(engine: Engine) -> str | None:
    """The version of a database; None of an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The version that this release writes."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head is not None
    return head


def _refuse_foreign(connection: Connection, scripts: ScriptDirectory, name: str) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise InputError(
            f"is of version {current[:20]}; this release knows up to {scripts.get_current_head()}. "
            "Install a newer auscult.",
            where=name,
        )
    tables = set(inspect(connection).get_table_names())
    if current is None and "predictions" in tables:
        raise InputError("has a table 'predictions' that is not ours. Name another.", where=name)
