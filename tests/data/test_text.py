"""Any dialect that a table is written in gives the table back; fast and careful ways agree."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.data import plain as plain_module
from auscult.data.columns import is_numeric
from auscult.data.lines import decode, split
from auscult.data.numbers import MISSING_MARKS, Cell, Tally, cell_kind, tidy
from auscult.data.plain import read_plain
from auscult.data.read import read
from auscult.data.table import file_decimal
from auscult.data.text import read_text
from auscult.errors import InputError

_ALPHABET = st.characters(
    exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="\ufeff"
)
_WORDS = st.text(_ALPHABET, min_size=1, max_size=8).map(str.strip).filter(bool)
_NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: repr(round(x, 3)))


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A header of words and a body of words and numbers; at least two columns."""
    width = draw(st.integers(2, 5))
    head = draw(st.lists(_WORDS.filter(_is_name), min_size=width, max_size=width, unique=True))
    kinds = [draw(st.sampled_from((_WORDS, _NUMBERS))) for _ in range(width)]
    n = draw(st.integers(1, 6))
    return [head, *([draw(kind) for kind in kinds] for _ in range(n))]


def _is_name(word: str) -> bool:
    return cell_kind(word) is Cell.TEXT and " ".join(tidy(word).split()) == word


@settings(max_examples=150, deadline=None)
@given(
    table=tables(),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_round_trip(
    table: list[list[str]], delimiter: str, end: str, quoting: int, encoding: str
) -> None:
    out = io.StringIO()
    # The writer leaves a sole leading space or other delimiters bare, so quote what has one.
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows(table)
    try:
        raw = read_text(out.getvalue().encode(encoding), header=True)
    except InputError as error:
        ambiguous = quoting == csv.QUOTE_MINIMAL and _holds_delimiters(table)
        assert ambiguous, str(error)  # noqa: PT017
        return
    assert list(raw.names) == table[0]
    assert [list(column.cells) for column in raw.columns] == [
        list(c) for c in zip(*table[1:], strict=True)
    ]


def _holds_delimiters(table: list[list[str]]) -> bool:
    return any(d in cell for row in table for cell in row for d in ",;\t|\"'")


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(
        st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=3, max_size=3),
        min_size=2,
        max_size=8,
    ),
    mark=st.sampled_from([".", ","]),
)
def test_numbers_come_back_to_the_last_bit(values: list[list[float]], mark: str) -> None:
    # One value that only a decimal mark explains settles it for the file.
    body = [[1.5, 0.25, 2.5], *values]
    lines = ["a;b;c", *(";".join(repr(v).replace(".", mark) for v in row) for row in body)]
    raw = read_text("\n".join(lines).encode())
    decimal, _ = file_decimal(raw.columns, raw.delimiter)
    assert decimal == mark
    for j, column in enumerate(raw.columns):
        assert is_numeric(column.name, column.tally, raw.rows, decimal)
        assert column.tally.numbers(decimal).tolist() == [row[j] for row in body]


_TOKENS = st.sampled_from(
    [
        "0",
        "1",
        "-1",
        "+5",
        "1.5",
        ".5",
        "5.",
        "-0",
        "1e-05",
        "1E5",
        "007",
        "-007",
        "0.07",
        "nan",
        "NaN",
        "Nan",
        "-nan",
        "",
        "-",
        "1e400",
        "e5",
        "1e",
        "1-2",
        "--1",
        "1.2.3",
        "9007199254740993",
        "00",
        "a",
        "N",
        ".",
        "1 ",
        '"1"',
        "1_0",
        "inf",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    cells=st.lists(st.lists(_TOKENS, min_size=2, max_size=3), min_size=1, max_size=4),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
)
def test_the_fast_way_agrees_with_the_careful_way(
    cells: list[list[str]], end: str, last: bool
) -> None:
    text = end.join(["a,b", *(",".join(row) for row in cells)]) + (end if last else "")
    fast = read_plain(text.encode())
    if fast is None:
        return
    careful = read_text(text.encode(), fast_from=10**9)
    for found, column in zip(fast.columns, careful.columns, strict=True):
        if isinstance(found, list):
            assert Tally.of(found).texts == column.tally.texts
            assert np.array_equal(Tally.of(found).codes, column.tally.codes)
        else:
            assert set(column.tally.kinds) <= {Cell.NUMBER, Cell.MISSING}
            assert np.array_equal(found, column.tally.numbers(), equal_nan=True)


def test_the_fast_way_keeps_names_and_codes_as_they_stand() -> None:
    rows = [f"b{i},{'NSV'[i % 3]},0{i},{i / 7!r}" for i in range(50)]
    text = "Id,Category,site,s0\n" + "\n".join([*rows, "b50,,007,"]) + "\n"
    plain = read_plain(text.encode())
    assert plain is not None
    ids, classes, sites, values = plain.columns
    assert ids == [f"b{i}" for i in range(51)]
    assert classes == [*("NSV"[i % 3] for i in range(50)), ""]
    assert sites == [*(f"0{i}" for i in range(50)), "007"]
    assert np.array_equal(values, [*(i / 7 for i in range(50)), np.nan], equal_nan=True)


@pytest.mark.parametrize("row", ["x,N,1", 'x,"N",1', "x,N;S,1", "x,Ñ,1", "x,N,y", "x,N", "x,N,01"])
def test_texts_in_doubt_go_the_careful_way(row: str) -> None:
    body = "id,class,s\n" + "a,N,1\n" * 20 + row + "\n" + "b,S,2\n" * 20
    assert (read_plain(body.encode()) is None) == (row != "x,N,1")


def test_parts_are_put_together_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_module, "_CHUNK", 64)
    rows = [f"b{i},{i},{i / 3!r}" for i in range(500)]
    plain = read_plain(("id,n,x\n" + "\n".join(rows)).encode())
    assert plain is not None
    assert plain.columns[0] == [f"b{i}" for i in range(500)]
    assert np.array_equal(plain.columns[1], np.arange(500))
    assert np.array_equal(plain.columns[2], np.arange(500) / 3)


