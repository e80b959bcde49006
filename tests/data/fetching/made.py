"""A small data set of a catalog, and what servers and archives give of it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from auscult.data.catalog_entry import Entry, Source

TRAIN, TEST = b"1\t0.5\t0.25\n2\t1\t2\n", b"2\t3\t4\n1\t0.125\t8\n"
FIXED = {"TRAIN": b" 1.0e+00 5.0e-01 2.5e-01\n 2 1 2\n", "TEST": b" 2 3 4\n 1 0.125 8.0\n"}
GOOD = {"/D_TRAIN.tsv": TRAIN, "/D_TEST.tsv": TEST}

Answer = Callable[[BaseHTTPRequestHandler], None]
UseSources = Callable[..., Entry]
Serve = Callable[[Mapping[str, bytes | Answer]], str]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def from_server(address: str) -> Source:
    return Source("file", address + "/{file}")


def zip_of(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
