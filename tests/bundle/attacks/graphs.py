"""Every operator, attribute and constant of a sound network changed, one at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.bundle.attacks.corpus import Attack, Files, one_file
from tests.bundle.attacks.sound import GRAPHS

from auscult.bundle.network.graph import Graph, Node
from auscult.bundle.network.onnx_file import write_graph

NAME = "network.onnx"


def attacks(kind: str, files: Files) -> Iterator[Attack]:
    """``kind`` is one of :data:`GRAPHS`, and ``files`` its bundle."""
    for name, changed in _changes(GRAPHS[kind]()):
        try:
            data = write_graph(changed)
        except (KeyError, TypeError, AttributeError):
            continue  # cannot be written
        yield one_file(f"graph: {kind} {name}", kind, files, NAME, data, "any")


def _changes(graph: Graph) -> Iterator[tuple[str, Graph]]:
    nodes = graph.nodes
    for n, node in enumerate(nodes):
        title = f"{node.op} {n}"
        yield f"{title} gone", replace(graph, nodes=(*nodes[:n], *nodes[n + 1 :]))
        yield f"{title} twice", replace(graph, nodes=(*nodes[: n + 1], *nodes[n:]))
        for what, odd in _nodes(node, graph):
            yield f"{title} {what}", replace(graph, nodes=(*nodes[:n], odd, *nodes[n + 1 :]))
    for name, array in graph.constants.items():
        for what, other in _arrays(array):
            yield f"{name} {what}", replace(graph, constants={**graph.constants, name: other})
        rest = {k: v for k, v in graph.constants.items() if k != name}
        yield f"{name} gone", replace(graph, constants=rest)
    backwards = tuple(reversed(nodes))
    yield "backwards", replace(graph, nodes=backwards)


def _nodes(node: Node, graph: Graph) -> Iterator[tuple[str, Node]]:
    for op in (
        "Add",
        "Relu",
        "Softmax",
        "MatMul",
        "Reshape",
        "LSTM",
        "Conv",
        "Shape",
        "MaxPool",
        "Where",
    ):
        yield f"as {op}", replace(node, op=op)
    known = ["", "x", "nowhere", *graph.constants, *(o for n in graph.nodes for o in n.outputs)]
    for i in range(len(node.inputs)):
        for name in known:
            inputs = (*node.inputs[:i], name, *node.inputs[i + 1 :])
            yield f"input {i} is {name!r}", replace(node, inputs=inputs)
        yield f"input {i} gone", replace(node, inputs=(*node.inputs[:i], *node.inputs[i + 1 :]))
    for key, value in node.attributes.items():
        rest = {k: v for k, v in node.attributes.items() if k != key}
        yield f"{key} gone", replace(node, attributes=rest)
        for odd in dict.fromkeys(_attributes(value)):
            yield f"{key} is {str(odd)[:30]}", replace(node, attributes={**rest, key: odd})


def _attributes(value: Any) -> Iterator[Any]:
    numbers = (0, 1, -1, 2, 7, 2**31 - 1, 2**31, 2**62, -(2**63))
    yield from (n for n in numbers if n != value)
    yield from (math.nan, 1e30, "Tanh", "Sigmoid", "")
    yield from (odd for n in numbers for odd in ((n,), (n, n)) if odd != value)
    if isinstance(value, tuple):
        yield value[::-1]
        yield value + value
        yield value[:-1]


def _arrays(array: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    for dtype in ("float32", "int64", "bool"):
        if array.dtype != dtype:
            yield f"as {dtype}", array.astype(dtype)
    yield "with an axis more", array[None]
    yield "flat", array.reshape(-1)
    yield "empty", array[:0]
    yield "as one number", array.reshape(-1)[0]
    yield "turned", np.ascontiguousarray(array.T)
    for axis in range(array.ndim):
        yield f"less on axis {axis}", np.take(array, range(array.shape[axis] - 1), axis)
        yield f"twice on axis {axis}", np.concatenate([array, array], axis)
    floats: tuple[Any, ...] = (np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45, 0)
    whole: tuple[Any, ...] = (0, 1, 2, 3, -1, -2, 99, 2**31, 2**62, 2**63 - 1, -(2**63))
    for value in floats if array.dtype.kind == "f" else whole:
        yield f"all {value}", np.full_like(array, value)
        one = array.copy()
        one.reshape(-1)[-1] = value
        yield f"{value} at its end", one
