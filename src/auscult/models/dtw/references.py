"""References laid out for the lanes: ``(block, time, channel, lane)`` in float32."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.models.dtw.lanes import LANES
from auscult.models.dtw.signals import Float64, Int64, Signals

# Beyond a reference's end: far from any value, and its square is still a float32.
_FAR = 1e15
_BLOCKS_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class References:
    """What is searched: the exact signals and their rounded copy in lanes.

    Parameters
    ----------
    signals
        The exact signals.
    blocks
        ``(n_blocks, n_timepoints, n_channels, LANES)`` float32, shifted and scaled.
    members
        ``(n_blocks, LANES)`` the case in each lane, -1 for none. With a window all lanes of a
        block have one length, because the window depends on it.
    offset, scale
        ``rounded = (value - offset[channel]) * scale``; the scale is a power of two.
    """

    signals: Signals
    blocks: NDArray[np.float32]
    members: Int64
    offset: Float64
    scale: float

    @property
    def one_length(self) -> bool:
        """Whether all lanes of every block have one length."""
        first = self.signals.lengths[self.members[:, :1]]
        same = self.signals.lengths[self.members] == first
        return bool(np.all(same | (self.members < 0)))


def lay_references(signals: Signals, *, one_length: bool, largest: float = 0.0) -> References:
    """Lay out references.

    Parameters
    ----------
    signals
        At least one.
    one_length
        Keep unequal lengths out of one block, as a window needs.
    largest
        The largest value that queries will have, where it is above the references' own.
    """
    offset, scale = _normalisation(signals, largest)
    members = _members(signals, one_length)
    shape = (len(members), signals.n_timepoints, signals.n_channels, LANES)
    blocks = np.empty(shape, dtype=np.float32)
    for start in range(0, len(members), _BLOCKS_AT_ONCE):
        part = slice(start, start + _BLOCKS_AT_ONCE)
        blocks[part] = _rounded(signals, members[part], offset, scale)
    return References(signals, blocks, members, offset, scale)


def _normalisation(signals: Signals, largest: float) -> tuple[Float64, float]:
    inside = np.arange(signals.n_timepoints) < signals.lengths[:, None]
    low = signals.values.min(axis=(0, 1), where=inside[..., None], initial=np.inf)
    high = signals.values.max(axis=(0, 1), where=inside[..., None], initial=-np.inf)
    offset = low / 2 + high / 2
    largest = max(largest, float(np.max(np.maximum(high - offset, offset - low))))
    exponent = np.ceil(np.log2(largest)) if largest > 0 else 0.0
    return offset, float(2.0 ** np.clip(-exponent, -500, 500))


def _members(signals: Signals, one_length: bool) -> Int64:
    order = np.argsort(signals.lengths, kind="stable")
    groups = [order]
    if one_length or signals.lengths.min() == signals.lengths.max():
        groups = np.split(order, np.flatnonzero(np.diff(signals.lengths[order])) + 1)
        groups = [_alike_together(signals, g) for g in groups]
    padded = [np.append(g, np.full(-len(g) % LANES, -1)).reshape(-1, LANES) for g in groups]
    return np.concatenate(padded).astype(np.int64)


def _alike_together(signals: Signals, cases: Int64) -> Int64:
    """An order in which blocks hold similar signals, so that their lanes die together.

    Halves the cases again and again along the line between two that lie far apart.
    """
    if len(cases) <= LANES:
        return cases
    values = signals.values[cases].reshape(len(cases), -1).astype(np.float32)
    one = values[np.argmax(_squared_distance(values, values.mean(axis=0)))]
    other = values[np.argmax(_squared_distance(values, one))]
    order = cases[np.argsort(values @ (one - other), kind="stable")]
    half = -(-len(order) // (2 * LANES)) * LANES
    left, right = order[:half], order[half:]
    return np.append(_alike_together(signals, left), _alike_together(signals, right))


def _squared_distance(values: NDArray[np.float32], point: NDArray[np.float32]) -> Float64:
    squares: Float64 = np.square(values - point).sum(axis=1, dtype=np.float64)
    return squares


def _rounded(
    signals: Signals, members: Int64, offset: Float64, scale: float
) -> NDArray[np.float32]:
    values = (signals.values[members] - offset) * scale
    lengths = np.where(members < 0, 0, signals.lengths[members])
    beyond = np.arange(signals.n_timepoints) >= lengths[..., None]
    values[beyond] = _FAR
    return values.transpose(0, 2, 3, 1).astype(np.float32)
