"""The Open Inference Protocol's part of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auscult.bundle.bundle import Bundle
from auscult.bundle.document import Document, Field
from auscult.serve.tensors import DATATYPES, NUMBERS, SIGNAL, inputs_of, outputs_of

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}


def paths_v2(bundles: Mapping[str, Bundle]) -> dict[str, dict[str, Schema]]:
    """What an operation needs: summary, answer, body, by path and method."""
    paths = {
        "/v2": _get("The server.", _object("name version extensions", name=_TEXT, version=_TEXT)),
        "/v2/health/live": _get("Whether it lives.", _truth("live"), open_to_all=True),
        "/v2/health/ready": _get("Whether it answers.", _truth("ready"), open_to_all=True),
    }
    for name, bundle in bundles.items():
        path = f"/v2/models/{name}"
        paths |= {
            path: _get(f"Inputs and outputs of {name}.", _model()),
            f"{path}/ready": _get(f"Whether {name} answers.", _truth("ready")),
            f"{path}/infer": {"post": _infer(name, bundle.document)},
        }
    return paths


def infer_schema(document: Document) -> Schema:
    """What ``/infer`` takes."""
    tensors = [_tensor(one["name"], one["datatype"]) for one in inputs_of(document)]
    outputs = [one["name"] for one in outputs_of(document)]
    wanted = _object("name", name={"enum": outputs})
    return _object(
        "inputs",
        id=_TEXT,
        parameters={"type": "object"},
        inputs={"type": "array", "minItems": len(tensors), "items": {"anyOf": tensors}},
        outputs={"type": "array", "items": wanted},
    )


def _tensor(name: str, datatype: str) -> Schema:
    kinds = list(DATATYPES) if datatype == "BYTES" else list(NUMBERS)
    value: Schema = {"type": ["number", "null"] if datatype != "BYTES" else ["string", "null"]}
    rank = 3 if name == SIGNAL else 1
    return _object(
        "name datatype shape data",
        name={"const": name},
        datatype={"enum": kinds},
        shape={
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": 100},
            "minItems": rank,
            "maxItems": rank,
        },
        data={"type": "array", "items": value},
    )


def typical(column: Field) -> float | str | None:
    """The median or the commonest category among the training cases."""
    return column.median if column.kind == "numeric" else column.commonest


def example_tensors(document: Document) -> Schema:
    """A typical case, as ``/infer`` takes it."""
    tensors = inputs_of(document)
    if document.kind == "signals":
        shape = [1, document.n_channels, document.n_timepoints]
        signal = [0.0] * (document.n_channels * document.n_timepoints)
        return {"inputs": [tensors[0] | {"shape": shape, "data": signal}]}
    values = [typical(column) for column in document.columns]
    given = zip(tensors, values, strict=True)
    return {"inputs": [tensor | {"shape": [1], "data": [value]} for tensor, value in given]}


def _infer(name: str, document: Document) -> Schema:
    schema = {"$ref": f"#/components/schemas/{name}.infer"}
    body = {"application/json": {"schema": schema, "example": example_tensors(document)}}
    output = _object("name datatype shape data", name=_TEXT, datatype=_TEXT)
    answer = _object(
        "model_name model_version outputs",
        model_name=_TEXT,
        model_version=_TEXT,
        outputs={"type": "array", "items": output},
    )
    return {"summary": f"Tensors through {name}.", "answer": _answer(answer), "body": body}


def _model() -> Schema:
    tensors = {"type": "array", "items": _object("name datatype shape", name=_TEXT)}
    return _object(
        "name versions platform inputs outputs", name=_TEXT, inputs=tensors, outputs=tensors
    )


def _truth(name: str) -> Schema:
    return _object(name, **{name: {"type": "boolean"}})


def _get(summary: str, schema: Schema, open_to_all: bool = False) -> dict[str, Schema]:
    said: Schema = {"summary": summary, "answer": _answer(schema), "open_to_all": open_to_all}
    return {"get": said}


def _answer(schema: Schema) -> Schema:
    return {"description": "Done.", "content": {"application/json": {"schema": schema}}}


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": required.split()}
