"""``auscult predict``: from a training file to a submission, and what a public part shows."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.cli.command import Finished, run, tree
from tests.data.workbook import Cell, write_workbook

import auscult

POINTS = 40


def beats(n: int, seed: int, first: int = 0) -> list[list[Cell]]:
    """Rows of id, class and points, as a contest of heartbeats has them."""
    rng = np.random.default_rng(seed)
    rows: list[list[Cell]] = []
    for i in range(n):
        label = int(rng.integers(3))
        wave = np.abs(np.cos(np.linspace(0, 4 + label, POINTS))) + rng.normal(0, 0.15, POINTS)
        rows.append([first + i, label, *np.round(wave, 4).tolist()])
    return rows


HEADER: list[Cell] = ["Id", "Category", *(f"s{i}" for i in range(POINTS))]


def write_csv(path: Path, rows: list[list[Cell]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_csv(tmp_path / "train.csv", [HEADER, *beats(240, 0)])
    labelled = beats(200, 1, first=1000)
    order = np.random.default_rng(2).permutation(len(labelled))
    labelled = [labelled[i] for i in order]
    write_csv(tmp_path / "labelled.csv", [HEADER, *labelled])
    write_csv(tmp_path / "test.csv", [[*row[:1], *row[2:]] for row in [HEADER, *labelled]])
    write_workbook(tmp_path / "train.xlsx", {"one": [HEADER, *beats(240, 0)]})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], one_thread: None
) -> object:
    return lambda line: run(line.split(), monkeypatch, capsys)


def predict(command: object, line: str) -> Finished:
    done = command(f"predict {line}")  # type: ignore[operator]
    assert isinstance(done, Finished)
    assert (done.code, done.err) == (0, ""), done.err
    return done


def read_rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("train", ["train.csv", "train.xlsx"])
def test_a_submission(train: str, here: Path, command: object) -> None:
    before = set(tree(here))
    done = predict(command, f"{train} test.csv --signals --models logistic --submission s.csv")
    head, *rows = read_rows(here / "s.csv")
    assert head == ["Id", "Category"]
    true = read_rows(here / "labelled.csv")[1:]
    assert [row[0] for row in rows] == [row[0] for row in true]
    assert {row[1] for row in rows} == {"0", "1", "2"}
    right = np.mean([a[1] == b[1] for a, b in zip(rows, true, strict=True)])
    assert right > 0.9
    assert "Not a medical device" in done.out
    assert "called by 'Id'" in done.out
    assert "Left out 'Id'" not in done.out
    assert set(tree(here)) == before | {"s.csv"}


def test_predictions_with_probabilities(here: Path, command: object) -> None:
    done = predict(command, "train.csv test.csv --signals --id Id --models logistic")
    head, *rows = read_rows(here / "predictions-test.csv")
    assert head == ["Id", "predicted", "p_0", "p_1", "p_2"]
    assert len(rows) == 200
    for row in rows:
        assert row[1] == "012"[int(np.argmax([float(p) for p in row[2:]]))]
    assert "Written: predictions-test.csv" in done.out


def test_a_vote_and_a_public_part(here: Path, command: object) -> None:
    models = "--models logistic,mlp:epochs=3,random-forest:n_estimators=10"
    line = f"train.csv labelled.csv --signals {models} --vote hard --public 0.1 -o o.csv"
    done = predict(command, line)
    assert "20 cases drawn at random" in done.out
    assert "hard vote" in done.out
    assert "public leader is not the private leader" in done.out
    again = predict(command, line)
    assert again.out.split("Public part")[1] == done.out.split("Public part")[1]


def test_the_classes_of_the_cases_change_nothing(here: Path, command: object) -> None:
    models = "--signals --models mlp:epochs=3 --seed 3"
    predict(command, f"train.csv test.csv {models} --submission a.csv")
    predict(command, f"train.csv labelled.csv {models} --submission b.csv")
    assert (here / "a.csv").read_bytes() == (here / "b.csv").read_bytes()


def test_a_table_with_gaps_and_categories(here: Path, command: object) -> None:
    lines = [
        f"{i},{i % 7 if i % 9 else ''},{'mf'[i % 2]},{'sick' if i % 2 else 'well'}"
        for i in range(120)
    ]
    (here / "a.csv").write_text("name,age,sex,state\n" + "\n".join(lines) + "\n")
    (here / "b.csv").write_text("sex,age,name\nf,3,x1\nm,,x2\n")
    predict(command, "a.csv b.csv --target state --id name --submission s.csv")
    assert (here / "s.csv").read_text() == "name,state\nx1,sick\nx2,well\n"


def test_from_python(here: Path, one_thread: None) -> None:
    train = auscult.read("train.csv", signals=True, id="Id")
    found = auscult.predict("train.csv", "labelled.csv", signals=True, models="logistic")
    assert len(found.predicted) == 200
    assert found.public(0.2).n_public == 40
    same = auscult.predict(train, found.asked.cases, models="logistic")
    assert same.predicted == found.predicted
    found.save(submission="s.csv")
    assert len(read_rows(here / "s.csv")) == 201
    with pytest.raises(auscult.InputError, match="two files, or two datasets"):
        auscult.predict("train.csv")


def test_real_heartbeats(shared: Path, tmp_path: Path, command: object) -> None:
    folder = shared / "heartbeat_kaggle_sample"
    if not folder.is_dir():
        pytest.skip(f"no real heartbeats: {folder} is not there")
    train, test = (folder / f"mitbih_{part}_sample.csv" for part in ("train", "test"))
    options = "--signals --target last --models lenet,random-forest --epochs 15 --public 0.1"
    done = predict(command, f"{train} {test} {options} --out {tmp_path / 'o.csv'}")
    rows = read_rows(tmp_path / "o.csv")[1:]
    true = [line.rsplit(",", 1)[1] for line in test.read_text().split()]
    right = np.mean([float(row[1]) == float(label) for row, label in zip(rows, true, strict=True)])
    assert right > 0.7
    assert "50 cases drawn at random (seed 0); private part: the other 450" in done.out
    bare = tmp_path / "bare.csv"
    bare.write_text("".join(line.rsplit(",", 1)[0] + "\n" for line in test.read_text().split()))
    predict(command, f"{train} {bare} --signals --target last --models majority -o {bare}.out")
