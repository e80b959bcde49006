"""A network's file: the part of ONNX that our exporter writes.

https://onnx.ai/onnx/repo-docs/IR.html. One graph, one operator set, weights inside the file as raw
bytes. The schema has no place for external data, functions, subgraphs, sparse or string tensors, or
operators of other domains, so a file that has them is refused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.bundle.network.graph import Attribute, Graph, Node, Value
from auscult.bundle.network.wire import Field, MalformedError, Message, Schema, decode, encode
from auscult.errors import InputError

FILE = "network.onnx"
OPSET = 18
IR_VERSION = 10
PRODUCER = "auscult"

MOST_BYTES = 256 * 2**20
MOST_NODES = 2048
MOST_CONSTANTS = 4096
MOST_AXES = 8
MOST_TEXT = 256

_DTYPES = {1: "float32", 7: "int64", 9: "bool"}
_CODES = {name: code for code, name in _DTYPES.items()}
_FLOAT, _INT, _TEXT, _INTS, _TEXTS = 1, 2, 3, 7, 8


_TENSOR = Schema(
    "tensor",
    {
        1: Field("dims", "int", many=True),
        2: Field("data_type", "int"),
        8: Field("name", "text"),
        9: Field("raw_data", "bytes"),
    },
)
_ATTRIBUTE = Schema(
    "attribute",
    {
        1: Field("name", "text"),
        2: Field("f", "float"),
        3: Field("i", "int"),
        4: Field("s", "text"),
        8: Field("ints", "int", many=True),
        9: Field("strings", "text", many=True),
        20: Field("type", "int"),
    },
)
_NODE = Schema(
    "node",
    {
        1: Field("input", "text", many=True),
        2: Field("output", "text", many=True),
        4: Field("op_type", "text"),
        5: Field("attribute", _ATTRIBUTE, many=True),
    },
)
_DIM = Schema("dimension", {1: Field("value", "int"), 2: Field("name", "text")})
_SHAPE = Schema("shape", {1: Field("dim", _DIM, many=True)})
_TENSOR_TYPE = Schema("tensor type", {1: Field("elem_type", "int"), 2: Field("shape", _SHAPE)})
_TYPE = Schema("type", {1: Field("tensor_type", _TENSOR_TYPE)})
_VALUE = Schema("value", {1: Field("name", "text"), 2: Field("type", _TYPE)})
_GRAPH = Schema(
    "graph",
    {
        1: Field("node", _NODE, many=True),
        2: Field("name", "text"),
        5: Field("initializer", _TENSOR, many=True),
        11: Field("input", _VALUE, many=True),
        12: Field("output", _VALUE, many=True),
    },
)
_OPSET = Schema("operator set", {1: Field("domain", "text"), 2: Field("version", "int")})
_MODEL = Schema(
    "model",
    {
        1: Field("ir_version", "int"),
        2: Field("producer_name", "text"),
        7: Field("graph", _GRAPH),
        8: Field("opset_import", _OPSET),
    },
)


def write_graph(graph: Graph) -> bytes:
    """The file of a network: an ONNX model that any ONNX reader opens."""
    message: Message = {
        "node": [_node_message(node) for node in graph.nodes],
        "name": ["network"],
        "initializer": [_tensor_message(*item) for item in graph.constants.items()],
        "input": [_value_message(value) for value in graph.inputs],
        "output": [_value_message(value) for value in graph.outputs],
    }
    model: Message = {
        "ir_version": [IR_VERSION],
        "producer_name": [PRODUCER],
        "graph": [message],
        "opset_import": [{"domain": [""], "version": [OPSET]}],
    }
    return encode(model, _MODEL)


def read_graph(data: bytes, where: str = FILE) -> Graph:
    """The network of a file, if the file is exactly what :func:`write_graph` makes of it.

    Raises
    ------
    InputError
        Anything else: the file is larger than a network may be, is no ONNX model, or holds what
        our networks do not (another operator set, external data, functions, subgraphs).
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"a network of more than {MOST_BYTES} bytes is not read.", where=where)
    try:
        graph = _graph(decode(memoryview(data), _MODEL))
    except MalformedError as error:
        raise InputError(f"this is no network that auscult wrote: {error}.", where=where) from error
    if write_graph(graph) != data:
        raise InputError(
            "this network is not written as auscult writes it. Keep it again.", where=where
        )
    return graph


