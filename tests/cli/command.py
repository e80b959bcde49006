"""Runs the command line in this process as the shell would."""

from __future__ import annotations

import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from auscult.cli.main import main


@dataclass(frozen=True)
class Finished:
    code: int
    out: str
    err: str


def run(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Finished:
    """What ``auscult ARGUMENTS`` exits with and prints."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(sys, "argv", ["auscult", *arguments])
    try:
        with pytest.raises(SystemExit) as left:
            main()
    finally:
        signal.signal(signal.SIGTERM, before)
    out, err = capsys.readouterr()
    code = left.value.code
    assert isinstance(code, int)
    return Finished(code, out, err)


def tree(folder: Path) -> dict[str, bytes]:
    """Every path below a folder, with what it holds."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }
