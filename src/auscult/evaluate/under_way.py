"""A study's folder while it is under way: what it is a study of, and the fits it has."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from auscult.data.one_writer import one_writer
from auscult.data.whole import clear_parts, whole_file
from auscult.errors import InputError
from auscult.evaluate.provenance import processors, versions
from auscult.train.store import FitStore, keeping_fits
from auscult.types import Finding

STUDY: Final = "study.json"
FITS: Final = "fits"


@dataclass(frozen=True)
class Begun:
    """What the folder of a study says of it.

    Parameters
    ----------
    command
        What began it.
    place
        The folder that it was given in.
    sha256
        Of its data.
    versions
        Of what computes it.
    processors
        How many there were: they decide which fits are trained side by side.
    """

    command: str
    place: str
    sha256: str
    versions: Mapping[str, str]
    processors: int

    @property
    def arguments(self) -> list[str]:
        """Behind the name of the program."""
        return shlex.split(self.command)[1:]


@contextmanager
def under_way(folder: Path | None, command: str, sha256: str) -> Iterator[None]:
    """Keep the fits made inside in a run folder, which no other process writes meanwhile.

    ``sha256`` is of the data.

    Raises
    ------
    InputError
        Another process writes it, or it cannot be written.
    """
    if folder is None:
        yield
        return
    store = FitStore(folder / FITS)
    with one_writer(folder), keeping_fits(store):
        clear_parts(folder)
        store.clear()
        begun = Begun(command, os.getcwd(), sha256, versions(), processors())
        _write(folder / STUDY, begun)
        try:
            yield
        except InputError:
            if not (folder / FITS).exists():  # it never came to a fit: nothing is left behind
                (folder / STUDY).unlink(missing_ok=True)
            raise


@contextmanager
def fits_added(folder: Path) -> Iterator[None]:
    """Keep the fits made inside in the folder of a study that has ended, and take them from there.

    Raises
    ------
    InputError
        Another process writes it.
    """
    with one_writer(folder), keeping_fits(FitStore(folder / FITS)):
        yield


def begun_in(folder: str | Path) -> Begun | None:
    """What was begun in a folder; None where nothing was."""
    try:
        content = json.loads((Path(folder) / STUDY).read_text(encoding="utf-8"))
        return Begun(**content)
    except (OSError, ValueError, TypeError):
        return None


def told_of(folder: Path, sha256: str) -> tuple[Finding, ...]:
    """What an earlier run left in the folder for this one, or why that is of no use any more."""
    begun = begun_in(folder)
    if begun is None:
        return ()
    found = _changes(begun, sha256)
    if found:
        message = (
            f"The folder's fits do not serve this study: {'; '.join(found)}. They are made anew."
        )
        return (Finding("changed-since", message, mend="to keep both, name another --out"),)
    finished, going = FitStore(folder / FITS).counts()
    if not finished and not going:
        return ()
    message = (
        f"The folder holds {finished} finished fits, or stacks of fits, of an earlier run and "
        f"{going} under way: what serves this study is taken, not made again."
    )
    return (Finding("going-on", message, "note"),)


def _changes(begun: Begun, sha256: str) -> list[str]:
    found = []
    if begun.sha256 != sha256:
        found.append("the data are not those that it was begun with")
    now = versions()
    for name in sorted({*begun.versions, *now}):
        before, after = begun.versions.get(name, "none"), now.get(name, "none")
        if before != after:
            found.append(f"{name} was {before} and is {after}")
    if begun.processors != processors():
        found.append(f"it had {begun.processors} processors and has {processors()}")
    return found


def left_in(folder: Path, *, written: bool, more: bool = False) -> str:
    """What a study that was stopped leaves, and how to go on.

    ``written`` if its results are, ``more`` if something was to be done with them.
    """
    go_on = f"Go on with: auscult resume {shlex.quote(str(folder))}"
    if written:
        return f"the run folder {folder} was written{'. ' + go_on if more else ''}"
    if (folder / FITS).is_dir():
        return f"what was finished is kept. {go_on}"
    return "nothing was written"


def _write(path: Path, begun: Begun) -> None:
    content: dict[str, Any] = vars(begun)
    try:
        with whole_file(path) as file:
            file.write(json.dumps(content, indent=1).encode("utf-8") + b"\n")
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror}). Name another folder with --out.",
            where=str(path.parent),
        ) from error
