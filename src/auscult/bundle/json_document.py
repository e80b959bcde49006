"""JSON from a stranger: one reading of it, bounded, and only numbers that are numbers."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from auscult.bundle.limits import LIMITS, Limits
from auscult.bundle.names import shown
from auscult.errors import InputError

# Possessive, and an unended string runs to the end: linear on any input.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
# Nor what turns the order of reading: U+202A to 202E, U+2066 to 2069; nor other ends of a line.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_DIGITS = 20


class _Refused(ValueError):
    """A reason that is known before the place it happened in."""


def json_document(data: bytes, where: str = "JSON", limits: Limits = LIMITS) -> dict[str, Any]:
    """Parse a JSON object strictly.

    Parameters
    ----------
    data
        UTF-8 without a byte-order mark.
    where
        What an error names.

    Raises
    ------
    InputError
        Too large, too deep or too many values; not UTF-8; not an object; a key that stands twice;
        ``NaN``, ``Infinity`` or a number outside float64 or int64; a control character or half
        a surrogate pair in a string.
    """
    try:
        _check_bounds(data, limits)
        document = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_number,
        )
        _check_strings(document)
    except _Refused as error:
        raise InputError(str(error), where=where) from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", where=where) from None
    except (json.JSONDecodeError, RecursionError):
        raise InputError("is not JSON", where=where) from None
    if not isinstance(document, dict):
        raise InputError("is not a JSON object", where=where)
    return document


def _check_bounds(data: bytes, limits: Limits) -> None:
    if len(data) > limits.json_bytes:
        raise _Refused(f"is larger than {limits.json_bytes} bytes")
    if data.count(b'"') > 4 * limits.json_values:
        raise _Refused(f"has more than {limits.json_values} values")
    marks = np.frombuffer(_STRING.sub(b"", data), dtype=np.uint8)
    opens = (marks == ord("[")) | (marks == ord("{"))
    closes = (marks == ord("]")) | (marks == ord("}"))
    if np.count_nonzero(opens | (marks == ord(","))) >= limits.json_values:
        raise _Refused(f"has more than {limits.json_values} values")
    depth = np.cumsum(opens, dtype=np.int32) - np.cumsum(closes, dtype=np.int32)
    if depth.size and depth.max() > limits.json_depth:
        raise _Refused(f"is nested deeper than {limits.json_depth}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Refused(f"has the key {shown(key)} twice")
        found[key] = value
    return found


def _no_constant(text: str) -> NoReturn:
    raise _Refused(f"holds {text}, which is no number")


def _integer(text: str) -> int:
    if len(text) > _DIGITS or not -(2**63) <= int(text) < 2**63:
        raise _Refused("holds an integer outside 64 bits")
    return int(text)


def _number(text: str) -> float:
    if not math.isfinite(value := float(text)):
        raise _Refused("holds a number outside float64")
    return value


def _check_strings(document: Any) -> None:
    if any(_CONTROL.search(text) for text in _strings(document)):
        raise _Refused("holds a control character or half a character in a text")


def _strings(document: Any) -> Iterator[str]:
    left = [document]
    while left:
        item = left.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from item
            left.extend(item.values())
        elif isinstance(item, list):
            left.extend(item)
