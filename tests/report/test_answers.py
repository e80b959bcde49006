"""Answers as files: whole or not at all, and no cell that a spreadsheet computes."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from auscult.errors import InputError
from auscult.evaluate.contest import Answers
from auscult.report.answers import (
    Writer,
    predictions_csv,
    require_writable,
    submission_csv,
    write_whole,
)

P = np.array([[0.25, 0.75], [1.0, 0.0], [0.5, 0.5]])
ANSWERS = Answers(("0", "=1+1"), {"m": P}, {"m": "M"}, "m")


def text(writer: Writer) -> str:
    file = io.BytesIO()
    writer(file)
    return file.getvalue().decode()


def test_a_submission_has_two_columns() -> None:
    written = text(submission_csv(ANSWERS, ("7", "005", "-3"), "Id", "Category"))
    assert written == "Id,Category\n7,'=1+1\n005,0\n-3,0\n"


@pytest.mark.parametrize("bad", ["=1", "+a", "-a", "@x", "\ta", "\ra", "\n=1"])
def test_no_cell_begins_a_formula(bad: str) -> None:
    answers = Answers((bad, "0"), {"m": P}, {"m": "M"}, "m")
    ids = (bad, "b", "c")
    for writer in (submission_csv(answers, ids, bad, bad), predictions_csv(answers, ids, bad)):
        cells = [cell for row in csv.reader(io.StringIO(text(writer), newline="")) for cell in row]
        assert not any(cell[0] in "=+-@\t\r\n" for cell in cells)


def test_predictions_have_probabilities() -> None:
    rows = text(predictions_csv(ANSWERS, None, None)).splitlines()
    assert rows[0] == "row,predicted,p_0,p_=1+1"
    assert rows[1] == "1,'=1+1,0.25,0.75"
    assert text(predictions_csv(ANSWERS, ("a", "b", "c"), "Id")).startswith("Id,predicted")


@pytest.mark.parametrize("ids", [("a", "b"), ("a", "b", "a")])
def test_ids_are_counted(ids: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="3 answers need as many different ids"):
        submission_csv(ANSWERS, ids, "Id", "Category")


def broken(file: BinaryIO) -> None:
    file.write(b"half")
    raise OSError(28, "No space left on device")


def test_files_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    files = {tmp_path / "a.csv": predictions_csv(ANSWERS, None, None), tmp_path / "b.csv": broken}
    with pytest.raises(InputError, match=r"b\.csv: cannot be written \(No space left"):
        write_whole(files)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.csv": "old"}
    write_whole({tmp_path / "a.csv": predictions_csv(ANSWERS, None, None)})
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text().startswith("row,")


def test_places_that_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a")
    (tmp_path / "same.csv").symlink_to(tmp_path / "in.csv")
    for path, says in (("", "is a folder"), ("no/o.csv", "no folder"), ("same.csv", "is read")):
        with pytest.raises(InputError, match=f"{says}.*--out|{says}"):
            require_writable(tmp_path / path, "--out", [tmp_path / "in.csv"])
    require_writable(tmp_path / "o.csv", "--out", [tmp_path / "in.csv"])
