"""Networks made with ONNX's own library, or with bytes that its reader takes and ours must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import onnx
from onnx import TensorProto, helper
from tests.bundle.attacks.corpus import Attack, Files, one_file

NAME = "network.onnx"
KIND = "convolution"
Changes = Iterator[tuple[str, Callable[[Any], object]]]


def attacks(files: Files) -> Iterator[Attack]:
    """Each is a sound network but for one thing."""
    sound = files[NAME]
    for name, change in chain(_outside(), _versions(), _graphs(), _constants()):
        model = onnx.load_from_string(sound)
        change(model)
        yield one_file(f"onnx: {name}", KIND, files, NAME, model.SerializeToString())
    for name, data in _bytes(sound).items():
        yield one_file(f"onnx: {name}", KIND, files, NAME, data)


def _assigned(place: str, name: str, value: object) -> Callable[[Any], object]:
    """Sets a field of a message, the first where there are several."""

    def change(model: Any) -> None:
        for part in place.split(".") if place else ():
            model = getattr(model, part)
        setattr(model if hasattr(model, name) else model[0], name, value)

    return change


def _imported(domain: str) -> Callable[[Any], object]:
    return lambda model: model.opset_import.add(domain=domain, version=1)


def _outside() -> Changes:
    """Weights that lie in another file, or anywhere in the memory."""
    memory = "*/_ORT_MEM_ADDR_/*"
    places = ("/etc/passwd", "../../../etc/passwd", "bundle.json", "", "/dev/zero", "/dev/stdin")
    for place in (*places, memory, "http://127.0.0.1/x"):
        yield f"external data at {place!r}", _external(location=place)
    yield "external data of 2^60", _external(location="bundle.json", length=str(2**60))
    yield "external data below 0", _external(location="bundle.json", offset="-1")
    yield "external data in memory", _external(location=memory, offset="1" * 15, length="96")


def _external(**entries: str) -> Callable[[Any], object]:
    def change(model: Any) -> None:
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in entries.items():
            tensor.external_data.add(key=key, value=value)

    return change


def _versions() -> Changes:
    """Of the format, of its operators, and operators of other makers."""
    for version in (0, 1, 17, 19, 99, -1):
        yield f"operator set {version}", _assigned("opset_import", "version", version)
    for version in (0, 3, 9, 11, 2**40, -1):
        yield f"IR version {version}", _assigned("", "ir_version", version)
    for domain in ("com.microsoft", "ai.onnx.ml", "pyop", "ai.onnx.contrib"):
        yield f"an operator of {domain}", _assigned("graph.node", "domain", domain)
        yield f"operators of {domain}", _imported(domain)


def _graphs() -> Changes:
    """Programs in a network, and what else its file has room for."""
    function = helper.make_function("d", "Relu", ["a"], ["b"], [], [helper.make_opsetid("", 18)])
    yield "a branch", lambda m: m.graph.node.append(_branch(1))
    yield "branches twenty deep", lambda m: m.graph.node.append(_branch(20))
    yield "a function", lambda m: m.functions.append(function)
    yield "metadata", lambda m: m.metadata_props.add(key="__import__", value="os")
    yield "training", lambda m: m.training_info.add()
    yield "a long text", _assigned("graph", "doc_string", "x" * (1 << 20))
    yield "a named operator", _assigned("graph.node", "name", "n")
    yield "an operator's odd name", _assigned("graph.node", "op_type", "Co\u200bnv")
    yield "no operators", lambda m: m.graph.ClearField("node")
    yield "no graph", lambda m: m.ClearField("graph")


def _branch(depth: int) -> Any:
    graph = helper.make_graph([], "b", [], [])
    for _ in range(depth - 1):
        node = helper.make_node("If", ["x"], ["z"], then_branch=graph)
        graph = helper.make_graph([node], "b", [], [])
    return helper.make_node("If", ["x"], ["z"], then_branch=graph)


def _constants() -> Changes:
    """Weights of other kinds, shapes and lengths."""
    text = TensorProto(name="s", data_type=TensorProto.STRING, dims=[1], string_data=[b"os"])
    number = helper.make_tensor("f", TensorProto.FLOAT, [1], [1.0])
    yield "a sparse constant", lambda m: m.graph.sparse_initializer.add()
    yield "a constant of text", lambda m: m.graph.initializer.append(text)
    yield "a constant that is not raw", lambda m: m.graph.initializer.append(number)
    yield "a constant of no bytes", _assigned("graph.initializer", "raw_data", b"")
    yield "a constant twice", lambda m: m.graph.initializer.append(m.graph.initializer[0])
    for kind in (0, 2, 6, 8, 10, 11, 14, 16, 17, 21, 22, 99, -1):
        yield f"a constant of type {kind}", _assigned("graph.initializer", "data_type", kind)
    for sizes in ([2**62, 4], [-1, -24], [2**32, 2**32], [0, 2**62], [24] + [1] * 60, [1 << 28]):
        yield f"a constant of shape {str(sizes)[:30]}", _sized(sizes)


def _sized(sizes: list[int]) -> Callable[[Any], object]:
    def change(model: Any) -> None:
        del model.graph.initializer[0].dims[:]
        model.graph.initializer[0].dims.extend(sizes)

    return change


def _bytes(sound: bytes) -> dict[str, bytes]:
    """Files that protocol buffers allow, or nearly."""
    return {
        "bytes behind": sound + b"\0",
        "an unknown field": sound + b"\xfa\x01\x01x",
        "the graph twice": sound + sound,
        "a field of length 2^63": b"\x3a" + b"\xff" * 9 + b"\x01" + sound,
        "a group": b"\x3b\x3c" + sound,
        "a number of eleven bytes": b"\x08" + b"\x80" * 10 + b"\x01" + sound,
        "a longer number": b"\x08\x8a\x00" + sound[2:],
        "deep messages": _deep(2000),
        "field 0": b"\x02\x00" + sound,
        "empty": b"",
    }


def _deep(levels: int) -> bytes:
    data = b""
    for _ in range(levels):
        size, length = len(data), b""
        while size >= 0x80:
            length += bytes([size & 0x7F | 0x80])
            size >>= 7
        data = b"\x3a" + length + bytes([size]) + data
    return data
