"""A study that was stopped goes on to the figures of one that never was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.bad_input.malformed import table
from tests.cli.test_forecast import monthly

MODELS = "logistic,random-forest:n_estimators=30,mlp:epochs=40,gru:units=8:epochs=6"
ARGUMENTS = ["compare", "patients.csv", "--models", MODELS, "--folds", "3", "--repeats", "1"]
CLOCK = ("fit_seconds", "predict_seconds", "seconds", "created", "command")


def begin(cwd: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "auscult", *arguments],
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def timeless(value: Any) -> Any:
    """A result without what the clock and the folder's name said."""
    if isinstance(value, dict):
        return {key: timeless(part) for key, part in value.items() if key not in CLOCK}
    return [timeless(part) for part in value] if isinstance(value, list) else value


def result(folder: Path) -> Any:
    return timeless(json.loads((folder / "result.json").read_text()))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study, never stopped."""
    place = tmp_path_factory.mktemp("whole")
    (place / "patients.csv").write_bytes(table(150))
    _, err = (process := begin(place, *ARGUMENTS, "--out", "run")).communicate(timeout=120)
    assert process.returncode == 0, err
    return place


def test_asked_to_stop_it_keeps_what_is_under_way(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_bytes(table(150))
    models = "logistic,mlp:epochs=1000:early_stopping=false"
    how = ["compare", "patients.csv", "--models", models, "--folds", "3", "--repeats", "1"]
    _, err = (process := begin(tmp_path, *how, "--out", "whole")).communicate(timeout=120)
    assert process.returncode == 0, err
    fits = tmp_path / "run" / "fits"
    first = [*how, "--out", "run"]
    for arguments, number, code in (
        (first, signal.SIGINT, 130),
        (["resume", "run"], signal.SIGTERM, 143),
    ):
        process = begin(tmp_path, *arguments)
        while process.poll() is None and not (tmp_path / "run" / ".writer.json").exists():
            time.sleep(0.005)
        while process.poll() is None and len(list(fits.glob("*"))) < 6:  # majority, logistic
            time.sleep(0.005)
        time.sleep(0.3)  # the network is trained
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        assert "Go on with: auscult resume" in " ".join(err.split())
        assert list(fits.glob("*.going"))
    _, err = (process := begin(tmp_path, "resume", "run")).communicate(timeout=120)
    assert process.returncode == 0, err
    assert result(tmp_path / "run") == result(tmp_path / "whole")


def test_a_network_that_is_trained_for_a_bundle_goes_on(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_bytes(table(150))
    network = "mlp:epochs=400:early_stopping=false"
    how = ["compare", "patients.csv", "--models", network, "--folds", "2", "--repeats", "1"]
    how += ["--keep", network]
    _, err = (process := begin(tmp_path, *how, "--out", "whole")).communicate(timeout=120)
    assert process.returncode == 0, err
    process = begin(tmp_path, *how, "--out", "run")
    while process.poll() is None and not (tmp_path / "run" / "report.html").exists():
        time.sleep(0.005)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "was written. Go on with: auscult resume run" in " ".join(err.split())
    assert list((tmp_path / "run" / "fits").glob("*.going"))
    assert not list((tmp_path / "run").glob("models/*"))
    _, err = (process := begin(tmp_path, "resume", "run")).communicate(timeout=120)
    assert process.returncode == 0, err
    assert result(tmp_path / "run") == result(tmp_path / "whole")
    weights = [
        next((tmp_path / name).glob("models/*/weights.safetensors")).read_bytes()
        for name in ("whole", "run")
    ]
    assert weights[0] == weights[1]


def test_a_forecast_goes_on_too(tmp_path: Path) -> None:
    (tmp_path / "series.csv").write_text(monthly(480))
    models = "ridge,mlp:epochs=20,n-beats:epochs=10"
    how = ["forecast", "series.csv", "--models", models, "--horizon", "3", "--test", "60"]
    _, err = (process := begin(tmp_path, *how, "--out", "whole")).communicate(timeout=120)
    assert process.returncode == 0, err
    process = begin(tmp_path, *how, "--out", "run")
    fits = tmp_path / "run" / "fits"
    while process.poll() is None:
        if fits.is_dir() and any(path.suffix == ".fit" for path in fits.iterdir()):
            process.kill()
        time.sleep(0.005)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    kept = {path.name: path.stat().st_mtime_ns for path in fits.glob("*.fit")}
    _, err = (process := begin(tmp_path, "resume", "run")).communicate(timeout=120)
    assert process.returncode == 0, err
    assert result(tmp_path / "run") == result(tmp_path / "whole")
    again = {path.name: path.stat().st_mtime_ns for path in fits.glob("*.fit")}
    assert kept.items() <= again.items()


def test_what_is_finished_is_not_fitted_again(whole: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in (whole / "run" / "fits").iterdir()}
    process = begin(whole, "resume", "run")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert f"The folder holds {len(before)} finished fits" in " ".join(out.split())
    after = {path.name: path.stat().st_mtime_ns for path in (whole / "run" / "fits").iterdir()}
    assert before == after


def test_changed_data_are_named_and_fitted_anew(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "run", tmp_path / "run")
    (tmp_path / "patients.csv").write_bytes(table(140))
    out, err = begin(tmp_path, *ARGUMENTS, "--out", "run").communicate(timeout=120)
    assert "the data are not those that it was begun with" in " ".join(out.split()), err
    assert result(tmp_path / "run")["data"]["n_cases"] == 140


def test_another_version_is_named(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "run", tmp_path / "run")
    shutil.copy(whole / "patients.csv", tmp_path)
    path = tmp_path / "run" / "study.json"
    begun = json.loads(path.read_text())
    begun["versions"]["numpy"] = "1.0"
    path.write_text(json.dumps(begun))
    out, _ = begin(tmp_path, *ARGUMENTS, "--out", "run").communicate(timeout=120)
    assert "numpy was 1.0 and is" in " ".join(out.split())


@pytest.mark.skipif(shutil.which("faketime") is None, reason="no faketime: run scripts/clock")
@pytest.mark.parametrize("moved", ["-400d", "+400d"])
def test_a_clock_that_was_moved(whole: Path, tmp_path: Path, moved: str) -> None:
    shutil.copytree(whole / "run", tmp_path / "run")
    shutil.copy(whole / "patients.csv", tmp_path)
    fits = sorted((tmp_path / "run" / "fits").glob("*.fit"))
    for one in fits[::2]:
        one.unlink()
    clock = ["faketime", "-f", moved]
    program = [*clock, sys.executable, "-m", "auscult", *ARGUMENTS, "--out", "run"]
    done = subprocess.run(
        program, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert result(tmp_path / "run") == result(whole / "run")
    assert sorted((tmp_path / "run" / "fits").glob("*.fit")) == fits


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no study was begun in it"),
        ("{", "no study was begun in it"),
        ('{"command": "auscult data list", "place": "/", "sha256": "", "versions": {}, '
         '"processors": 2}', "does not go on by itself"),
    ],
)  # fmt: skip
def test_a_folder_without_a_study(content: str | None, said: str, tmp_path: Path) -> None:
    if content:
        (tmp_path / "study.json").write_text(content)
    process = begin(tmp_path, "resume", str(tmp_path))
    _, err = process.communicate(timeout=60)
    assert (process.returncode, len(err.strip().splitlines())) == (2, 1)
    assert said in err
