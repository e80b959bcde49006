"""``auscult replay``: a recording in real time, from the command line to its beats."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from tests.cli.command import run
from tests.data.ecg.written import write_record
from tests.kept import make_beat_bundle
from tests.serve.running import start

from auscult.errors import InputError
from auscult.serve.replaying import live_address


def test_prints_the_beats_as_they_are_labelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = make_beat_bundle(tmp_path, "logistic", recipe="live")
    served = start([f"beats={bundle}"], tmp_path / "log", history="none")
    record = str(tmp_path / "records" / "made0.hea")
    capsys.readouterr()
    try:
        found = run(
            ["replay", record, "--url", served.url, "--speed", "4", "--seconds", "20"],
            monkeypatch,
            capsys,
        )
    finally:
        served.stop()
    assert found.code == 0, found.err
    lines = found.out.splitlines()
    assert lines[0] == "made0: MLII, 20 s"
    assert lines[1] == "beats: labels come 0.24 s after the R-peak."
    beats = [line for line in lines if re.match(r" +0:\d\d\.\d{3}  [NV] \d+ %", line)]
    assert len(beats) > 15
    assert "Not a medical device" in lines[-1]


def test_what_is_wrong_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record = str(write_record(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for arguments, said in (
        ([record, "--url", f"http://127.0.0.1:{port}"], "no service answers there"),
        ([record, "--url", "gopher://x"], "no address"),
        ([str(tmp_path / "none.hea")], "no such record"),
        ([record, "--channel", "V9"], "no channel 'V9'"),
    ):
        found = run(["replay", *arguments], monkeypatch, capsys)
        assert found.code == 2, found
        assert said in found.err
        assert found.err.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8000/live"),
        ("https://host/", "wss://host/live"),
        ("host:80", "ws://host:80/live"),
        ("ws://host/live", "ws://host/live"),
    ],
)
def test_the_address(url: str, address: str) -> None:
    assert live_address(url) == address


def test_no_address() -> None:
    with pytest.raises(InputError, match="no address"):
        live_address("file:///etc")
