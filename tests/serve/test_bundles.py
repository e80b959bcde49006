"""Several bundles, and bundles replaced while they are served."""

from __future__ import annotations

import asyncio
import shutil
import threading
from pathlib import Path

import httpx
import pytest
from tests.kept import make_table_bundle
from tests.serve.conftest import StartServer
from tests.serve.test_predict import ROW

from auscult.bundle.bundle import load_bundle
from auscult.errors import InputError
from auscult.serve.bundles import Shelf, Source, address_name
from auscult.serve.refusals import Refused


@pytest.fixture(scope="module")
def other_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_table_bundle(tmp_path_factory.mktemp("other"), "logistic")


@pytest.fixture
def served(table_bundle: Path, tmp_path: Path) -> Path:
    """A copy that may be replaced."""
    return Path(shutil.copytree(table_bundle, tmp_path / "served"))


def replace(path: Path, by: Path) -> None:
    """As a person replaces a bundle: the old away, the new in its place."""
    new = path.with_name("new")
    shutil.copytree(by, new)
    path.rename(path.with_name("old"))
    new.rename(path)
    shutil.rmtree(path.with_name("old"))


def looked(shelf: Shelf, times: int = 2) -> None:
    for _ in range(times):
        asyncio.run(shelf.look())


def test_a_replaced_bundle_is_taken_over(served: Path, other_bundle: Path) -> None:
    said: list[tuple[str, str, str | None]] = []
    shelf = Shelf([Source(served, "heart")], lambda *one: said.append(one))
    before = shelf["heart"].sha256
    looked(shelf)
    assert shelf["heart"].sha256 == before
    replace(served, other_bundle)
    looked(shelf, 1)
    assert shelf["heart"].sha256 == before, "one look may see half of it"
    looked(shelf)
    assert shelf["heart"].sha256 == load_bundle(other_bundle).sha256
    assert said == [("heart", "replaced", None)]


@pytest.mark.parametrize("how", ["gone", "cut", "flipped", "other"])
def test_a_broken_replacement_leaves_the_old(served: Path, how: str) -> None:
    said: list[tuple[str, str, str | None]] = []
    shelf = Shelf([Source(served, "heart")], lambda *one: said.append(one))
    before = shelf["heart"]
    weights = served / "weights.safetensors"
    content = weights.read_bytes()
    if how == "gone":
        shutil.rmtree(served)
    elif how == "cut":
        weights.write_bytes(content[: len(content) // 2])
    elif how == "flipped":
        weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    else:
        shutil.rmtree(served)
        served.write_bytes(b"no bundle")
    looked(shelf, 4)
    assert shelf["heart"] is before
    assert [one[:2] for one in said] == [("heart", "refused")]
    assert shelf.errors["heart"] == said[0][2]


def test_what_is_mended_is_taken_over(served: Path, other_bundle: Path) -> None:
    shelf = Shelf([Source(served, "heart")])
    shutil.rmtree(served)
    looked(shelf, 3)
    assert shelf.errors
    shutil.copytree(other_bundle, served)
    looked(shelf, 3)
    assert not shelf.errors
    assert shelf["heart"].sha256 == load_bundle(other_bundle).sha256


def test_nobody_waits_or_fails_while_it_is_replaced(
    server: StartServer, served: Path, other_bundle: Path
) -> None:
    service = server([f"heart={served}"])
    old, new = load_bundle(served).sha256, load_bundle(other_bundle).sha256
    seen: list[tuple[int, str]] = []
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=service.url) as client:
            while not stop.is_set():
                answer = client.post("/predict", json=ROW)
                seen.append((answer.status_code, answer.json()["bundle"]["sha256"]))
                if seen[-1][1] == new:
                    return

    asking = threading.Thread(target=ask)
    asking.start()
    replace(served, other_bundle)
    asking.join(20)
    stop.set()
    asking.join()
    assert {code for code, _ in seen} == {200}
    assert list(dict.fromkeys(sha for _, sha in seen)) == [old, new]
    (served / "weights.safetensors").write_bytes(b"broken")
    for _ in range(100):
        refused = httpx.get(f"{service.url}/readyz").json()["refused_replacements"]
        if refused:
            break
        threading.Event().wait(0.1)
    assert set(refused) == {"heart"}
    assert '"event": "bundle replaced"' in service.log.read_text()
    assert httpx.post(f"{service.url}/predict", json=ROW).json()["bundle"]["sha256"] == new


def test_names(table_bundle: Path, tmp_path: Path) -> None:
    assert Source.parse("heart=a/b") == Source(Path("a/b"), "heart")
    assert Source.parse("a/b") == Source(Path("a/b"))
    for bad in ("=a", "a b=c", "../x=c", ".x=c", "é=c"):
        with pytest.raises(InputError, match="address"):
            Source.parse(bad)
    odd = tmp_path / "a=b"
    odd.mkdir()
    assert Source.parse(str(odd)) == Source(odd)
    assert address_name("heart (Cleveland)") == "heart-Cleveland"
    assert address_name("心臟") == "bundle"
    assert address_name("../..") == "bundle"
    with pytest.raises(InputError, match="two bundles"):
        Shelf([Source(table_bundle), Source(table_bundle)])
    with pytest.raises(Refused, match="No bundle"):
        Shelf([Source(table_bundle)]).find("x" * 10_000)
