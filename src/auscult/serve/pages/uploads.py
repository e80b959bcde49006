"""Files that a person drops: held for one request, in a folder of their own, under plain names."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import FormData, UploadFile

from auscult.errors import InputError

MOST_FILES: Final = 8
RECORD_ENDINGS: Final = (".hea", ".dat", ".atr")
_ENDINGS: Final = (
    *RECORD_ENDINGS, ".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods",
    ".parquet", ".arff", ".ts",
)  # fmt: skip
_SAFE: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}\Z")


@dataclass(frozen=True)
class Uploaded:
    """What was dropped: the files of one record, or one file of cases or of a signal."""

    paths: tuple[Path, ...]

    @property
    def record(self) -> Path | None:
        """The header of a WFDB record, where one was dropped."""
        return next((path for path in self.paths if path.suffix == ".hea"), None)

    @property
    def file(self) -> Path:
        """The file, where it is no record."""
        return self.paths[0]


def files_in(form: FormData) -> list[UploadFile]:
    """The files of a form, without the empty parts that a browser sends where none was chosen."""
    found = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    return [file for file in found if file.filename or file.size]


@contextmanager
def held(files: Sequence[UploadFile]) -> Iterator[Uploaded]:
    """The files on disk, for as long as the block lasts.

    Raises
    ------
    InputError
        None was chosen, there are several that do not belong together, or one is of a kind that
        is not read.
    """
    if not files:
        raise InputError("no file was chosen.")
    names = [_plain_name(file.filename or "") for file in files]
    _require_one(names)
    with tempfile.TemporaryDirectory(prefix="auscult-") as folder:
        paths = tuple(Path(folder) / name for name in names)
        for file, path in zip(files, paths, strict=True):
            with path.open("wb") as target:
                file.file.seek(0)
                shutil.copyfileobj(file.file, target)
        yield Uploaded(paths)


def _plain_name(given: str) -> str:
    """The file's own name where it is harmless, with its ending in small letters."""
    name = re.split(r"[/\\]", given)[-1].strip()
    stem, dot, ending = name.rpartition(".")
    suffix = f".{ending.lower()}" if dot else ""
    if suffix not in _ENDINGS:
        shown = "".join(c if c.isprintable() else "·" for c in name)[:60]
        known = ", ".join(_ENDINGS)
        raise InputError(f"is of a kind that is not read here. Known: {known}.", where=shown)
    plain = stem + suffix
    return plain if _SAFE.match(plain) else f"upload{suffix}"


def _require_one(names: Sequence[str]) -> None:
    headers = [name for name in names if name.endswith(".hea")]
    samples = [name for name in names if name.endswith(".dat")]
    if len(set(names)) < len(names) or len(headers) > 1:
        raise InputError("one recording at a time: its .hea, its .dat and nothing else.")
    if not headers and (samples or len(names) > 1):
        raise InputError(
            "a recording needs its header: drop NAME.hea and NAME.dat together."
            if samples
            else "one file at a time.",
            where=names[0],
        )
    if headers and not samples:
        raise InputError(
            "its samples are not there: drop NAME.hea and NAME.dat together.", where=headers[0]
        )
