"""A stranger's graph: what its operators, shapes and numbers may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.bundle.graphs import ENDS, between, dense, one

from auscult.bundle.network import check as check_module
from auscult.bundle.network.check import Ends, check_graph
from auscult.bundle.network.graph import Graph, Node, Value
from auscult.bundle.network.onnx_file import read_graph, write_graph
from auscult.bundle.predictors.network import NetworkPredictor
from auscult.errors import InputError

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
