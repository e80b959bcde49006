"""Every generated malformed file: one line from the reader, exit code 2, nothing written."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.bad_input.malformed import MALFORMED, Malformed
from tests.bad_input.malformed_books import BOOKS
from tests.bad_input.malformed_more import MORE
from tests.bad_input.malformed_records import NPY, SERIES, TORN, BadSeries, Torn, sound_record
from tests.bad_input.test_series import BAD

from auscult.cli.main import main
from auscult.data.ecg.records import read_record
from auscult.data.read import read
from auscult.data.series.read import read_series
from auscult.errors import InputError

MADE = [*MORE, *BOOKS]

SECONDS = 5.0
MOST_MIB = 600


def refused(act: Any, file: str, says: str) -> str:
    """What was said; it took little time and memory."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(InputError) as refusal:
        act()
    assert time.perf_counter() - start < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MOST_MIB
    message = str(refusal.value)
    assert message.startswith(f"{file}: ")
    assert says in message
    assert message.isprintable()
    assert len(message) < 400
    return message


@pytest.mark.parametrize("bad", MADE, ids=lambda bad: bad.name)
def test_refused_in_one_line(bad: Malformed, tmp_path: Path) -> None:
    path = tmp_path / bad.file
    path.write_bytes(bad.data)
    refused(lambda: read(path, **bad.options), bad.file, bad.says)


@pytest.mark.parametrize("bad", TORN, ids=lambda bad: bad.name)
def test_torn_records(bad: Torn, tmp_path: Path) -> None:
    path = sound_record(tmp_path)
    assert len(read_record(path).signals)
    bad.harm(tmp_path)
    refused(lambda: read_record(path), "r1.hea", bad.says)


@pytest.mark.parametrize("name", NPY)
def test_arrays_on_the_disk(name: str, tmp_path: Path) -> None:
    X, y, says = NPY[name]
    (tmp_path / "X.npy").write_bytes(X)
    (tmp_path / "y.npy").write_bytes(y)
    with pytest.raises(InputError, match=r"^[Xy]\.npy: ") as refusal:
        read(tmp_path / "X.npy")
    assert says in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("bad", SERIES, ids=lambda bad: bad.name)
def test_series(bad: BadSeries, tmp_path: Path) -> None:
    path = tmp_path / bad.file
    path.write_bytes(bad.data)
    refused(lambda: read_series(path, **bad.options), bad.file, bad.says)


_BOOKS = (".xlsx", ".xls", ".ods")
PLAIN = [m for m in [*MALFORMED, *MADE] if not m.options and not m.file.endswith(_BOOKS)]
# Each starts a process; what the reader says of all of them is tested above.
PLAIN += [m for m in MADE if not m.options and m.file.endswith(_BOOKS)][::12]


@pytest.mark.parametrize("part", range(8))
def test_the_command_line_exits_with_2_and_writes_nothing(
    part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for bad in PLAIN[part::8]:
        path = tmp_path / bad.file
        path.write_bytes(bad.data)
        arguments = ["auscult", "compare", str(path), "--out", str(tmp_path / "out")]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        assert end.value.code == 2, bad.name
        assert said.err.count("\n") == 1, (bad.name, said.err)
        assert f"{bad.file}: " in said.err
        assert "Traceback" not in said.out + said.err
        assert sorted(p.name for p in tmp_path.iterdir()) == [bad.file], bad.name
        path.unlink()


def test_there_are_more_than_400() -> None:
    assert len(MALFORMED) + len(BAD) + len(MADE) + len(TORN) + len(NPY) + len(SERIES) >= 400
