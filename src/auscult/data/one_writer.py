"""One process writes into a folder; another is told which."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from auscult.errors import InputError

LOCK: Final = ".lock"
HOLDER: Final = ".writer.json"

_PATIENCE: Final = 2.0
"""Seconds for whoever has just got the lock to write who that is."""


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Hold a folder while something is written into it.

    The lock is the operating system's: it ends with the process that holds it, however that ends,
    so a folder is never locked by one that is gone. Folders that are made for it, and stay
    without files, are taken away again.

    Raises
    ------
    InputError
        Another process holds it, or it cannot be written.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  (help needs no locks)

    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, blocking=False)
        lock.acquire()
    except Timeout:
        raise InputError(_held(folder), where=str(folder)) from None
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror}). Name another folder with --out.",
            where=str(folder),
        ) from error
    try:
        with suppress(OSError):  # who holds it is for people to read; the lock holds without
            (folder / HOLDER).write_text(json.dumps(_me()), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            (folder / HOLDER).unlink(missing_ok=True)
            if folder in made and [path.name for path in folder.iterdir()] == [LOCK]:
                (folder / LOCK).unlink()  # still held: whoever opened it meanwhile sees it go
        lock.release()
        for path in made:
            with suppress(OSError):
                path.rmdir()


def _me() -> dict[str, Any]:
    return {
        "process": os.getpid(),
        "machine": platform.node(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _held(folder: Path) -> str:
    until = time.monotonic() + _PATIENCE
    while (who := _holder(folder)) is None and time.monotonic() < until:
        time.sleep(0.02)
    who = who or "another process"
    return f"is being written by {who}. Wait for it, or name another folder with --out."


def _holder(folder: Path) -> str | None:
    """Who holds it; None where that does not stand there, or not yet."""
    try:
        found = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return f"process {found['process']} on {found['machine']} since {found['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return None
