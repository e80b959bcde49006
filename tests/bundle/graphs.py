"""Small graphs of networks, right and nearly right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from auscult.bundle.network.check import Ends
from auscult.bundle.network.graph import Graph, Node, Value

ENDS = Ends(1, 4, 2)


def dense() -> Graph:
    """``relu(x) W + b`` of four points, two classes."""
    rng = np.random.default_rng(0)
    constants = {
        "weight": rng.normal(size=(4, 2)).astype(np.float32),
        "bias": np.array([0.5, -0.5], np.float32),
        "axes": np.array([1]),
    }
    nodes = (
        Node("Squeeze", ("x", "axes"), ("flat",), {}),
        Node("Relu", ("flat",), ("hidden",), {}),
        Node("MatMul", ("hidden", "weight"), ("score",), {}),
        Node("Add", ("score", "bias"), ("logits",), {}),
    )
    inputs = (Value("x", "float32", ("batch", 1, 4)),)
    return Graph(nodes, constants, inputs, (Value("logits", "float32", ("batch", 2)),))


def between(*nodes: Node, **constants: Any) -> Graph:
    """The same with other operators between ``flat`` and ``hidden``."""
    first, _, *rest = dense().nodes
    known = {**dense().constants, **{name: np.asarray(value) for name, value in constants.items()}}
    return replace(dense(), nodes=(first, *nodes, *rest), constants=known)


def one(op: str, *more: str, **attributes: Any) -> Node:
    return Node(op, ("flat", *more), ("hidden",), attributes)
