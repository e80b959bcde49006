"""What a fit is trained on, and how the cases of many fits become one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from auscult.models.layers import Context
from auscult.models.noise import Noise
from auscult.types import FloatArray, InputShape, IntArray


@dataclass(frozen=True, eq=False)
class Part:
    """One fit's part of a plan.

    Parameters
    ----------
    X
        ``(n_cases, n_channels, n_timepoints)`` float32, all cases; fits of one stack may share it.
    y
        ``(n_cases,)`` class codes.
    train, validation
        Indices of cases. An empty validation part means that nothing is stopped early.
    seed
        Where all randomness of this fit comes from: weights, order of cases, dropout.
    lengths
        ``(n_cases,)`` true lengths of the signals, or None.
    """

    X: FloatArray
    y: IntArray
    train: IntArray
    validation: IntArray
    seed: int
    lengths: IntArray | None = None


@dataclass
class Batch:
    """Inputs ``(F, B, C, T)``, codes ``(F, B)``, weights ``(F, B)`` (0 in the padding), context."""

    x: Tensor
    y: Tensor
    real: Tensor
    context: Context


class Bank:
    """The cases of all parts in one tensor each; a part that shares its array shares its place."""

    def __init__(self, parts: Sequence[Part], device: torch.device) -> None:
        arrays: dict[int, int] = {}
        xs, ys, lengths, offset = [], [], [], 0
        self.offsets = []
        for part in parts:
            if id(part.X) not in arrays:
                arrays[id(part.X)] = offset
                offset += len(part.X)
                xs.append(torch.from_numpy(owned(part.X)))
                ys.append(torch.tensor(part.y, dtype=torch.int64))
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


def owned(X: FloatArray) -> FloatArray:
    """float32 and writable, as torch wants it; copied only where it is not."""
    return np.require(X, dtype=np.float32, requirements=["C", "W"])


def standardisation(part: Part, shape: InputShape) -> tuple[Tensor, Tensor]:
    """Mean and scale of the training cases: a feature of a table, a channel of signals.

    Computed in float64. A constant feature has scale 1.
    """
    x = part.X[part.train].astype(np.float64)
    axis = (0,) if shape.kind == "table" else (0, 2)
    with np.errstate(invalid="ignore", over="ignore"):  # the loss will say so
        mean = np.nan_to_num(np.nanmean(x, axis=axis, keepdims=True))[0]
        scale = np.nan_to_num(np.nanstd(x, axis=axis, keepdims=True))[0]
    scale = np.where(scale > 1e-7 * (np.abs(mean) + 1e-30), scale, 1.0)
    return torch.tensor(mean, dtype=torch.float32), torch.tensor(scale, dtype=torch.float32)
