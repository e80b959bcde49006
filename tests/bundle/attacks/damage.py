"""Bundles that were cut short, or of which bits were turned over."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
from tests.bundle.attacks.corpus import Attack, Files, forge_folder, one_file

from auscult.bundle.archive import pack_archive
from auscult.bundle.manifest import MANIFEST, make_manifest

Form = Literal["folder", "zip", "remade"]
FORMS: tuple[Form, ...] = ("folder", "zip", "remade")


def cuts(kind: str, files: Files, most: int) -> Iterator[Attack]:
    """Every file, the manifest and the ``.zip`` cut at their boundaries, and ``most`` places more.

    ``remade`` has a manifest that fits the cut file, so that the parsers behind it meet it.
    """
    manifest = make_manifest(files).data
    for name, data in {**files, MANIFEST: manifest}.items():
        for place in _boundaries(name, data, most):
            cut = data[:place]
            yield _damaged(f"cut: {kind} folder {name} at {place}", kind, files, name, cut)
            if name != MANIFEST:
                title = f"cut: {kind} remade {name} at {place}"
                yield one_file(title, kind, files, name, cut, "any")
    whole = pack_archive({MANIFEST: manifest, **files})
    for place in _boundaries("heart.zip", whole, most):
        yield _zip(f"cut: {kind} zip at {place}", kind, whole[:place], "refused")


def flips(kind: str, files: Files, form: Form, count: int, seed: int = 0) -> Iterator[Attack]:
    """One to three bits turned over, in a file (small ones as often as large) or the .zip."""
    random = np.random.default_rng([seed, len(kind), FORMS.index(form)])
    manifest = make_manifest(files).data
    whole = pack_archive({MANIFEST: manifest, **files})
    names = [*files] if form == "remade" else [*files, MANIFEST]
    for number in range(count):
        if form == "zip":
            yield _zip(f"flip: {kind} zip {number}", kind, flipped(whole, random), "any")
            continue
        name = names[int(random.integers(len(names)))]
        odd = flipped(manifest if name == MANIFEST else files[name], random)
        title = f"flip: {kind} {form} {name} {number}"
        if form == "remade":
            yield one_file(title, kind, files, name, odd, "any")
        else:
            yield _damaged(title, kind, files, name, odd)


def flipped(data: bytes, random: np.random.Generator) -> bytes:
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 4))):
        changed[int(random.integers(len(data)))] ^= 1 << int(random.integers(8))
    return bytes(changed) if changed != data else flipped(data, random)


def _damaged(title: str, kind: str, files: Files, name: str, data: bytes) -> Attack:
    """A folder whose manifest is as it was; every damage must be seen."""

    def build(folder: Path) -> Path:
        path = forge_folder(folder, files)
        (path / name).write_bytes(data)
        return path

    return Attack(title, kind, build)


def _zip(title: str, kind: str, data: bytes, must: Literal["refused", "any"]) -> Attack:
    """Bits of a date or of a checksum say nothing: such a .zip may be taken."""

    def build(folder: Path) -> Path:
        (folder / "heart.zip").write_bytes(data)
        return folder / "heart.zip"

    return Attack(title, kind, build, must)


def _boundaries(name: str, data: bytes, most: int) -> list[int]:
    """Where something ends, a byte before it and a byte behind, and places in even steps."""
    at = {0, 1, len(data) - 1}
    if name.endswith(".safetensors"):
        length = struct.unpack_from("<Q", data)[0]
        at |= {8, 8 + length, *range(8 + length, len(data), 8 * max(1, len(data) // 8 // 16))}
    marks = {".zip": (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"), ".json": (b",", b"}", b'"')}
    for mark in marks.get(Path(name).suffix, (b"\n",)):
        found = (
            [i for i in range(len(data)) if data.startswith(mark, i)] if len(data) < 10**5 else []
        )
        at |= {i + d for i in found[:: max(1, len(found) // max(most, 1))] for d in (-1, 0, 1)}
    at |= set(range(0, len(data), max(1, len(data) // most)))
    return sorted(i for i in at if 0 <= i < len(data))
