"""``MANIFEST.sha256``: every file of a bundle with its size and hash, checked first."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auscult.bundle.limits import LIMITS, Limits
from auscult.bundle.names import check_names, shown
from auscult.errors import InputError

MANIFEST = "MANIFEST.sha256"
_LINE = re.compile(r"([0-9a-f]{64})  (0|[1-9][0-9]{0,12})  ([^\s]{1,100})")


@dataclass(frozen=True)
class Entry:
    """Hash (hex) and size (bytes) that a file must have."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What a bundle holds: file name → :class:`Entry`, sorted by name."""

    entries: Mapping[str, Entry]
    data: bytes

    @property
    def sha256(self) -> str:
        """Hash of the manifest's own bytes: the name of this very bundle."""
        return hashlib.sha256(self.data).hexdigest()

    def check_listing(self, names: Iterable[str], where: str) -> None:
        """Refuse a bundle that holds a file the manifest does not list, or lacks one it does."""
        there = set(names) - {MANIFEST}
        if extra := sorted(there - set(self.entries)):
            raise InputError(
                f"{shown(extra[0])} is not in the manifest. Remove it, or get the bundle again",
                where=where,
            )
        if lost := sorted(set(self.entries) - there):
            raise InputError(f"{shown(lost[0])} is missing. Get the bundle again", where=where)

    def check_file(self, name: str, data: bytes, where: str) -> None:
        """Refuse a file whose bytes are not those that were listed."""
        entry = self.entries[name]
        if len(data) != entry.size or hashlib.sha256(data).hexdigest() != entry.sha256:
            raise InputError(
                f"{shown(name)} is damaged or was changed: it does not match the manifest. "
                "Get the bundle again",
                where=where,
            )


def make_manifest(files: Mapping[str, bytes]) -> Manifest:
    """The manifest of files that are about to be written."""
    entries = {
        name: Entry(hashlib.sha256(files[name]).hexdigest(), len(files[name]))
        for name in sorted(files)
    }
    return Manifest(entries, _encode(entries))


def read_manifest(data: bytes, where: str, limits: Limits = LIMITS) -> Manifest:
    """Parse ``MANIFEST.sha256`` and check what it promises against the limits.

    Raises
    ------
    InputError
        The lines are not ``sha256  size  name`` sorted by name, a name is not plain, or there is
        more than a bundle may hold.
    """
    if len(data) > limits.manifest_bytes:
        raise InputError(f"{MANIFEST} is longer than a bundle's can be", where=where)
    entries: dict[str, Entry] = {}
    for line in data.decode("ascii", "replace").splitlines():
        if not (match := _LINE.fullmatch(line)):
            raise InputError(f"{MANIFEST} has a line that is not hash, size, name", where=where)
        entries[match[3]] = Entry(match[1], int(match[2]))
    check_names(list(entries), where)
    if MANIFEST in entries or not entries or _encode(entries) != data:
        raise InputError(f"{MANIFEST} is not in its canonical form", where=where)
    _check_sizes(entries, where, limits)
    return Manifest(entries, data)


def _check_sizes(entries: Mapping[str, Entry], where: str, limits: Limits) -> None:
    if len(entries) + 1 > limits.files:
        raise InputError(f"more than {limits.files} files in one bundle", where=where)
    for name, entry in entries.items():
        if entry.size > limits.file_bytes:
            raise InputError(f"{shown(name)} is larger than a bundle's file may be", where=where)
    if sum(e.size for e in entries.values()) > limits.total_bytes:
        raise InputError("larger than a bundle may be", where=where)


def _encode(entries: Mapping[str, Entry]) -> bytes:
    lines = (f"{entries[n].sha256}  {entries[n].size}  {n}\n" for n in sorted(entries))
    return "".join(lines).encode("ascii")
