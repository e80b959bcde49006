"""How far back a recurrent network looks, measured on cases."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from auscult.evaluate.explain.cells import Steps, steps
from auscult.evaluate.explain.gradients import margin
from auscult.evaluate.explain.result import Memory, Row
from auscult.models.layers import Context
from auscult.models.recurrent import RecurrentLayer, RecurrentNetwork
from auscult.types import FloatArray

CURVES = ("reach", "carried", "gates", "step", "step_gate", "step_hidden")


def memory(network: RecurrentNetwork, X: FloatArray) -> Memory:
    """How far back a recurrent network looks: medians over cases, by steps before the last.

    Two questions. How strongly does the answer (the margin of the predicted class) move with the
    standardised input of each step: the norm of ∂output/∂input. And what becomes of a small change
    of the state: the gain of ∂Cₜ/∂Cₜ₋₁ in one step, its forget-gate term and its terms through h
    apart, and the gain of ∂C_last/∂Cₜ over many. Gains are root mean squares over directions,
    ``‖J‖_F / √H``: 1 keeps a change as large as it was; much below it vanishes, above it explodes
    (Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013).

    The state is that of the last layer, of the cells that read forwards.

    Parameters
    ----------
    network
        One fit.
    X
        ``(n_cases, n_channels, n_timepoints)`` raw; a shorter signal is NaN at its end.
    """
    return summary([measure(network, X)])


def measure(network: RecurrentNetwork, X: FloatArray) -> tuple[str, int, list[FloatArray]]:
    """The cell, its width, and of every case ``(6, n_steps)``, rows as :data:`CURVES`."""
    doubled = copy.deepcopy(network).double().eval()
    rows = []
    for case in X:
        length = int((~np.isnan(case).any(axis=0)).sum())
        sequence = _sequence(doubled, case[:, :length])
        curves = [_reach(doubled, sequence), *_gains(_steps(doubled, sequence))]
        rows.append(np.stack([curve.numpy()[::-1] for curve in curves]))
    settings = network.settings
    return settings.cell, settings.units[-1], rows


def summary(measured: Sequence[tuple[str, int, list[FloatArray]]]) -> Memory:
    """One picture of several fits: medians over all their cases."""
    rows = [row for _, _, of_fit in measured for row in of_fit]
    longest = max(row.shape[1] for row in rows)
    padded = [np.pad(r, ((0, 0), (0, longest - r.shape[1])), constant_values=np.nan) for r in rows]
    stacked = np.stack(padded)
    medians = np.full(stacked.shape[1:], np.nan)
    known = ~np.isnan(stacked).all(axis=0)
    medians[known] = np.nanmedian(stacked[:, known], axis=0)
    cell, units, _ = measured[0]
    curves: dict[str, Row] = {
        name: tuple(float(v) for v in curve) for name, curve in zip(CURVES, medians, strict=True)
    }
    return Memory(cell=cell, units=units, n_cases=len(rows), **curves)


def _sequence(network: RecurrentNetwork, case: FloatArray) -> Tensor:
    """``(1, 1, steps, n_in)`` as the first layer reads it."""
    x = torch.as_tensor(case, dtype=torch.float64)[None, None]
    sequence: Tensor = network.sequence(network.standardise(x, Context()))
    return sequence.detach()


def _reach(network: RecurrentNetwork, sequence: Tensor) -> Tensor:
    """``(steps,)`` norm of ∂margin/∂input."""
    x = sequence.clone().requires_grad_()
    logits = network.head(network.pool(x, None))[0]
    over = margin(logits, logits.argmax(-1))
    (slope,) = torch.autograd.grad(over.sum(), x)
    reach: Tensor = slope[0, 0].norm(dim=-1)
    return reach


@torch.no_grad()
def _steps(network: RecurrentNetwork, sequence: Tensor) -> Steps:
    *below, top = cast("list[nn.ModuleList]", list(network.layers))
    h = sequence
    for layer in below:
        h = network.directions(layer, h, None, last=False)
    cell = cast(RecurrentLayer, top[0])
    w_ih, w_hh, b_ih, b_hh = cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh
    weights = (w_ih[0], w_hh[0], b_ih[0], b_hh[0])
    return steps(cell.cell, h[0, 0], *weights, activation=cell.activation)


def _gains(found: Steps) -> tuple[Tensor, ...]:
    """``(steps,)`` each: carried, by gates alone, and the three of one step (first NaN)."""
    scale = math.sqrt(found.state.shape[1])
    gates = found.gates_to_the_last().norm(dim=-1) / scale
    one = [
        _rms(found.one_step()),
        found.gate[1:].norm(dim=-1) / scale,
        _rms(found.through_hidden()),
    ]
    nowhere = torch.full((1,), float("nan"), dtype=gates.dtype)
    return _rms(found.to_the_last()), gates, *(torch.cat([nowhere, gain]) for gain in one)


def _rms(jacobians: Tensor) -> Tensor:
    sizes: Tensor = jacobians.flatten(1).norm(dim=-1)
    return sizes / math.sqrt(jacobians.shape[-1])
