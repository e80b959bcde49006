"""A disk that is full or read-only costs one line, and nothing that was there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.bad_input.malformed import table
from tests.cli.test_resume import begin, result

FIRST = "logistic"
SECOND = "random-forest:n_estimators=20,mlp:epochs=30"


def how(models: str) -> list[str]:
    return ["compare", "../patients.csv", "--models", models, "--folds", "3", "--out", "run"]


def mount(*arguments: str) -> bool:
    try:
        done = subprocess.run(["mount", *arguments], capture_output=True, check=False, timeout=20)
    except OSError:
        return False
    return done.returncode == 0


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 4 MB with a study on it."""
    place = tmp_path_factory.mktemp("place")
    found = place / "disk"
    found.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", str(found)):
        pytest.skip("this needs a small disk of its own, and mounting one is not allowed here")
    try:
        (place / "patients.csv").write_bytes(table(90))
        process = begin(found, *how(FIRST))
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        yield found
    finally:
        subprocess.run(["umount", str(found)], check=False)


def results(run: Path) -> dict[str, bytes]:
    names = ("result.json", "predictions.csv", "report.html")
    return {name: (run / name).read_bytes() for name in names}


def refused(folder: Path, *arguments: str) -> str:
    process = begin(folder, *arguments)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 2, err
    assert len(err.strip().splitlines()) == 1, err
    return err


def left_half(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.name.endswith(".part")]


@pytest.mark.parametrize("left", [0, 65536])
def test_a_full_disk(disk: Path, left: int) -> None:
    before = results(disk / "run")
    ballast = disk / "ballast"
    found = os.statvfs(disk)
    try:
        with ballast.open("wb") as file:
            file.write(bytes(found.f_bavail * found.f_frsize - left))
        err = refused(disk, *how(SECOND))
    finally:
        ballast.unlink()
    assert "No space left on device" in err
    assert "--out" in err or "another folder" in err
    assert results(disk / "run") == before
    assert left_half(disk) == []


def test_a_read_only_disk(disk: Path) -> None:
    before = results(disk / "run")
    assert mount("-o", "remount,ro", str(disk))
    try:
        err = refused(disk, *how(SECOND))
    finally:
        mount("-o", "remount,rw", str(disk))
    assert "cannot be written" in err
    assert results(disk / "run") == before


def test_with_room_again_it_goes_on(disk: Path) -> None:
    process = begin(disk, *how(SECOND))
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "mlp" in str(result(disk / "run")["models"])
    assert left_half(disk) == []


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """What a quota does, where no disk can be mounted."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "patients.csv").write_bytes(table(90))
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048)); "
        "from auscult.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, *how(SECOND)],
        cwd=tmp_path / "disk",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1), done.stderr
    assert "File too large" in done.stderr
    assert left_half(tmp_path) == []
    assert not (tmp_path / "disk" / "run" / "result.json").exists()
