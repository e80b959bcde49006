"""Tensors of the Open Inference Protocol: a bundle's inputs and outputs, and cases from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auscult.bundle.document import Document, Field
from auscult.serve.batching import Answered
from auscult.serve.cases import Cases, require_count, rows_cases, signal_cases
from auscult.serve.refusals import unprocessable

NUMBERS = ("FP32", "FP64", "INT64")
DATATYPES = (*NUMBERS, "BYTES")
SIGNAL = "signal"
Tensor = dict[str, Any]


def inputs_of(document: Document) -> list[Tensor]:
    """The tensors that a bundle takes: one a column of a table, or one of signals."""
    if document.kind == "table":
        return [_column_tensor(field) for field in document.columns]
    longest = -1 if document.unequal_length else document.n_timepoints
    return [{"name": SIGNAL, "datatype": "FP32", "shape": [-1, document.n_channels, longest]}]


def outputs_of(document: Document) -> list[Tensor]:
    """The tensors that a bundle answers with; classes in the order of ``parameters.classes``."""
    n = len(document.classes)
    named = {"parameters": {"classes": list(document.classes)}}
    outputs: list[Tensor] = [
        {"name": "label", "datatype": "BYTES", "shape": [-1]},
        {"name": "probability", "datatype": "FP64", "shape": [-1, n]} | named,
        {"name": "unsure", "datatype": "BOOL", "shape": [-1]},
    ]
    if document.sets is not None:
        outputs.append({"name": "set", "datatype": "BOOL", "shape": [-1, n]} | named)
    return outputs


def _column_tensor(field: Field) -> Tensor:
    datatype = "FP64" if field.kind == "numeric" else "BYTES"
    return {"name": field.name, "datatype": datatype, "shape": [-1]}


def cases_of(document: Document, content: Mapping[str, Any], most: int) -> Cases:
    """Cases from the ``inputs`` of a request.

    Raises
    ------
    Refused, InputError
        413 too many cases, 422 a tensor that is none, or none of this bundle's.
    """
    given = content.get("inputs")
    if not isinstance(given, list) or not given:
        unprocessable("is a list of tensors.", "inputs")
    tensors: dict[str, _Tensor] = {}
    for i, one in enumerate(given):
        tensor = _tensor(one, f"inputs[{i}]")
        if tensor.name in tensors:
            unprocessable("stands twice.", tensor.where)
        tensors[tensor.name] = tensor
    if document.kind == "table":
        return _table_cases(document, tensors, most)
    return _signal_cases(document, tensors, most)


@dataclass(frozen=True)
class _Tensor:
    name: str
    datatype: str
    shape: tuple[int, ...]
    data: list[Any]

    @property
    def where(self) -> str:
        return f"inputs '{self.name[:60]}'"


def _tensor(given: Any, where: str) -> _Tensor:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        unprocessable("is an object with a 'name'.", where)
    where = f"inputs '{given['name'][:60]}'"
    datatype = given.get("datatype")
    if datatype not in DATATYPES:
        unprocessable(f"'datatype' is one of {', '.join(DATATYPES)}.", where)
    shape = _shape(given.get("shape"), where)
    data = _flat(given.get("data"), where)
    if len(data) != math.prod(shape):
        unprocessable(f"'data' has {len(data):,} values; 'shape' says another number.", where)
    _require_values(data, datatype, where)
    return _Tensor(given["name"], datatype, shape, data)


def _shape(given: Any, where: str) -> tuple[int, ...]:
    listed = given if isinstance(given, list) else []
    sizes = tuple(size for size in listed if type(size) is int and 0 <= size <= 1 << 31)
    if len(sizes) != len(listed) or not 1 <= len(sizes) <= 4:
        unprocessable("'shape' is a list of one to four sizes.", where)
    return sizes


def _flat(data: Any, where: str) -> list[Any]:
    if not isinstance(data, list):
        unprocessable("'data' is a list; tensors come as JSON here.", where)
    while data and all(isinstance(part, list) for part in data):
        data = [value for part in data for value in part]
    if any(isinstance(value, dict | list) for value in data):
        unprocessable("'data' is nested unevenly.", where)
    return data  # type: ignore[no-any-return]


def _require_values(data: list[Any], datatype: str, where: str) -> None:
    kinds = set(map(type, data)) - {type(None)}
    allowed: dict[str, set[type]] = {"BYTES": {str}, "INT64": {int}}
    if not kinds <= allowed.get(datatype, {int, float}):
        unprocessable(f"'data' holds values that are not {datatype}.", where)


def _table_cases(document: Document, tensors: Mapping[str, _Tensor], most: int) -> Cases:
    n_rows = 0
    for tensor in tensors.values():
        if len(tensor.shape) > 2 or (len(tensor.shape) == 2 and tensor.shape[1] != 1):
            unprocessable("is of one column: its shape is [n] or [n, 1].", tensor.where)
        n_rows = tensor.shape[0]
    for tensor in tensors.values():
        if tensor.shape[0] != n_rows:
            unprocessable("All tensors have as many cases.", tensor.where)
    require_count(n_rows, most)
    for field in document.columns:
        found = tensors.get(field.name)
        if found is not None and field.kind == "numeric" and found.datatype == "BYTES":
            unprocessable("is a number: FP64, FP32 or INT64.", found.where)
    names, columns = list(tensors), [tensor.data for tensor in tensors.values()]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    return rows_cases(document, rows)


def _signal_cases(document: Document, tensors: Mapping[str, _Tensor], most: int) -> Cases:
    tensor = tensors.get(SIGNAL)
    if tensor is None or len(tensors) != 1:
        unprocessable(f"One tensor is needed, '{SIGNAL}'.", "inputs")
    if tensor.datatype == "BYTES" or len(tensor.shape) != 3:
        unprocessable("is FP32 of shape [cases, channels, samples].", tensor.where)
    n, n_channels, length = tensor.shape
    require_count(n, most)
    if length == 0 or n_channels == 0:
        unprocessable("holds no samples.", tensor.where)
    channels = [tensor.data[i : i + length] for i in range(0, len(tensor.data), length)]
    signals = [channels[i : i + n_channels] for i in range(0, len(channels), n_channels)]
    return signal_cases(document, signals)


def answer_tensors(document: Document, answered: Answered) -> list[Tensor]:
    """The outputs of a request, every one of :func:`outputs_of`."""
    answers = answered.answers
    data: dict[str, list[Any]] = {
        "label": list(answers.labels),
        "probability": answers.probability.ravel().tolist(),
        "unsure": answers.unsure.tolist(),
        "set": [] if answers.sets is None else answers.sets.ravel().tolist(),
    }
    n = len(answers.predicted)
    return [
        output | {"shape": [n, *output["shape"][1:]], "data": data[output["name"]]}
        for output in outputs_of(document)
    ]
