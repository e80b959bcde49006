"""``auscult predict BUNDLE DATA``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bundle.cases_file import heart_rows, read_csv, write_csv
from tests.cli.command import Finished, run, tree
from tests.kept import make_table_bundle

NAMES, ROWS = heart_rows()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_table_bundle(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_csv(tmp_path / "new.csv", NAMES, ROWS)
    write_csv(tmp_path / "one.csv", NAMES[:-1], [ROWS[0][:-1]])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> object:
    return lambda line: run(["predict", str(bundle), *line.split()], monkeypatch, capsys)


def called(command: object, line: str) -> Finished:
    done = command(line)  # type: ignore[operator]
    assert isinstance(done, Finished)
    return done


def test_answers(here: Path, command: object) -> None:
    done = called(command, "new.csv")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("heart-like-gradient-boosting: gradient boosting")
    figures = [i for i, line in enumerate(lines) if line.startswith("accuracy ")]
    assert lines[figures[0]].endswith("240 cases of this file")
    assert "the bundle's study, 3-fold cross-validation" in lines[figures[1]]
    assert "Not a medical device" in done.out
    assert lines[-1] == "Written: predictions-new.csv"
    rows = read_csv(here / "predictions-new.csv")
    assert list(rows[0]) == [
        "row", "predicted", "p_healthy", "p_ill", "set", "unsure", "notes",
    ]  # fmt: skip
    assert len(rows) == 240


def test_one_case_is_told(here: Path, command: object) -> None:
    done = called(command, "one.csv -o out.csv")
    row = read_csv(here / "out.csv")[0]
    p = float(row[f"p_{row['predicted']}"])
    assert f"row 2: {row['predicted']}, probability {p:.3f}" in done.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("none.csv", "none.csv: there is no such file."),
        ("new.csv --models fcn", "--models: is for a training file, not for a bundle"),
        ("new.csv --horizon 3", "--horizon: is for a training file, not for a bundle"),
        ("new.csv --id nobody", "new.csv: there is no column 'nobody' (asked for with --id)"),
        ("new.csv --target no", "new.csv: there is no column 'no' (asked for with --target)"),
        ("new.csv -o out.txt", "out.txt: answers are written in files that end in .csv, .xlsx"),
        ("new.csv -o new.csv", "new.csv: is the file that is read. Name another with --out."),
        ("empty.csv", "empty.csv: the file is empty."),
        ("bad.parquet", "bad.parquet: the content is not what '.parquet' says"),
        ("bad.xlsx", "bad.xlsx: the content is not what '.xlsx' says"),
        ("wrong.csv", "wrong.csv: there are no columns 'age', 'sex', 'chest_pain'"),
        ("binary.csv", "binary.csv: "),
    ],
)
def test_refusals_are_one_line_and_leave_nothing(
    line: str, said: str, here: Path, command: object
) -> None:
    (here / "empty.csv").touch()
    (here / "bad.parquet").write_text("a,b\n1,2\n")
    (here / "bad.xlsx").write_text("a,b\n1,2\n")
    (here / "wrong.csv").write_text("a,b\n1,2\n3,4\n")
    (here / "binary.csv").write_bytes(bytes(range(256)) * 40)
    before = tree(here)
    done = called(command, line)
    assert done.code == 2
    assert done.err.startswith(said)
    assert done.err.count("\n") == 1
    assert tree(here) == before


def test_a_broken_bundle_is_refused(
    here: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = here / "broken"
    broken.mkdir()
    for file in bundle.iterdir():
        (broken / file.name).write_bytes(file.read_bytes()[:-1])
    done = run(["predict", "broken", "new.csv"], monkeypatch, capsys)
    assert done.code == 2
    assert "broken" in done.err
    assert done.err.count("\n") == 1
    done = run(["predict", "none.zip", "new.csv"], monkeypatch, capsys)
    assert (done.code, done.err.count("\n")) == (2, 1)


LIGHT = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "sklearn", "scipy", "numba", "pandas"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Refuse())
from auscult.cli.main import main
main()
"""


def test_nothing_of_the_training_is_imported(here: Path, bundle: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, "predict", str(bundle), "new.csv", "-o", "out.csv"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(read_csv(here / "out.csv")) == 240
