"""``auscult audit``: every check with what came of it, and one line for what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.cli.command import run

from auscult.evaluate.audit.table import CHECKS

SCRIPT = """\
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
d = pd.read_csv("visits.csv")
y = d.pop("diagnosis")
X = StandardScaler().fit_transform(d)
X_train, X_test, y_train, y_test = train_test_split(X, y)
print(LogisticRegression().fit(X_train, y_train).score(X_test, y_test))
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three visits of each of 60 patients, one after another; glucose in two units."""
    rng = np.random.default_rng(0)
    who = np.repeat(rng.permutation(60) + 100, 3)
    usual = rng.standard_normal((60, 4))[np.repeat(np.arange(60), 3)]
    X = (usual + 0.1 * rng.standard_normal((180, 4))) * [9, 4, 20, 3] + [120, 60, 200, 30]
    X[rng.choice(180, 9, replace=False), 2] *= 1000
    y = np.where(usual[:, 0] + 0.5 * rng.standard_normal(180) > 0, "ill", "healthy")
    rows = [
        f"{person},{','.join(f'{value:.1f}' for value in row)},{label}"
        for person, row, label in zip(who, X, y, strict=True)
    ]
    head = "bed_no,systolic,heart_rate,glucose,bmi,diagnosis"
    (tmp_path / "visits.csv").write_text("\n".join([head, *rows]) + "\n")
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "broken.ipynb").write_text('{"cells":')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_check_is_told_of_and_written(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run(["audit", "visits.csv", "--out", "audit.json"], monkeypatch, capsys)
    assert done.code == 0, done.err
    for code in ("near-duplicates", "looks-like-patient", "neighbours-alike", "unit-mix-up"):
        assert f"warning {code}: " in done.out
    assert "To mend it: --group bed_no" in done.out
    assert all(c.title in done.out or c.otherwise in done.out for c in CHECKS.values())
    assert "4 warnings change how a figure should be read." in done.out
    written = json.loads((here / "audit.json").read_text())
    assert [one["check"] for one in written["outcomes"]] == list(CHECKS)
    assert len(written["findings"]) >= 3


def test_named_checks_and_brief_ones(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    named = run(["audit", "visits.csv", "--check", "units", "--check", "time"], monkeypatch, capsys)
    assert "unit-mix-up" in named.out
    assert "looks-like-patient" not in named.out
    assert "2 checks" not in named.out
    assert "1 check made: 0 found nothing, 1 had nothing to look at." in named.out
    brief = run(["audit", "visits.csv", "--brief"], monkeypatch, capsys)
    assert "No case stands there twice" in brief.out
    assert "one unit" not in brief.out


def test_a_script_is_read_and_not_run(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run(["audit", "train.py", "--out", "audit.json"], monkeypatch, capsys)
    assert done.code == 0, done.err
    assert "train.py, line 7: warning fit-before-split" in done.out
    (found,) = json.loads((here / "audit.json").read_text())["findings"]
    assert found["code"] == "fit-before-split"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("missing.csv", "missing.csv: there is no such file"),
        ("missing.py", "missing.py: "),
        ("broken.ipynb", "broken.ipynb: not a notebook"),
        (".", "this is a folder"),
        ("visits.csv --check unit", "--check: no check is called 'unit'. Did you mean 'units'"),
        ("visits.csv --plan nope", "--plan: no plan is 'nope'"),
        ("visits.csv --test missing.csv", "missing.csv: there is no such file"),
        ("visits.csv --out nowhere/a.json", "its folder is not there"),
        ("train.py --group bed_no", "--group: is for data; a script has none."),
        ("load", "load: is a series"),
    ],
)
def test_what_is_wrong_is_one_line(
    here: Path,
    arguments: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = run(["audit", *arguments.split()], monkeypatch, capsys)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1
