"""A trained network as an ONNX file, checked against torch."""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from onnx_ir.passes.common import CommonSubexpressionEliminationPass
from torch import Tensor, nn

from auscult.bundle.keep.onnx_forms import TRANSLATIONS, use_onnx_forms
from auscult.bundle.network.check import (
    ACTIVATION,
    BATCH,
    CASES,
    LENGTHS,
    LOGITS,
    Ends,
)
from auscult.bundle.network.graph import Graph, Node, Value
from auscult.bundle.network.onnx_file import OPSET, write_graph
from auscult.bundle.predictors.network import NetworkPredictor
from auscult.errors import InputError
from auscult.models.layers import Context
from auscult.models.network import Network
from auscult.train.estimator import NetworkClassifier
from auscult.train.logits import probabilities
from auscult.types import FloatArray

TOLERANCE = 1e-5
"""The most by which a probability of the file may differ from torch's."""
_CHECKED_CASES = 500
_QUANTILES = (0.0, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0)


def export_network(estimator: NetworkClassifier, X: FloatArray) -> bytes:
    """The file ``network.onnx`` of a fitted network: standardisation, layers, logits.

    Parameters
    ----------
    estimator
        Fitted, of one class of :func:`~auscult.train.estimator.estimator_class`.
    X
        Its training cases, as it was fitted on them. The file's probabilities are compared with
        torch's on a part of them and on cases made of the quantiles of every value.

    Raises
    ------
    InputError
        The network has a layer that bundles do not take, or its file answers otherwise.
    """
    network, shape = estimator.network_, estimator.network_.shape
    unequal = estimator.tags.unequal_length and shape.kind == "signals"
    try:
        data = write_graph(traced(network, unequal=unequal))
        predictor = NetworkPredictor(
            data, Ends(shape.n_channels, shape.n_timepoints, shape.n_outputs)
        )
        _require_equal(network, predictor, checking_cases(X))
    except InputError as error:
        raise InputError(f"{estimator.label} cannot be kept: {error}") from error
    except torch.onnx.OnnxExporterError as error:
        raise InputError(
            f"{estimator.label} cannot be kept: ONNX has no form of one of its layers "
            f"({str(error.__cause__ or error).splitlines()[0]})."
        ) from error
    return data


def _require_equal(network: Network, predictor: NetworkPredictor, cases: FloatArray) -> None:
    known = (~np.isnan(cases).any(axis=1)).sum(axis=1)
    lengths = known if (known < cases.shape[2]).any() else None
    wanted = probabilities(network, cases, lengths)
    worst = float(np.abs(predictor.probability(cases, lengths) - wanted).max())
    if not worst <= TOLERANCE:
        raise InputError(
            f"without torch its probabilities differ by up to {worst:.1e}, and {TOLERANCE:g} is "
            "allowed."
        )


def checking_cases(X: FloatArray) -> FloatArray:
    """``(n, n_channels, n_timepoints)`` float32: some cases, spread out, and cases of quantiles."""
    shaped = X if X.ndim == 3 else X[:, None]
    spread = np.linspace(0, len(shaped) - 1, min(_CHECKED_CASES, len(shaped))).astype(np.int64)
    some = np.asarray(shaped[spread], dtype=np.float32)
    whole = some[~np.isnan(some).any(axis=(1, 2))]
    if not len(whole):
        return some
    quantiles = np.quantile(whole, _QUANTILES, axis=0).astype(np.float32)
    return np.concatenate([some, quantiles])


class _Answers(nn.Module):
    """One fit as a function of its cases: ``x`` ``(N, C, T)`` and their true lengths."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> tuple[Tensor, ...]:
        context = Context(lengths=None if lengths is None else lengths.unsqueeze(0))
        standard = self.network.standardise(x.unsqueeze(0), context)
        logits = self.network.logits(standard, context)[0]
        if not hasattr(self.network, "maps"):
            return (logits,)
        maps = self.network.maps(standard, context)[0]  # type: ignore[operator]
        weight = self.network.head.weight[0, :, -maps.shape[1] :]  # type: ignore[index,union-attr]
        return logits, torch.matmul(weight, maps)


def traced(network: Network, *, unequal: bool) -> Graph:
    """The operators of a network of one fit.

    Parameters
    ----------
    unequal
        Whether it takes the true lengths of its signals beside them.
    """
    plain = copy.deepcopy(network).eval()
    use_onnx_forms(plain)
    shape = network.shape
    inputs = [torch.zeros(3, shape.n_channels, shape.n_timepoints)]
    if unequal:
        inputs.append(torch.full((3,), shape.n_timepoints))
    outputs = [LOGITS, ACTIVATION] if hasattr(plain, "maps") else [LOGITS]
    batch = torch.export.Dim(BATCH)
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            _Answers(plain),
            tuple(inputs),
            dynamo=True,
            dynamic_shapes=tuple({0: batch} for _ in inputs),
            opset_version=OPSET,
            custom_translation_table=TRANSLATIONS,
            input_names=[CASES, LENGTHS][: len(inputs)],
            output_names=outputs,
            optimize=False,
            verbose=False,
        )
        assert program is not None
        # Maps and logits go through the same layers: once is enough.
        CommonSubexpressionEliminationPass()(program.model)
        program.optimize()
    return _graph_of(program.model_proto)


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter tells its steps, and what it would like to be installed."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def _graph_of(model: Any) -> Graph:
    """The same in our classes: what is only told, and outputs that nobody reads, are left out."""
    graph = model.graph
    read = {name for node in graph.node for name in node.input} | {o.name for o in graph.output}
    return Graph(
        tuple(_node(node, read) for node in graph.node),
        {tensor.name: _array(tensor) for tensor in graph.initializer if tensor.name in read},
        tuple(_value(value) for value in graph.input),
        tuple(_value(value) for value in graph.output),
    )


def _node(node: Any, read: set[str]) -> Node:
    from onnx import helper  # noqa: PLC0415

    outputs = list(node.output)
    while outputs[-1] not in read:
        outputs.pop()
    attributes = {a.name: _attribute(helper.get_attribute_value(a)) for a in node.attribute}
    op = node.op_type if not node.domain else f"{node.domain}.{node.op_type}"
    return Node(op, tuple(node.input), tuple(outputs), attributes)


def _attribute(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    return tuple(_attribute(one) for one in value) if isinstance(value, list) else value


def _array(tensor: Any) -> Any:
    from onnx import numpy_helper  # noqa: PLC0415

    return numpy_helper.to_array(tensor)


def _value(value: Any) -> Value:
    from onnx import helper  # noqa: PLC0415

    tensor = value.type.tensor_type
    axes = [dim.dim_param or dim.dim_value for dim in tensor.shape.dim]
    return Value(value.name, helper.tensor_dtype_to_np_dtype(tensor.elem_type).name, tuple(axes))
