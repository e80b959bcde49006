"""Finished systems on the disk: each written whole, and taken as it is by a later run."""

from __future__ import annotations

import json
from pathlib import Path

from auscult.data.whole import whole_file
from auscult.errors import InputError
from auscult.replicate.record import Record, from_dict, to_dict


def write_record(record: Record, folder: Path) -> Path:
    """Write ``NAME.json``, whole or not at all, and return where it is.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    path = folder / f"{record.name}.json"
    text = json.dumps(to_dict(record), indent=1, allow_nan=False, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(text.encode("utf-8") + b"\n")
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror}). Name another folder with --out.",
            where=str(path),
        ) from error
    return path


def read_record(path: Path) -> Record:
    """The record of a file.

    Raises
    ------
    InputError
        The file cannot be read, or holds none.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read ({error}).", where=str(path)) from error
    if not isinstance(content, dict):
        raise InputError("is no record of auscult replicate.", where=str(path))
    return from_dict(content, str(path))


def finished(folder: Path, key: tuple[str, str, int, bool]) -> Record | None:
    """The record that an earlier run left for the same name, version, seed and quickness."""
    try:
        record = read_record(folder / f"{key[0]}.json")
    except InputError:
        return None  # missing or broken: it is made anew
    return record if record.key == key else None
