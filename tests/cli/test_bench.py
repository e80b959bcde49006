"""``auscult bench``: many sets of data, one of them broken, stopped and gone on with."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from tests.bad_input.malformed import table
from tests.cli.test_resume import begin

HOW = ["--models", "logistic,mlp:epochs=30", "--folds", "3", "--repeats", "1"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for n in (60, 80, 100):
        (tmp_path / f"clinic{n}.csv").write_bytes(table(n))
    return tmp_path


def found_in(place: Path) -> Any:
    content = json.loads((place / "bench.json").read_text(encoding="utf-8"))
    return {key: value for key, value in content.items() if key != "command"}


def test_killed_in_the_middle_it_ends_the_same(folder: Path) -> None:
    (folder / "broken.csv").write_text("a,b\n1\n")
    out, err = begin(folder, "bench", ".", *HOW, "--out", "whole").communicate(timeout=120)
    assert "broken: left out: broken.csv" in " ".join(out.split()), err
    process = begin(folder, "bench", ".", *HOW, "--out", "run")
    while process.poll() is None:
        if (folder / "run" / "clinic100" / "result.json").is_file():
            process.kill()
        time.sleep(0.005)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    process = begin(folder, "bench", ".", *HOW, "--out", "run")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 2, err  # one set of data could not be read
    assert "made earlier" in out
    assert found_in(folder / "run") == found_in(folder / "whole")
    assert (folder / "run" / "bench.html").is_file()
