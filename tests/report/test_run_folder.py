"""A run folder appears whole or not at all, whatever interrupts its writing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.cli.command import tree
from tests.report import sample

from auscult.errors import InputError
from auscult.evaluate.result import Result
from auscult.report import run_folder
from auscult.report.run_folder import FILES, signals_wait, write_run


@pytest.fixture(scope="module")
def study() -> Result:
    return sample.result(epochs=2, folds=2)


def test_three_files_and_nothing_else(study: Result, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "run"
    assert write_run(study, folder) == folder
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_an_older_run_is_replaced_and_its_neighbours_stay(study: Result, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "report.html").write_text("old")
    write_run(study, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted((*FILES, "notes.txt"))
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert "<!doctype html>" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("stop", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("older", [True, False])
def test_a_failure_leaves_what_was_there(
    study: Result,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stop: BaseException,
    older: bool,
) -> None:
    folder = tmp_path / "deep" / "run"
    if older:
        folder.mkdir(parents=True)
        (folder / "report.html").write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise stop

    before = tree(tmp_path)
    monkeypatch.setattr(run_folder, "write_report", fail)
    kind = InputError if isinstance(stop, OSError) else KeyboardInterrupt
    with pytest.raises(kind) as raised:
        write_run(study, folder)
    assert tree(tmp_path) == before
    if kind is InputError:
        said = f"{folder}: cannot be written (No space left on device). Name another folder."
        assert str(raised.value) == said


def test_what_cannot_be_replaced_is_found_before_anything_is(study: Result, tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    (tmp_path / "result.json").write_text("old")
    before = tree(tmp_path)
    with pytest.raises(InputError, match=r"'report\.html' in it is a folder"):
        write_run(study, tmp_path)
    assert tree(tmp_path) == before


def test_a_signal_waits_until_all_files_have_their_names(
    study: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[str] = []
    replace = os.replace

    def interrupted(source: Path, target: Path) -> None:
        if target.parent == tmp_path:
            signal.raise_signal(signal.SIGINT)
            replaced.append(target.name)
        replace(source, target)

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_run(study, tmp_path)
    assert replaced == list(FILES)
    assert sorted(tree(tmp_path)) == sorted(FILES)


def test_signals_find_their_handlers_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    with signals_wait():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
