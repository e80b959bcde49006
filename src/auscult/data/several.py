"""Several sets of data, by what names them: files, folders, the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from auscult.data.catalog import catalog
from auscult.data.formats import ENDINGS
from auscult.errors import InputError

CATALOG: Final = "catalog"
"""The word for every data set of the catalog that holds cases."""

_TRAIN, _TEST = "_TRAIN", "_TEST"


@dataclass(frozen=True)
class Source:
    """A set of data to make a study of: a file or a name, and perhaps its test file."""

    name: str
    data: str
    test: str | None = None


def sources_of(data: Sequence[str | Path]) -> list[Source]:
    """Each set of data that is meant, under a name that no other has.

    Raises
    ------
    InputError
        There are none, or a folder holds none.
    """
    found = [source for one in data for source in _meant(str(one))]
    if not found:
        raise InputError("names no data. Give files, folders or names of the catalog.")
    named: dict[str, Source] = {}
    for source in dict.fromkeys(found):
        name, number = source.name, 2
        while name in named:
            name, number = f"{source.name}-{number}", number + 1
        named[name] = replace(source, name=name)
    return list(named.values())


def _meant(data: str) -> list[Source]:
    if data == CATALOG and not Path(data).exists():
        return [Source(name, name) for name, entry in catalog().items() if entry.kind != "series"]
    path = Path(data)
    if data in catalog() or not path.is_dir():
        return [_paired(path)] if path.is_file() else [Source(path.name, data)]
    files = [p for p in sorted([*path.glob("*"), *path.glob("*/*")]) if _readable(p)]
    if not files:
        raise InputError("holds no files of data, nor do its folders.", where=data)
    return [_paired(file) for file in files if not _is_test(file)]


def _readable(path: Path) -> bool:
    known = path.suffix.lower() in ENDINGS and not path.name.startswith(".")
    return known and path.stem.upper() not in ("README", "LICENSE") and path.is_file()


def _is_test(path: Path) -> bool:
    train = path.stem[: -len(_TEST)] + _TRAIN + path.suffix
    return path.stem.upper().endswith(_TEST) and path.with_name(train).is_file()


def _paired(path: Path) -> Source:
    if not path.stem.upper().endswith(_TRAIN):
        return Source(path.stem, str(path))
    stem = path.stem[: -len(_TRAIN)]
    test = path.with_name(stem + _TEST + path.suffix)
    return Source(stem, str(path), str(test)) if test.is_file() else Source(path.stem, str(path))
