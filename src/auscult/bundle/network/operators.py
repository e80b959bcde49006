"""The allow-list: operators that a network of the table of models is exported with."""

from __future__ import annotations

from auscult.bundle.network.arrays import Rule
from auscult.bundle.network.layers import (
    batch_norm_rule,
    conv_rule,
    layer_norm_rule,
    matmul_rule,
    max_pool_rule,
    recurrent_rule,
    softmax_rule,
)
from auscult.bundle.network.moving import (
    cast_rule,
    concat_rule,
    elementwise,
    expand_rule,
    gather_elements_rule,
    gather_rule,
    pad_rule,
    reduce_rule,
    reshape_rule,
    shape_rule,
    slice_rule,
    squeeze_rule,
    transpose_rule,
    unsqueeze_rule,
    where_rule,
)

_ALL = ("float32", "int64")

OPERATORS: dict[str, Rule] = {
    "Add": elementwise(_ALL, 2),
    "And": elementwise(("bool",), 2),
    "BatchNormalization": batch_norm_rule,
    "Cast": cast_rule,
    "Concat": concat_rule,
    "Conv": conv_rule,
    "Div": elementwise(("float32",), 2),
    "Erf": elementwise(("float32",), 1),
    "Expand": expand_rule,
    "GRU": recurrent_rule(3, 1, linear_before_reset=1),
    "Gather": gather_rule,
    "GatherElements": gather_elements_rule,
    "Greater": elementwise(_ALL, 2, "bool"),
    "GreaterOrEqual": elementwise(_ALL, 2, "bool"),
    "IsInf": elementwise(("float32",), 1, "bool"),
    "IsNaN": elementwise(("float32",), 1, "bool"),
    "LSTM": recurrent_rule(4, 2, input_forget=0),
    "LayerNormalization": layer_norm_rule,
    "Less": elementwise(_ALL, 2, "bool"),
    "MatMul": matmul_rule,
    "MaxPool": max_pool_rule,
    "Mul": elementwise(_ALL, 2),
    "Pad": pad_rule,
    "RNN": recurrent_rule(1, 1),
    "ReduceMean": reduce_rule,
    "ReduceSum": reduce_rule,
    "Relu": elementwise(("float32",), 1),
    "Reshape": reshape_rule,
    "Shape": shape_rule,
    "Slice": slice_rule,
    "Softmax": softmax_rule,
    "Squeeze": squeeze_rule,
    "Sub": elementwise(_ALL, 2),
    "Tanh": elementwise(("float32",), 1),
    "Transpose": transpose_rule,
    "Unsqueeze": unsqueeze_rule,
    "Where": where_rule,
}
"""Every operator that a bundle's network may have, with its rule."""
