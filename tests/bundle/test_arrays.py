"""Arrays in safetensors: the same bits back, and nothing that does not fit."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from auscult.bundle.arrays import DTYPES, read_arrays, write_arrays
from auscult.bundle.limits import Limits
from auscult.errors import InputError

ONE = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}


def _examples() -> dict[str, NDArray[Any]]:
    random = np.random.default_rng(0)
    arrays: dict[str, NDArray[Any]] = {
        code: (random.random((3, 2, 5)) * 100).astype(dtype) for code, dtype in DTYPES.items()
    }
    arrays["scalar"] = np.array(3.5)
    arrays["none"] = np.zeros((4, 0, 2), np.float32)
    arrays["special"] = np.array([np.nan, -0.0, np.inf, 5e-324])
    arrays["strided"] = np.arange(12, dtype=">i4").reshape(3, 4).T
    return arrays


def test_arrays_come_back_bit_by_bit() -> None:
    arrays = _examples()
    data = write_arrays(arrays)
    back = read_arrays(data)
    assert set(back) == set(arrays)
    for name, array in arrays.items():
        assert back[name].shape == array.shape
        assert back[name].dtype == array.dtype.newbyteorder("<")
        assert back[name].tobytes() == array.astype(array.dtype.newbyteorder("<")).tobytes()
        assert back[name].flags.aligned
        assert not back[name].flags.writeable
    assert write_arrays(dict(reversed(back.items()))) == data


def test_other_readers_and_writers_agree(tmp_path: Path) -> None:
    peer = pytest.importorskip("safetensors.numpy")
    arrays = _examples()
    peers = peer.load(write_arrays(arrays))
    back = read_arrays(peer.save({n: np.ascontiguousarray(a) for n, a in peers.items()}))
    for name, array in arrays.items():
        np.testing.assert_array_equal(peers[name], array)
        np.testing.assert_array_equal(back[name], peers[name])


def test_arrays_of_an_odd_header_are_aligned() -> None:
    header = b'{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}'
    data = struct.pack("<Q", len(header)) + header + np.arange(2.0).tobytes()
    (array,) = read_arrays(data).values()
    assert array.flags.aligned
    np.testing.assert_array_equal(array, [0, 1])


def _file(header: object, contents: bytes = b"\0" * 16) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + contents


def _one(dtype: object = "F32", shape: object = (4,), offsets: object = (0, 16)) -> bytes:
    return _file({"a": {"dtype": dtype, "shape": shape, "data_offsets": offsets}})


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "cut short"),
        (b"\0" * 7, "cut short"),
        (struct.pack("<Q", 2**63) + b"{}", "cut short"),
        (struct.pack("<Q", 3) + b"{}", "cut short"),
        (_file([]), "object"),
        (_file({"a": 1}), "described"),
        (_file({"a": {**ONE, "x": 1}}), "described"),
        (_one(dtype="BF16"), "dtype"),
        (_one(dtype="O"), "dtype"),
        (_one(dtype=["F32"]), "dtype"),
        (_one(shape=[1, 1, 1, 1, 4]), "dimensions"),
        (_one(shape=[-4]), "dimensions"),
        (_one(shape=[4.0]), "dimensions"),
        (_one(shape=[True, 4]), "dimensions"),
        (_one(shape=[2**62, 4]), "fit"),
        (_one(shape=[2**32, 2**32]), "fit"),
        (_one(shape=[0, 2**40], offsets=[0, 0]), "fit"),
        (_one(shape=[3]), "fit"),
        (_one(offsets=[16, 0]), "fit"),
        (_one(offsets=[-16, 0]), "offsets"),
        (_one(offsets=[8, 24]), "gap"),
        (_one(offsets=[2**40, 2**40 + 16]), "gap"),
        (_one(shape=[2], offsets=[0, 8]), "fill"),
        (_one(dtype="F32", shape=[5], offsets=[0, 20]), "fill"),
        (_file({"a": {**ONE, "dtype": "BOOL", "shape": [16]}}, b"\2" * 16), "truth"),
        (_file({"__metadata__": {"a": 1}}, b""), "metadata"),
        (_file(b'{"a":1,"a":1}'), "twice"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(data: bytes, match: str) -> None:
    with pytest.raises(InputError, match=match):
        read_arrays(data)


def test_overlapping_arrays_are_refused() -> None:
    with pytest.raises(InputError, match="overlaps"):
        read_arrays(_file({"a": ONE, "b": ONE}))


def test_the_count_of_arrays_is_bounded() -> None:
    arrays = {f"a{i}": np.zeros(1) for i in range(5)}
    with pytest.raises(InputError, match="more than 4 arrays"):
        read_arrays(write_arrays(arrays), Limits(arrays=4))


def test_a_dtype_that_would_need_pickle_is_not_written() -> None:
    with pytest.raises(InputError, match="cannot be kept"):
        write_arrays({"a": np.array([object()])})
