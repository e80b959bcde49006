"""Text read by blocks holds what the same text holds when it is read whole."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auscult.data.blocks import TextBlocks
from auscult.data.raw import RawTable
from auscult.data.text import read_text
from auscult.errors import InputError

WORDS = st.sampled_from(["a", "b c", 'say "x"', "x,y", "two\nlines", "é", "", " ", "=1", "NA"])
NUMBERS = st.sampled_from(["1", "2.5", "-3", "", "1e3", "007", "NA"])
ROWS = st.lists(st.tuples(NUMBERS, WORDS, NUMBERS), min_size=1, max_size=60)


def written(rows: list[tuple[str, ...]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    lines = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    lines.writerows([("num", "word", "more"), *rows])
    return out.getvalue().encode()


def blocks(path: Path, size: int, **options: object) -> list[RawTable]:
    texts = TextBlocks(path, size=size, **options)  # type: ignore[arg-type]
    return [block.table for block in texts]


def cells(tables: list[RawTable]) -> list[list[str]]:
    columns: list[list[str]] = [[] for _ in tables[0].columns]
    for table in tables:
        for column, raw in zip(columns, table.columns, strict=True):
            column += [raw.tally.texts[code] for code in raw.tally.codes]
    return columns


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, size=st.integers(40, 400), delimiter=st.sampled_from([",", ";", "\t"]))
def test_blocks_hold_what_the_whole_holds(
    rows: list[tuple[str, ...]], size: int, delimiter: str, tmp_path: Path
) -> None:
    data = written(rows, delimiter)
    path = tmp_path / "some.csv"
    path.write_bytes(data)
    try:
        whole = read_text(data, header=True)
    except InputError:
        return  # nothing but gaps in it, or two delimiters that fit
    try:
        parts = blocks(path, size, header=True)
    except InputError:
        # A block can lack what the whole has: a second column, or a word that tells the delimiter.
        assert len(data) > size
        return
    assert cells(parts) == cells([whole])
    assert np.concatenate([part.rows for part in parts]).tolist() == whole.rows.tolist()
    assert {part.names for part in parts} == {whole.names}


def test_plain_numbers_take_the_fast_way(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table = np.round(rng.normal(size=(90_000, 4)), 3)
    path = tmp_path / "numbers.csv"
    np.savetxt(path, table, delimiter=",", header="a,b,c,d", comments="", fmt="%.3f")
    parts = blocks(path, 2**20)
    assert len(parts) > 2
    assert all(c.plain is not None for part in parts[:-1] for c in part.columns)
    found = [[float(text) for text in column] for column in cells(parts)]
    np.testing.assert_array_equal(np.array(found).T, table)
    assert parts[-1].rows[-1] == len(table) + 1


def test_a_word_in_the_first_block_is_one_in_all(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    lines = [f"{i},{'yes' if i % 3 else ''},{i / 8}" for i in range(150_000)]
    path.write_text("\n".join(["n,word,x", *lines]) + "\n")
    parts = blocks(path, 2**20)
    assert len(parts) > 2
    words, numbers = cells(parts)[1], [p.columns[2].plain for p in parts[1:-1]]
    assert words == [line.split(",")[1] for line in lines]
    assert all(found is not None for found in numbers)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "gb18030"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    word = {"cp1252": "müde", "gb18030": "疲倦"}.get(encoding, "müde 疲")
    text = "age,word\n" + "".join(f"{i},{word}\n" for i in range(500))
    path = tmp_path / "some.csv"
    path.write_bytes(text.encode(encoding))
    said = encoding if encoding in ("cp1252", "gb18030") else None
    found = cells(blocks(path, 1000, encoding=said))
    assert found[1] == [word] * 500
    assert found[0] == [str(i) for i in range(500)]


def test_an_encoding_is_guessed_from_the_first_block(tmp_path: Path) -> None:
    text = "age,größe,müdigkeit\n" + "".join(f"{i},2,schön müde für Ärzte\n" for i in range(900))
    path = tmp_path / "some.csv"
    path.write_bytes(text.encode("cp1252"))
    parts = blocks(path, 2000)
    assert parts[0].names[1] == "größe"
    assert [f.code for f in parts[0].findings] == ["encoding-guessed"]
    assert sum(part.n_cases for part in parts) == 900


def test_empty_rows_stay_between_and_go_at_the_end(tmp_path: Path) -> None:
    body = [f"{i},{i}" if i % 7 else "," for i in range(1, 200)]
    data = ("a,b\n" + "\n".join(body) + "\n,\n,\n" * 50 + "\n").encode()
    path = tmp_path / "some.csv"
    path.write_bytes(data)
    for size in (37, 64, 200):
        parts = blocks(path, size)
        assert cells(parts) == cells([read_text(data)])


def test_without_a_header(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("".join(f"{i}.5,{i},3\n" for i in range(400)))
    parts = blocks(path, 300)
    assert not parts[0].header
    assert {part.names for part in parts} == {("column1", "column2", "column3")}
    assert np.concatenate([p.rows for p in parts]).tolist() == list(range(1, 401))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1,2", "row 301 has 2 cells where row 1 has 3"),
        ("1,2,3,4", "row 301 has 4 cells where row 1 has 3"),
        ('1,"2,3', "quote"),
        ("1,\x00,3", "line 301 holds a NUL byte"),
        ("1,\udce4,3", "line 301 is not UTF-8"),
    ],
)
def test_a_torn_row_is_named_by_its_place_in_the_file(line: str, said: str, tmp_path: Path) -> None:
    lines = ["a,b,c", *(f"{i},x,{i}" for i in range(299)), line, *(f"{i},y,0" for i in range(50))]
    path = tmp_path / "some.csv"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=said):
        blocks(path, 500)


def test_the_hash_is_of_the_file(tmp_path: Path) -> None:
    import hashlib  # noqa: PLC0415

    path = tmp_path / "some.csv"
    path.write_text("a,b\n" + "1,2\n" * 900)
    for size in (100, 10**6):
        texts = TextBlocks(path, size=size)
        assert sum(block.table.n_cases for block in texts) == 900
        assert texts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
