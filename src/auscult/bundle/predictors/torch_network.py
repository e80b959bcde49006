"""A network, rebuilt in torch: the very bits of training, where torch is installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from auscult.bundle.predictors.checks import refused, require_finite
from auscult.bundle.predictors.predictor import Parts
from auscult.errors import InputError
from auscult.models.network import Architecture, Network
from auscult.models.table import MODELS, model_class
from auscult.train.logits import probabilities
from auscult.types import FloatArray, InputShape, IntArray

CHUNK = 8192
"""Cases at a time, as training's own predictions take them."""
_LARGEST = 65_536
"""Of a setting that is a whole number, and of how many numbers it may be a list."""


@dataclass(frozen=True, eq=False)
class TorchNetwork:
    """A network of the table of models, in ``eval`` mode."""

    network: Network
    shape: InputShape

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        """As of a predictor; lengths are told by the NaN at the signals' ends."""
        shape = (len(X), self.shape.n_channels, self.shape.n_timepoints)
        cases = X.reshape(shape)
        parts = [self._part(cases[at : at + CHUNK]) for at in range(0, len(cases), CHUNK)]
        return np.concatenate(parts)

    def _part(self, cases: FloatArray) -> FloatArray:
        missing = np.isnan(cases).any(axis=1)
        lengths = (~missing).sum(axis=1) if missing.any() else None
        return probabilities(self.network, cases, lengths)


def read(parts: Parts) -> TorchNetwork:
    """From the weights, and the architecture that the document names.

    Raises
    ------
    InputError
        No such architecture, settings that it refuses, or weights of other shapes.
    """
    document = parts.document
    table = document.kind == "table"
    points = parts.n_features if table else document.n_timepoints
    shape = InputShape(document.n_channels, points, parts.n_classes, document.kind)
    architecture = _architecture(document.model.name, parts)
    with torch.device("meta"):
        bare = architecture.build(1, shape)
    weights = _weights(bare.state_dict(), parts)
    network = architecture.build(1, shape)
    network.load_state_dict(weights)
    return TorchNetwork(network.eval(), shape)


def _architecture(name: str, parts: Parts) -> Architecture:
    cls = model_class(name) if name in MODELS else None
    if cls is None or not (isinstance(cls, type) and issubclass(cls, Architecture)):
        raise InputError(f"bundle.json: no network is called '{name}'.")
    given = parts.settings.mapping("settings")
    known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    unknown = sorted(given.keys() - known)
    if unknown:
        raise InputError(f"bundle.json: {name} has no setting '{unknown[0]}'.")
    settings = {key: tuple(v) if isinstance(v, list) else v for key, v in given.items()}
    for key, value in settings.items():
        _require_small(key, value)
    return cls(**settings)


def _require_small(key: str, value: Any) -> None:
    values = value if isinstance(value, tuple) else (value,)
    large = any(isinstance(v, int | float) and v > _LARGEST for v in values)
    if large or len(values) > 64:
        raise InputError(f"bundle.json: the setting '{key}' is too large.")


def _weights(wanted: Mapping[str, Any], parts: Parts) -> dict[str, torch.Tensor]:
    """The arrays as a stack of one; none is missing, and none is left over."""
    unknown = sorted(parts.arrays.keys() - wanted.keys())
    if unknown:
        raise refused(unknown[0], "one of the network's weights")
    found = {}
    for name, tensor in wanted.items():
        dtype = str(tensor.dtype).removeprefix("torch.")
        array: NDArray[Any] = parts.array(name, dtype, tuple(tensor.shape[1:]))
        require_finite(array, name)
        found[name] = torch.tensor(array)[None]
    return found
