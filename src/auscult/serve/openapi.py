"""The OpenAPI document, made from the schemas of the bundles that are served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from auscult import __version__
from auscult.bundle.bundle import Bundle
from auscult.bundle.document import Document, Field
from auscult.serve.answers import NOTICE
from auscult.serve.openapi_v2 import infer_schema, paths_v2, typical

Schema = dict[str, Any]
_LARGEST = float(np.finfo(np.float32).max)
_ERRORS = {
    "400": "It cannot be parsed.",
    "401": "A token is needed.",
    "403": "It comes from a page of another site.",
    "404": "There is nothing at this address.",
    "405": "The address does not take this method.",
    "408": "It took too long to arrive.",
    "413": "It is too large.",
    "415": "It is in no form that is read here.",
    "421": "The name in Host is not served here.",
    "422": "It is well formed and no case of this bundle.",
    "429": "Too many requests of one client.",
    "431": "The head is too large.",
    "503": "The service is busy or stopping.",
}


def openapi(bundles: Mapping[str, Bundle], with_token: bool = False) -> Schema:
    """An OpenAPI 3.1 document of everything that is answered.

    Parameters
    ----------
    bundles
        By the name in their address.
    with_token
        Whether a token is needed.
    """
    paths: Schema = {
        "/healthz": _get("Whether the service lives.", "Status", open_to_all=True),
        "/readyz": _get("Whether it answers.", "Ready", open_to_all=True),
        "/bundles": _get("What is served.", "Bundles"),
        "/metrics": {"get": _operation("Figures for Prometheus.", _text_answer())},
        "/openapi.json": _get("This document.", "Anything"),
    }
    schemas = _schemas()
    for name, bundle in bundles.items():
        document = bundle.document
        paths[f"/bundles/{name}"] = _get(f"What is known of {name}.", "Bundle")
        paths[f"/bundles/{name}/predict"] = {"post": _predict(name, document)}
        schemas |= {
            f"{name}.cases": cases_schema(document),
            f"{name}.infer": infer_schema(document),
        }
    if len(bundles) == 1:
        name, bundle = next(iter(bundles.items()))
        paths["/predict"] = {"post": _predict(name, bundle.document)}
    paths |= {
        path: {method: _operation(**said) for method, said in operations.items()}
        for path, operations in paths_v2(bundles).items()
    }
    return _document(paths, schemas, with_token)


def _document(paths: Schema, schemas: Schema, with_token: bool) -> Schema:
    components: Schema = {"schemas": schemas, "responses": _error_responses()}
    document: Schema = {
        "openapi": "3.1.0",
        "info": {"title": "auscult", "version": __version__, "description": NOTICE},
        "paths": paths,
        "components": components,
    }
    if with_token:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return document


def _operation(
    summary: str, answer: Schema, body: Schema | None = None, open_to_all: bool = False
) -> Schema:
    responses = {"200": answer}
    responses |= {status: {"$ref": f"#/components/responses/{status}"} for status in _ERRORS}
    operation: Schema = {"summary": summary, "responses": responses}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": body}
    if open_to_all:
        operation["security"] = []
    return operation


def _get(summary: str, schema: str, open_to_all: bool = False) -> Schema:
    answer = json_answer({"$ref": f"#/components/schemas/{schema}"})
    return {"get": _operation(summary, answer, open_to_all=open_to_all)}


def json_answer(schema: Schema) -> Schema:
    """A response of JSON."""
    return {"description": "Done.", "content": {"application/json": {"schema": schema}}}


def _text_answer() -> Schema:
    return {"description": "Done.", "content": {"text/plain": {"schema": {"type": "string"}}}}


def _predict(name: str, document: Document) -> Schema:
    schema = {"$ref": f"#/components/schemas/{name}.cases"}
    cases = {"schema": schema, "example": example_cases(document)}
    body = {"application/json": cases, "text/csv": {"schema": {"type": "string"}}}
    answer = json_answer({"$ref": "#/components/schemas/Answers"})
    return _operation(f"The {document.target} of cases, by {document.model.label}.", answer, body)


def example_cases(document: Document) -> Schema:
    """A typical case, as ``/predict`` takes it."""
    if document.kind == "signals":
        return {"signal": [[0.0] * document.n_timepoints] * document.n_channels}
    return {column.name: typical(column) for column in document.columns}


def cases_schema(document: Document) -> Schema:
    """What ``/predict`` takes as JSON."""
    if document.kind == "signals":
        return _signals_schema(document)
    row = {
        "type": "object",
        "properties": {field.name: column_schema(field) for field in document.columns},
        "required": [field.name for field in document.columns],
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    }
    rows = {
        "type": "object",
        "properties": {
            "rows": {"type": "array", "items": row, "minItems": 1},
            "cases": names_schema(),
        },
        "required": ["rows"],
        "additionalProperties": False,
    }
    return {"anyOf": [rows, row]}


def names_schema() -> Schema:
    """What the cases are called in the history."""
    name = {"type": "string", "minLength": 1, "maxLength": 200}
    said = "A name for each case, by which the history finds and deletes it."
    return {"type": "array", "items": name, "minItems": 1, "description": said}


def column_schema(field: Field) -> Schema:
    """A column's value: its unit, range and categories as they were among the training cases."""
    said = [f"In {field.unit}." if field.unit else ""]
    if field.kind == "numeric":
        if field.low is not None and field.high is not None:
            said.append(f"Training cases: {field.low:g} to {field.high:g}.")
        schema: Schema = {"type": ["number", "null"], "minimum": -_LARGEST, "maximum": _LARGEST}
    else:
        said.append(f"Training cases: {', '.join(field.categories[:50])}.")
        schema = {"type": ["string", "number", "boolean", "null"]}
        schema["examples"] = list(field.categories[:5])
    return schema | {"description": " ".join(filter(None, said))}


