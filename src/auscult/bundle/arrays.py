"""Named arrays in the safetensors format: read under limits, written to the same bytes always.

The format: 8 bytes with the length of a JSON header, the header (name → dtype, shape, offsets),
the contents one after another, little-endian (https://github.com/huggingface/safetensors).
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.bundle.json_document import json_document
from auscult.bundle.limits import LIMITS, Limits
from auscult.bundle.names import shown
from auscult.errors import InputError

DTYPES: Mapping[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U64": np.dtype("<u8"),
    "U32": np.dtype("<u4"),
    "U16": np.dtype("<u2"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
_CODES = {dtype: code for code, dtype in DTYPES.items()}
_METADATA = "__metadata__"


@dataclass(frozen=True)
class _Slot:
    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    begin: int
    end: int


def read_arrays(
    data: bytes, limits: Limits = LIMITS, *, where: str = "weights.safetensors"
) -> dict[str, NDArray[Any]]:
    """Arrays by name, read-only views of ``data`` where its alignment allows.

    Raises
    ------
    InputError
        The header is too long or not what the format says; a dtype that is not in
        :data:`DTYPES`; more than four dimensions; a shape that does not fit its bytes; contents
        that overlap, leave a gap or lie outside. Values are not looked at: a NaN passes.
    """
    header, base = _header(data, limits, where)
    slots = [_slot(name, about, where, limits) for name, about in header.items()]
    at = 0
    for slot in sorted(slots, key=lambda s: (s.begin, s.end)):
        if slot.begin != at:
            raise _refused(where, slot.name, "overlaps another array, or leaves a gap")
        at = slot.end
    if base + at != len(data):
        raise InputError("its arrays do not fill it", where=where)
    return {slot.name: _view(data, slot, base, where) for slot in slots}


def write_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The arrays as a safetensors file; equal arrays give equal bytes.

    Raises
    ------
    InputError
        A dtype that is not in :data:`DTYPES`.
    """
    header: dict[str, Any] = {}
    contents: list[bytes] = []
    at = 0
    # Widest first, so that every array is aligned to its own items.
    for name in sorted(arrays, key=lambda n: (-arrays[n].dtype.itemsize, n)):
        array = np.asarray(arrays[name])
        array = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(array.shape)
        if array.dtype not in _CODES:
            raise _refused("weights.safetensors", name, f"cannot be kept as {array.dtype}")
        contents.append(array.tobytes())
        offsets = [at, at := at + len(contents[-1])]
        header[name] = {
            "dtype": _CODES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": offsets,
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *contents])


def _header(data: bytes, limits: Limits, where: str) -> tuple[dict[str, Any], int]:
    """The header without its metadata, and where the contents begin."""
    length = struct.unpack_from("<Q", data)[0] if len(data) >= 8 else -1
    if not 0 <= length <= min(limits.header_bytes, len(data) - 8):
        raise InputError("is no safetensors file, or was cut short", where=where)
    narrow = replace(limits, json_bytes=limits.header_bytes, json_depth=3)
    header = json_document(data[8 : 8 + length], where, narrow)
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise InputError("its metadata are not texts", where=where)
    if len(header) > limits.arrays:
        raise InputError(f"holds more than {limits.arrays} arrays", where=where)
    return header, 8 + length


def _slot(name: str, about: Any, where: str, limits: Limits) -> _Slot:
    if not isinstance(about, dict) or set(about) != {"dtype", "shape", "data_offsets"}:
        raise _refused(where, name, "is not described by dtype, shape and data_offsets")
    code, shape, offsets = about["dtype"], about["shape"], about["data_offsets"]
    if not isinstance(code, str) or code not in DTYPES:
        raise _refused(where, name, "has a dtype that a bundle does not hold")
    if not _sizes(shape) or len(shape) > limits.rank:
        raise _refused(where, name, f"has no shape of at most {limits.rank} dimensions")
    if not _sizes(offsets) or len(offsets) != 2:
        raise _refused(where, name, "has no offsets")
    size = math.prod(shape) * DTYPES[code].itemsize
    # A dimension of 0 makes the product small and leaves the others free.
    if offsets[1] - offsets[0] != size or math.prod(n or 1 for n in shape) > limits.file_bytes:
        raise _refused(where, name, "has a shape that does not fit its bytes")
    return _Slot(name, DTYPES[code], tuple(shape), offsets[0], offsets[1])


def _sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(n) is int and n >= 0 for n in value)


def _view(data: bytes, slot: _Slot, base: int, where: str) -> NDArray[Any]:
    count = math.prod(slot.shape)
    raw = np.frombuffer(data, np.uint8, slot.end - slot.begin, base + slot.begin)
    if slot.dtype.kind == "b" and np.any(raw > 1):
        raise _refused(where, slot.name, "holds a truth value that is neither 0 nor 1")
    flat = raw.view(slot.dtype) if count else np.empty(0, slot.dtype)
    array = np.require(flat, requirements="A").reshape(slot.shape)
    array.flags.writeable = False
    return array


def _refused(where: str, name: str, what: str) -> InputError:
    return InputError(f"the array {shown(name)} {what}", where=where)
