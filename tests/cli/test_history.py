"""``auscult history``: a history on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.command import Finished, run
from tests.history.made import KNOWN, SHA, entry

from auscult.history.store import History


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def asked(
    file: Path, *arguments: str, with_: tuple[pytest.MonkeyPatch, pytest.CaptureFixture[str]]
) -> Finished:
    return run(["history", *arguments, "--history", str(file)], *with_)


def test_from_an_answer_to_its_deletion(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = monkeypatch, capsys
    assert asked(file, "list", with_=shell).out == "No answers yet.\n"
    one = entry("p1", inputs={"age": 1})
    history = History(file)
    history.add([one, entry("p2", unsure=True)], {(SHA, "2026-11", "age", 3): 40}, [KNOWN])
    history.close()
    listed = asked(file, "list", with_=shell).out
    assert f"{one.id} (p1)  heart: ill 75 %" in listed
    assert "(p2)  heart: not sure" in listed
    assert asked(file, "outcome", one.id, "healthy", with_=shell).out == f"{one.id}: healthy\n"
    again = asked(file, "outcome", one.id, "ill", with_=shell).out
    assert again == f"{one.id}: ill (before: healthy)\n"
    drift = asked(file, "drift", with_=shell).out
    assert "Right in 1 of 1 cases" in drift
    assert "its study measured 0.842 (0.795–0.881)" in drift
    assert "age  far off" in drift
    assert asked(file, "name", one.id, "Bed 7", with_=shell).code == 0
    gone = asked(file, "delete", "Bed 7", with_=shell).out
    assert gone == "Bed 7: 1 answers, 1 sets of values and 2 outcomes are deleted.\n"
    assert asked(file, "list", "--case", "Bed 7", with_=shell).out == "Nothing is kept of it.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["delete", "nobody"], "nothing is kept of a case 'nobody'"),
        (["outcome", "0" * 32, "ill"], "no prediction of this id"),
        (["drift", "none"], "no bundle 'none' has answered"),
        (["drift"], "no bundle has answered yet"),
        (["name", "0" * 32, " "], "1 to 200 printable"),
    ],
)
def test_what_is_wrong_is_one_line(
    file: Path,
    arguments: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = asked(file, *arguments, with_=(monkeypatch, capsys))
    assert found.code == 2
    assert said in found.err
    assert found.err.count("\n") == 1
