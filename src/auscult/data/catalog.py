"""The data sets that auscult knows by name: what they are, where they live, what to mind.

Nothing is downloaded here; :mod:`auscult.data.fetch` does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from auscult.data.catalog_entries import ENTRIES
from auscult.data.catalog_entry import Entry, ReadOptions
from auscult.errors import InputError, did_you_mean
from auscult.types import Finding


def catalog() -> Mapping[str, Entry]:
    """Every entry by its name, in the catalog's order."""
    return {entry.name: entry for entry in ENTRIES}


def entry_of(name: str) -> Entry:
    """The entry called ``name``.

    Raises
    ------
    InputError
        There is none; the line names the closest ones.
    """
    entries = catalog()
    if name not in entries:
        raise InputError(f"the catalog has no data set '{name}'. {did_you_mean(name, entries)}")
    return entries[name]


def options_for(name: str) -> ReadOptions:
    """How the data set called ``name`` is to be read; raises as :func:`entry_of` does."""
    return entry_of(name).options


def known_traps(sha256: str) -> tuple[Finding, ...]:
    """What is known of a file by its SHA-256, under whatever name it is read."""
    return _traps_by_hash().get(sha256.lower(), ())


def units_of(sha256: str) -> Mapping[str, str]:
    """Column to unit, where the catalog knows the file, or the first of several, by its SHA-256."""
    return _units_by_hash().get(sha256.partition("\n")[0].lower(), {})


@cache
def _units_by_hash() -> Mapping[str, Mapping[str, str]]:
    return {file.sha256: entry.units for entry in ENTRIES for file in entry.files}


@cache
def _traps_by_hash() -> Mapping[str, tuple[Finding, ...]]:
    found: dict[str, tuple[Finding, ...]] = {}
    for entry in catalog().values():
        for file in entry.files:
            found[file.sha256] = entry.traps
            if file.raw and file.raw.sha256:
                found[file.raw.sha256] = file.raw.traps
    return found
