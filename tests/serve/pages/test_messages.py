"""Every message in every language, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import auscult
from auscult.serve.pages.language import LANGUAGES, known, preferred, quality, words

SERVE = Path(auscult.__file__).parent / "serve"
CATALOGS = sorted((SERVE / "messages").glob("*.json"))
"""``TAG.json``, and ``PART.TAG.json`` of parts with catalogs of their own."""
_USED = re.compile(r"""\b(?:t|self)(?:\.template)?\(\s*["']([a-z](?:[\w-]*\w)?)["']""")
_BY_NAME = re.compile(r"""["']([a-z]+(?:-[a-z0-9_]+)+)["']""")
_PLACE = re.compile(r"{(\w+)}")


def catalog(tag: str) -> dict[str, str | dict[str, str]]:
    """Every message of a language, as its files have it."""
    found: dict[str, str | dict[str, str]] = {}
    for path in CATALOGS:
        if path.stem.rpartition(".")[2] == tag:
            read = json.loads(path.read_text(encoding="utf-8"))
            assert not found.keys() & read.keys(), f"{path.name} says again what another says"
            found |= read
    return found


ENGLISH = catalog("en")


def texts(message: str | dict[str, str]) -> list[str]:
    return [message] if isinstance(message, str) else list(message.values())


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_key_stands_in_every_language(tag: str) -> None:
    messages = catalog(tag)
    assert messages == words(tag).messages
    assert messages.keys() == ENGLISH.keys()
    for key, message in messages.items():
        assert all(text.strip() for text in texts(message)), key
        asked = {place for text in texts(ENGLISH[key]) for place in _PLACE.findall(text)}
        for text in texts(message):
            assert set(_PLACE.findall(text)) <= asked, key
        assert set(_PLACE.findall(texts(message)[-1])) == asked, key


def test_every_language_has_a_catalog_and_every_catalog_a_language() -> None:
    parts = {tuple(path.stem.rpartition(".")[::2]) for path in CATALOGS}
    assert parts == {(part, tag) for part, _ in parts for tag in LANGUAGES}


def test_languages_differ_where_they_should() -> None:
    for tag in ("zh-Hant", "zh-Hans", "ko"):
        same = [k for k, m in words(tag).messages.items() if m == ENGLISH[k]]
        assert len(same) < 20, same


def test_the_pages_use_keys_that_exist_and_all_of_them() -> None:
    sources = [*SERVE.rglob("*.html"), *SERVE.rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(_USED.findall(text))
    assert used <= ENGLISH.keys(), used - ENGLISH.keys()
    # Keys of other parts, and those that are put together.
    computed = ("metric-", "section-", "history-", "drift-", "live-")
    mentioned = used | set(_BY_NAME.findall(text))
    idle = {k for k in ENGLISH.keys() - mentioned if not k.startswith(computed)}
    assert not idle, f"nobody says {idle}"


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-TW", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("fr;q=0.9, ko;q=0.2, en;q=0.1", "ko"),
        ("fr, de", "en"),
        ("en;q=0, ko;q=0.1", "ko"),
        ("*", "en"),
        (";;,,q=;ko;q=1e999", "en"),
        ("ko;q=nan", "en"),
    ],
)
def test_accept_language(header: str, tag: str) -> None:
    assert preferred(header) == tag


def test_quality_and_ranges_never_raise() -> None:
    for odd in ("q", "q=", "q=-1", "q=2", "x=1", "=", "q=0.5;q=1"):
        assert 0.0 <= quality(odd) <= 1.0
    assert known("") is None


def test_percent_tells_a_share_from_none_and_all() -> None:
    said = words("en").percent
    assert [said(p) for p in (0.0, 0.004, 0.424, 0.996, 0.9999)] == [
        "< 0.1\u00a0%", "0.4\u00a0%", "42\u00a0%", "99.6\u00a0%", "> 99.9\u00a0%",
    ]  # fmt: skip
