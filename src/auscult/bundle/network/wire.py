"""The wire format of protocol buffers, as far as a network's file needs it.

https://protobuf.dev/programming-guides/encoding/. A message is a mapping of field names to lists
of values; its schema says which fields there are and what they hold. What the schema does not name
is refused, so nothing is skipped that another reader would take to heart.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["int", "float", "bytes", "text"]
Message = dict[str, list[Any]]

MOST_FIELDS = 100_000

_VARINT, _BLOCK, _FIXED32 = 0, 2, 5


class MalformedError(ValueError):
    """The bytes are no message of this schema."""


@dataclass(frozen=True)
class Field:
    """One field: its name, what it holds (a kind or a message), and whether it may repeat."""

    name: str
    holds: Kind | Schema
    many: bool = False

    @property
    def wire(self) -> int:
        return {"int": _VARINT, "float": _FIXED32}.get(str(self.holds), _BLOCK)


@dataclass(frozen=True)
class Schema:
    """The fields of a message by their numbers."""

    name: str
    fields: Mapping[int, Field]


class _Budget:
    """Fields that may still be read: a small file must not become a large object."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise MalformedError(f"it has more than {MOST_FIELDS} fields")


def decode(data: memoryview, schema: Schema) -> Message:
    """The fields of a message.

    Raises
    ------
    MalformedError
        Cut short, an unknown field, a field twice, a wrong wire type, text that is not UTF-8, or
        more than :data:`MOST_FIELDS` fields.
    """
    return _decode(data, schema, _Budget(MOST_FIELDS))


def _decode(data: memoryview, schema: Schema, budget: _Budget) -> Message:
    found: Message = {}
    for number, wire, raw in _split(data, schema.name):
        budget.spend()
        field = schema.fields.get(number)
        if field is None or field.wire != wire:
            raise MalformedError(f"a {schema.name} has no field {number} of wire type {wire}")
        values = found.setdefault(field.name, [])
        if values and not field.many:
            raise MalformedError(f"a {schema.name} has its '{field.name}' twice")
        values.append(_value(raw, field, budget))
    return found


def _value(raw: Any, field: Field, budget: _Budget) -> Any:
    if isinstance(field.holds, Schema):
        return _decode(raw, field.holds, budget)
    if field.holds == "int":
        return raw - (1 << 64) if raw >= 1 << 63 else raw
    if field.holds == "float":
        return struct.unpack("<f", raw)[0]
    if field.holds == "bytes":
        return raw
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"'{field.name}' is not UTF-8") from error


def _split(data: memoryview, name: str) -> Iterator[tuple[int, int, Any]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at, name)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(data, at, name)
            yield number, wire, value
            continue
        if wire not in (_BLOCK, _FIXED32):
            raise MalformedError(f"a {name} has a field of wire type {wire}")
        size = 4
        if wire == _BLOCK:
            size, at = _varint(data, at, name)
        if size > len(data) - at:
            raise MalformedError(f"a {name} is cut short")
        yield number, wire, data[at : at + size]
        at += size


def _varint(data: memoryview, at: int, name: str) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise MalformedError(f"a {name} is cut short")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    else:
        raise MalformedError(f"a {name} has a number of more than ten bytes")
    if value >= 1 << 64:
        raise MalformedError(f"a {name} has a number of more than 64 bits")
    return value, at


def encode(message: Mapping[str, Sequence[Any]], schema: Schema) -> bytes:
    """The bytes of a message: its fields by number, each as short as it can be."""
    parts: list[bytes] = []
    for number, field in sorted(schema.fields.items()):
        key = _varint_bytes(number << 3 | field.wire)
        parts += [key + _bytes(value, field) for value in message.get(field.name, ())]
    return b"".join(parts)


def _bytes(value: Any, field: Field) -> bytes:
    if field.holds == "int":
        return _varint_bytes(value % (1 << 64))
    if field.holds == "float":
        return struct.pack("<f", value)
    if isinstance(field.holds, Schema):
        value = encode(value, field.holds)
    elif field.holds == "text":
        value = value.encode()
    return _varint_bytes(len(value)) + bytes(value)


def _varint_bytes(value: int) -> bytes:
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
