"""Signals in the ``.ts`` format of the time-series archives: header lines, then one case a line.

A case is its channels, separated by colons, and its class last: ``1.0,2.0:0.5,?:sick``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auscult.data.lines import decode
from auscult.data.numbers import Cell, cell_kind, shown
from auscult.data.raw import RawSignals
from auscult.errors import InputError, did_you_mean
from auscult.types import FloatArray

MAX_VALUES = 500_000_000
_YES_NO = {"true": True, "false": False}
_REFUSED = {
    "targetlabel": "regression targets are no classes",
    "timestamps": "time stamps are not read; store values at an even rate",
}
_KNOWN = (
    "problemname", "univariate", "dimension", "dimensions", "equallength", "serieslength",
    "classlabel", "missing", "timestamps", "targetlabel",
)  # fmt: skip


@dataclass(frozen=True)
class Header:
    """``classes`` is None where the file says that it has no classes."""

    classes: tuple[str, ...] | None
    dimensions: int | None
    equal_length: bool | None


def read_ts(data: bytes, *, encoding: str | None = None) -> RawSignals:
    """The signals of a ``.ts`` file; shorter ones are NaN at their end.

    Raises
    ------
    InputError
        If a line is not as its header says; the line is named.
    """
    text, findings = decode(data, encoding)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    header, start = _read_header(lines)
    cases, labels = [], []
    for i in range(start, len(lines)):
        line = lines[i].strip()
        if line and not line.startswith("#"):
            channels, label = _read_case(line, header, i + 1)
            cases.append(channels)
            labels.append(label)
    if not cases:
        raise InputError("the file has no cases below @data.")
    X = _stacked(cases, header)
    return RawSignals(X, labels if header.classes is not None else None, findings=findings)


def _read_header(lines: list[str]) -> tuple[Header, int]:
    said: dict[str, list[str]] = {}
    for i, line in enumerate(lines):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        key = words[0].lstrip("@").lower()
        if not words[0].startswith("@"):
            raise InputError(f"line {i + 1}: data before @data.")
        if key == "data":
            return _header_of(said), i + 1
        if key not in _KNOWN:
            raise InputError(f"line {i + 1}: '@{key}' is not known. {did_you_mean(key, _KNOWN)}")
        if len(words) == 1 and key != "problemname":
            raise InputError(f"line {i + 1}: '@{key}' says nothing.")
        said[key] = words[1:]
    raise InputError("there is no @data line.")


def _header_of(said: dict[str, list[str]]) -> Header:
    for key, why in _REFUSED.items():
        if said.get(key, ["false"])[0].lower() == "true":
            raise InputError(f"@{key}: {why}.")
    label, *classes = said.get("classlabel", ["false"])
    dimensions = said.get("dimensions") or said.get("dimension")
    if said.get("univariate", ["false"])[0].lower() == "true":
        dimensions = ["1"]
    equal = _YES_NO.get(said.get("equallength", ["?"])[0].lower())
    return Header(
        tuple(classes) if label.lower() == "true" else None,
        int(dimensions[0]) if dimensions and dimensions[0].isdecimal() else None,
        equal,
    )


def _read_case(line: str, header: Header, number: int) -> tuple[list[FloatArray], str]:
    if "(" in line:
        raise InputError(f"line {number}: {_REFUSED['timestamps']}.")
    parts = [p.strip() for p in line.split(":")]
    label = parts.pop() if header.classes is not None else ""
    if header.classes and label not in header.classes:
        raise InputError(
            f"line {number}: the class {shown(label)} is not among those of @classLabel "
            f"({', '.join(header.classes[:12])})."
        )
    if header.dimensions is not None and len(parts) != header.dimensions:
        raise InputError(
            f"line {number} has {len(parts)} channels where the header says {header.dimensions}."
        )
    if not parts:
        raise InputError(f"line {number} has no values.")
    return [_read_values(part, number) for part in parts], label


def _read_values(part: str, number: int) -> FloatArray:
    texts = [t.strip() for t in part.split(",")]
    kinds = [cell_kind(t) for t in texts]
    for text, kind in zip(texts, kinds, strict=True):
        if kind not in (Cell.NUMBER, Cell.MISSING):
            raise InputError(f"line {number}: {shown(text)} is not a plain, finite number.")
    values = [float(t) if k == Cell.NUMBER else np.nan for t, k in zip(texts, kinds, strict=True)]
    return np.asarray(values, dtype=np.float64)


def _stacked(cases: Sequence[list[FloatArray]], header: Header) -> FloatArray:
    n_channels = len(cases[0])
    for i, channels in enumerate(cases):
        if len(channels) != n_channels:
            raise InputError(f"case {i + 1} has {len(channels)} channels; case 1 has {n_channels}.")
        if len({len(c) for c in channels}) > 1:
            raise InputError(f"case {i + 1}: its channels differ in length.")
    lengths = [len(channels[0]) for channels in cases]
    if header.equal_length and len(set(lengths)) > 1:
        i = next(i for i, n in enumerate(lengths) if n != lengths[0])
        raise InputError(
            f"case {i + 1} has {lengths[i]} time points and case 1 has {lengths[0]}, where the "
            "header says @equalLength true."
        )
    if len(cases) * n_channels * max(lengths) > MAX_VALUES:
        raise InputError(f"more than {MAX_VALUES:,} values. Take fewer cases or shorter signals.")
    X = np.full((len(cases), n_channels, max(lengths)), np.nan)
    for i, channels in enumerate(cases):
        X[i, :, : lengths[i]] = channels
    return X
