"""A file's bytes, its hash, and what its first bytes say it is."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from auscult.errors import InputError

MAX_BYTES = 2 * 2**30
_HEAD = 64

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ", "an xz archive: unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"%PDF", "a PDF, not a table: export the table as CSV"),
    (b"\x89PNG", "a picture, not a table"),
    (b"\xff\xd8\xff", "a picture, not a table"),
    (b"\x89HDF", "HDF5: export it as CSV, Parquet or .npz"),
    (b"MATLAB", "a MATLAB file: export it as CSV or .npz"),
    (b"\x93NUMPY", "a single .npy array: save X and y together with numpy.savez as .npz"),
    (b"SQLite format 3", "a database: export the table as CSV"),
    (b"$FL2", "an SPSS file: export it as CSV"),
    (b"HEADER RECORD", "a SAS transport file: export it as CSV"),
    (b"<stata_dta>", "a Stata file: export it as CSV"),
)


@dataclass(frozen=True)
class Opened:
    """A regular file, read once. ``magic`` is ``zip``, ``ole``, ``parquet`` or empty."""

    path: Path
    data: bytes
    magic: str

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def open_file(path: Path, *, max_bytes: int = MAX_BYTES) -> Opened:
    """Read a file whole.

    Raises
    ------
    InputError
        If there is no such file, it is no regular file, is empty, too large, or of a known kind
        that is no table.
    """
    return _open(path, max_bytes, -1)


def open_head(path: Path) -> Opened:
    """The first bytes of a file of any size, for who reads the rest of it by blocks.

    Raises
    ------
    InputError
        As :func:`open_file`; no file is too large.
    """
    return _open(path, None, _HEAD)


def _open(path: Path, max_bytes: int | None, size: int) -> Opened:
    if "\0" in str(path):
        raise InputError("this is not a path to a file.")
    try:
        _refuse_unreadable(path, max_bytes)
        with path.open("rb") as file:
            data = file.read(size)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error}).") from None
    return Opened(path, data, _magic(data))


def _refuse_unreadable(path: Path, max_bytes: int | None) -> None:
    if not path.exists():
        near = _near(path)
        raise InputError("there is no such file." + (f" Did you mean '{near}'?" if near else ""))
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise InputError("this is a folder. Name a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise InputError("this is not a regular file.")
    if status.st_size == 0:
        raise InputError("the file is empty.")
    if max_bytes is not None and status.st_size > max_bytes:
        raise InputError(
            f"the file has {status.st_size / 2**20:,.0f} MiB; at most "
            f"{max_bytes / 2**20:,.0f} MiB are read. Take fewer rows or columns."
        )


def _near(path: Path) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415

    if not path.parent.is_dir():
        return None
    names = [p.name for _, p in zip(range(2000), path.parent.iterdir(), strict=False)]
    return next(iter(get_close_matches(path.name, names, n=1, cutoff=0.8)), None)


def _magic(data: bytes) -> str:
    kind = next((k for head, k in _MAGIC if data.startswith(head)), "")
    if " " in kind:
        raise InputError(f"this is {kind}.")
    return kind
