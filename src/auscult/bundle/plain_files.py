"""Reading and writing plain files: no links, pipes or devices; nothing half-written."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from auscult.bundle.names import shown
from auscult.errors import InputError

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
# A named pipe would wait for its writer; Windows would translate line ends.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_plain(path: Path, *, follow: bool = False) -> BinaryIO:
    """Open a regular file for reading; its last part may be a link only where ``follow``.

    Raises
    ------
    InputError
        It is a link, a folder, a pipe, a socket or a device.
    OSError
        It cannot be opened.
    """
    if not follow and path.is_symlink():
        raise _refused(path, "is a link; a bundle holds plain files")
    handle = os.open(path, _FLAGS if follow else _FLAGS | _NOFOLLOW)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise _refused(path, "is no plain file")
    return os.fdopen(handle, "rb")


def read_plain(path: Path, most: int) -> bytes:
    """The bytes of a plain file; of a larger one ``most`` bytes and one more."""
    with open_plain(path) as file:
        return file.read(min(most, os.fstat(file.fileno()).st_size) + 1)


def listing(folder: Path, most: int) -> list[str]:
    """The sorted names in a folder, refused where there are more than ``most``."""
    names: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            names.append(entry.name)
            if len(names) > most:
                raise InputError(f"no bundle: more than {most} files in it", where=str(folder))
    return sorted(names)


def place_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder beside ``path``, then put it in its place; what stood there is removed."""
    with _part(path) as part:
        part.mkdir()
        for name, data in files.items():
            _write_synced(part / name, data)
        _sync_folder(part)
        if path.exists():
            _exchange(path, part)
        else:
            part.rename(path)
    _sync_folder(path.parent)


def place_file(path: Path, data: bytes) -> None:
    """Write a file beside ``path``, then put it in its place in one step."""
    with _part(path) as part:
        _write_synced(part, data)
        part.replace(path)
    _sync_folder(path.parent)


@contextmanager
def _part(path: Path) -> Iterator[Path]:
    part = _beside(path)
    try:
        yield part
    except BaseException:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
        raise


def _exchange(path: Path, part: Path) -> None:
    old = _beside(path)
    path.rename(old)
    try:
        part.rename(path)
    except BaseException:
        old.rename(path)
        raise
    shutil.rmtree(old)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(path: Path, what: str) -> InputError:
    return InputError(f"{shown(path.name)} {what}", where=str(path.parent))
