"""``auscult compare --ddp``: refused in one line; stopped, it goes on to the same figures."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from tests.bad_input.malformed import table
from tests.cli.command import run, tree
from tests.cli.test_resume import result

MODELS = "logistic,mlp:epochs=60:early_stopping=false"
ARGUMENTS = ["compare", "patients.csv", "--models", MODELS, "--folds", "2", "--repeats", "1"]
ARGUMENTS += ["--ddp", "2", "--out", "run"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--ddp", "0"], "--ddp: needs 1 process or more, not 0."),
        (["--ddp", "-3"], "--ddp: needs 1 process or more, not -3."),
        (["--ddp", "2", "--jobs", "2"], "--jobs: stands beside --ddp. Leave one of the two out."),
        (
            ["--ddp", "2", "--cluster", "tcp://127.0.0.1:1"],
            "--cluster: stands beside --ddp. Leave one of the two out.",
        ),
        (["--ddp", "many"], "Invalid value for '--ddp': 'many' is not a valid integer."),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    given: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "patients.csv").write_bytes(table(40))
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    left = run(["compare", "patients.csv", *given, "--out", "run"], monkeypatch, capsys)
    assert left.code == 2
    assert said in left.err
    assert left.err.strip().count("\n") == 0
    after = tree(tmp_path)
    assert {name: after[name] for name in before} == before
    assert not [name for name in after if name.endswith((".fit", ".json"))]


def test_a_study_that_was_stopped_goes_on_to_the_same_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    places = [tmp_path / name for name in ("whole", "stopped")]
    for place in places:
        place.mkdir()
        (place / "patients.csv").write_bytes(table(150))
    monkeypatch.chdir(places[0])
    left = run(ARGUMENTS, monkeypatch, capsys)
    assert left.code == 0, left.err
    monkeypatch.chdir(places[1])
    stopper = threading.Thread(target=stop_behind, args=(places[1] / "run" / "fits", 4))
    stopper.start()
    left = run(ARGUMENTS, monkeypatch, capsys)
    stopper.join()
    assert left.code == 143, left.err
    assert "Go on with: auscult resume run" in left.err
    left = run(["resume", "run"], monkeypatch, capsys)
    assert left.code == 0, left.err
    assert result(places[1] / "run") == result(places[0] / "run")


def stop_behind(fits: Path, count: int) -> None:
    """End this process, as a person would, soon after it has so many fits."""
    deadline = time.monotonic() + 60
    while len(list(fits.glob("*.fit"))) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.5)  # wherever the network is then, it ends behind a step at the latest
    os.kill(os.getpid(), signal.SIGTERM)
