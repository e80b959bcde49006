"""JSON has one reading, and it is bounded."""

from __future__ import annotations

import time

import pytest

from auscult.bundle.json_document import json_document
from auscult.bundle.limits import Limits
from auscult.errors import InputError


def test_a_plain_document_is_read() -> None:
    text = '{"a": [1, -2.5e-3, null, true], "ü": {"b": "線 \\ud83d\\ude00\\n", "c": {}}}'
    assert json_document(text.encode()) == {
        "a": [1, -0.0025, None, True],
        "ü": {"b": "線 😀\n", "c": {}},
    }


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "not JSON"),
        (b"[]", "object"),
        (b'"a"', "object"),
        (b'{"a": 1', "not JSON"),
        (b'{"a": 1}}', "not JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
        (b'{"a": "\xff"}', "UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "UTF-8"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "float64"),
        (b'{"a": 9223372036854775808}', "64 bits"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "64 bits"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": 1, "\\u0061": 2}', "twice"),
        (b'{"a": "\\ud800"}', "half"),
        (b'{"a\\u0000": 1}', "control"),
        (b'{"a": "\\u001b[31m"}', "control"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "deeper"),
        (b"[" * 900_000, "deeper"),
        (b'{"a":' * 900_000, "deeper"),
        (b"[" * 1_000_000, "values"),
        (b'{"a": [' + b"0," * 1_000_000 + b"0]}", "values"),
        (b" " * ((16 << 20) + 1), "larger"),
    ],
    ids=range(24),
)
def test_what_is_refused(data: bytes, match: str) -> None:
    with pytest.raises(InputError, match=match) as caught:
        json_document(data, "bundle.json")
    assert str(caught.value).startswith("bundle.json: ")
    assert len(str(caught.value)) < 200


def test_brackets_in_texts_are_not_depth() -> None:
    text = '{"a": "' + "[" * 100 + '\\"' + "{" * 100 + '"}'
    assert json_document(text.encode())["a"] == "[" * 100 + '"' + "{" * 100


@pytest.mark.parametrize("piece", [b'"\\"', b'\\"', b'"', b"\\", b'\\\\"', b"[]", b'""'])
@pytest.mark.parametrize("end", [b"", b"\\", b'"'])
def test_time_is_linear_in_the_size(piece: bytes, end: bytes) -> None:
    data = b'{"a":"' + piece * 200_000 + end
    begin = time.perf_counter()
    with pytest.raises(InputError):
        json_document(data, limits=Limits(json_values=10_000_000))
    assert time.perf_counter() - begin < 20  # were it not, hours
