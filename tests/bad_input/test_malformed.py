"""Every malformed file is refused in one line that names the file and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.bad_input.malformed import MALFORMED, Malformed, table

from auscult.data.read import read
from auscult.data.text import read_text
from auscult.errors import InputError


@pytest.mark.parametrize("bad", MALFORMED, ids=lambda bad: bad.name)
def test_refused_in_one_line(bad: Malformed, tmp_path: Path) -> None:
    path = tmp_path / bad.file
    path.write_bytes(bad.data)
    with pytest.raises(InputError) as refusal:
        read(path, **bad.options)
    message = str(refusal.value)
    assert message.startswith(f"{bad.file}: ")
    assert bad.says in message
    assert "\n" not in message
    assert message.isprintable()
    assert len(message) < 400
    assert refusal.value.__cause__ is None or not isinstance(refusal.value.__cause__, InputError)


@pytest.mark.parametrize(
    "bad", [m for m in MALFORMED if m.file.endswith(".csv")], ids=lambda b: b.name
)
def test_the_fast_way_refuses_what_the_careful_way_refuses(bad: Malformed) -> None:
    outcomes = []
    for fast_from in (0, 10**9):
        try:
            raw = read_text(bad.data, fast_from=fast_from)
            outcomes.append([raw.names, [c.tally.numbers().tolist() for c in raw.columns]])
        except InputError as error:
            outcomes.append([str(error)])
    assert str(outcomes[0]) == str(outcomes[1])


def test_there_are_many_and_the_sound_table_is_sound(tmp_path: Path) -> None:
    assert len(MALFORMED) >= 60
    path = tmp_path / "a.csv"
    path.write_bytes(table())
    assert read(path).X.shape == (12, 2)


@pytest.mark.parametrize("name", ["nothing.csv", ".", "nothing/there.csv", "x" * 300, "a\0b.csv"])
def test_paths_that_are_no_files(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refusal:
        read(tmp_path / name)
    assert "\n" not in str(refusal.value)


def test_a_device_is_not_read() -> None:
    with pytest.raises(InputError, match="not a regular file"):
        read("/dev/zero")


def test_a_near_name_is_offered(tmp_path: Path) -> None:
    (tmp_path / "heart.csv").write_bytes(table())
    with pytest.raises(InputError, match=r"Did you mean 'heart\.csv'"):
        read(tmp_path / "hearth.csv")
