"""Networks that would read files, run without end, fill the memory or give other shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from tests.bundle.attacks.corpus import Attack, Files, one_file
from tests.bundle.attacks.sound import CASES, LOGITS, N_CHANNELS, convolution, recurrence

from auscult.bundle.network.graph import Attribute, Graph, Node, Value
from auscult.bundle.network.onnx_file import write_graph

NAME = "network.onnx"
Attributes = dict[str, Attribute]
KIND = "convolution"


def attacks(files: Files) -> Iterator[Attack]:
    """What ONNX can say and no network of ours does; ``files`` are a network's bundle."""
    for name, graph in {**_unknown(), **_giants(), **_crooked(), **_wrong_ends()}.items():
        yield one_file(f"onnx: {name}", KIND, files, NAME, partial(write_graph, graph))


def _graph(*nodes: Node, **constants: Any) -> Graph:
    """``nodes`` lead from ``x`` to ``y``, whose mean over its last axes become the logits."""
    v = np.ones((N_CHANNELS, 3), np.float32)
    known = {k: np.asarray(c) for k, c in constants.items()}
    last = (
        Node("ReduceMean", ("y", "time"), ("mean",), {"keepdims": 0}),
        Node("MatMul", ("mean", "v"), ("logits",), {}),
    )
    return Graph((*nodes, *last), {"v": v, "time": np.array([2]), **known}, (CASES,), (LOGITS,))


def _unknown() -> dict[str, Graph]:
    """Operators that are on no list."""
    names = (
        "If",
        "Loop",
        "Scan",
        "SequenceMap",
        "SequenceConstruct",
        "Optional",
        "StringConcat",
        "StringNormalizer",
        "RegexFullMatch",
        "TfIdfVectorizer",
        "ConstantOfShape",
        "RandomNormal",
        "RandomUniform",
        "Multinomial",
        "Range",
        "Tile",
        "Resize",
        "Upsample",
        "NonZero",
        "Unique",
        "OneHot",
        "ScatterND",
        "ScatterElements",
        "GatherND",
        "ImageDecoder",
        "PyOp",
        "PythonOp",
        "CustomOp",
        "ATen",
        "Einsum",
        "DFT",
        "STFT",
        "NonMaxSuppression",
        "LSTM;",
        "import os",
        "",
        "Relu ",
        "relu",
        "ReLU",
        "FusedMatMul",
        "Inverse",
        "Constant",
        "Identity",
        "Dropout",
        "BitShift",
        "QLinearConv",
        "ConvTranspose",
        "Compress",
        "Trilu",
        "CastMap",
        "ZipMap",
        "TreeEnsemble",
    )
    return {f"operator {n!r}": _graph(Node(n, ("x",), ("y",), {})) for n in names}


def _giants() -> dict[str, Graph]:
    """What would take far more memory than the case itself."""
    i = np.int64
    big = [1 << 12, 1 << 12, N_CHANNELS, 12]
    doubling = [Node("Concat", (f"a{k}", f"a{k}"), (f"a{k + 1}",), {"axis": 2}) for k in range(40)]
    window: Attributes = {"kernel_shape": (3,), "strides": (1,), "dilations": (1,), "group": 1}
    many = [Node("Relu", (f"a{k}",), (f"a{k + 1}",), {}) for k in range(5000)]
    first, last = (Node("Relu", ("x",), ("a0",), {}), Node("Relu", ("a40",), ("y",), {}))

    def expand(sizes: list[int]) -> Graph:
        return _graph(Node("Expand", ("x", "s"), ("y",), {}), s=np.array(sizes, i))

    def pad(before: list[int]) -> Graph:
        return _graph(Node("Pad", ("x", "s"), ("y",), {}), s=np.array(before, i))

    def conv(**more: Any) -> Graph:
        w = np.ones((N_CHANNELS, N_CHANNELS, 3), np.float32)
        return _graph(Node("Conv", ("x", "w"), ("y",), {**window, "pads": (1, 1), **more}), w=w)

    def reshape(sizes: list[int], **more: Any) -> Graph:
        return _graph(Node("Reshape", ("x", "s"), ("y",), more), s=np.array(sizes, i))

    return {
        "expands to 400 million": expand(big),
        "expands to 2^62": expand([2**31, 2**31, 2, 12]),
        "expands past 2^64": expand([2**62, 2**62, 2, 12]),
        "expands to -1": expand([-1, 2, 12]),
        "expands to 0": expand([0, 2, 12]),
        "pads by 2^31": pad([0, 0, 0, 0, 0, 2**31]),
        "pads by 2^62": pad([0, 0, 2**62, 0, 0, 2**62]),
        "pads by -5": pad([0, 0, -5, 0, 0, 0]),
        "pads by -2^63": pad([0, 0, -(2**63), 0, 0, 0]),
        "pads of another rank": pad([0, 1]),
        "doubles forty times": _graph(first, *doubling, last),
        "5,000 operators": _graph(first, *many, last),
        "window pads of 2^30": conv(pads=(2**30, 2**30)),
        "window pads below 0": conv(pads=(-1, -1)),
        "window pads of 2^62": conv(pads=(2**62, 2**62)),
        "window steps of 0": conv(strides=(0,)),
        "window steps below 0": conv(strides=(-1,)),
        "window gaps of 0": conv(dilations=(0,)),
        "window gaps of 2^31": conv(dilations=(2**31,)),
        "window of 2^31": conv(kernel_shape=(2**31 - 1,)),
        "window of another size": conv(kernel_shape=(4,)),
        "window of two axes": conv(kernel_shape=(3, 3)),
        "window in 0 groups": conv(group=0),
        "window in -1 groups": conv(group=-1),
        "window in 3 groups": conv(group=3),
        "window pads itself": conv(auto_pad="SAME_UPPER"),
        "reshapes to 2^62": reshape([2**62, 2, 12]),
        "reshapes to -1 twice": reshape([-1, -1, 12]),
        "reshapes to -2": reshape([-2, 2, 12]),
        "reshapes cases together": reshape([2, -1]),
        "reshapes to what wraps": reshape([2**61 + 1, 8, 24]),
        "reshapes to 0": reshape([0, 0, 0], allowzero=1),
        "reshapes to no axis": reshape([]),
        "an LSTM of 2^40 units": _recurrent(hidden_size=2**40),
        "an LSTM of 0 units": _recurrent(hidden_size=0),
        "an LSTM of -1 units": _recurrent(hidden_size=-1),
        "an LSTM of both directions": _recurrent(direction="bidirectional"),
        "an LSTM of a wrong squashing": _recurrent(activations=("Softsign", "Tanh", "Tanh")),
        "an LSTM of one squashing": _recurrent(activations=("Sigmoid",)),
        "an LSTM laid out otherwise": _recurrent(layout=1),
        "an LSTM with clip": _recurrent(clip=0.1),
    }


