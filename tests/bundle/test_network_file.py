"""A stranger's network: refused in one line, or harmless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from auscult.bundle.network import check as check_module
from auscult.bundle.network.check import Ends, check_graph
from auscult.bundle.network.graph import Attribute, Graph, Node, Value
from auscult.bundle.network.onnx_file import MOST_NODES, read_graph, write_graph
from auscult.bundle.network.wire import MOST_FIELDS
from auscult.bundle.predictors.network import NetworkPredictor
from auscult.errors import InputError

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


def test_round_trip() -> None:
    data = write_graph(dense())
    graph = read_graph(data)
    assert graph.nodes == dense().nodes
    assert graph.inputs == dense().inputs
    np.testing.assert_array_equal(graph.constants["weight"], dense().constants["weight"])
    x = np.array([[[1.0, -2.0, 3.0, 4.0]]], np.float32)
    logits = np.maximum(x[:, 0], 0) @ graph.constants["weight"] + graph.constants["bias"]
    wanted = np.exp(logits) / np.exp(logits).sum()
    found = NetworkPredictor(data, ENDS).probability(x)
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_every_kind_of_attribute_goes_round() -> None:
    attributes: dict[str, Attribute] = {
        "f": 0.5,
        "i": -3,
        "s": "word",
        "n": (1, -2),
        "t": ("a", "b"),
        "none": (),
    }
    graph = replace(dense(), nodes=(Node("Relu", ("x", ""), ("y",), attributes),))
    assert read_graph(write_graph(graph)).nodes[0].attributes == attributes


def test_onnx_reads_what_we_write() -> None:
    model = helper.make_model(helper.make_graph([], "g", [], []))
    model.ParseFromString(write_graph(dense()))
    assert [node.op_type for node in model.graph.node] == ["Squeeze", "Relu", "MatMul", "Add"]
    np.testing.assert_array_equal(
        numpy_helper.to_array(model.graph.initializer[0]), dense().constants["weight"]
    )


def onnx_model(**changes: Any) -> Any:
    model = helper.make_model(helper.make_graph([], "g", [], []))
    model.ParseFromString(write_graph(dense()))
    return model


def external(model: Any) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../etc/passwd"


def function(model: Any) -> None:
    node = helper.make_node("Relu", ["a"], ["b"])
    opset = [helper.make_opsetid("", 18)]
    model.functions.append(helper.make_function("own", "f", ["a"], ["b"], [node], opset))


def subgraph(model: Any) -> None:
    body = helper.make_graph([], "body", [], [])
    model.graph.node[1].attribute.append(helper.make_attribute("then_branch", body))


def reference(model: Any) -> None:
    attribute = model.graph.node[1].attribute.add()
    attribute.name, attribute.ref_attr_name, attribute.type = "alpha", "beta", 1


def sparse(model: Any) -> None:
    model.graph.sparse_initializer.add()


def domain(model: Any) -> None:
    model.graph.node[1].domain = "com.microsoft"


def opset(model: Any) -> None:
    model.opset_import[0].version = 7


def second_opset(model: Any) -> None:
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def strings(model: Any) -> None:
    model.graph.initializer.append(numpy_helper.from_array(np.array(["x"], object), "s"))


def doubles(model: Any) -> None:
    tensor = helper.make_tensor("d", TensorProto.DOUBLE, [1], np.zeros(1).tobytes(), raw=True)
    model.graph.initializer.append(tensor)


def short(model: Any) -> None:
    model.graph.initializer[0].raw_data = b"\0" * 31


def giant(model: Any) -> None:
    model.graph.initializer[0].dims[:] = [1 << 40, 1 << 40]


def negative(model: Any) -> None:
    model.graph.initializer[0].dims[:] = [-4, -2]


def training(model: Any) -> None:
    model.training_info.add()


def documented(model: Any) -> None:
    model.doc_string = "<script>"


def metadata(model: Any) -> None:
    entry = model.metadata_props.add()
    entry.key, entry.value = "a", "b"


def twice(model: Any) -> None:
    model.graph.initializer.append(model.graph.initializer[0])


FOREIGN: list[Callable[[Any], None]] = [
    external,
    function,
    subgraph,
    reference,
    sparse,
    domain,
    opset,
    second_opset,
    strings,
    doubles,
    short,
    giant,
    negative,
    training,
    documented,
    metadata,
    twice,
]


@pytest.mark.parametrize("change", FOREIGN, ids=lambda f: f.__name__)
def test_what_our_networks_do_not_have_is_refused(change: Callable[[Any], None]) -> None:
    model = onnx_model()
    change(model)
    with pytest.raises(InputError, match=r"network\.onnx: this (is no )?network"):
        read_graph(model.SerializeToString())


def test_another_writing_of_the_same_is_refused() -> None:
    data = write_graph(dense())
    assert data[:2] == b"\x08\x0a"
    with pytest.raises(InputError, match="not written as auscult writes it"):
        read_graph(b"\x08\x8a\x00" + data[2:])


def test_a_small_file_does_not_become_a_large_object() -> None:
    with pytest.raises(InputError, match=f"more than {MOST_FIELDS} fields"):
        read_graph(b"\x3a\x80\xa4\xe8\x03" + b"\x0a\x00" * (4_000_000))


def test_too_many_operators() -> None:
    relu = [Node("Relu", ("x",), (f"y{i}",), {}) for i in range(MOST_NODES + 1)]
    with pytest.raises(InputError, match=f"{MOST_NODES + 1} operators"):
        read_graph(write_graph(replace(dense(), nodes=tuple(relu))))


@pytest.mark.parametrize("cut", range(0, 340, 3))
def test_truncated(cut: int) -> None:
    data = write_graph(dense())
    with pytest.raises(InputError, match="network"):
        check_graph(read_graph(data[: min(cut, len(data) - 1)]), ENDS)


def test_flipped_bits_are_refused_or_harmless() -> None:
    data = write_graph(dense())
    x = np.ones((1, 1, 4), np.float32)
    answered, refused = 0, []
    for place in range(8 * len(data)):
        broken = bytearray(data)
        broken[place // 8] ^= 1 << place % 8
        try:
            found = NetworkPredictor(bytes(broken), ENDS).probability(x)
        except InputError as error:
            refused.append(str(error))
            continue
        answered += 1
        assert found.shape == (1, 2)
    assert not any("\n" in line for line in refused)
    assert 100 < answered < 450, "names and weights may change, and nothing else"


WRONG: Mapping[str, Graph] = {
    "unknown operator": between(one("Loop")),
    "code of python": between(one("PyOp", module="os")),
    "unknown attribute": between(one("Relu", alpha=1)),
    "attribute missing": between(one("Transpose")),
    "odd attribute": between(one("Transpose", perm="01")),
    "axis twice": between(one("Transpose", perm=(0, 0))),
    "too many inputs": between(one("Relu", "weight")),
    "no input": between(Node("Relu", (), ("hidden",), {})),
    "input left out": between(Node("Relu", ("",), ("hidden",), {})),
    "input of nowhere": between(one("Add", "nothing")),
    "input of later": between(one("Add", "logits")),
    "output twice": between(one("Relu"), one("Relu")),
    "output over a constant": between(Node("Relu", ("flat",), ("weight",), {})),
    "no output": between(Node("Relu", ("flat",), (), {})),
    "two outputs": between(Node("Relu", ("flat",), ("hidden", "more"), {})),
    "other type": between(one("Add", "axes")),
    "shapes that do not fit": between(one("Add", "three"), three=np.ones(3, np.float32)),
    "many axes": between(
        Node("Unsqueeze", ("flat", "more"), ("hidden",), {}), more=np.arange(2, 10)
    ),
    "reshape that does not fit": between(one("Reshape", "to"), to=[-1, 3]),
    "reshape to nothing": between(one("Reshape", "to"), to=[0, 0, 4, 0]),
    "reshape of two unknowns": between(one("Reshape", "to"), to=[-1, -1]),
    "reshape by the case": between(one("Reshape", "flat")),
    "expand without end": between(one("Expand", "to"), to=[2**40, 1, 4]),
    "expand to nothing": between(one("Expand", "to"), to=[0, 4]),
    "pad without end": between(one("Pad", "by", mode="constant"), by=[0, 2**40, 0, 0]),
    "pad backwards": between(one("Pad", "by", mode="constant"), by=[0, -1, 0, 0]),
    "pad by reflection": between(one("Pad", "by", mode="reflect"), by=[0, 1, 0, 1]),
    "gather past the end": between(one("Gather", "at", axis=1), at=[0, 4]),
    "gather by the case": between(one("Gather", "flat", axis=1)),
    "slice of nothing": between(one("Slice", "from", "to", "axes"), **{"from": [3]}, to=[1]),
    "slice in steps of 0": between(
        one("Slice", "from", "to", "axes", "step"), **{"from": [0]}, to=[4], step=[0]
    ),
    "infinite weight": between(one("Add", "much"), much=np.full(4, np.inf, np.float32)),
    "weight that is no number": between(one("Add", "much"), much=np.full(4, np.nan, np.float32)),
    "batch becomes points": between(one("Transpose", perm=(1, 0))),
    "softmax of cases": between(one("Softmax", axis=0)),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_graphs_are_refused(name: str) -> None:
    data = write_graph(WRONG[name])
    with pytest.raises(InputError, match=r"network\.onnx: this network cannot be used") as caught:
        check_graph(read_graph(data), ENDS)
    assert "\n" not in str(caught.value)


def image(op: str, *more: str, **attributes: Any) -> Graph:
    """The same with an operator on ``(batch, 1, 2, 2)``."""
    return between(
        Node("Reshape", ("flat", "square"), ("image",), {}),
        Node(op, ("image", *more), ("seen",), attributes),
        Node("Reshape", ("seen", "row"), ("hidden",), {}),
        square=[-1, 1, 2, 2],
        row=[-1, 4],
        filter=np.ones((1, 1, 3, 3), np.float32),
        one=np.ones(1, np.float32),
        two=np.ones(2, np.float32),
    )


SEEN: dict[str, Any] = {"strides": (1, 1), "dilations": (1, 1), "pads": (1, 1, 1, 1)}
CONV = SEEN | {"kernel_shape": (3, 3)}


def test_a_right_image() -> None:
    x = np.ones((1, 1, 4), np.float32)
    for graph in (image("Conv", "filter", **CONV), image("MaxPool", **CONV)):
        assert NetworkPredictor(write_graph(graph), ENDS).probability(x).shape == (1, 2)


@pytest.mark.parametrize(
    "graph",
    [
        image("Conv", "filter", **CONV | {"group": 0}),
        image("Conv", "filter", **CONV | {"group": 2}),
        image("Conv", "filter", **CONV | {"kernel_shape": (2, 2)}),
        image("Conv", "filter", **CONV | {"pads": (1, 1)}),
        image("Conv", "filter", **CONV | {"pads": (-1, 1, 1, 1)}),
        image("Conv", "filter", **CONV | {"strides": (0, 1)}),
        image("Conv", "filter", **CONV | {"dilations": (9, 9)}),
        image("Conv", "filter", **CONV | {"dilations": (2**40, 1)}),
        image("Conv", "filter", **CONV | {"auto_pad": "SAME_UPPER"}),
        image("Conv", "filter", "two", **CONV),
        image("Conv", "one", **CONV),
        image("MaxPool", **CONV | {"pads": (2**30, 0, 0, 0)}),
        image("MaxPool", **CONV | {"kernel_shape": (0, 1)}),
        image("MaxPool", **CONV | {"storage_order": 1}),
        image("BatchNormalization", "one", "one", "one", "two"),
        image("BatchNormalization", "one", "one", "one", "one", training_mode=1),
    ],
)
def test_windows_that_do_not_fit(graph: Graph) -> None:
    with pytest.raises(InputError, match="cannot be used"):
        check_graph(graph, ENDS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hidden_size": 2},
        {"direction": "reverse"},
        {"layout": 1},
        {"linear_before_reset": 0},
        {"activations": ("Sigmoid", "Affine")},
        {"clip": 1.0},
    ],
    ids=str,
)
def test_cells_of_another_kind(wrong: Mapping[str, Any]) -> None:
    attributes = {
        "hidden_size": 4,
        "direction": "forward",
        "layout": 0,
        "linear_before_reset": 1,
        "activations": ("Sigmoid", "Tanh"),
    }

    def graph(attributes: Mapping[str, Any]) -> Graph:
        return between(
            Node("Unsqueeze", ("flat", "first"), ("steps",), {}),
            Node("GRU", ("steps", "w", "r", "b"), ("states",), attributes),
            Node("Squeeze", ("states", "both"), ("hidden",), {}),
            first=[0],
            both=[0, 1],
            w=np.ones((1, 12, 4), np.float32),
            r=np.ones((1, 12, 4), np.float32),
            b=np.ones((1, 24), np.float32),
        )

    check_graph(graph(attributes), ENDS)
    with pytest.raises(InputError, match="GRU"):
        check_graph(graph({**attributes, **wrong}), ENDS)


def test_another_question_or_answer_than_the_document() -> None:
    for ends in (Ends(2, 4, 2), Ends(1, 5, 2), Ends(1, 4, 3)):
        with pytest.raises(InputError, match="than the document says"):
            check_graph(dense(), ends)
    for outputs in (
        (),
        (Value("answer", "float32", ("batch", 2)),),
        (*dense().outputs, Value("hidden", "float32", ("batch", 4))),
        (*dense().outputs, Value("activation", "float32", ("batch", 2, 9))),
    ):
        with pytest.raises(InputError, match="than the document says"):
            check_graph(replace(dense(), outputs=outputs), ENDS)
    missing = replace(
        dense(), outputs=(*dense().outputs, Value("activation", "float32", ("batch", 2, 3)))
    )
    with pytest.raises(InputError, match="'activation' is not what it says"):
        check_graph(missing, ENDS)


def test_numbers_of_a_case_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    check_graph(dense(), ENDS)
    monkeypatch.setattr(check_module, "MOST_NUMBERS", 11)
    with pytest.raises(InputError, match="more numbers than are allowed"):
        check_graph(dense(), ENDS)
