"""What drove the answer for a signal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from auscult.bundle.drivers import Drivers
from auscult.types import FloatArray, IntArray

Probability = Callable[[FloatArray, IntArray | None], FloatArray]
"""From cases and their true lengths to ``(n_cases, n_classes)``."""
Activation = Callable[[FloatArray], FloatArray | None]
"""From cases to class activation maps ``(n_cases, n_classes, time)``, where a model has them."""

_STRETCHES = 12
_MAP_HOW = (
    "How much each moment speaks for the class over the others (class activation map), in log odds."
)
_HIDDEN_HOW = (
    "How much the probability of the class falls where a stretch is replaced by a straight line."
)


def signal_drivers(
    X: FloatArray,
    lengths: IntArray | None,
    code: IntArray,
    probability: Probability,
    activation: Activation | None = None,
) -> Drivers:
    """Class activation of networks that end in a mean over time; of other models, occlusion.

    Parameters
    ----------
    X
        ``(n_cases, n_channels, n_timepoints)``, NaN past a shorter signal's end.
    lengths
        ``(n_cases,)`` true lengths, or None.
    code
        ``(n_cases,)`` the classes to explain.
    """
    maps = None if activation is None else activation(X)
    if maps is not None:
        return Drivers("signals", code, map_margin(maps, code, X.shape[2]), _MAP_HOW)
    known = (~np.isnan(X).any(axis=1)).sum(axis=1)
    ends = known if lengths is None else np.minimum(lengths, known)
    values = np.zeros((len(X), X.shape[2]))
    for i, end in enumerate(ends):
        part = None if lengths is None and end == X.shape[2] else int(end)
        values[i, :end] = _falls(X[i], int(end), int(code[i]), part, probability)
    return Drivers("signals", code, values, _HIDDEN_HOW)


def map_margin(maps: FloatArray, code: IntArray, n_timepoints: int) -> FloatArray:
    """``(n_cases, n_timepoints)``: the class's map minus the mean of the others', stretched."""
    own = np.take_along_axis(maps, code[:, None, None], axis=1)[:, 0].astype(np.float64)
    rest = (maps.sum(axis=1, dtype=np.float64) - own) / max(1, maps.shape[1] - 1)
    over = own - rest
    if over.shape[1] == n_timepoints:
        return np.asarray(over)
    middles = (np.arange(n_timepoints) + 0.5) * over.shape[1] / n_timepoints - 0.5
    places = np.arange(over.shape[1])
    return np.array([np.interp(middles, places, row) for row in over])


def _falls(
    case: FloatArray, end: int, code: int, length: int | None, probability: Probability
) -> FloatArray:
    """``(end,)``: the mean fall over the stretches that a point lies in."""
    width = max(1, round(end / _STRETCHES))
    starts = range(0, max(1, end - width + 1), max(1, width // 2))
    stretches = [slice(start, min(start + width, end)) for start in starts]
    if stretches[-1].stop < end:
        stretches.append(slice(end - width, end))
    cases = np.stack([case, *(_hidden(case, end, stretch) for stretch in stretches)])
    lengths = None if length is None else np.full(len(cases), length)
    said = probability(cases, lengths)[:, code]
    total, count = np.zeros(end), np.zeros(end)
    for stretch, after in zip(stretches, said[1:], strict=True):
        total[stretch] += said[0] - after
        count[stretch] += 1
    return np.asarray(total / count)


def _hidden(case: FloatArray, end: int, stretch: slice) -> FloatArray:
    """The case with a straight line across a stretch, from the point before to the one behind."""
    found = case.copy()
    outside = np.delete(np.arange(end), stretch)
    if not len(outside):
        found[:, :end] = case[:, :end].mean(axis=1, keepdims=True)
        return found
    inside = np.arange(end)[stretch]
    for channel, before in zip(found, case, strict=True):
        channel[inside] = np.interp(inside, outside, before[outside])
    return found