def _recurrent(**more: Any) -> Graph:
    graph = recurrence()
    nodes = list(graph.nodes)
    nodes[1] = replace(nodes[1], attributes={**nodes[1].attributes, **more})
    return replace(graph, nodes=tuple(nodes))


def _crooked() -> dict[str, Graph]:
    """Graphs that hang together wrongly."""
    relu = Node("Relu", ("x",), ("y",), {})
    gather = Node("Gather", ("x", "i"), ("y",), {"axis": 0})
    wide = np.ones((1, 1, 12), np.float32)
    slicing = ("x", "a", "b", "c", "d")

    def cut(*numbers: int) -> Graph:
        return _graph(
            Node("Slice", slicing, ("y",), {}),
            **dict(zip("abcd", (np.array([n]) for n in numbers), strict=True)),
        )

    deep = np.ones((1,) * 8, np.float32)
    return {
        "an output of its own input": _graph(Node("Relu", ("y",), ("y",), {})),
        "a circle": _graph(
            Node("Relu", ("b",), ("a",), {}), Node("Relu", ("a",), ("b",), {}), relu
        ),
        "operators in the wrong order": _graph(
            Node("Relu", ("z",), ("y",), {}), Node("Relu", ("x",), ("z",), {})
        ),
        "an output twice": _graph(relu, relu),
        "an output over the input": _graph(Node("Relu", ("x",), ("x",), {}), relu),
        "an output over a constant": _graph(Node("Relu", ("x",), ("v",), {}), relu),
        "an input that is nowhere": _graph(Node("Add", ("x", "nowhere"), ("y",), {})),
        "no inputs": _graph(Node("Relu", (), ("y",), {})),
        "no outputs": _graph(relu, Node("Relu", ("x",), (), {})),
        "empty names": _graph(Node("Relu", ("",), ("",), {}), relu),
        "two outputs": _graph(Node("Relu", ("x",), ("y", "z"), {})),
        "100 inputs": _graph(Node("Relu", ("x",) * 100, ("y",), {})),
        "an unknown attribute": _graph(Node("Relu", ("x",), ("y",), {"alpha": 1.0})),
        "an attribute of another kind": _graph(Node("Concat", ("x", "x"), ("y",), {"axis": "2"})),
        "an axis past the end": _graph(Node("Concat", ("x", "x"), ("y",), {"axis": 9})),
        "an axis of -2^63": _graph(Node("Softmax", ("x",), ("y",), {"axis": -(2**63)})),
        "an index past the end": _graph(gather, i=np.array([99])),
        "an index of -2^63": _graph(gather, i=np.array([-(2**63)])),
        "an index of another kind": _graph(gather, i=np.array([0.0], np.float32)),
        "an index of the case": _graph(
            Node("Gather", ("wide", "x"), ("y",), {"axis": 2}), wide=wide
        ),
        "elements past the end": _graph(
            Node("GatherElements", ("x", "i"), ("y",), {"axis": 2}), i=np.full((1, 1, 3), 99)
        ),
        "elements below the start": _graph(
            Node("GatherElements", ("x", "i"), ("y",), {"axis": 2}), i=np.full((1, 1, 3), -99)
        ),
        "a slice by 0": cut(0, 12, 2, 0),
        "a slice by -2^63": cut(0, 12, 2, -(2**63)),
        "a slice of nothing": cut(12, 0, 2, 1),
        "a slice of axis 99": cut(0, 12, 99, 1),
        "a slice of axis -2^63": cut(0, 12, -(2**63), 1),
        "a transposition twice of one axis": _graph(
            Node("Transpose", ("x",), ("y",), {"perm": (0, 0, 1)})
        ),
        "a transposition past the end": _graph(
            Node("Transpose", ("x",), ("y",), {"perm": (0, 1, 7)})
        ),
        "a transposition below 0": _graph(Node("Transpose", ("x",), ("y",), {"perm": (0, 1, -1)})),
        "axes squeezed that are wide": _graph(Node("Squeeze", ("x", "time"), ("y",), {})),
        "axes added forty times": _graph(
            Node("Unsqueeze", ("x", "a"), ("y",), {}), a=np.arange(40)
        ),
        "axes added twice": _graph(Node("Unsqueeze", ("x", "a"), ("y",), {}), a=np.array([3, 3])),
        "sixteen axes": _graph(Node("MatMul", ("deep", "deep"), ("y",), {}), deep=deep),
        "a product that does not fit": _graph(Node("MatMul", ("x", "x"), ("y",), {})),
        "NaN in a constant": _graph(
            Node("Add", ("x", "n"), ("y",), {}), n=np.array([np.nan, 1.0], np.float32)
        ),
        "infinity in a constant": _graph(
            Node("Add", ("x", "n"), ("y",), {}), n=np.array([np.inf, 1.0], np.float32)
        ),
        "numbers added to whole numbers": _graph(Node("Add", ("x", "time"), ("y",), {})),
        "a division of whole numbers by 0": _graph(
            Node("Div", ("time", "zero"), ("q",), {}), relu, zero=np.array([0])
        ),
        "a cast to text": _graph(Node("Cast", ("x",), ("y",), {"to": 8})),
        "a cast to nothing": _graph(Node("Cast", ("x",), ("y",), {"to": 0})),
        "a cast to 2^62": _graph(Node("Cast", ("x",), ("y",), {"to": 2**62})),
        "an empty constant": _graph(
            Node("Add", ("x", "n"), ("y",), {}), n=np.zeros((0,), np.float32)
        ),
    }


