"""Finding a catalog entry's files: a folder of one's own, the cache, a download."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from auscult.data.catalog import entry_of
from auscult.data.catalog_entry import CatalogFile, Entry, ReadOptions, Source
from auscult.data.sources import SourceError, store, take, write_in_one_move
from auscult.errors import InputError

Place = Literal["AUSCULT_DATA", "cache"]


@dataclass(frozen=True)
class CatalogFiles:
    """Where an entry's checked files are.

    ``train`` is the one file where no split is given, and the folder of ``records``.
    """

    entry: Entry
    train: Path
    test: Path | None
    options: ReadOptions

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file of the entry."""
        if self.entry.kind == "records":
            return tuple(self.train / file.name for file in self.entry.files)
        return (self.train,) if self.test is None else (self.train, self.test)


def locate(name: str, *, quiet: bool = False) -> CatalogFiles:
    """The files of the data set called ``name``, checked by SHA-256.

    Looks in the folder ``AUSCULT_DATA``, then in the cache (``AUSCULT_HOME``), then downloads
    into the cache from the entry's sources, one after the other.

    Raises
    ------
    InputError
        No such entry; a file in ``AUSCULT_DATA`` that is another one; no source gives the
        files; the cache cannot be written.
    """
    entry = entry_of(name)
    found = {file: _find(entry, file) for file in entry.files}
    missing = [file for file, path in found.items() if path is None]
    if missing:
        _refuse_part_of_records(entry, missing)
        _fetch(entry, missing, quiet=quiet)
    paths = [path or cache_folder() / entry.name / file.name for file, path in found.items()]
    if entry.kind == "records":
        return CatalogFiles(entry, paths[0].parent, None, entry.options)
    return CatalogFiles(entry, paths[0], paths[1] if len(paths) > 1 else None, entry.options)


def whereabouts(entry: Entry) -> tuple[Place, Path] | None:
    """Where all files of an entry are by name, their content unchecked; None if nowhere."""
    here = [_in_data_folder(entry, file) for file in entry.files]
    if all(here) and here[0]:
        return "AUSCULT_DATA", here[0].parent
    folder = cache_folder() / entry.name
    if all((folder / file.name).is_file() for file in entry.files):
        return "cache", folder
    return None


def data_folder() -> Path | None:
    """The folder that ``AUSCULT_DATA`` names, or None where it is not set."""
    named = os.environ.get("AUSCULT_DATA")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise InputError(
            f"there is no folder {folder}. Make it, or unset the variable.", where="AUSCULT_DATA"
        )
    return folder


def cache_folder() -> Path:
    """Where downloads are kept: ``AUSCULT_HOME``, or the platform's cache."""
    named = os.environ.get("AUSCULT_HOME")
    if named:
        return Path(named).expanduser()
    import pooch  # noqa: PLC0415

    return Path(pooch.os_cache("auscult"))


def copy_to(files: CatalogFiles, folder: Path) -> tuple[Path, ...]:
    """Copy an entry's files into ``folder``, laid out so that ``AUSCULT_DATA`` can name it.

    Raises
    ------
    InputError
        Another file stands there already, or the folder cannot be written.
    """
    into = folder / files.entry.folder
    copies = [(path, into / path.name) for path in files.paths]
    for path, copy in copies:
        if copy.is_file() and sha256_of(copy) != sha256_of(path):
            raise InputError("another file stands here already. Move it away.", where=str(copy))
    try:
        return tuple(write_in_one_move(path.read_bytes(), copy) for path, copy in copies)
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror}). Name another folder with --to.",
            where=str(into),
        ) from error


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _find(entry: Entry, file: CatalogFile) -> Path | None:
    here = _in_data_folder(entry, file)
    if here and here.name == file.name:
        return _checked(here, file.sha256)
    if here and file.raw and file.raw.sha256:
        _checked(here, file.raw.sha256)
    into = cache_folder() / entry.name
    if _is_stored(file, into):
        return into / file.name
    return _made_from_raw(here, file, into) if here else None


def _in_data_folder(entry: Entry, file: CatalogFile) -> Path | None:
    root = data_folder()
    if root is None:
        return None
    for name in (file.name, file.published_name):
        for folder in (root / entry.folder, root):
            if (folder / name).is_file():
                return folder / name
    return None


def _checked(path: Path, sha256: str) -> Path:
    found = sha256_of(path)
    if found != sha256:
        raise InputError(
            f"is not the catalog's file: sha256 {found[:16]}… where {sha256[:16]}… is expected. "
            "Remove it from AUSCULT_DATA, or pass this path instead of the name.",
            where=str(path),
        )
    return path


def _made_from_raw(path: Path, file: CatalogFile, into: Path) -> Path:
    convert = file.raw.convert if file.raw else None
    with _writable(into):
        try:
            return store(path.read_bytes(), file, into, convert=convert)
        except SourceError as error:
            raise InputError(
                f"is not what {file.name} is made of: {error}. "
                "Remove it from AUSCULT_DATA, or pass this path instead of the name.",
                where=str(path),
            ) from error


def _refuse_part_of_records(entry: Entry, missing: Sequence[CatalogFile]) -> None:
    root = data_folder()
    if entry.kind != "records" or root is None:
        return
    here = [file for file in entry.files if _in_data_folder(entry, file)]
    if here:
        raise InputError(
            f"{len(here)} of {len(entry.files)} files are here; {missing[0].name} is missing. "
            f"Add the rest from {entry.page}, or remove these to have all downloaded.",
            where=str(root / entry.folder),
        )


def _fetch(entry: Entry, missing: Sequence[CatalogFile], *, quiet: bool) -> None:
    into = cache_folder() / entry.name
    reasons: list[str] = []
    left = list(missing)
    for source in entry.sources:
        with _writable(cache_folder()):
            into.mkdir(parents=True, exist_ok=True)
            try:
                take(source, left, into, quiet=quiet)
            except SourceError as error:
                reasons.append(f"{_source_name(source)}: {error}")
        left = [file for file in left if not _is_stored(file, into)]
        if not left:
            return
    raise InputError(_by_hand(entry, left, reasons), where=entry.name)


def _is_stored(file: CatalogFile, folder: Path) -> bool:
    path = folder / file.name
    return path.is_file() and sha256_of(path) == file.sha256


def _source_name(source: Source) -> str:
    return source.address if source.kind == "package" else urlsplit(source.address).netloc


def _by_hand(entry: Entry, left: Sequence[CatalogFile], reasons: Sequence[str]) -> str:
    tried = f"could not be downloaded ({'; '.join(reasons)})" if reasons else "has no known address"
    names = [file.published_name for file in left]
    wanted = " and ".join(names) if len(names) < 3 else f"{len(names)} files ({names[0]}, …)"
    them = "it" if len(names) == 1 else "them"
    root = data_folder()
    into = f"{root / entry.folder}" if root else f"DIR/{entry.folder} and set AUSCULT_DATA=DIR"
    start = f"Get {wanted} from {entry.page} and" if entry.page else f"If you have {wanted},"
    return f"{tried}. {start} put {them} into {into}."


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Turns a cache that cannot be written into a line that says so."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror or error}). "
            "Name a folder that can with AUSCULT_HOME.",
            where=str(folder),
        ) from error
