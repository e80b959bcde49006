"""What a network would do, worked out before anything of it runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.bundle.network.arrays import Array
from auscult.bundle.network.graph import Graph, Node, Value
from auscult.bundle.network.onnx_file import FILE
from auscult.bundle.network.operators import OPERATORS
from auscult.errors import InputError

BATCH = "batch"
CASES, LENGTHS, LOGITS, ACTIVATION = "x", "lengths", "logits", "activation"

MOST_NUMBERS = 2**28
"""Numbers that one case may make on its way through all operators: 1 GiB."""
_AT_ONCE = 2**25
_MOST_CASES = 1024


@dataclass(frozen=True)
class Ends:
    """What a network takes and gives, as the document says it.

    Inputs are ``x`` ``(batch, n_channels, n_timepoints)`` float32 (a table is one channel) and, of
    signals of unequal length, ``lengths`` ``(batch,)`` int64. Outputs are ``logits``
    ``(batch, n_classes)`` and, of networks that end in a mean over time, ``activation``
    ``(batch, n_classes, time)``: the class activation maps of Zhou et al., CVPR 2016.
    """

    n_channels: int
    n_timepoints: int
    n_classes: int


@dataclass(frozen=True)
class Checked:
    """What a checked network needs: how many cases at once, and which ends it has."""

    chunk: int
    takes_lengths: bool
    gives_activation: bool


def check_graph(graph: Graph, ends: Ends, where: str = FILE) -> Checked:
    """Refuse a network that does anything but what ours do.

    Every operator is on the allow-list, its attributes are known, every shape follows from the
    inputs' and no case makes more than :data:`MOST_NUMBERS` numbers.

    Raises
    ------
    InputError
        One line: which operator, and why.
    """
    try:
        _check_ends(graph, ends)
        _check_constants(graph.constants)
        one, two = (sum(_sizes(arrays_of(graph, n)).values()) for n in (1, 2))
        chunk = max(1, min(_MOST_CASES, _AT_ONCE // max(1, two - one)))
        _check_outputs(graph, ends, arrays_of(graph, 1), 1)
        _check_outputs(graph, ends, arrays_of(graph, chunk), chunk)
    except ValueError as error:
        raise InputError(f"this network cannot be used: {error}.", where=where) from error
    names = {value.name for value in (*graph.inputs, *graph.outputs)}
    return Checked(chunk, LENGTHS in names, ACTIVATION in names)


def _check_ends(graph: Graph, ends: Ends) -> None:
    x = Value(CASES, "float32", (BATCH, ends.n_channels, ends.n_timepoints))
    lengths = Value(LENGTHS, "int64", (BATCH,))
    if graph.inputs not in ((x,), (x, lengths)):
        raise ValueError("it takes other cases than the document says")
    logits = Value(LOGITS, "float32", (BATCH, ends.n_classes))
    first, *more = graph.outputs or (None,)
    if first != logits or len(more) > 1:
        raise ValueError("it gives other figures than the document says")
    for value in more:
        time = value.shape[-1] if len(value.shape) == 3 else 0
        wanted = Value(ACTIVATION, "float32", (BATCH, ends.n_classes, time))
        if value != wanted or not isinstance(time, int) or not 1 <= time <= ends.n_timepoints:
            raise ValueError("its class activation has another shape than the document says")


def _check_constants(constants: Mapping[str, NDArray[Any]]) -> None:
    for name, array in constants.items():
        # A single infinity is how attention leaves padding out.
        if array.dtype == np.float32 and array.size > 1 and not np.isfinite(array).all():
            raise ValueError(f"the constant '{name}' holds a number that is not finite")


def arrays_of(graph: Graph, batch: int) -> dict[str, Array]:
    """Every array that the network makes of so many cases."""
    known = {
        name: Array(array.dtype.newbyteorder("=").name, array.shape, array)
        for name, array in graph.constants.items()
    }
    for value in graph.inputs:
        shape = tuple(batch if axis == BATCH else int(axis) for axis in value.shape)
        _put(known, value.name, Array(value.dtype, shape))
    total = 0
    for number, node in enumerate(graph.nodes, 1):
        try:
            found = _apply(node, known)
            _put(known, node.outputs[0], found)
        except (ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
            reason = error if isinstance(error, ValueError) else "its inputs do not fit together"
            raise ValueError(f"operator {number} ({node.op}): {reason}") from error
        total += math.prod(found.shape)
        if total > MOST_NUMBERS * max(1, batch if batch <= 2 else 1):
            raise ValueError(f"operator {number} ({node.op}) makes more numbers than are allowed")
    return known


def _apply(node: Node, known: Mapping[str, Array]) -> Array:
    if node.op not in OPERATORS:
        raise ValueError("it is not one that bundles may have")
    if len(node.outputs) != 1:
        raise ValueError("it has more than one output")
    missing = [name for name in node.inputs if name and name not in known]
    if missing or not node.inputs:
        raise ValueError("an input is made nowhere before it")
    inputs = [known[name] if name else None for name in node.inputs]
    found = OPERATORS[node.op](*inputs, **node.attributes)
    if 0 in found.shape or len(found.shape) > 8:
        raise ValueError("it makes an array of no numbers, or of more than eight axes")
    return found


def _put(known: dict[str, Array], name: str, array: Array) -> None:
    if not name or name in known:
        raise ValueError("its output has no name of its own")
    known[name] = array


def _sizes(arrays: Mapping[str, Array]) -> dict[str, int]:
    return {n: math.prod(a.shape) for n, a in arrays.items() if a.values is None}


def _check_outputs(graph: Graph, ends: Ends, arrays: Mapping[str, Array], batch: int) -> None:
    for value in graph.outputs:
        shape = tuple(batch if axis == BATCH else axis for axis in value.shape)
        found = arrays.get(value.name)
        if found is None or (found.dtype, found.shape) != (value.dtype, shape):
            raise ValueError(f"its '{value.name}' is not what it says")
