"""Getting files of the catalog from servers: mirrors, what breaks off, and the cache."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.data.fetching.made import (
    GOOD,
    TEST,
    TRAIN,
    Serve,
    UseSources,
    from_server,
    leftovers,
)

from auscult.data import sources
from auscult.data.fetch import locate
from auscult.errors import InputError


def test_downloads_once_and_keeps_it(demo: UseSources, serve: Serve, home: Path) -> None:
    demo(from_server(serve(GOOD)))
    files = locate("demo")
    assert files.train.read_bytes() == TRAIN
    assert files.test is not None
    assert files.test.read_bytes() == TEST
    assert files.train.parent == home / "demo"
    demo()  # no source is left: only the cache can answer
    assert locate("demo") == replace(files, entry=locate("demo").entry)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({}, "answers 404"),
        ({"/D_TRAIN.tsv": b"<html>log in</html>"}, "other content"),
        ({"/D_TRAIN.tsv": TRAIN[:-4]}, "other content"),
    ],
)
def test_next_mirror_is_tried(
    demo: UseSources, serve: Serve, bad: Mapping[str, bytes], reason: str, home: Path
) -> None:
    broken = from_server(serve(bad))
    demo(broken, from_server(serve(GOOD)))
    assert locate("demo").train.read_bytes() == TRAIN
    for path in (home / "demo").iterdir():
        path.unlink()
    demo(broken)
    with pytest.raises(InputError, match=reason) as caught:
        locate("demo")
    assert "\n" not in str(caught.value)
    assert leftovers(home) == []


def test_download_that_breaks_off_leaves_nothing(
    demo: UseSources, serve: Serve, home: Path
) -> None:
    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(TRAIN)))
        handler.end_headers()
        handler.wfile.write(TRAIN[:5])

    demo(from_server(serve({"/D_TRAIN.tsv": half})))
    with pytest.raises(InputError, match="broke off"):
        locate("demo")
    assert leftovers(home) == []


def test_second_mirror_gives_only_what_is_missing(demo: UseSources, serve: Serve) -> None:
    asked: list[str] = []

    def test_file(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(TEST)

    first = serve({"/D_TRAIN.tsv": TRAIN})
    demo(from_server(first), from_server(serve({"/D_TEST.tsv": test_file})))
    assert locate("demo").train.read_bytes() == TRAIN
    assert asked == ["/D_TEST.tsv"]


def test_silent_server_is_given_up(
    demo: UseSources, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "TIMEOUT", 0.2)
    demo(from_server(serve({"/D_TRAIN.tsv": lambda _: time.sleep(0.6)})))
    started = time.monotonic()
    with pytest.raises(InputError, match="no answer in"):
        locate("demo")
    assert time.monotonic() - started < 3


def test_server_without_end_is_cut(
    demo: UseSources, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_LIMIT", 10)
    demo(from_server(serve(GOOD)))
    with pytest.raises(InputError, match="sends more than"):
        locate("demo")


def test_no_network_says_in_one_line_what_to_do(demo: UseSources) -> None:
    entry = demo(from_server("http://127.0.0.1:9"), from_server("http://127.0.0.1:9"))
    with pytest.raises(InputError) as caught:
        locate("demo")
    line = str(caught.value)
    assert line.count("127.0.0.1:9: not reachable") == 2
    assert f"Get D_TRAIN.txt and D_TEST.txt from {entry.page}" in line
    assert line.endswith("put them into DIR/demo and set AUSCULT_DATA=DIR.")
    assert "\n" not in line


def test_entry_without_address_says_so() -> None:
    with pytest.raises(InputError, match=r"load: has no known address\. If you have load\.csv"):
        locate("load")


def test_damaged_cache_is_replaced(demo: UseSources, serve: Serve, home: Path) -> None:
    demo(from_server(serve(GOOD)))
    (home / "demo").mkdir(parents=True)
    (home / "demo/D_TRAIN.tsv").write_bytes(TRAIN[:3])
    assert locate("demo").train.read_bytes() == TRAIN


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_cached_file_can_be_read_by_others(demo: UseSources, serve: Serve) -> None:
    demo(from_server(serve(GOOD)))
    assert stat.S_IMODE(locate("demo").train.stat().st_mode) == 0o644


def test_cache_that_cannot_be_made(
    demo: UseSources, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AUSCULT_HOME", str(tmp_path / "file/home"))
    demo(from_server(serve(GOOD)))
    with pytest.raises(InputError, match=r"cannot be written .* AUSCULT_HOME"):
        locate("demo")