def _wrong_ends() -> dict[str, Graph]:
    """Inputs and outputs that are not those of the document."""
    sound = convolution()
    x, logits = sound.inputs[0], sound.outputs[0]

    def ends(inputs: tuple[Value, ...] = (x,), outputs: tuple[Value, ...] = (logits,)) -> Graph:
        return replace(sound, inputs=inputs, outputs=outputs)

    return {
        "no input": ends(()),
        "no output": ends((x,), ()),
        "two inputs": ends((x, replace(x, name="z"))),
        "another input's name": ends((replace(x, name="cases"),)),
        "another output's name": ends((x,), (replace(logits, name="y"),)),
        "an input of whole numbers": ends((replace(x, dtype="int64"),)),
        "an output of truths": ends((x,), (replace(logits, dtype="bool"),)),
        "an input of one channel": ends((replace(x, shape=("batch", 1, 12)),)),
        "an input of any length": ends((replace(x, shape=("batch", 2, "time")),)),
        "an input of one case": ends((replace(x, shape=(1, 2, 12)),)),
        "an input of 2^40": ends((replace(x, shape=("batch", 2**20, 2**20)),)),
        "an input of -1": ends((replace(x, shape=("batch", 2, -1)),)),
        "four classes": ends((x,), (replace(logits, shape=("batch", 4)),)),
        "two classes": ends((x,), (replace(logits, shape=("batch", 2)),)),
        "any classes": ends((x,), (replace(logits, shape=("batch", "k")),)),
        "the input is the output": ends((x,), (x,)),
        "a constant is the output": ends((x,), (replace(logits, name="v"),)),
        "the output twice": ends((x,), (logits, logits)),
        "three outputs": ends((x,), (*sound.outputs, replace(logits, name="r"))),
        "an activation of another shape": ends(
            (x,), (logits, replace(sound.outputs[1], shape=("batch", 3, 99)))
        ),
        "an activation of 0 points": ends(
            (x,), (logits, replace(sound.outputs[1], shape=("batch", 3, 0)))
        ),
    }
