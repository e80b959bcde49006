"""Refusals that say which file they are of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auscult.errors import InputError


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Every refusal starts with the file's name, and is one line."""
    try:
        yield
    except InputError as error:
        where = path.name or str(path)
        said = str(error).removeprefix(f"{where}: ")
        # A file may hold what moves a terminal's cursor.
        line = "".join(c if c.isprintable() else "·" for c in f"{where}: {said}")
        raise InputError(line) from None
    except MemoryError:
        raise InputError("the file needs more memory than there is.", where=path.name) from None
