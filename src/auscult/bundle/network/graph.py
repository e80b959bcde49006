"""A network as a list of operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Attribute = int | float | str | tuple[int, ...] | tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """What goes in or comes out: a name, ``float32``, ``int64`` or ``bool``, and the axes.

    An axis is a size, or the name of one that differs from call to call: ``batch``.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True)
class Node:
    """One operator with the names of its inputs and outputs; an input left out is empty."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, eq=False)
class Graph:
    """Operators in the order in which they run, and the arrays they know beforehand."""

    nodes: tuple[Node, ...]
    constants: Mapping[str, NDArray[Any]]
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
