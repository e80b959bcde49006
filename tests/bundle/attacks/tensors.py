"""Arrays that do not fit their file, or hold what no model's arrays hold."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.bundle.attacks.corpus import Attack, Files, one_file

from auscult.bundle.arrays import DTYPES, read_arrays, write_arrays

NAME = "weights.safetensors"


def attacks(kind: str, files: Files) -> Iterator[Attack]:
    """The header's lies, then every array with other values, shapes and types."""
    if NAME not in files:
        return
    for name, data in _files(files[NAME]).items():
        yield one_file(f"safetensors: {kind} {name}", kind, files, NAME, data)
    arrays = read_arrays(files[NAME])
    for array in arrays:
        for name, changed in _changes(arrays, array):
            make = partial(write_arrays, changed)
            yield one_file(f"array: {kind} {array} {name}", kind, files, NAME, make, "any")


def _files(sound: bytes) -> dict[str, bytes]:
    length = struct.unpack_from("<Q", sound)[0]
    header, contents = json.loads(sound[8 : 8 + length]), sound[8 + length :]
    name = next(iter(header))
    about, size = header[name], len(contents)
    begin, end = about["data_offsets"]

    def made(header: Any, contents: bytes = contents, length: int | None = None) -> bytes:
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        return struct.pack("<Q", len(text) if length is None else length) + text + contents

    def with_about(**changes: Any) -> bytes:
        return made({**header, name: {**about, **changes}})

    found = {
        f"header of {n} bytes": made(header, length=n)
        for n in (
            0,
            1,
            7,
            length - 1,
            length + 1,
            size + length + 9,
            2**31,
            2**32,
            2**63,
            2**64 - 1,
        )
    }
    found |= {
        f"offsets {what}": with_about(data_offsets=offsets)
        for what, offsets in {
            "below 0": [-8, end - begin - 8],
            "exchanged": [end, begin],
            "past the end": [size, size + end - begin],
            "of 2^62": [2**62, 2**62 + end - begin],
            "that wrap": [2**63 - 8, 2**63 - 1],
            "of one": [begin],
            "of three": [begin, end, end],
            "of texts": ["0", "8"],
            "of fractions": [0.5, 8.5],
            "of null": None,
            "of truths": [False, True],
            "shifted": [begin + 1, end + 1],
            "empty": [begin, begin],
            "of the next": [begin + 8, end + 8],
            "less one": [begin, end - 1],
        }.items()
    }
    found |= {
        f"shape {what}": with_about(shape=shape)
        for what, shape in {
            "of 2^62": [2**62],
            "of 2^63": [2**63 - 1],
            "that wraps to 0": [2**32, 2**32],
            "below 0": [-1, -5],
            "that wraps to what is there": [2**61 + 1, 8],
            "of nothing and much": [0, 2**62],
            "text": "5",
            "of fractions": [5.0],
            "of truths": [True] * 5,
            "of five axes": [1, 1, 1, 1, 5],
            "null": None,
            "of a thousand axes": [1] * 1000,
            "of lists": [[5]],
            "object": {"0": 5},
            "of texts": ["5"],
        }.items()
    }
    odd = ("O", "object", "<f8", "f8", "F16", "BF16", "F8_E4M3", "C64", "", "f64", "V8", "M8[ns]")
    others: tuple[Any, ...] = (*odd, None, 8, ["F64"], {})
    found |= {f"dtype {what!r}": with_about(dtype=what) for what in others}
    found |= {
        "no header": made(b""),
        "header of a list": made([]),
        "header of a number": made(b"1"),
        "header of noise": made(b"\xff" * 40),
        "header cut": made(json.dumps(header).encode()[:-2]),
        "an array twice": made(
            json.dumps(header)[:-1].encode() + b"," + json.dumps(header)[1:].encode()
        ),
        "an array of nothing": made({**header, "x": {}}),
        "an array of null": made({**header, "x": None}),
        "two on one place": made({**header, "x": about}),
        "contents more": made(header, contents + b"x"),
        "contents less": made(header, contents[:-1]),
        "no contents": made(header, b""),
        "a gap": made(header, contents[:begin] + b"12345678" + contents[begin:]),
        "an unknown key": with_about(code="import os"),
        "metadata of numbers": made({**header, "__metadata__": {"a": 1}}),
        "metadata of a list": made({**header, "__metadata__": []}),
        "100,000 arrays": made(
            {
                f"a{i}": {"dtype": "F64", "shape": [0], "data_offsets": [0, 0]}
                for i in range(100_000)
            },
            b"",
        ),
        "deep header": made(b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
        "8 bytes": sound[:8],
        "7 bytes": sound[:7],
        "1 GB promised": with_about(shape=[10**9], data_offsets=[begin, begin + 8 * 10**9]),
    }
    return found


def _changes(
    arrays: Mapping[str, NDArray[Any]], name: str
) -> Iterator[tuple[str, dict[str, NDArray[Any]]]]:
    array = arrays[name]
    rest = {k: v for k, v in arrays.items() if k != name}
    yield "is gone", rest
    yield "has another name", {**rest, name + "\u0301": array}
    yield "has two", {**arrays, "other": array}
    for what, odd in {**_shapes(array), **_values(array)}.items():
        if odd.dtype != array.dtype or odd.shape != array.shape or not np.array_equal(odd, array):
            yield what, {**rest, name: odd}


def _shapes(array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    with np.errstate(invalid="ignore"):
        found = {f"is {dtype}": array.astype(dtype) for dtype in DTYPES.values()}
    found |= {
        "has an axis more": array[None],
        "is flat": array.reshape(-1),
        "is one number": array.reshape(-1)[:1].reshape(()),
        "is empty": array[:0] if array.ndim else array.reshape(-1)[:0],
        "is turned": array.T,
        "is upside down": array[::-1] if array.ndim else array,
    }
    for axis in range(array.ndim):
        n = array.shape[axis]
        found[f"lacks the last of axis {axis}"] = np.take(array, range(max(n - 1, 0)), axis)
        found[f"has one more on axis {axis}"] = (
            np.concatenate([array, np.take(array, [-1], axis)], axis) if n else array
        )
        found[f"has axis {axis} a thousand times"] = (
            np.repeat(array, 1000, axis) if array.size < 10_000 else array
        )
    return found


def _values(array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    if not array.size or array.dtype.kind == "b":
        return {}
    values: list[Any] = [0, 1, 2, 3, array.size - 1, array.size]
    if array.dtype.kind == "f":
        info = np.finfo(array.dtype)
        values += [np.nan, np.inf, -np.inf, info.max, -info.max, info.tiny, -1.0, 0.5, 1e30]
    else:
        limits = np.iinfo(array.dtype)
        values += [limits.max, limits.min, limits.max // 2]
        values += [-1, -2] if limits.min else []
        values += [2**31 - 1] if limits.max >= 2**31 - 1 else []
    values = [v for v in values if array.dtype.kind == "f" or v <= np.iinfo(array.dtype).max]
    found = {f"is all {v}": np.full_like(array, v) for v in values}
    for place in sorted({0, 1 % array.size, array.size // 2, array.size - 1}):
        for v in values:
            found[f"is {v} at {place}"] = _at(array, place, v)
    random = np.random.default_rng(0)
    found["is shuffled"] = random.permutation(array.reshape(-1)).reshape(array.shape)
    found["counts up"] = np.arange(array.size).astype(array.dtype).reshape(array.shape)
    found["counts down"] = np.arange(array.size)[::-1].astype(array.dtype).reshape(array.shape)
    found["is noise"] = np.frombuffer(random.bytes(array.nbytes), array.dtype).reshape(array.shape)
    return found


def _at(array: NDArray[Any], place: int, value: Any) -> NDArray[Any]:
    changed = array.copy()
    changed.reshape(-1)[place] = value
    return changed
