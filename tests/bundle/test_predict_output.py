"""The file of answers: nothing in it runs, and it is whole or not there."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.bundle.cases_file import heart_rows, made_bundle, read_csv, write_csv
from tests.data.workbook import write_workbook

from auscult.bundle.answer_rows import Coded, csv_text
from auscult.bundle.answers import BundleAnswers
from auscult.bundle.cases import Cases, Remark
from auscult.bundle.output import AnswerFile, set_texts
from auscult.bundles import predict_bundle
from auscult.data.excel import read_excel
from auscult.data.opened import open_file
from auscult.errors import InputError

NAMES, ROWS = heart_rows(60)
BUNDLE = made_bundle()
FORMULA = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
TEXT = st.text(
    st.one_of(st.sampled_from("=+-@\t\r\n\",;|'0"), st.characters(exclude_categories=["Cs"])),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=5))
def test_a_text_is_never_a_formula_and_stays_itself(texts: list[str]) -> None:
    line = ",".join(csv_text(text) for text in texts) + "\n"
    if len(line.splitlines()) != 1 or line == "\n":
        return  # a line break inside of quotes; the round trip below has those
    (cells,) = csv.reader([line])
    for text, cell in zip(texts, cells, strict=True):
        assert not FORMULA.match(cell) or NUMBER.fullmatch(cell)
        assert cell in (text, f"'{text}")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ids=st.lists(TEXT.filter(lambda t: t.strip() == t), min_size=1, max_size=20))
def test_a_file_of_hostile_names(ids: list[str], tmp_path: Path) -> None:
    n = len(ids)
    p = np.linspace(0, 1, n)
    answers = BundleAnswers(("=a", "-1"), np.column_stack([1 - p, p]), np.arange(n) % 2)
    remark = Remark("x", "=x", np.array([0]), ['=x 1 is far, "y"'])
    cases = Cases(np.zeros((n, 1)), {"@id": ids, "row": np.arange(n)}, remarks=(remark,))
    out = tmp_path / "out.csv"
    with AnswerFile(out) as file:
        file.write(cases, answers)
        file.commit()
    with out.open(newline="", encoding="utf-8") as text:
        head, *rows = csv.reader(text)
    assert head == ["'@id", "row", "predicted", "p_=a", "p_-1", "notes"]
    for name, row, p_b in zip(ids, rows, p, strict=True):
        assert row[0] in (name, f"'{name}")
        assert row[2] in ("'=a", "-1")
        assert float(row[4]) == p_b
        assert not any(FORMULA.match(c) and not NUMBER.fullmatch(c) for c in row)
    assert rows[0][-1] == '\'=x 1 is far, "y"'


def test_numbers_are_as_they_were(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "some.csv", NAMES, ROWS)
    found = predict_bundle(BUNDLE, path)
    predict_bundle(BUNDLE, path, out=tmp_path / "out.csv")
    assert found.answers is not None
    for row, p in zip(read_csv(tmp_path / "out.csv"), found.answers.probability, strict=True):
        assert [float(row["p_healthy"]), float(row["p_ill"])] == p.tolist()


def test_sets_and_abstention(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "some.csv", NAMES, ROWS)
    found = predict_bundle(BUNDLE, path, out=tmp_path / "out.csv")
    rows = read_csv(tmp_path / "out.csv")
    assert {row["set"] for row in rows} <= {"healthy", "ill", "healthy|ill", ""}
    unsure = [row for row in rows if row["unsure"] == "true"]
    assert len(unsure) == found.n_unsure
    assert all(row["set"] not in ("healthy", "ill") for row in unsure)
    without = predict_bundle(made_bundle(sets=False), path, out=tmp_path / "out.csv")
    assert without.n_unsure is None
    assert "set" not in read_csv(tmp_path / "out.csv")[0]


@pytest.mark.parametrize("n_classes", [2, 8, 9, 70])
def test_sets_of_many_classes(n_classes: int) -> None:
    rng = np.random.default_rng(n_classes)
    sets = rng.random((50, n_classes)) < 0.3
    names = tuple(f"c{i}" for i in range(n_classes))
    answers = BundleAnswers(names, sets / 1.0, np.zeros(50, np.int64), sets)
    expected = ["|".join(n for n, held in zip(names, row, strict=True) if held) for row in sets]
    assert list(set_texts(answers)) == expected


def test_parquet(tmp_path: Path) -> None:
    import pandas as pd  # noqa: PLC0415

    path = write_csv(
        tmp_path / "some.csv", ["id", *NAMES], [[f"=p{i}", *r] for i, r in enumerate(ROWS)]
    )
    predict_bundle(BUNDLE, path, out=tmp_path / "out.parquet", block=900)
    predict_bundle(BUNDLE, path, out=tmp_path / "out.csv")
    frame = pd.read_parquet(tmp_path / "out.parquet")
    rows = read_csv(tmp_path / "out.csv")
    assert list(frame.columns) == list(rows[0])
    assert frame["id"].tolist() == [f"=p{i}" for i in range(60)]
    assert frame["p_ill"].tolist() == [float(row["p_ill"]) for row in rows]
    assert frame["set"].tolist() == [row["set"] for row in rows]
    assert frame["unsure"].dtype == np.bool_


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("out.txt", "answers are written in files that end in .csv, .xlsx, .parquet"),
        ("out", "answers are written in files"),
        ("folder.csv", "is a folder"),
        ("none/out.csv", "there is no folder"),
        ("some.csv", "is the file that is read"),
    ],
)
def test_a_place_that_cannot_be_written(out: str, said: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "some.csv", NAMES, ROWS)
    (tmp_path / "folder.csv").mkdir()
    before = path.read_bytes()
    with pytest.raises(InputError, match=said):
        predict_bundle(BUNDLE, path, out=tmp_path / out)
    assert path.read_bytes() == before
    assert {p.name for p in tmp_path.iterdir()} == {"some.csv", "folder.csv"}


def test_a_failure_leaves_the_older_file(tmp_path: Path) -> None:
    rows = [*ROWS[:-1], ["old", *ROWS[-1][1:]]]
    path = write_csv(tmp_path / "some.csv", NAMES, rows)
    (tmp_path / "out.csv").write_text("older")
    with pytest.raises(InputError, match="'old'"):
        predict_bundle(BUNDLE, path, out=tmp_path / "out.csv", block=300)
    assert (tmp_path / "out.csv").read_text() == "older"
    assert {p.name for p in tmp_path.iterdir()} == {"some.csv", "out.csv"}


SLOW = """
import sys, time
from pathlib import Path
from tests.bundle.cases_file import made_bundle
from auscult.bundles import predict_bundle
from auscult.data.excel import read_excel
from auscult.data.opened import open_file
from auscult.cli.main import main
import auscult.cli.main as cli
class Slow:
    def __init__(self, model): self.model = model
    def probability(self, X, lengths=None):
        print("answering", flush=True); time.sleep(0.2)
        return self.model.probability(X, lengths)
