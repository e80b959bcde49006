"""A series by its file or by its name in the catalog."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from auscult.data.catalog import entry_of, known_traps
from auscult.data.fetch import locate
from auscult.data.series.dataset import SeriesData
from auscult.data.series.read import read_series as read_file
from auscult.errors import InputError

_OPTIONS = ("time", "value", "layout", "fill")


def read_series(data: str | Path, **options: Any) -> SeriesData:
    """Read a file of series, or a series of the catalog by its name.

    Parameters
    ----------
    data
        A file, or a name that ``auscult data list`` knows.
    **options
        ``time``, ``value``, ``series``, ``known``, ``unknown``, ``fill``, ``season``, ``layout``,
        …, as of :func:`auscult.data.series.read.read_series`. What the catalog says of a name
        holds unless given.

    Raises
    ------
    InputError
        The file cannot be read, or holds no series.
    """
    given = {key: value for key, value in options.items() if value not in (None, ())}
    path = Path(data)
    # A word that no file is called by is meant for a name of the catalog.
    if os.path.isfile(path) or path.name != str(data) or path.suffix:
        read = read_file(path, **given)
    elif os.path.isdir(path):
        raise InputError("is a folder. Name a file in it.", where=str(path))
    else:
        read = _of_catalog(str(data), given)
    return replace(read, findings=(*read.findings, *known_traps(read.sha256)))


def _of_catalog(name: str, given: Mapping[str, Any]) -> SeriesData:
    entry = entry_of(name)
    if entry.kind != "series":
        raise InputError(
            f"holds {entry.kind}, not a series. Try: auscult compare {name}", where=name
        )
    known = {k: v for k, v in entry.options.given().items() if k in _OPTIONS}
    read = read_file(locate(name).train, **{**known, **given})
    return replace(read, name=name)


def looks_like_series(path: Path) -> bool:
    """Whether a file can be read as a series with times, gaps apart."""
    try:
        return read_file(path, fill="linear").freq is not None
    except (InputError, ImportError, OSError, ValueError):
        return False
