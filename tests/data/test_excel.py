"""Workbooks: typed cells, sheets by name, and hostile files that only hurt a child process."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tests.data.workbook import Cell, write_workbook

from auscult.data import excel
from auscult.data.excel import read_excel
from auscult.data.opened import open_file
from auscult.data.read import read
from auscult.errors import InputError

ROWS: list[list[Cell]] = [
    ["age", "site", "smoker", "dose", "target"],
    [63, "007", True, 1.5, "sick"],
    [37, "012", False, 2, "well"],
    [41, "007", True, 2.5, "well"],
    [56, "012", True, None, "sick"],
]


def test_cells_keep_their_types(tmp_path: Path) -> None:
    data = read(write_workbook(tmp_path / "a.xlsx", {"one": ROWS}))
    assert [c.name for c in data.columns] == ["age", "site", "smoker", "dose"]
    assert data.columns[1].categories == ("007", "012")
    assert data.columns[2].categories == ("false", "true")
    assert data.X[:, 0].tolist() == [63, 37, 41, 56]
    assert data.X[:3, 3].tolist() == [1.5, 2, 2.5]
    assert np.isnan(data.X[3, 3])
    assert data.classes == ("sick", "well")
    assert len(data.sha256) == 64


def test_the_first_visible_sheet_is_read_and_said(tmp_path: Path) -> None:
    small: list[list[Cell]] = [["a", "b"], [1, 2]]
    sheets = {"notes": small, "patients": ROWS, "other": small}
    path = write_workbook(tmp_path / "a.xlsx", sheets, hidden=["notes"])
    said = [f for f in read(path).findings if f.code == "sheet-chosen"]
    assert "'patients'" in said[0].message
    assert "'other'" in said[0].message
    assert "'notes'" not in said[0].message
    assert "sheet-chosen" not in [f.code for f in read(path, sheet="patients").findings]


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"patients": ROWS, "other": ROWS})
    with pytest.raises(InputError, match=r"a\.xlsx: there is no sheet .*Did you mean 'patients'"):
        read(path, sheet="patient")


def test_error_cells_and_formulas_without_value_are_said(tmp_path: Path) -> None:
    rows = [list(r) for r in ROWS]
    rows[1][3] = b't="e"><v>#N/A</v>'
    rows[2][3] = b"><f>1+1</f>"
    rows[3][3] = b"><f>1+1</f><v>2</v>"
    data = read(write_workbook(tmp_path / "a.xlsx", {"one": [*rows, [50, "007", True, 1, "sick"]]}))
    codes = {f.code: f.message for f in data.findings}
    assert "1 cells hold errors" in codes["spreadsheet-errors"]
    assert "1 formulas" in codes["uncomputed-formulas"]
    assert np.isnan(data.X[:2, 3]).all()
    assert data.X[2, 3] == 2


def test_rows_are_named_as_in_the_sheet(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[], [], *ROWS, [], [49, "007", True, "high", "sick"]]
    with pytest.raises(InputError, match="row 9, column 'dose': 'high'"):
        read(write_workbook(tmp_path / "a.xlsx", {"one": rows}))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "empty"),
        ([["target"], [1], [0]], "one column"),
        ([["My study"], ["a", "target"], [1, 0], [2, 1]], "title"),
        ([["a", "a", "target"], [1, 2, 0], [2, 3, 1]], "stands twice"),
        ([["a", "target"]], "no rows below"),
        ([["a", "target"], [1, "x"], [2, "x"]], "one class"),
        ([["a", "target"], [1, 0], [2, None]], "row 3"),
    ],
)
def test_refusals(rows: list[list[Cell]], says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says) as refusal:
        read(write_workbook(tmp_path / "a.xlsx", {"one": rows}))
    assert "\n" not in str(refusal.value)


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def test_a_cell_at_the_far_corner_is_refused_soon(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"one": FAR})
    assert path.stat().st_size < 3000
    start = time.perf_counter()
    with pytest.raises(InputError, match=r"a\.xlsx: the workbook needs more memory"):
        read(path)
    assert time.perf_counter() - start < 10


def test_a_wide_but_possible_sheet_is_refused(tmp_path: Path) -> None:
    far = FAR.replace("1048576", "700")
    with pytest.raises(InputError, match="more than 10,000,000 cells"):
        read(write_workbook(tmp_path / "a.xlsx", {"one": far}))


def test_an_archive_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"one": ROWS})
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/media/big.bin", "w", force_zip64=True) as member,
    ):
        for _ in range(66):
            member.write(bytes(2**24))
    with pytest.raises(InputError, match="more than 1 GiB"):
        read(path)


def test_time_is_limited(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"one": ROWS})
    with pytest.raises(InputError, match="took longer than 0 s"):
        read_excel(open_file(path), time_limit=0.0)


def test_the_child_loads_nothing_heavy(tmp_path: Path) -> None:
    child = Path(read_excel.__code__.co_filename).with_name("sheet.py")
    path = write_workbook(tmp_path / "a.xlsx", {"one": ROWS})
    code = (
        f"import runpy, sys; sys.argv = ['sheet', {str(path)!r}, '']\n"
        f"try: runpy.run_path({str(child)!r}, run_name='__main__')\n"
        "except SystemExit: pass\n"
        "bad = {'numpy', 'pandas', 'torch', 'auscult'} & set(sys.modules)\n"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-P", "-c", code], check=True, capture_output=True)


def contest(n: int = 60) -> list[list[Cell]]:
    """Ids, classes, numbers and a column with gaps in it, as a large sheet would have them."""
    rows: list[list[Cell]] = [["Id", "class", "s0", "s1", "s2"]]
    rows += [[i, "NSV"[i % 3], i / 7, -1e-7 * i, i + 0.5] for i in range(n)]
    return rows


@pytest.fixture
def fast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The child, with sheets of any size taken for large; it counts how often it is run."""
    child = Path(read_excel.__code__.co_filename).with_name("sheet.py").read_text(encoding="utf-8")
    copy = tmp_path / "child.py"
    copy.write_text(
        child.replace("FAST_FROM_BYTES = 16 * 2**20", "FAST_FROM_BYTES = 1000").replace(
            "CHUNK = 4 * 2**20", "CHUNK = 500"
        )
    )
    monkeypatch.setattr(excel, "_CHILD", copy)
    return copy