bundle = made_bundle()
object.__setattr__(bundle, "predictor", Slow(bundle.predictor))
import auscult.bundles as bundles
bundles.is_bundle = lambda path: True
bundles.load_bundle = lambda path: bundle
predict = bundles.predict_bundle
bundles.predict_bundle = lambda b, d, **o: predict(b, d, block=300, **o)
sys.argv = ["auscult", "predict", "made", "some.csv", "-o", "out.csv"]
main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_nothing_half_written(number: int, code: int, tmp_path: Path) -> None:
    write_csv(tmp_path / "some.csv", NAMES, ROWS)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        while "answering" not in (line := process.stdout.readline()):
            assert line, process.stderr and process.stderr.read()
        time.sleep(0.1)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == code
    assert [p.name for p in tmp_path.iterdir()] == ["some.csv"]


def test_coded_columns_are_sequences() -> None:
    found = Coded(np.array([0, 1, 1]), ("a", "b"))
    assert list(found) == ["a", "b", "b"]
    assert (len(found), found[2], list(found[:2])) == (3, "b", ["a", "b"])


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "some.xlsx"
    cells = [[float(c) if NUMBER.fullmatch(c) else c for c in row] for row in ROWS]
    write_workbook(path, {"one": [list(NAMES), *cells]})
    predict_bundle(BUNDLE, path, out=tmp_path / "out.xlsx")
    predict_bundle(BUNDLE, path, out=tmp_path / "out.csv")
    table = read_excel(open_file(tmp_path / "out.xlsx"))
    expected = read_csv(tmp_path / "out.csv")
    assert list(table.names) == list(expected[0])
    for column in table.columns:
        texts = [column.tally.texts[code] for code in column.tally.codes]
        told = [row[column.name] for row in expected]
        if column.name.startswith("p_"):
            assert [float(text) for text in texts] == [float(text) for text in told]
        else:
            assert texts == told
    hostile = Cases(np.zeros((60, 1)), {"id": [f"=p<{i}>\x00 & é" for i in range(60)]})
    out = tmp_path / "hostile.xlsx"
    with AnswerFile(out) as file:
        file.write(hostile, BundleAnswers(("=a", "b"), np.eye(2)[[0] * 60], np.zeros(60, int)))
        file.commit()
    with zipfile.ZipFile(out) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "=p&lt;3&gt;\ufffd &amp; é" in xml
    assert read_excel(open_file(out)).n_cases == 60


def test_a_sheet_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auscult.bundle.answer_rows._MOST_ROWS", 50)
    path = write_csv(tmp_path / "some.csv", NAMES, ROWS)
    with pytest.raises(InputError, match="a sheet has room for 49 answers"):
        predict_bundle(BUNDLE, path, out=tmp_path / "out.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["some.csv"]
