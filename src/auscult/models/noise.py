"""Random numbers for dropout: one stream a fit, drawn in one pass for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from auscult.types import IntArray


@dataclass(eq=False)
class Noise:
    """Streams of random numbers that depend on nothing but their seed and how far they were read.

    Number ``i`` of a stream is splitmix64 (Steele, Lea & Flood, OOPSLA 2014) of
    ``seed + i · γ``, so a fit draws the same numbers alone or in a stack, on any number of
    threads, and its place in the stream is one integer.

    Parameters
    ----------
    seeds, drawn
        ``(F,)`` uint64: the streams, and how many numbers of each were drawn.
    """

    seeds: NDArray[np.uint64]
    drawn: NDArray[np.uint64]

    @classmethod
    def seeded(cls, seeds: Sequence[int]) -> Noise:
        return cls(np.array(seeds, dtype=np.uint64), np.zeros(len(seeds), dtype=np.uint64))

    def keep(self, fits: IntArray) -> None:
        """Drop all streams but these."""
        self.seeds, self.drawn = self.seeds[fits], self.drawn[fits]

    def mask(
        self, like: Tensor, rate: float, sizes: Sequence[int] | None, *, first: int = 0
    ) -> Tensor:
        """``(F, B, ...)`` of 0 with probability ``rate``, else ``1 / (1 - rate)``.

        A stream moves on by the numbers of its real cases only.

        Parameters
        ----------
        like
            What is masked.
        rate
            Of zeros.
        sizes
            How many cases of the batch are real for each fit; None where all are.
        first
            Where in the batch the cases of ``like`` begin, if they are a share of it.
        """
        mask = np.empty((like.shape[0], like[0].numel()), dtype=np.float32)
        threshold, each = np.uint64(round(rate * 2**32)), np.uint64(like[0, 0].numel())
        begin = self.drawn + np.uint64(first) * each
        _fill(mask, self.seeds, begin, threshold, np.float32(1.0 / (1.0 - rate)))
        real = np.array(sizes or [like.shape[1]] * like.shape[0], dtype=np.uint64)
        self.drawn += real * each
        return torch.from_numpy(mask).view(like.shape).to(like)


@numba.njit(cache=True, parallel=True, nogil=True)
def _fill(mask: Any, seeds: Any, drawn: Any, threshold: Any, kept: Any) -> None:
    fits, n = mask.shape
    chunk = 2048
    n_chunks = (n + chunk - 1) // chunk
    for job in numba.prange(fits * n_chunks):
        fit, start = job // n_chunks, (job % n_chunks) * chunk
        seed, first = seeds[fit], drawn[fit]
        for i in range(start, min(start + chunk, n)):
            z = seed + (first + np.uint64(i) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = (z ^ (z >> np.uint64(31))) >> np.uint64(32)
            mask[fit, i] = kept if z >= threshold else np.float32(0.0)
