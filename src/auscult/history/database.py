"""Opening the database: a file by SQLite, or PostgreSQL by its URL."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from auscult.errors import InputError, MissingExtraError
from auscult.history.entries import UnusableError

FILE: Final = "history.sqlite"
_BUSY_SECONDS: Final = 10
_BUSY_PAUSE: Final = 0.02
_POSTGRES: Final = ("postgresql", "postgresql+psycopg", "postgres")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def default_file() -> Path:
    """``history.sqlite`` in the folder ``AUSCULT_HOME``, else in the platform's data folder."""
    named = os.environ.get("AUSCULT_HOME")
    if named:
        return Path(named).expanduser() / FILE
    share = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(share).expanduser() / "auscult" / FILE


def open_engine(where: str | Path | None = None) -> tuple[Engine, str]:
    """A pool of connections, and what messages call the database (never with a password).

    Parameters
    ----------
    where
        A file, or a URL of PostgreSQL (``postgresql://user@host/database``); None is
        :func:`default_file`.

    Raises
    ------
    InputError
        The folder cannot be made, the file is no database, or the URL is none of PostgreSQL.
    MissingExtraError
        The driver of PostgreSQL is not installed.
    """
    text = str(default_file() if where is None else where)
    return _postgres(text) if _URL.match(text) else _sqlite(Path(text).expanduser())


def refusal(error: SQLAlchemyError, name: str) -> UnusableError:
    """One line of a database's error; its statement, which may hold values, is left out."""
    said = str(error.orig) if isinstance(error, DBAPIError) else ""
    first = (said.strip().splitlines() or ["it does not answer"])[0].rstrip(".")
    return UnusableError(f"the history cannot be used: {first}.", where=name)


def _sqlite(path: Path) -> tuple[Engine, str]:
    if path.is_dir():
        raise InputError("is a folder. Name a file for the history.", where=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Nobody else on the machine reads what is written about patients.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"cannot be written ({reason}).", where=str(path)) from None
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine, str(path)


def _prepare(connection: sqlite3.Connection, _: Any) -> None:
    # Without this the driver begins transactions by itself, and late.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={1000 * _BUSY_SECONDS}")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    # A switch of the mode meets a lock without waiting, whatever the timeout: services that
    # start at once on a new file would be told that it is locked.
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_PAUSE)


def _begin(connection: Any) -> None:
    # A transaction that reads first and writes later could not wait for another writer.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _postgres(text: str) -> tuple[Engine, str]:
    scheme = text.partition("://")[0].lower()
    if scheme not in _POSTGRES:
        raise InputError(
            f"a history lies in a file or in PostgreSQL, not in '{scheme[:20]}'. "
            "A URL is postgresql://USER@HOST/DATABASE.",
            where="--history",
        )
    try:
        url = make_url(text).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise InputError(
            "this is no URL. It is postgresql://USER@HOST/DATABASE.", where="--history"
        ) from None
    name = url.set(password=None, query={}).render_as_string()
    name = name.replace("postgresql+psycopg", "postgresql")
    try:
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 5})
    except (ModuleNotFoundError, NoSuchModuleError):
        raise MissingExtraError(
            'PostgreSQL needs its driver: pip install "auscult[postgres]"'
        ) from None
    return engine, name