def test_the_fast_way_is_taken_and_fast(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(8000, 100))
    labels = rng.integers(0, 3, size=8000)
    path = tmp_path / "big.csv"
    with path.open("w") as file:
        for row, label in zip(values.tolist(), labels.tolist(), strict=True):
            file.write(",".join(map(repr, row)) + f",{label}\n")
    raw = read_text(path.read_bytes())
    assert all(c.plain is not None for c in raw.columns)
    data = read(path)
    assert np.array_equal(data.X, values)
    assert np.array_equal(data.y, labels)


@pytest.mark.parametrize(
    "line",
    ["1,2,3", "1,", "007,2", "1;2", "x,2", "1,1e999", "1,-", "", '"1",2', "9007199254740993,1"],
)
def test_one_doubtful_line_sends_the_file_the_careful_way(line: str) -> None:
    body = "a,b\n" + "1,2\n" * 20 + line + "\n" + "3,4\n" * 20
    plain = read_plain(body.encode())
    assert plain is None or line == "1,"


def test_a_guessed_encoding_is_said(tmp_path: Path) -> None:
    text = "größe,straße,target\n" + "1.5,Köln-Süd,0\n2.5,München,1\n3.5,Köln-Süd,1\n" * 9
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("cp1252"))
    data = read(path)
    assert data.columns[0].name == "größe"
    assert data.columns[1].categories == ("Köln-Süd", "München")
    warning = next(f for f in data.findings if f.code == "encoding-guessed")
    assert warning.mend == "--encoding NAME"
    assert read(path, encoding="cp1252").columns == data.columns
    assert "encoding-guessed" not in {f.code for f in read(path, encoding="cp1252").findings}


def test_quoted_line_ends_count_for_row_numbers() -> None:
    rows = split('a,"b\nb",c\n1,"x\r\ny",3\n4,5,6\n')
    assert rows.cells == [["a", "b\nb", "c"], ["1", "x\r\ny", "3"], ["4", "5", "6"]]
    assert rows.numbers == [1, 3, 5]


def test_names_that_are_only_numbers_counted_up() -> None:
    raw = read_text(b"0,1,2,3,4\n5,6,7,8,1\n6,7,8,9,0\n")
    assert raw.header
    assert raw.names == ("0", "1", "2", "3", "4")


@pytest.mark.parametrize("fast_from", [0, 10**9])
def test_counted_names_beside_words(fast_from: int) -> None:
    names = ["Id", "Category", *map(str, range(20))]
    body = "\n".join(",".join([f"b{i}", "NS"[i % 2], *["0.5"] * 20]) for i in range(30))
    raw = read_text(f"{','.join(names)}\n{body}\n".encode(), fast_from=fast_from)
    assert raw.header
    assert list(raw.names) == names
    with pytest.raises(InputError, match="--header"):
        read_text(f"{','.join(reversed(names))}\n{body}\n".encode(), fast_from=fast_from)


def test_said_headers() -> None:
    assert read_text(b"1,2\n3,4\n", header=True).names == ("1", "2")
    assert read_text(b"a,b\nc,d\n", header=False).names == ("column1", "column2")


@pytest.mark.parametrize("mark", sorted(MISSING_MARKS))
def test_every_missing_mark_is_missing(mark: str) -> None:
    assert cell_kind(mark) is Cell.MISSING


def test_marks_of_order() -> None:
    assert decode("\ufeffä".encode())[0] == "ä"
    with pytest.raises(InputError, match="NUL"):
        decode("a".encode("utf-16-le"))
