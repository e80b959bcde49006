"""Integrated gradients: what each value of a case added to a network's answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from auscult.models.layers import Context
from auscult.models.network import Network
from auscult.types import FloatArray, IntArray

Function = Callable[[Tensor], Tensor]
"""Of cases ``(n_cases, ...)``, a number each, ``(n_cases,)``."""

FEWEST_STEPS, MOST_STEPS = 32, 256
_GAP = 0.01


def integrated_gradients(
    function: Function, X: FloatArray, baseline: FloatArray, steps: int | None = None
) -> FloatArray:
    """Integrated gradients (Sundararajan, Taly & Yan, ICML 2017) of cases against a baseline.

    The gradient is averaged along the straight line from the baseline to the case and multiplied
    by their difference. The attributions of a case sum to ``function(case) -
    function(baseline)`` (completeness), as exactly as the line is divided finely.

    Parameters
    ----------
    function
        What is explained; torch must be able to differentiate it.
    X
        ``(n_cases, ...)``.
    baseline
        ``(...)``, one for all cases, such as the mean of the training cases.
    steps
        Points of the line (Gauss-Legendre). None doubles them from 32 until what is missing from
        completeness is below 1 % of what is explained in every case, at most to 256.

    Returns
    -------
    FloatArray
        ``(n_cases, ...)`` float64.
    """
    x, start = torch.as_tensor(X), torch.as_tensor(baseline, dtype=torch.as_tensor(X).dtype)
    if steps is not None:
        return _along(function, x, start, steps)
    with torch.no_grad():
        change = (function(x) - function(start.expand_as(x))).double().numpy()
    steps = FEWEST_STEPS
    while True:
        found = _along(function, x, start, steps)
        gap = np.abs(found.reshape(len(found), -1).sum(axis=1) - change)
        if steps >= MOST_STEPS or (gap <= _GAP * np.abs(change) + 1e-6).all():
            return found
        steps *= 2


def _along(function: Function, x: Tensor, start: Tensor, steps: int) -> FloatArray:
    places, weights = np.polynomial.legendre.leggauss(steps)
    total = torch.zeros_like(x, dtype=torch.float64)
    for place, weight in zip((places + 1) / 2, weights / 2, strict=True):
        at = (start + float(place) * (x - start)).detach().requires_grad_()
        (slope,) = torch.autograd.grad(function(at).sum(), at)
        total += float(weight) * slope.double()
    found: FloatArray = (total * (x - start).double()).numpy()
    return found


def margin(logits: Tensor, classes: Tensor) -> Tensor:
    """How far a class stands above the others, in logits: ``z_c`` minus the others' mean.

    Logits are known up to a number that all classes share; this is free of it. Of two classes it
    is the log odds. ``(..., n_cases, n_classes)`` and ``(n_cases,)`` to ``(..., n_cases)``.
    """
    index = classes.expand(logits.shape[:-1]).unsqueeze(-1)
    own = logits.gather(-1, index).squeeze(-1)
    return own - (logits.sum(-1) - own) / (logits.shape[-1] - 1)


def margin_of(network: Network, classes: IntArray) -> Function:
    """The margin of ``classes`` as a function of raw cases ``(n_cases, C, T)`` without gaps."""
    codes = torch.as_tensor(np.asarray(classes, dtype=np.int64))
    for parameter in network.parameters():
        parameter.requires_grad_(False)  # only the input's gradient is wanted

    def function(x: Tensor) -> Tensor:
        return margin(network(x.unsqueeze(0), Context())[0], codes)

    return function


def network_attributions(
    network: Network, X: FloatArray, classes: IntArray, baseline: FloatArray
) -> FloatArray:
    """Integrated gradients of the margin of ``classes``; ``(n_cases, C, T)`` float64.

    A signal that ends early is explained by itself, up to its end.
    """
    lengths = (~np.isnan(X).any(axis=1)).sum(axis=1)
    found = np.zeros(X.shape)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        part, mean = X[rows, :, :length], np.asarray(baseline)[:, :length]
        function = margin_of(network, np.asarray(classes)[rows])
        found[rows, :, :length] = integrated_gradients(function, part.astype(np.float32), mean)
    return found
