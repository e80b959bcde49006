"""Files that are there whole or not at all, whatever stops the process or the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

_PART: Final = ".part"


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name only when it is complete and on the disk.

    It is written beside its place, flushed to the disk, and renamed; then the folder is flushed,
    so that the name is on the disk too (Pillai et al., OSDI 2014). What was there before stays
    until the rename, and stays where anything fails.

    Raises
    ------
    OSError
        The disk is full, read-only or broken.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}{_PART}")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def clear_parts(folder: Path) -> None:
    """Take away what killed processes left of files and folders they had not finished.

    Only who alone writes a folder may call it (:func:`~auscult.data.one_writer.one_writer`).
    """
    for part in folder.glob(f".*{_PART}"):
        with suppress(OSError):  # in nobody's way: it goes another time
            shutil.rmtree(part) if part.is_dir() else part.unlink()


def flush_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; nothing where the system has no such thing."""
    with suppress(PermissionError):  # Windows opens no folders
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
