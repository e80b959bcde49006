"""The two files of any result, ``result.json`` and ``predictions.csv``: whole, and fitting."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from math import isfinite, isnan
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from auscult.data.whole import whole_file
from auscult.errors import InputError
from auscult.types import Estimate

RESULT, PREDICTIONS = "result.json", "predictions.csv"

R = TypeVar("R")


def write_files(
    folder: str | Path,
    body: Mapping[str, Any],
    write_table: Callable[[BinaryIO], object],
    about: Mapping[str, Any] | None = None,
) -> None:
    """Write both files, the table first; ``body`` then names it and its hash.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(folder / PREDICTIONS) as file:
            write_table(file)
        table = {"file": PREDICTIONS, "sha256": _sha256(folder / PREDICTIONS), **(about or {})}
        whole = {**body, "predictions": table}
        with whole_file(folder / RESULT) as file:
            text = json.dumps(whole, indent=1, allow_nan=False, ensure_ascii=False)
            file.write(text.encode("utf-8") + b"\n")
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror}). Name another folder.", where=str(folder)
        ) from error


def read_files(
    folder: str | Path,
    decode: Callable[[Mapping[str, Any], str], R],
    add_table: Callable[[R, Path, Mapping[str, Any]], R],
) -> R:
    """Read both files: ``decode(content, where)``, then ``add_table(result, path, about)``.

    Raises
    ------
    InputError
        A file is missing or broken, or the table is not the one that was written.
    """
    path, table = Path(folder) / RESULT, Path(folder) / PREDICTIONS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read ({error}).", where=str(path)) from error
    result = decode(content, str(path))
    try:
        if _sha256(table) != content["predictions"]["sha256"]:
            raise InputError(f"was changed since {RESULT} was written.", where=str(table))
        return add_table(result, table, content["predictions"])
    except (OSError, KeyError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot be read ({error!r}).", where=str(table)) from error


def plain(value: Any, left_out: tuple[str, ...]) -> Any:
    """As JSON has it; fields of these names, at whatever depth, are left out."""
    if isinstance(value, Estimate):
        return {name: plain(part, left_out) for name, part in value._asdict().items()}
    if is_dataclass(value):
        kept = (f.name for f in fields(value) if f.name not in left_out)
        return {name: plain(getattr(value, name), left_out) for name in kept}
    if isinstance(value, Mapping):
        return {str(key): plain(part, left_out) for key, part in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist(), left_out)
    if isinstance(value, tuple | list):
        return [plain(part, left_out) for part in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> bool | int | float | str | None:
    if isinstance(value, float) and not isfinite(value):
        return None if isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
