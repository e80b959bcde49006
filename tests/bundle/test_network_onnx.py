"""Every network of the table as an ONNX file answers as torch does."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest
import torch

from auscult.bundle.keep.network import TOLERANCE, export_network
from auscult.bundle.network.check import Ends, arrays_of
from auscult.bundle.network.graph import Graph
from auscult.bundle.network.onnx_file import read_graph
from auscult.bundle.network.operators import OPERATORS
from auscult.bundle.predictors.network import NetworkPredictor
from auscult.errors import InputError
from auscult.evaluate.explain.activation_map import class_activation_maps, has_maps
from auscult.models.network import Architecture
from auscult.models.recurrent import RecurrentArchitecture
from auscult.models.table import MODELS, model_class
from auscult.train.estimator import estimator_class
from auscult.types import FloatArray

pytestmark = pytest.mark.usefixtures("one_thread")

N_CASES, N_CLASSES = 24, 3
NETWORKS = [name for name in MODELS if issubclass(model_class(name), Architecture)]
RECURRENT = [n for n in NETWORKS if issubclass(model_class(n), RecurrentArchitecture)]


SMALL: dict[str, dict[str, Any]] = {
    "inception-time": {"depth": 3},
    "googlenet": {"filters": (16, 16), "blocks": 1},
    "resnet": {"filters": (4, 6), "blocks": 1},
    "vgg": {"filters": (4, 6), "units": 8},
    "transformer": {"layers": 1},
}
"""Fewer layers of the same kinds: each takes torch a while to trace."""


class Setting(NamedTuple):
    """A network on a kind of data; ``shape`` is ``(n_channels, n_timepoints)``."""

    name: str
    kind: str
    shape: tuple[int, int]
    params: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        told = ",".join(f"{k}={v}" for k, v in self.params)
        return f"{self.name}-{self.kind}-{self.shape[0]}x{self.shape[1]}{told and '-' + told}"


def settings() -> list[Setting]:
    found = []
    for name in NETWORKS:
        tags = model_class(name).tags
        if tags.tables:
            found.append(Setting(name, "table", (1, 7)))
        if tags.signals:
            channels = 2 if tags.multichannel else 1
            found.append(Setting(name, "signals", (channels, 20)))
        if tags.unequal_length:
            found.append(Setting(name, "unequal", (1, 17)))
    for name in RECURRENT:
        both = (("units", (5, 4)), ("bidirectional", True))
        found += [
            Setting(name, "table", (1, 7), (*both, ("feed", "features"), ("pooling", "mean"))),
            Setting(name, "unequal", (2, 12), (*both, ("pooling", "attention"))),
            Setting(name, "unequal", (1, 12), (*both, ("pooling", "mean"), ("activation", "relu"))),
            Setting(name, "unequal", (1, 12), (*both, ("pooling", "last"))),
        ]
    return [
        *found,
        Setting("fcn", "signals", (1, 9), (("filters", (20, 17, 4)), ("kernels", (9, 4, 1)))),
        Setting(
            "resnet-1d", "signals", (2, 21), (("filters", (4, 6)), ("kernels", (5, 3)), ("pool", 2))
        ),
        Setting("transformer", "signals", (1, 150), (("patches", 75),)),
        Setting("lenet", "signals", (1, 30), (("size", 9),)),
    ]


def cases(setting: Setting, n_cases: int, seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    y = np.arange(n_cases) % N_CLASSES
    X = rng.normal(100, 30, (n_cases, *setting.shape)) + 20 * y[:, None, None]
    if setting.kind == "unequal":
        for case, end in zip(X, rng.integers(1, setting.shape[1] + 1, n_cases), strict=True):
            case[:, end:] = np.nan
        X[0] = 100.0
    X = X.astype(np.float32)
    return X[:, 0] if setting.kind == "table" else X


@cache
def kept(setting: Setting) -> tuple[Any, bytes]:
    """The fitted estimator and its file."""
    X = cases(setting, N_CASES, 0)
    estimator = estimator_class(setting.name)(
        **SMALL.get(setting.name, {}) | dict(setting.params),
        epochs=2,
        batch_size=8,
        early_stopping=False,
        random_state=0,
    )
    estimator.fit(X, np.arange(N_CASES) % N_CLASSES)
    return estimator, export_network(estimator, X)


def predictor(setting: Setting) -> NetworkPredictor:
    return NetworkPredictor(kept(setting)[1], Ends(*setting.shape, N_CLASSES))


@pytest.mark.parametrize("setting", settings(), ids=str)
def test_answers_as_torch_does(setting: Setting) -> None:
    estimator, _ = kept(setting)
    X = cases(setting, 11, 1)
    found = predictor(setting).probability(X)
    assert found.dtype == np.float64
    assert found.shape == (11, N_CLASSES)
    np.testing.assert_allclose(found, estimator.predict_proba(X), rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    one = predictor(setting).probability(X[3:4])
    np.testing.assert_allclose(one, found[3:4], rtol=0, atol=1e-6)


@pytest.mark.parametrize("setting", settings(), ids=str)
def test_arrays_are_what_we_work_out_beforehand(setting: Setting) -> None:
    model = onnx.load_from_string(kept(setting)[1])
    onnx.checker.check_model(model, full_check=True)
    made = [node.output[0] for node in model.graph.node]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in made)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    feeds = {"x": np.ones((5, *setting.shape), np.float32), "lengths": np.arange(1, 6)}
    arrays = session.run(made, {i.name: feeds[i.name] for i in session.get_inputs()})
    ours = arrays_of(read_graph(kept(setting)[1]), 5)
    for name, array in zip(made, arrays, strict=True):
        assert (ours[name].dtype, ours[name].shape) == (array.dtype.name, array.shape), name


def test_every_operator_that_is_allowed_is_needed() -> None:
    used = {node.op for s in settings() for node in read_graph(kept(s)[1]).nodes}
    assert used == set(OPERATORS)


def operators(graph: Graph) -> list[str]:
    return [node.op for node in graph.nodes]


@pytest.mark.parametrize("name", [*RECURRENT, "lstm-fcn"])
def test_recurrent_cells_are_not_unrolled(name: str) -> None:
    short, long = (read_graph(kept(Setting(name, "signals", (2, n)))[1]) for n in (20, 60))
    assert operators(short) == operators(long)
    cell = name.split("-", maxsplit=1)[0].upper()
    assert operators(short).count(cell) == 1


@pytest.mark.parametrize("name", [n for n in NETWORKS if not model_class(n).tags.tables])
def test_class_activation_is_a_second_output(name: str) -> None:
    setting = Setting(name, "signals", (2, 20))
    estimator, data = kept(setting)
    X = cases(setting, 5, 2)
    found = predictor(setting).activation(X)
    if not has_maps(estimator.network_):
        assert found is None
        return
    assert found is not None
    wanted = class_activation_maps(estimator.network_, X)
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max())
    convolutions = sum(m.__class__.__name__ == "Conv1d" for m in estimator.network_.modules())
    assert operators(read_graph(data)).count("Conv") == convolutions, "the layers run once"


def test_cases_go_through_in_parts() -> None:
    setting = Setting("transformer", "signals", (1, 150), (("patches", 75),))
    network = predictor(setting)
    n_cases = 2 * network.checked.chunk + 1
    X = cases(setting, n_cases, 4)
    found = network.probability(X)
    np.testing.assert_allclose(found[-1:], network.probability(X[-1:]), rtol=0, atol=1e-6)
    assert len(found) == n_cases


def test_large_values_and_constant_columns() -> None:
    X = cases(Setting("mlp", "table", (1, 7)), N_CASES, 5)
    X[:, 0] = 3.0
    X[:, 1] *= 1e6
    X[0, 2] = 1e4
    estimator = estimator_class("mlp")(epochs=2, early_stopping=False, random_state=0)
    estimator.fit(X, np.arange(N_CASES) % N_CLASSES)
    data = export_network(estimator, X)
    found = NetworkPredictor(data, Ends(1, 7, N_CLASSES)).probability(X)
    np.testing.assert_allclose(found, estimator.predict_proba(X), rtol=0, atol=TOLERANCE)


def test_a_file_that_answers_otherwise_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = Setting("lstm", "signals", (2, 20))
    estimator, _ = kept(setting)
    monkeypatch.setattr(
        "auscult.bundle.keep.onnx_forms._ORDER",
        {"rnn": [0], "gru": [1, 0, 2], "lstm": [0, 1, 2, 3]},
    )
    with pytest.raises(InputError, match=r"LSTM cannot be kept: without torch .* differ by up to"):
        export_network(estimator, cases(setting, N_CASES, 0))


@pytest.mark.parametrize(("function", "said"), [("digamma", "no form"), ("sin", "Sin")])
def test_a_layer_without_an_operator_is_refused(
    monkeypatch: pytest.MonkeyPatch, function: str, said: str
) -> None:
    setting = Setting("mlp", "table", (1, 7))
    estimator, _ = kept(setting)
    monkeypatch.setattr("torch.relu", getattr(torch, function))
    with pytest.raises(InputError, match=f"^MLP cannot be kept: .*{said}"):
        export_network(estimator, cases(setting, N_CASES, 0))


def test_signals_that_no_network_takes() -> None:
    network = predictor(Setting("fcn", "signals", (2, 20)))
    X = np.zeros((3, 2, 20), np.float32)
    X[2, 0, 4] = np.nan
    with pytest.raises(InputError, match="case 2 has gaps"):
        network.probability(X)
    X[2, :, 4:] = np.nan
    with pytest.raises(InputError, match="case 2 is shorter than the 20 points"):
        network.probability(X)
    X[:] = 3e38
    with pytest.raises(InputError, match="not a finite number"):
        network.probability(X)


def test_answers_without_torch(tmp_path: Path) -> None:
    setting = Setting("gru", "unequal", (1, 17))
    estimator, data = kept(setting)
    X = cases(setting, 4, 3)
    (tmp_path / "network.onnx").write_bytes(data)
    np.save(tmp_path / "X.npy", X)
    script = (
        "import sys, numpy as np\n"
        "from auscult.bundle.predictors.network import NetworkPredictor\n"
        "from auscult.bundle.network.check import Ends\n"
        "data = open('network.onnx', 'rb').read()\n"
        "found = NetworkPredictor(data, Ends(1, 17, 3)).probability(np.load('X.npy'))\n"
        "np.save('found.npy', found)\n"
        "heavy = {'torch', 'sklearn', 'scipy', 'numba', 'onnx', 'pandas'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, timeout=60)
    np.testing.assert_allclose(
        np.load(tmp_path / "found.npy"), estimator.predict_proba(X), rtol=0, atol=TOLERANCE
    )
