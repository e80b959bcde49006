"""Explanations as ``result.json`` has them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from auscult.evaluate.explain.result import (
    Attributions,
    ExplainedCase,
    Explanation,
    Importance,
    Memory,
    Neighbour,
    Row,
)
from auscult.types import Estimate

T = TypeVar("T")


def decode_explanation(content: Mapping[str, Any]) -> Explanation:
    """One explanation from its plain form."""
    return _known(
        Explanation,
        content,
        importance=tuple(_importance(part) for part in content["importance"]),
        attributions=_of(_attributions, content["attributions"]),
        cases=tuple(_case(part) for part in content["cases"]),
        memory=_of(_memory, content["memory"]),
    )


def _importance(content: Mapping[str, Any]) -> Importance:
    drop = Estimate(*(_number(content["drop"][name]) for name in Estimate._fields))
    return _known(Importance, content, drop=drop)


def _attributions(content: Mapping[str, Any]) -> Attributions:
    return _known(
        Attributions,
        content,
        columns=tuple(content["columns"]),
        mean=_row(content["mean"]),
        values=_rows(content["values"]),
        inputs=_rows(content["inputs"]),
    )


def _case(content: Mapping[str, Any]) -> ExplainedCase:
    return _known(
        ExplainedCase,
        content,
        probability=_number(content["probability"]),
        signal=_rows(content["signal"]),
        weight=_rows(content["weight"]),
        neighbour=_of(_neighbour, content["neighbour"]),
    )


def _neighbour(content: Mapping[str, Any]) -> Neighbour:
    return _known(
        Neighbour,
        content,
        distance=_number(content["distance"]),
        signal=_rows(content["signal"]),
        path=tuple((int(i), int(j)) for i, j in content["path"]),
    )


def _memory(content: Mapping[str, Any]) -> Memory:
    rows = {f.name: _row(content[f.name]) for f in fields(Memory) if f.type == "Row"}
    return _known(Memory, content, **rows)


def _of(decode: Any, content: Mapping[str, Any] | None) -> Any:
    return None if content is None else decode(content)


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _row(values: Sequence[Any]) -> Row:
    return tuple(map(_number, values))


def _rows(values: Sequence[Sequence[Any]]) -> tuple[Row, ...]:
    return tuple(map(_row, values))


def _known(kind: type[T], content: Mapping[str, Any], **decoded: Any) -> T:
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    return kind(**({k: v for k, v in content.items() if k in names} | decoded))
