"""Layers in the form that ONNX has an operator for.

Our compiled kernels compute what torch's own functions or ONNX's operators say; here those take
their place. A network made of known layers needs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from onnxscript import opset18 as op
from torch import Tensor, library, nn

from auscult.models.convolution.plain import convolve_torch
from auscult.models.layers import Conv1d
from auscult.models.recurrence.run import GATES
from auscult.models.recurrent import RecurrentLayer

_ORDER = {"rnn": [0], "gru": [1, 0, 2], "lstm": [0, 3, 1, 2]}
"""ONNX's order of gates, as places in torch's: z r h of r z n, and i o f c of i f g o."""


@library.custom_op("auscult::recurrent", mutates_args=())
def _recurrent(
    x: Tensor, weight: Tensor, state: Tensor, bias: Tensor, cell: str, activation: str
) -> Tensor:
    raise NotImplementedError("it stands for an operator of ONNX and is never run")


@_recurrent.register_fake
def _(x: Tensor, weight: Tensor, state: Tensor, bias: Tensor, cell: str, activation: str) -> Tensor:
    return x.new_empty(*x.shape[:2], state.shape[2])


class OnnxRecurrent(nn.Module):
    """A recurrent layer of one fit with its weights as ONNX's LSTM, GRU and RNN have them."""

    def __init__(self, layer: RecurrentLayer) -> None:
        super().__init__()
        self.cell, self.activation = layer.cell, layer.activation
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            parts = getattr(layer, name).detach()[0].chunk(GATES[layer.cell])
            self.register_buffer(name, torch.cat([parts[i] for i in _ORDER[layer.cell]])[None])
        bias = torch.cat([self.get_buffer("bias_ih"), self.get_buffer("bias_hh")], dim=1)
        self.register_buffer("bias", bias)

    def forward(self, x: Tensor) -> Tensor:
        weights = [self.get_buffer(name) for name in ("weight_ih", "weight_hh", "bias")]
        return _recurrent(x[0], *weights, self.cell, self.activation)[None]  # type: ignore[no-any-return]


class OnnxConvolution(nn.Module):
    """A convolution over time by torch's own function."""

    def __init__(self, layer: Conv1d) -> None:
        super().__init__()
        self.weight, self.pad = layer.weight, layer.pad

    def forward(self, x: Tensor) -> Tensor:
        return convolve_torch(x, self.weight, self.pad)


FORMS: dict[type[nn.Module], Callable[[Any], nn.Module]] = {
    RecurrentLayer: OnnxRecurrent,
    Conv1d: OnnxConvolution,
}


def use_onnx_forms(network: nn.Module) -> None:
    """Put the ONNX form of each layer that has one in its place."""
    for name, child in network.named_children():
        if type(child) in FORMS:
            setattr(network, name, FORMS[type(child)](child))
        else:
            use_onnx_forms(child)


def _recurrent_operator(
    x: Any, weight: Any, state: Any, bias: Any, cell: str, activation: str
) -> Any:
    act = "Relu" if activation == "relu" else "Tanh"
    steps = op.Transpose(x, perm=[1, 0, 2])
    arguments: dict[str, Any] = {"hidden_size": state.shape[2]}
    if cell == "lstm":
        squash = ["Sigmoid", act, act]
        states, _, _ = op.LSTM(steps, weight, state, bias, activations=squash, **arguments)
    elif cell == "gru":
        squash = ["Sigmoid", act]
        states, _ = op.GRU(
            steps, weight, state, bias, activations=squash, linear_before_reset=1, **arguments
        )
    else:
        states, _ = op.RNN(steps, weight, state, bias, activations=[act], **arguments)
    states = op.Squeeze(states, op.Constant(value_ints=[1]))  # type: ignore[arg-type]
    return op.Transpose(states, perm=[1, 0, 2])


def _attention_operators(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> Any:
    """``softmax(q kᵀ / √d) v`` with the size known beforehand."""
    score = op.MatMul(op.Mul(query, query.shape[3] ** -0.5), op.Transpose(key, perm=[0, 1, 3, 2]))
    return op.MatMul(op.Softmax(score, axis=-1), value)


TRANSLATIONS: dict[Any, Any] = {
    torch.ops.auscult.recurrent.default: _recurrent_operator,
    torch.ops.aten.scaled_dot_product_attention.default: _attention_operators,
}
