"""Signals that are another one, shifted in time or scaled in height."""

from __future__ import annotations

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.audit.neighbours import nearest
from auscult.types import FloatArray, IntArray

SHIFT = 0.25
_BLOCK = 512
_LONGEST = 1024


def aligned(dataset: Dataset, cases: IntArray, k: int, seed: int) -> tuple[FloatArray, IntArray]:
    """``(n_cases, k)`` distances between signals laid upon each other as well as they go.

    Candidates are the neighbours by the magnitudes of the Fourier transform, which a shift leaves
    nearly as they are; each is then shifted by the lag of the largest cross-correlation, a quarter
    of its length at most, and both are brought to mean 0 and standard deviation 1 where they
    overlap. A distance is the root of 2 (1 - correlation).

    Parameters
    ----------
    dataset
        Of signals; the channels of a case are shifted together.
    cases
        Which of them.
    k
        How many neighbours.
    seed
        As of :func:`~auscult.evaluate.audit.neighbours.nearest`.
    """
    X = _signals(dataset, cases)
    size = 2 * X.shape[2]
    magnitude = np.abs(np.fft.rfft(X, axis=2)).reshape(len(X), -1)
    _, near = nearest(magnitude, min(2 * k, len(X) - 1), seed)
    spectra = np.fft.rfft(X, n=size, axis=2)
    distance = np.empty(near.shape)
    for start in range(0, len(X), _BLOCK):
        here = slice(start, start + _BLOCK)
        cross = np.conj(spectra[here, None]) * spectra[near[here]]
        lags = np.fft.irfft(cross.sum(axis=2), n=size, axis=2)
        distance[here] = _overlapping(X, here, near[here], _best(lags, X.shape[2]))
    order = np.argsort(distance, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(distance, order, 1), np.take_along_axis(near, order, 1)


def _signals(dataset: Dataset, cases: IntArray) -> FloatArray:
    """``(n_cases, n_channels, n_timepoints)`` standardised a case and channel; gaps are zeros."""
    X = dataset.X[cases][:, :, :: max(1, -(-dataset.X.shape[2] // _LONGEST))]
    X = np.asarray(X, dtype=np.float64)
    gaps = np.isnan(X)
    count = np.maximum((~gaps).sum(axis=2, keepdims=True), 1)
    X = np.where(gaps, 0.0, X)
    X = np.where(gaps, 0.0, X - X.sum(axis=2, keepdims=True) / count)
    spread = np.sqrt((X**2).sum(axis=2, keepdims=True) / count)
    scaled: FloatArray = X / np.where(spread > 0, spread, 1.0)
    return scaled


def _best(lags: FloatArray, length: int) -> IntArray:
    """``(n, k)`` the lag of the largest cross-correlation."""
    most = int(SHIFT * length)
    allowed = np.concatenate([np.arange(most + 1), np.arange(-most, 0)])
    # A shifted copy overlaps less and its sum is smaller for it.
    sums = lags[:, :, allowed] / (length - np.abs(allowed))
    best: IntArray = allowed[sums.argmax(axis=2)]
    return best


def _overlapping(X: FloatArray, here: slice, near: IntArray, lag: IntArray) -> FloatArray:
    length = X.shape[2]
    at = np.arange(length)
    distance = np.empty(near.shape)
    for column in range(near.shape[1]):
        moved = at + lag[:, column, None]
        inside = ((moved >= 0) & (moved < length)).astype(np.float64)[:, None]
        index = np.clip(moved, 0, length - 1)[:, None]
        other = np.take_along_axis(X[near[:, column]], np.broadcast_to(index, X[here].shape), 2)
        distance[:, column] = np.sqrt(2 * np.maximum(1 - _correlation(X[here], other, inside), 0.0))
    return distance


def _correlation(a: FloatArray, b: FloatArray, inside: FloatArray) -> FloatArray:
    """``(n,)`` of the points inside, all channels together, each with a mean of its own."""
    count = inside.sum(axis=2, keepdims=True)
    a, b = ((x - (x * inside).sum(axis=2, keepdims=True) / count) * inside for x in (a, b))
    product = (a * b).sum(axis=(1, 2))
    lengths = np.sqrt((a**2).sum(axis=(1, 2)) * (b**2).sum(axis=(1, 2)))
    found: FloatArray = product / np.maximum(lengths, 1e-12)
    return found
