"""A bundle's folder and .zip: written whole, read as written, refused otherwise."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from auscult.bundle.container import read_container, write_container
from auscult.bundle.limits import Limits
from auscult.bundle.manifest import MANIFEST, make_manifest
from auscult.errors import InputError

FILES = {"bundle.json": b"{}", "weights.safetensors": b"w" * 3000, "card.html": b"<p>card</p>"}
FORMS = ["heart", "heart.zip"]


@pytest.mark.parametrize("name", FORMS)
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    sha256 = write_container(tmp_path / name, FILES)
    container = read_container(tmp_path / name)
    assert dict(container) == FILES
    assert container.sha256 == sha256 == make_manifest(FILES).sha256


@pytest.mark.parametrize("name", FORMS)
def test_equal_files_give_equal_bytes(tmp_path: Path, name: str) -> None:
    for folder in ("a", "b"):
        write_container(tmp_path / folder / name, dict(sorted(FILES.items())))
        write_container(tmp_path / folder / name, dict(reversed(FILES.items())))
    a, b = (
        (
            {p.relative_to(tmp_path / f): p.read_bytes() for p in (tmp_path / f).rglob("*.*")}
            for f in ("a", "b")
        )
        if name == "heart"
        else ((tmp_path / f / name).read_bytes() for f in ("a", "b"))
    )
    assert a == b


@pytest.mark.parametrize("name", FORMS)
def test_a_bundle_is_replaced_and_nothing_is_left_beside(tmp_path: Path, name: str) -> None:
    write_container(tmp_path / name, FILES)
    write_container(tmp_path / name, {"bundle.json": b"[]"})
    assert dict(read_container(tmp_path / name)) == {"bundle.json": b"[]"}
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", FORMS)
def test_a_link_to_the_bundle_in_use_stays_a_link(tmp_path: Path, name: str) -> None:
    write_container(tmp_path / f"v1-{name}", FILES)
    (tmp_path / name).symlink_to(tmp_path / f"v1-{name}")
    write_container(tmp_path / name, {"bundle.json": b"[]"})
    assert (tmp_path / name).is_symlink()
    assert dict(read_container(tmp_path / f"v1-{name}")) == {"bundle.json": b"[]"}


def _folder_of_a_person(path: Path) -> None:
    path.mkdir()
    (path / "thesis.txt").write_text("ten years")


def _bundle_and_more(path: Path) -> None:
    write_container(path, FILES)
    (path / "thesis.txt").write_text("ten years")


def _someones_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("thesis.txt", "ten years")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("heart", _folder_of_a_person),
        ("heart", _bundle_and_more),
        ("heart.zip", _folder_of_a_person),
        ("heart.zip", _someones_zip),
        ("heart", lambda p: p.write_text("a file")),
        ("heart.zip", lambda p: p.write_text("a file")),
    ],
)
def test_what_is_no_bundle_is_not_overwritten(
    tmp_path: Path, name: str, make: Callable[[Path], object]
) -> None:
    make(tmp_path / name)
    before = _tree(tmp_path)
    with pytest.raises(InputError, match="no bundle"):
        write_container(tmp_path / name, FILES)
    assert _tree(tmp_path) == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "heart").mkdir()
    write_container(tmp_path / "heart", FILES)
    assert dict(read_container(tmp_path / "heart")) == FILES


def test_a_failed_write_leaves_the_old_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_container(tmp_path / "heart", FILES)
    before = _tree(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_container(tmp_path / "heart", {"bundle.json": b"[]"})
    assert _tree(tmp_path) == before


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"../bundle.json": b""},
        {"Card.html": b"", "card.html": b""},
        {MANIFEST: b""},
        {f"file{i}": b"" for i in range(64)},
    ],
    ids=["none", "dotdot", "case", "manifest", "many"],
)
def test_files_that_could_not_be_read_again_are_not_written(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    with pytest.raises(InputError):
        write_container(tmp_path / "heart", files)
    assert not list(tmp_path.iterdir())


def test_a_zip_that_a_person_packed_again_is_read(tmp_path: Path) -> None:
    write_container(tmp_path / "heart", FILES)
    with zipfile.ZipFile(tmp_path / "heart.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((tmp_path / "heart").iterdir()):
            archive.write(path, path.name)
    assert dict(read_container(tmp_path / "heart.zip")) == FILES


def test_a_zip_that_was_streamed_is_read(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        """Cannot seek, so that zipfile writes its sizes behind each entry."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]
            return len(data)  # type: ignore[arg-type]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, make_manifest(FILES).data)
        for name, data in FILES.items():
            archive.writestr(name, data)
    (tmp_path / "heart.zip").write_bytes(pipe.data)
    assert dict(read_container(tmp_path / "heart.zip")) == FILES


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "limits", [Limits(files=3), Limits(file_bytes=2999), Limits(total_bytes=3000)]
)
def test_limits_are_kept(tmp_path: Path, name: str, limits: Limits) -> None:
    write_container(tmp_path / name, FILES)
    with pytest.raises(InputError, match=r"more than|larger"):
        read_container(tmp_path / name, limits)


@pytest.mark.parametrize("path", ["nowhere", "nowhere.zip", "nul\0byte", "x" * 5000])
def test_no_bundle_there(tmp_path: Path, path: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_container(tmp_path / path)


def test_an_error_is_one_line_that_names_the_place(tmp_path: Path) -> None:
    write_container(tmp_path / "heart", FILES)
    (tmp_path / "heart" / "card.html").write_bytes(b"other")
    with pytest.raises(InputError) as caught:
        read_container(tmp_path / "heart")
    assert str(caught.value) == (
        f"{tmp_path / 'heart'}: 'card.html' is damaged or was changed: it does not match the "
        "manifest. Get the bundle again"
    )


def _tree(folder: Path) -> dict[str, bytes | None]:
    return {
        str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None
        for p in sorted(folder.rglob("*"))
    }
