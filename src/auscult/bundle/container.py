"""A bundle as verified bytes: a folder or a ``.zip`` that is opened without being unpacked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auscult.bundle.archive import pack_archive, read_archive
from auscult.bundle.limits import LIMITS, Limits
from auscult.bundle.manifest import MANIFEST, Manifest, make_manifest, read_manifest
from auscult.bundle.names import check_names, shown
from auscult.bundle.plain_files import listing, open_plain, place_file, place_folder, read_plain
from auscult.errors import InputError

_PICKLE = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


@dataclass(frozen=True, eq=False)
class Container(Mapping[str, bytes]):
    """The files of a bundle by name, each equal to what the manifest lists.

    Parameters
    ----------
    path
        The folder or ``.zip`` they came from.
    files
        Name → content, without the manifest.
    sha256
        Hash of the manifest's bytes (hex): the same for the folder and the ``.zip``.
    """

    path: Path
    files: Mapping[str, bytes]
    sha256: str

    def __getitem__(self, name: str) -> bytes:
        return self.files[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def required(self, name: str) -> bytes:
        """The content of a file; :class:`~auscult.errors.InputError` where the bundle has none."""
        if name not in self.files:
            raise InputError(f"{shown(name)} is missing from this bundle", where=str(self.path))
        return self.files[name]


def read_container(path: str | Path, limits: Limits = LIMITS) -> Container:
    """Read every file of a bundle after checking its manifest; nothing is unpacked or run.

    Parameters
    ----------
    path
        A folder, or a ``.zip`` with the same files at its root. It may be a link itself; nothing
        in it may.
    limits
        What is checked before anything is allocated.

    Raises
    ------
    InputError
        There is no bundle, or something in it is not what the manifest says, larger than the
        limits, a link, a device, or hidden behind a name that is no plain file name.
    """
    path = Path(path)
    try:
        return _read_folder(path, limits) if path.is_dir() else _read_zip(path, limits)
    except InputError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise InputError(f"cannot be read: {reason}", where=str(path)) from None


def write_container(path: str | Path, files: Mapping[str, bytes]) -> str:
    """Write a bundle whole, with its manifest: a ``.zip`` where ``path`` ends so, else a folder.

    Written beside, synced and renamed, so that a reader finds the old one or the new one; equal
    files give equal bytes.

    Returns
    -------
    str
        The bundle's name: SHA-256 of its manifest.

    Raises
    ------
    InputError
        Something that is no bundle stands there already; a name is not plain; the files are more
        or larger than :func:`read_container` takes.
    """
    path = Path(os.path.realpath(path))  # a link to the bundle in use stays, its bundle changes
    check_names(list(files), str(path))
    manifest = make_manifest(files)
    read_manifest(manifest.data, str(path))
    _check_place(path)
    whole = {MANIFEST: manifest.data, **{name: files[name] for name in manifest.entries}}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".zip":
            place_file(path, pack_archive(whole))
        else:
            place_folder(path, whole)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from None
    return manifest.sha256


def _read_folder(folder: Path, limits: Limits) -> Container:
    manifest = _listed(folder, limits)
    files = {}
    for name, entry in manifest.entries.items():
        files[name] = read_plain(folder / name, entry.size)
        manifest.check_file(name, files[name], str(folder))
    return Container(folder, files, manifest.sha256)


def _listed(folder: Path, limits: Limits) -> Manifest:
    """The manifest of a folder that holds what it lists, by name."""
    where = str(folder)
    names = listing(folder, limits.files)
    if MANIFEST not in names:
        raise InputError(f"no bundle: there is no {MANIFEST} in this folder", where=where)
    check_names(names, where)
    manifest = read_manifest(read_plain(folder / MANIFEST, limits.manifest_bytes), where, limits)
    manifest.check_listing(names, where)
    return manifest


def _read_zip(path: Path, limits: Limits) -> Container:
    where = str(path)
    with open_plain(path, follow=True) as file:
        _check_magic(file.read(4), where)
        archive = read_archive(file, where, limits)
        if MANIFEST not in archive.names:
            raise InputError(f"no bundle: there is no {MANIFEST} in this .zip", where=where)
        raw = archive.read(MANIFEST, limits.manifest_bytes)
        manifest = read_manifest(raw, where, limits)
        manifest.check_listing(archive.names, where)
        files = {}
        for name, entry in manifest.entries.items():
            files[name] = archive.read(name, entry.size)
            manifest.check_file(name, files[name], where)
    return Container(path, files, manifest.sha256)


def _check_magic(start: bytes, where: str) -> None:
    if start.startswith(_PICKLE):
        raise InputError(
            "this is a Python pickle, which can run code when it is opened; "
            "auscult opens bundles only (compare --keep writes one)",
            where=where,
        )
    if start != b"PK\x03\x04":
        raise InputError("neither the folder nor the .zip of a bundle", where=where)


def _check_place(path: Path) -> None:
    """Refuse to replace anything but a bundle of the same form, or an empty folder."""
    if not os.path.lexists(path):
        return
    if path.is_dir() == (path.suffix.lower() == ".zip") or not _replaceable(path):
        raise InputError("is there already and is no bundle. Name another place", where=str(path))


def _replaceable(path: Path) -> bool:
    try:
        if path.is_dir():
            return not listing(path, LIMITS.files) or bool(_listed(path, LIMITS).entries)
        with open_plain(path) as file:
            return MANIFEST in read_archive(file, str(path), LIMITS).names
    except (OSError, ValueError):
        return False