def columns(path: Path, header: bool | None = None) -> list[tuple[str, list[str] | list[float]]]:
    raw = read_excel(open_file(path), header=header)
    return [
        (
            c.name,
            [c.tally.texts[k] for k in c.tally.codes] if c.plain is None else list(c.plain),
        )
        for c in raw.columns
    ]


def test_numbers_are_taken_out_of_a_large_sheet(tmp_path: Path, fast: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"one": contest()})
    (_, ids), (_, classes), *signals = columns(path)
    assert ids == list(map(float, range(60)))
    assert classes == ["NSV"[i % 3] for i in range(60)]
    assert signals[0] == ("s0", [i / 7 for i in range(60)])
    assert signals[1] == ("s1", [-1e-7 * i for i in range(60)])
    raw = read_excel(open_file(path))
    assert [c.plain is not None for c in raw.columns] == [True, False, True, True, True]
    assert raw.rows.tolist() == list(range(2, 62))


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "text",
        True,
        b't="e"><v>#N/A</v>',
        b"><f>1+1</f><v>2</v>",
        b's="3"><v>44000</v>',
        b'xml:space="x"><v>1</v>',
        b"><v>1_0</v>",
        b"><v>9007199254740993</v>",
        b"><v>1e999</v>",
        b"><v>007</v>",
    ],
    ids=str,
)
def test_a_sheet_with_another_cell_is_read_as_ever(
    odd: Cell, tmp_path: Path, fast: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = contest()
    rows[30][3] = odd
    path = write_workbook(tmp_path / "a.xlsx", {"one": rows})

    def outcome() -> object:
        try:
            raw = read_excel(open_file(path))
        except InputError as error:
            return str(error)
        texts = [[c.tally.texts[k] for k in c.tally.codes] for c in raw.columns]
        return raw.names, texts, raw.rows.tolist(), raw.findings

    found = outcome()
    fast.write_text(fast.read_text().replace("FAST_FROM_BYTES = 1000", "FAST_FROM_BYTES = 10**9"))
    assert found == outcome()


def test_large_sheets_without_names(tmp_path: Path, fast: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"one": contest()[1:]})
    assert columns(path, header=False)[2] == ("column3", [i / 7 for i in range(60)])
    named = write_workbook(tmp_path / "b.xlsx", {"one": contest()})
    assert columns(named, header=False)[2][1][:2] == ["s0", "0"]
