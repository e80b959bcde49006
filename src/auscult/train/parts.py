"""What a fit is trained on, and how the cases of many fits become one batch."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from auscult.models.layers import Context
from auscult.models.noise import Noise
from auscult.types import FloatArray, InputShape, IntArray

CHUNK = 8192
"""Cases that are looked at at a time."""


@dataclass(frozen=True, eq=False)
class Part:
    """One fit's part of a plan.

    Parameters
    ----------
    X
        ``(n_cases, n_channels, n_timepoints)`` float32, all cases; fits of one stack may share it.
    y
        ``(n_cases,)`` class codes, or ``(n_cases, n_outputs)`` values.
    train, validation
        Indices of cases. An empty validation part means that nothing is stopped early.
    seed
        Where all randomness of this fit comes from: weights, order of cases, dropout.
    lengths
        ``(n_cases,)`` true lengths of the signals, or None.
    scaled
        ``X`` is scaled already, by figures of the training part only: the network leaves it so.
    """

    X: FloatArray
    y: NDArray[Any]
    train: IntArray
    validation: IntArray
    seed: int
    lengths: IntArray | None = None
    scaled: bool = False


@dataclass
class Batch:
    """Inputs ``(F, B, C, T)``, codes ``(F, B)`` or values ``(F, B, n_outputs)``, context.

    ``real`` are weights ``(F, B)``, 0 in the padding.
    """

    x: Tensor
    y: Tensor
    real: Tensor
    context: Context


class Bank:
    """The cases of all parts in one tensor each; a part that shares its array shares its place."""

    def __init__(self, parts: Sequence[Part], device: torch.device) -> None:
        self.parts = parts
        arrays: dict[int, int] = {}
        xs, ys, lengths, offset = [], [], [], 0
        self.offsets = []
        self.arrays = []  # the tensors below lie over their memory
        for part in parts:
            if id(part.X) not in arrays:
                arrays[id(part.X)] = offset
                offset += len(part.X)
                self.arrays.append(np.ascontiguousarray(part.X, dtype=np.float32))
                xs.append(tensor_of(self.arrays[-1]))
                kind = torch.int64 if part.y.ndim == 1 else torch.float32
                ys.append(torch.tensor(part.y, dtype=kind))
                if part.lengths is not None:
                    lengths.append(torch.tensor(part.lengths, dtype=torch.int64))
            self.offsets.append(arrays[id(part.X)])
        self.x = (torch.cat(xs) if len(xs) > 1 else xs[0]).to(device)
        self.y = (torch.cat(ys) if len(ys) > 1 else ys[0]).to(device)
        self.lengths = torch.cat(lengths).to(device) if lengths else None

    def batch(self, cases: Sequence[Tensor], noise: Noise | None) -> Batch:
        """The named cases of each fit (places in the bank), padded to the longest list."""
        sizes = [len(c) for c in cases]
        width = max(sizes)
        if min(sizes) == width:
            index = torch.stack(list(cases))
            real = torch.ones(index.shape)
        else:
            index = torch.zeros(len(cases), width, dtype=torch.int64)
            real = torch.zeros(len(cases), width)
            for fit, places in enumerate(cases):
                index[fit, : len(places)] = places
                real[fit, : len(places)] = 1.0
        index, real = index.to(self.x.device), real.to(self.x.device)
        lengths = None if self.lengths is None else self.lengths[index]
        context = Context(sizes=sizes, noise=noise, lengths=lengths)
        return Batch(self.x[index], self.y[index], real, context)


def tensor_of(X: FloatArray) -> Tensor:
    """A float32 tensor over the array's own memory, also where the array is read-only or mapped.

    Nothing here writes into it; torch only has no word for that. The tensor does not keep the
    array alive.
    """
    memory = (ctypes.c_byte * X.nbytes).from_address(X.ctypes.data)
    return torch.frombuffer(memory, dtype=torch.float32).view(X.shape)


def standardisation(part: Part, shape: InputShape) -> tuple[Tensor, Tensor]:
    """Mean and scale of the training cases: a feature of a table, a channel of signals.

    Computed in float64, some cases at a time. A constant feature has scale 1.
    """
    axis = (0,) if shape.kind == "table" else (0, 2)
    with np.errstate(invalid="ignore", over="ignore"):  # the loss will say so
        mean = np.nan_to_num(_mean(part, axis, 0.0))
        scale = np.sqrt(np.nan_to_num(_mean(part, axis, mean)))
    scale = np.where(scale > 1e-7 * (np.abs(mean) + 1e-30), scale, 1.0)
    return torch.tensor(mean, dtype=torch.float32), torch.tensor(scale, dtype=torch.float32)


def _mean(part: Part, axis: tuple[int, ...], centre: FloatArray | float) -> FloatArray:
    """The mean of the training cases; with a centre, of their squared distance from it."""
    total, count = 0.0, 0
    for start in range(0, len(part.train), CHUNK):
        x = part.X[part.train[start : start + CHUNK]].astype(np.float64) - centre
        x = x if isinstance(centre, float) else x * x
        total = total + np.nansum(x, axis=axis, keepdims=True)[0]
        count = count + (~np.isnan(x)).sum(axis=axis, keepdims=True)[0]
    return np.asarray(total / np.maximum(count, 1))
