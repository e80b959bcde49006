"""``auscult compare`` on a folder of ECG records: by patient unless told otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.command import run
from tests.data.ecg.written import write_record

SYMBOLS = "NNVNNVNNNVNNVNNNNVNNN"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "ecg"
    folder.mkdir()
    for name in ("101", "106", "108", "100", "103", "105"):
        write_record(folder, name, symbols=SYMBOLS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("flags", "kind", "folds", "leaky"),
    [
        ("--folds 3", "grouped", 3, False),
        ("--plan ds1-ds2 --recipe window", "ds1-ds2", 1, False),
        ("--plan by-beat", "by-beat", 1, True),
    ],
)
def test_plans_of_beats(
    here: Path,
    flags: str,
    kind: str,
    folds: int,
    leaky: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = f"compare ecg --models majority --repeats 1 {flags} --out run".split()
    done = run(arguments, monkeypatch, capsys)
    assert done.code == 0, done.err
    plan = json.loads((here / "run" / "result.json").read_text())["plan"]
    assert (plan["kind"], plan["folds"]) == (kind, folds)
    assert bool(plan["leaky"]) == leaky
    report = (here / "run" / "report.html").read_text(encoding="utf-8")
    for text in (done.out, report):
        assert ("leaky" in text.replace(".leaky", "").replace("leaky-word", "")) == leaky
    assert ("No 'record' stands on both sides" in report.replace("&#39;", "'")) == (
        kind == "grouped"
    )
    assert "1-fold" not in done.out + report


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("compare ecg --plan ds1-ds3", "'ds1-ds2'"),
        ("compare ecg --channel V9", "no channel 'V9'"),
        ("compare ecg --recipe other", "'other'"),
        ("compare ecg --target beat", "--target"),
        ("compare ecg --test ecg/100.hea --plan by-beat", "--plan"),
        ("compare ecg/999.hea", "999.hea is not there"),
        ("compare broken", "101.dat"),
    ],
)
def test_refused_in_one_line(
    here: Path,
    arguments: str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = here / "broken"
    broken.mkdir()
    write_record(broken, "101").with_suffix(".dat").unlink()
    done = run([*arguments.split(), "--out", "run"], monkeypatch, capsys)
    assert done.code == 2
    assert says in done.err
    assert done.err.count("\n") == 1
    assert not (here / "run").exists()
