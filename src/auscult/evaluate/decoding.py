"""What every reader of our JSON needs: numbers, estimates, dataclasses out of plain content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from auscult.types import Estimate

T = TypeVar("T")
Content = Mapping[str, Any]


def known(kind: type[T], content: Content, **decoded: Any) -> T:
    """A dataclass from what it knows of the content; parts already decoded come by name."""
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    return kind(**({k: v for k, v in content.items() if k in names} | decoded))


def number(value: Any) -> float:
    """A number; NaN, which strict JSON cannot hold, stands there as null."""
    return float("nan") if value is None else float(value)


def numbers(values: Sequence[Any]) -> tuple[float, ...]:
    return tuple(map(number, values))


def estimate(content: Content) -> Estimate:
    return Estimate(*(number(content[name]) for name in Estimate._fields))


def estimates(content: Content) -> dict[str, Estimate]:
    return {name: estimate(part) for name, part in content.items()}
