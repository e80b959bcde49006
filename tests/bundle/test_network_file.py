"""A stranger's network: refused in one line, or harmless."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from tests.bundle.graphs import ENDS, dense

from auscult.bundle.network.check import check_graph
from auscult.bundle.network.graph import Attribute, Node
from auscult.bundle.network.onnx_file import MOST_NODES, read_graph, write_graph
from auscult.bundle.network.wire import MOST_FIELDS
from auscult.bundle.predictors.network import NetworkPredictor
from auscult.errors import InputError


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