def _graph(model: Message) -> Graph:
    if _one(model, "ir_version") != IR_VERSION or _one(model, "opset_import") != {
        "domain": [""],
        "version": [OPSET],
    }:
        raise MalformedError(f"its operators are not those of ONNX's set {OPSET}")
    graph = _one(model, "graph")
    nodes, tensors = graph.get("node", []), graph.get("initializer", [])
    if len(nodes) > MOST_NODES or len(tensors) > MOST_CONSTANTS:
        raise MalformedError(f"it has {len(nodes)} operators and {len(tensors)} constants")
    constants = dict(_constant(tensor) for tensor in tensors)
    if len(constants) != len(tensors):
        raise MalformedError("two constants have one name")
    return Graph(
        tuple(_node(node) for node in nodes),
        constants,
        tuple(_value(value) for value in graph.get("input", [])),
        tuple(_value(value) for value in graph.get("output", [])),
    )


def _one(message: Message, name: str) -> Any:
    if name not in message:
        raise MalformedError(f"'{name}' is missing")
    return message[name][0]


def _text(text: str) -> str:
    if len(text) > MOST_TEXT or not text.isprintable() or not text.isascii():
        raise MalformedError(f"a name is {text[:20]!r}")
    return text


def _shape(sizes: Sequence[int]) -> tuple[int, ...]:
    if len(sizes) > MOST_AXES or any(not 0 <= size <= MOST_BYTES for size in sizes):
        raise MalformedError(f"an array has the shape {tuple(sizes[: MOST_AXES + 1])}")
    return tuple(sizes)


def _dtype(code: int) -> str:
    if code not in _DTYPES:
        raise MalformedError(f"an array has the type {code}")
    return _DTYPES[code]


def _constant(tensor: Message) -> tuple[str, NDArray[Any]]:
    name, shape = _text(_one(tensor, "name")), _shape(tensor.get("dims", []))
    dtype = np.dtype(_dtype(_one(tensor, "data_type"))).newbyteorder("<")
    raw = _one(tensor, "raw_data")
    if len(raw) != math.prod(shape) * dtype.itemsize:
        raise MalformedError(f"'{name}' of shape {shape} has {len(raw)} bytes")
    if dtype == np.bool_ and any(byte > 1 for byte in raw):
        raise MalformedError(f"'{name}' is neither true nor false")
    return name, np.frombuffer(raw, dtype=dtype).reshape(shape)


def _tensor_message(name: str, array: NDArray[Any]) -> Message:
    raw = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    code = _CODES[array.dtype.newbyteorder("=").name]
    return {"dims": list(array.shape), "data_type": [code], "name": [name], "raw_data": [raw]}


def _node(node: Message) -> Node:
    attributes = dict(_attribute(attribute) for attribute in node.get("attribute", []))
    return Node(
        _text(_one(node, "op_type")),
        tuple(_text(name) for name in node.get("input", [])),
        tuple(_text(name) for name in node.get("output", [])),
        attributes,
    )


def _node_message(node: Node) -> Message:
    return {
        "input": list(node.inputs),
        "output": list(node.outputs),
        "op_type": [node.op],
        "attribute": [_attribute_message(*item) for item in node.attributes.items()],
    }


def _attribute(attribute: Message) -> tuple[str, Attribute]:
    name, kind = _text(_one(attribute, "name")), _one(attribute, "type")
    value: Attribute
    if kind == _FLOAT:
        value = float(_one(attribute, "f"))
    elif kind == _INT:
        value = int(_one(attribute, "i"))
    elif kind == _TEXT:
        value = _text(_one(attribute, "s"))
    elif kind == _INTS:
        value = tuple(int(i) for i in attribute.get("ints", []))
    elif kind == _TEXTS:
        value = tuple(_text(s) for s in attribute.get("strings", []))
    else:
        raise MalformedError(f"an attribute '{name}' has the type {kind}")
    return name, value


def _attribute_message(name: str, value: Attribute) -> Message:
    if isinstance(value, tuple):
        texts = bool(value) and isinstance(value[0], str)
        holder, kind = ("strings", _TEXTS) if texts else ("ints", _INTS)
        return {"name": [name], holder: list(value), "type": [kind]}
    kinds = {float: ("f", _FLOAT), int: ("i", _INT), str: ("s", _TEXT)}
    holder, kind = kinds[type(value)]
    return {"name": [name], holder: [value], "type": [kind]}


def _value(value: Message) -> Value:
    tensor = _one(_one(value, "type"), "tensor_type")
    axes: list[int | str] = []
    for dim in _one(tensor, "shape").get("dim", []):
        axes.append(_text(dim["name"][0]) if "name" in dim else _one(dim, "value"))
    _shape([axis for axis in axes if isinstance(axis, int)])
    return Value(_text(_one(value, "name")), _dtype(_one(tensor, "elem_type")), tuple(axes))


def _value_message(value: Value) -> Message:
    dims = [{"name": [a]} if isinstance(a, str) else {"value": [a]} for a in value.shape]
    tensor = {"elem_type": [_CODES[value.dtype]], "shape": [{"dim": dims}]}
    return {"name": [value.name], "type": [{"tensor_type": [tensor]}]}
