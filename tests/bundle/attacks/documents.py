"""A ``bundle.json`` that is no JSON, means two things, or says what cannot be."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from tests.bundle.attacks.corpus import Attack, Files, one_file

NAME = "bundle.json"
Path = tuple[str | int, ...]


def attacks(kind: str, files: Files) -> Iterator[Attack]:
    """The text as a whole, and names that are odd."""
    text = files[NAME]
    for name, data in _texts(text).items():
        yield one_file(f"json: {kind} {name}", kind, files, NAME, data)
    document = json.loads(text)
    for name, odd in _odd_texts().items():
        for place in (("name",), ("classes", 0), ("target",), ("columns", 0, "name")):
            data = json.dumps(_set(document, place, odd)).encode()
            yield one_file(f"text: {kind} {_said(place)} {name}", kind, files, NAME, data, "any")


def changes(kind: str, files: Files) -> Iterator[Attack]:
    """Every value of the document taken away, or become another."""
    document = json.loads(files[NAME])
    for place in list(_places(document)):
        said = f"value: {kind} {_said(place)}"
        for name, odd in _odd_values().items():
            make = partial(_dumped, _set, document, place, odd)
            yield one_file(f"{said} is {name}", kind, files, NAME, make, "any")
        make = partial(_dumped, _without, document, place)
        yield one_file(f"{said} is gone", kind, files, NAME, make, "any")


def _dumped(change: Callable[..., Any], *arguments: Any) -> bytes:
    return json.dumps(change(*arguments)).encode()


def _texts(sound: bytes) -> dict[str, bytes]:
    deep = 100_000

    def first(value: bytes) -> bytes:
        return b'{"format": ' + value + b"," + sound[sound.index(b",") + 1 :]

    def put(piece: bytes) -> bytes:
        return b"{" + piece + b"," + sound[1:]

    return {
        "empty": b"",
        "spaces": b" " * 1000,
        "null": b"null",
        "number": b"1",
        "text": b'"format"',
        "list": b"[" + sound + b"]",
        "two": sound + sound,
        "comment": b"// 1\n" + sound,
        "comma more": sound.rstrip()[:-1] + b",}",
        "single quotes": sound.replace(b'"', b"'"),
        "byte-order mark": b"\xef\xbb\xbf" + sound,
        "UTF-16": sound.decode().encode("utf-16"),
        "UTF-32": sound.decode().encode("utf-32-le"),
        "Latin-1": put('"ü": "é"'.encode("latin-1")),
        "UTF-7": b"+AHs-" + sound,
        "overlong UTF-8": put(b'"\xc0\xa2": 1'),
        "NUL": put(b'"a\0": 1'),
        "half a pair": put(b'"a": "\\ud800"'),
        "half a pair as UTF-8": put(b'"a": "\xed\xa0\x80"'),
        "half a pair as a key": put(b'"\\udfff": 1'),
        "a control character": put(b'"a": "\\u001b[2J"'),
        "a key twice": put(b'"format": 1'),
        "a key twice, escaped": put(b'"\\u0066ormat": 1'),
        "a key twice, deep": put(b'"more": {"a": 1, "a": 2}'),
        "many equal keys": put(b'"a":1,' * 9999 + b'"b":1'),
        "NaN": put(b'"a": NaN'),
        "Infinity": put(b'"a": Infinity'),
        "-Infinity": put(b'"a": -Infinity'),
        "1e999": put(b'"a": 1e999'),
        "-1e999": put(b'"a": -1e999'),
        "hexadecimal": put(b'"a": 0x10'),
        "octal": put(b'"a": 010'),
        "plus": put(b'"a": +1'),
        "point": put(b'"a": .5'),
        "2^63": put(b'"a": 9223372036854775808'),
        "10,000 digits": put(b'"a": ' + b"9" * 10_000),
        "a million digits": put(b'"a": ' + b"9" * 1_000_000),
        "a million digits behind a point": put(b'"a": 0.' + b"9" * 1_000_000 + b"e999999"),
        "exponent of many digits": put(b'"a": 1e' + b"9" * 100_000),
        "lists in lists": put(b'"a": ' + b"[" * deep + b"]" * deep),
        "objects in objects": put(b'"a": ' + b'{"a":' * deep + b"1" + b"}" * deep),
        "open lists": b"[" * deep,
        "open objects": b'{"a":' * deep,
        "33 deep": put(b'"a": ' + b"[" * 32 + b"]" * 32),
        "two million numbers": put(b'"a": [' + b"0," * 2_000_000 + b"0]"),
        "two million empty lists": put(b'"a": [' + b"[]," * 2_000_000 + b"[]]"),
        "two million keys": put(b",".join(b'"%d":1' % i for i in range(2_000_000))),
        "20 MB of text": put(b'"a": "' + b"x" * (20 << 20) + b'"'),
        "20 MB of spaces": sound + b" " * (20 << 20),
        "escapes without end": b'{"a": "' + b'\\"' * 4_000_000,
        "quotes without end": b'"' * 4_000_001,
        "format 0": first(b"0"),
        "format 2": first(b"2"),
        "format 999999": first(b"999999"),
        "format -1": first(b"-1"),
        "format 1.5": first(b"1.5"),
        "format true": first(b"true"),
        "format '1'": first(b'"1"'),
        "format null": first(b"null"),
        "format [1]": first(b"[1]"),
        "other JSON": b'{"class_name": "Sequential", "config": {}}',
        "a program": b"{\"format\": \"__import__('os').system('true')\"}",
    }


def _odd_texts() -> dict[str, str]:
    return {
        "of markup": "<script>alert(1)</script>",
        "of a template": "{{ 7*7 }}{% include 'x' %}",
        "of format": "{0.__class__}%s%n",
        "of a formula": "=HYPERLINK('http://x')",
        "empty": "",
        "of a path": "../../etc/passwd",
        "backwards": "\u202egnp.exe",
        "of 90,000 letters": "x" * 90_000,
        "of line ends": "a\nb\r\nc\u2028d",
        "of a terminal's escape": "\x1b]0;x\x07",
        "of NUL": "a\0b",
        "of half a character": "\ud800",
        "of joined marks": "e" + "\u0301" * 500,
        "of SQL": "'; DROP TABLE case; --",
    }


def _odd_values() -> dict[str, Any]:
    return {
        "null": None,
        "true": True,
        "a text": "x",
        "an empty text": "",
        "0": 0,
        "-1": -1,
        "1.5": 1.5,
        "1e308": 1e308,
        "-1e308": -1e308,
        "5e-324": 5e-324,
        "2^62": 2**62,
        "-2^63": -(2**63),
        "an empty list": [],
        "an empty object": {},
        "a list": [1, "a", None],
        "lists": [[[[1]]]],
        "an object": {"kind": "x"},
        "1,000 numbers": [0.5] * 1000,
    }


def _places(value: Any, before: Path = ()) -> Iterator[Path]:
    if before:
        yield before
    items = enumerate(value) if isinstance(value, list) else ()
    for key, inner in value.items() if isinstance(value, dict) else items:
        yield from _places(inner, (*before, key))


def _set(document: Mapping[str, Any], place: Path, value: Any) -> Any:
    changed: Any = copy.deepcopy(document)
    _inner(changed, place)[place[-1]] = value
    return changed


def _without(document: Mapping[str, Any], place: Path) -> Any:
    changed: Any = copy.deepcopy(document)
    del _inner(changed, place)[place[-1]]
    return changed


def _inner(changed: Any, place: Path) -> Any:
    for key in place[:-1]:
        changed = changed[key]
    return changed


def _said(place: Path) -> str:
    return ".".join(str(key) for key in place)
