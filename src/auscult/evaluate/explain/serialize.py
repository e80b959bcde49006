"""Explanations as ``result.json`` has them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from auscult.evaluate.decoding import estimate, known, number, numbers
from auscult.evaluate.explain.result import (
    Attributions,
    ExplainedCase,
    Explanation,
    Importance,
    Memory,
    Neighbour,
    Row,
)


def decode_explanation(content: Mapping[str, Any]) -> Explanation:
    """One explanation from its plain form."""
    return known(
        Explanation,
        content,
        importance=tuple(_importance(part) for part in content["importance"]),
        attributions=_of(_attributions, content["attributions"]),
        cases=tuple(_case(part) for part in content["cases"]),
        memory=_of(_memory, content["memory"]),
    )


def _importance(content: Mapping[str, Any]) -> Importance:
    return known(Importance, content, drop=estimate(content["drop"]))


def _attributions(content: Mapping[str, Any]) -> Attributions:
    return known(
        Attributions,
        content,
        columns=tuple(content["columns"]),
        mean=numbers(content["mean"]),
        values=_rows(content["values"]),
        inputs=_rows(content["inputs"]),
    )


def _case(content: Mapping[str, Any]) -> ExplainedCase:
    return known(
        ExplainedCase,
        content,
        probability=number(content["probability"]),
        signal=_rows(content["signal"]),
        weight=_rows(content["weight"]),
        neighbour=_of(_neighbour, content["neighbour"]),
    )


def _neighbour(content: Mapping[str, Any]) -> Neighbour:
    return known(
        Neighbour,
        content,
        distance=number(content["distance"]),
        signal=_rows(content["signal"]),
        path=tuple((int(i), int(j)) for i, j in content["path"]),
    )


def _memory(content: Mapping[str, Any]) -> Memory:
    rows = {f.name: numbers(content[f.name]) for f in fields(Memory) if f.type == "Row"}
    return known(Memory, content, **rows)


def _of(decode: Any, content: Mapping[str, Any] | None) -> Any:
    return None if content is None else decode(content)


def _rows(values: Sequence[Sequence[Any]]) -> tuple[Row, ...]:
    return tuple(map(numbers, values))
