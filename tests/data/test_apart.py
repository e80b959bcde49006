"""A file read in a process of its own is read the same, and cannot take the caller with it."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.bad_input.books import rows_xml, xlsx
from tests.bad_input.malformed import table
from tests.bad_input.more_pairs import parquet
from tests.bad_input.test_pairs import same
from tests.data.ecg.written import write_record

from auscult.data.apart import read_apart
from auscult.data.dataset import Dataset
from auscult.data.ecg.records import read_record
from auscult.data.read import read
from auscult.errors import InputError


def ends(path: Path) -> Dataset:
    os.abort()


def hangs(path: Path) -> Dataset:
    time.sleep(60)
    return read(path)


def takes_all(path: Path) -> Dataset:
    np.ones(2**31)
    return read(path)


def names_code(path: Path) -> object:
    return os.system


@pytest.mark.parametrize("file", ["a.csv", "a.parquet", "a.xlsx"])
def test_it_is_read_the_same(file: str, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["age", "target"], *([40 + i, i % 2] for i in range(9))]
    made = {"a.csv": table(), "a.parquet": parquet(), "a.xlsx": xlsx(rows)}
    (tmp_path / file).write_bytes(made[file])
    data = read_apart(read, tmp_path / file)
    assert isinstance(data, Dataset)
    here = read(tmp_path / file)
    # NaN is not NaN where it is another object.
    assert repr(data.columns) == repr(here.columns)
    assert same(replace(data, columns=here.columns), here)


def test_a_record_is_read_the_same(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    here, there = read_record(path), read_apart(read_record, path)
    np.testing.assert_array_equal(here.signals, there.signals)
    assert there.annotations.symbols.tolist() == here.annotations.symbols.tolist()  # type: ignore[union-attr]


def test_a_refusal_comes_back_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(replace={5: "44,228.5,1,9"}))
    with pytest.raises(InputError, match=r"^a\.csv: row 5 has 4 cells"):
        read_apart(read, path)


def test_a_cell_at_the_far_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path.write_bytes(xlsx(rows_xml([["a", "b"]]) + far))
    assert path.stat().st_size < 2048
    start = time.perf_counter()
    with pytest.raises(InputError, match="far from the table") as refusal:
        read_apart(read, path)
    assert "\n" not in str(refusal.value)
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize("reader", [ends, takes_all])
def test_a_reader_that_dies_is_told(reader: object, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="more memory or time"):
        read_apart(reader, tmp_path)  # type: ignore[arg-type]


def test_a_reader_that_hangs_is_ended(tmp_path: Path) -> None:
    start = time.perf_counter()
    with pytest.raises(InputError, match="more memory or time"):
        read_apart(hangs, tmp_path, time_limit=2.0)
    assert time.perf_counter() - start < 10


def test_what_comes_back_cannot_name_code(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no data"):
        read_apart(names_code, tmp_path)
