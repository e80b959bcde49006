"""Small sound bundles, one a kind of model, made by hand: what attacks are made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.bundle.attacks.corpus import Files

from auscult.bundle.arrays import read_arrays, write_arrays
from auscult.bundle.document import (
    CalibrationMap,
    Document,
    Field,
    Figures,
    ModelInfo,
    Sets,
    Threshold,
)
from auscult.bundle.network.graph import Attribute, Graph, Node, Value
from auscult.bundle.network.onnx_file import write_graph
from auscult.types import Estimate, Finding

Arrays = Mapping[str, NDArray[Any]]
Attributes = Mapping[str, Attribute]
COLUMNS = (
    Field("age", "numeric", "years", low=29.0, high=77.0, median=55.0, whole=True),
    Field("chol", "numeric", "mg/dl", low=126.0, high=564.0, median=241.0, n_missing=2),
    Field("sex", "categorical", categories=("female", "male"), commonest="male"),
)
ENCODER = {
    "medians": [55.0, 241.0, None],
    "gaps": [1],
    "categories": [[], [], [0.0, 1.0]],
}
N_FEATURES = 5
CLASSES = ("absent", "present")
CALIBRATIONS = {
    "platt": CalibrationMap("platt", "parts", 60, sigmoids=((1.1, -0.1),)),
    "isotonic": CalibrationMap("isotonic", "parts", 60, steps=(((0.2, 0.8), (0.1, 0.9)),)),
    "temperature": CalibrationMap("temperature", "parts", 60, degrees=1.3),
}


def table_document(predictor: Mapping[str, Any], calibration: str = "platt") -> dict[str, Any]:
    """``bundle.json`` of a small heart table."""
    figures = Figures(
        "roc_auc",
        "10-fold",
        303,
        {"roc_auc": Estimate(0.91, 0.88, 0.94)},
        "majority",
        {"roc_auc": Estimate(0.5, 0.5, 0.5)},
    )
    return Document(
        name="heart",
        kind="table",
        target="disease",
        classes=CLASSES,
        class_counts=(164, 139),
        columns=COLUMNS,
        n_channels=1,
        n_timepoints=3,
        model=ModelInfo("model", "Model"),
        predictor=predictor,
        figures=figures,
        n_cases=303,
        trained_on="all cases",
        encoder=ENCODER,
        factors=(1.0, 1.2),
        calibration=CALIBRATIONS[calibration],
        sets=Sets(0.9, "lac", True, (0.8, 0.7), "a class at a time", "parts", 60),
        threshold=Threshold("present", 0.9, 0.4, "parts", 60),
        warnings=(Finding("small", "Few cases.", "note"),),
        card={"facts": ["303 cases"], "items": []},
        data_sha256="0" * 64,
        versions={"auscult": "0.1"},
        created="2026-11-21T12:00:00Z",
    ).to_json()


def files_of(document: Mapping[str, Any], arrays: Arrays, **rest: bytes) -> dict[str, bytes]:
    text = json.dumps(document, ensure_ascii=False, indent=1).encode()
    files = {"bundle.json": text, "weights.safetensors": write_arrays(arrays)}
    return {**files, **{name.replace("_", "."): data for name, data in rest.items()}}


def majority() -> Files:
    return files_of(
        table_document({"kind": "majority"}, "temperature"), {"prior": np.array([0.55, 0.45])}
    )


def logistic() -> Files:
    random = np.random.default_rng(1)
    return files_of(
        table_document({"kind": "logistic"}),
        {
            "mean": random.normal(size=N_FEATURES),
            "scale": np.full(N_FEATURES, 2.0),
            "coef": random.normal(size=(1, N_FEATURES)),
            "intercept": np.array([0.1]),
        },
    )


def forest() -> Files:
    random = np.random.default_rng(2)
    share = random.random((len(COMB) + 1, 2))
    arrays = {**_trees(), "share": share / share.sum(axis=1, keepdims=True)}
    return files_of(table_document({"kind": "forest"}, "isotonic"), arrays)


def boosting() -> Files:
    random = np.random.default_rng(3)
    arrays: Arrays = {
        **_trees(),
        "start": np.array([0.2]),
        "value": random.normal(size=len(COMB) + 1),
    }
    return files_of(table_document({"kind": "boosting"}), arrays)


def vote() -> Files:
    """Half a logistic regression, half boosting."""
    members = {"logistic": logistic(), "boosting": boosting()}
    arrays = {
        f"{place}/{name}": array
        for place, files in enumerate(members.values())
        for name, array in read_arrays(files["weights.safetensors"]).items()
    }
    told = [
        {"model": kind, "label": kind, "predictor": {"kind": kind}, "factors": [1.0, 1.1]}
        for kind in members
    ]
    predictor = {"kind": "vote", "how": "weighted", "members": told, "weights": [0.5, 0.5]}
    return files_of(table_document(predictor), arrays)


COMB = (1, -1, 3, -3)
"""Left links of four nodes in two trees; nodes 0 and 2 are the roots."""


def _trees() -> dict[str, NDArray[Any]]:
    return {
        "roots": np.array([0, 2, -1], dtype=np.int32),
        "feature": np.array([0, 1, 2, 4], dtype=np.int32),
        "threshold": np.array([0.1, -0.2, np.inf, 0.5]),
        "left": np.array(COMB, dtype=np.int32),
        "right": np.array([-2, -3, -4, -5], dtype=np.int32),
        "missing_left": np.array([True, False, True, False]),
    }


N_CHANNELS, N_TIMEPOINTS = 2, 12


def signal_document(predictor: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """``bundle.json`` of a few small waves."""
    columns = tuple(Field(f"lead {k + 1}", "numeric", "mV") for k in range(N_CHANNELS))
    sound = Document(
        name="waves",
        kind="signals",
        target="shape",
        classes=("early", "late", "both"),
        class_counts=(9, 9, 9),
        columns=columns,
        n_channels=N_CHANNELS,
        n_timepoints=N_TIMEPOINTS,
        model=ModelInfo("fcn", "FCN"),
        predictor=predictor,
        figures=Figures("accuracy", "3-fold", 27, {"accuracy": Estimate(0.9, 0.8, 1.0)}),
        n_cases=27,
        trained_on="all cases",
        sampling_rate=128.0,
        calibration=CalibrationMap("isotonic", "parts", 9, steps=(((0.2, 0.8), (0.1, 0.9)),) * 3),
        sets=Sets(0.9, "aps", False, (0.95,), "all classes together", "parts", 9),
    )
    return {**sound.to_json(), **changes}


def knn() -> Files:
    random = np.random.default_rng(4)
    arrays: Arrays = {
        "references": random.normal(size=(6, N_CHANNELS, N_TIMEPOINTS)).astype(np.float32),
        "lengths": np.array([12, 12, 12, 12, 9, 5], dtype=np.int64),
        "codes": np.array([0, 1, 2, 0, 1, 2], dtype=np.int64),
    }
    predictor = {"kind": "knn", "k": 3, "squared": True, "window": None}
    return files_of(signal_document(predictor, unequal_length=True), arrays)


def network(graph: Graph, **changes: Any) -> Files:
    """A bundle whose network is this graph; it has no other weights."""
    text = json.dumps(signal_document({"kind": "network", "settings": {}}, **changes)).encode()
    return {"bundle.json": text, "network.onnx": write_graph(graph)}


def _normal(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(5).normal(size=shape).astype(np.float32)


CASES = Value("x", "float32", ("batch", N_CHANNELS, N_TIMEPOINTS))
LOGITS = Value("logits", "float32", ("batch", 3))


def convolution() -> Graph:
    """A convolution, a mean over time and a product: logits and class activation."""
    window: Attributes = {
        "kernel_shape": (3,),
        "pads": (1, 1),
        "strides": (1,),
        "dilations": (1,),
        "group": 1,
    }
    nodes = (
        Node("Conv", ("x", "w", "b"), ("c",), window),
        Node("Relu", ("c",), ("r",), {}),
        Node("Transpose", ("r",), ("t",), {"perm": (0, 2, 1)}),
        Node("MatMul", ("t", "v"), ("m",), {}),
        Node("Transpose", ("m",), ("activation",), {"perm": (0, 2, 1)}),
        Node("ReduceMean", ("activation", "time"), ("logits",), {"keepdims": 0}),
    )
    constants: Arrays = {
        "w": _normal(4, N_CHANNELS, 3),
        "b": _normal(4),
        "v": _normal(4, 3),
        "time": np.array([2], dtype=np.int64),
    }
    activation = Value("activation", "float32", ("batch", 3, N_TIMEPOINTS))
    return Graph(nodes, constants, (CASES,), (LOGITS, activation))


def recurrence() -> Graph:
    """An LSTM of two units and a product of its last state."""
    cell: Attributes = {
        "activations": ("Sigmoid", "Tanh", "Tanh"),
        "direction": "forward",
        "hidden_size": 2,
        "input_forget": 0,
        "layout": 0,
    }
    nodes = (
        Node("Transpose", ("x",), ("t",), {"perm": (2, 0, 1)}),
        Node("LSTM", ("t", "w", "r", "b"), ("s",), cell),
        Node("Slice", ("s", "from", "to", "axis"), ("l",), {}),
        Node("Squeeze", ("l", "axes"), ("h",), {}),
        Node("MatMul", ("h", "v"), ("logits",), {}),
    )
    constants: Arrays = {
        "w": _normal(1, 8, N_CHANNELS),
        "r": _normal(1, 8, 2),
        "b": _normal(1, 16),
        "v": _normal(2, 3),
        "from": np.array([-1]),
        "to": np.array([2**63 - 1]),
        "axis": np.array([0]),
        "axes": np.array([0, 1]),
    }
    return Graph(nodes, constants, (CASES,), (LOGITS,))


GRAPHS: Mapping[str, Callable[[], Graph]] = {
    "convolution": convolution,
    "recurrence": recurrence,
}
SOUND: Mapping[str, Callable[[], Files]] = {
    "majority": majority,
    "logistic": logistic,
    "forest": forest,
    "boosting": boosting,
    "vote": vote,
    "knn": knn,
    "convolution": lambda: network(convolution()),
    "recurrence": lambda: network(recurrence()),
}


def sound() -> dict[str, Files]:
    """Kind of model → files of a bundle that loads and answers."""
    return {kind: make() for kind, make in SOUND.items()}