def _signals_schema(document: Document) -> Schema:
    numbers = {"type": "number", "minimum": -_LARGEST, "maximum": _LARGEST}
    n, longest = document.n_channels, document.n_timepoints
    shortest = 1 if document.unequal_length else longest
    channel = {"type": "array", "items": numbers, "minItems": shortest, "maxItems": longest}
    signal = {"type": "array", "items": channel, "minItems": n, "maxItems": n}
    rate: Schema = {"type": ["number", "null"], "description": "Hz", "exclusiveMinimum": 0}
    if document.sampling_rate is not None:
        rate |= {"enum": [document.sampling_rate, None]}
    signals = {"type": "array", "items": signal, "minItems": 1}
    return {
        "oneOf": [
            {
                "type": "object",
                "properties": {key: schema, "sampling_rate": rate, "cases": names_schema()},
                "required": [key],
                "additionalProperties": False,
            }
            for key, schema in (("signal", signal), ("signals", signals))
        ]
    }


def _error_responses() -> Schema:
    error = json_answer({"$ref": "#/components/schemas/Error"})["content"]
    return {status: {"description": text, "content": error} for status, text in _ERRORS.items()}


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": required.split()}


def _schemas() -> Schema:
    text: Schema = {"type": "string"}
    texts: Schema = {"type": "array", "items": text}
    note = _object("column code message", column=text, code=text, message=text)
    answer = _object(
        "label probability set unsure notes id",
        label=text,
        probability={
            "type": "object",
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
        },
        set={"type": ["array", "null"], "items": text},
        unsure={"type": "boolean"},
        notes={"type": "array", "items": note},
        id={"type": ["string", "null"]},
    )
    which = _object("name sha256", name=text, sha256=text)
    bundle = _object(
        "name sha256 kind target classes model created notice",
        name=text,
        sha256=text,
        classes=texts,
    )
    return {
        "Anything": {"type": "object"},
        "Error": _object("error where", error=text, where={"type": ["string", "null"]}),
        "Status": _object("status", status=text),
        "Ready": _object(
            "status refused_replacements", status=text, refused_replacements={"type": "object"}
        ),
        "Bundle": bundle,
        "Bundles": _object(
            "auscult bundles", auscult=text, bundles={"type": "array", "items": bundle}
        ),
        "Answers": _object(
            "bundle target answers notice",
            bundle=which,
            target=text,
            answers={"type": "array", "items": answer},
            notice=text,
        ),
    }
