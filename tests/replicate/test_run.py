"""Runs that are stopped, go on, and lack what they need."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.command import run
from tests.replicate import sample

from auscult.errors import InputError
from auscult.replicate import table
from auscult.replicate.record import Found
from auscult.replicate.replica import Asked, Replica
from auscult.replicate.run import PAGE, Meter, replicate

CALLS: list[str] = []


def _found(name: str) -> Found:
    CALLS.append(name)
    return sample.record(name).found


def _interrupted(asked: Asked) -> Found:
    raise KeyboardInterrupt


def _missing(asked: Asked) -> Found:
    raise InputError("the data are not here. Get them with auscult data get mitdb.", where="mitdb")


def _system(name: str) -> Replica:
    return Replica(name, f"System {name}", "0.9", ("a cause",), ("One.", "Two."), _of(name), (2, 1))


def _of(name: str):  # type: ignore[no-untyped-def]
    return lambda asked: _found(name)


FIRST, SECOND = _system("first"), _system("second")
STOPPED = replace(SECOND, repeat=_interrupted)
ABSENT = replace(SECOND, repeat=_missing)


@pytest.fixture(autouse=True)
def systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two systems that take no time, in the table's own way."""
    CALLS.clear()
    monkeypatch.setattr(
        table, "REPLICAS", {"first": f"{__name__}:FIRST", "second": f"{__name__}:SECOND"}
    )


def test_what_was_finished_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table.REPLICAS, "second", f"{__name__}:STOPPED")
    with pytest.raises(KeyboardInterrupt):
        replicate(out=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["first.json", PAGE]
    before = (tmp_path / "first.json").read_bytes()
    monkeypatch.setitem(table.REPLICAS, "second", f"{__name__}:SECOND")
    found = replicate(out=tmp_path)
    assert CALLS == ["first", "second"]
    assert found.taken == ("first",)
    assert [record.name for record in found.records] == ["first", "second"]
    assert (tmp_path / "first.json").read_bytes() == before
    replicate(out=tmp_path, seed=1)
    replicate(out=tmp_path, seed=1, quick=True)
    assert CALLS == ["first", "second"] * 3


def test_a_system_without_its_data_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(table.REPLICAS, "second", f"{__name__}:ABSENT")
    done = run(["replicate", "--out", str(tmp_path / "out")], monkeypatch, capsys)
    assert done.code == 2
    assert done.err.strip() == (
        "second: left out: mitdb: the data are not here. Get them with auscult data get mitdb."
    )
    assert "LSTM on made data, accuracy" in done.out
    assert "auscult data get mitdb" in (tmp_path / "out" / PAGE).read_text(encoding="utf-8")
    with pytest.raises(InputError, match="data are not here"):
        replicate("second")


def test_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    done = run(["replicate", "first", "--quick", "--out", str(out)], monkeypatch, capsys)
    assert done.code == 0, done.err
    for shown in ("first: 0 s", "rebuilt with its leaks", "quick run", str(out / PAGE)):
        assert shown in done.out
    again = run(["replicate", "first", "--quick", "--out", str(out)], monkeypatch, capsys)
    assert f"first: taken from {out}, finished earlier" in again.out
    assert CALLS == ["first"]


def test_what_is_wrong_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run(["replicate", "frist"], monkeypatch, capsys)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "Did you mean 'first'" in done.err
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    done = run(["replicate", "first", "--out", str(file)], monkeypatch, capsys)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert CALLS == []


class _Told:
    def __init__(self) -> None:
        self.shares: list[float] = []

    def model_started(self, name: str, n_fits: int) -> None: ...

    def advanced(self, name: str, done: float, detail: str) -> None:
        if name == "all 2 systems":
            self.shares.append(done)

    def model_finished(self, name: str, text: str) -> None: ...


def test_the_share_that_is_done_only_grows() -> None:
    times = iter(range(100))
    told = _Told()
    meter = Meter(told, [FIRST, SECOND], False, lambda: next(times) / 4)
    for system in (FIRST, SECOND):
        meter.begin(system)
        for _ in range(8):
            meter.advanced("lstm", 0.5, "epoch")
        meter.end(system, "done")
    assert told.shares == sorted(told.shares)
    assert told.shares[-1] == 1.0
    assert max(told.shares[:-1]) < 1.0
