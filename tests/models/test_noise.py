"""What a share of a batch draws is what the whole batch would have drawn for its cases."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.models.noise import Noise


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.integers(0, 9), min_size=1, max_size=3).filter(any),
    shares=st.integers(1, 5),
    each=st.lists(st.integers(1, 5), min_size=1, max_size=2),
    rate=st.sampled_from([0.1, 0.5, 0.9]),
    seed=st.integers(0, 2**62 - 1),
)
def test_shares_are_the_whole_bit_by_bit(
    sizes: list[int], shares: int, each: list[int], rate: float, seed: int
) -> None:
    width = max(sizes)
    share = -(-width // shares)
    everyone = [Noise.seeded([seed + fit for fit in range(len(sizes))]) for _ in range(shares + 1)]
    *parts, whole = everyone
    for _ in range(2):  # the second begins where the first left the streams
        mask = whole.mask(torch.empty(len(sizes), width, *each), rate, sizes)
        like = torch.empty(len(sizes), share, *each)
        own = [noise.mask(like, rate, sizes, first=share * k) for k, noise in enumerate(parts)]
        together = torch.cat(own, dim=1)
        for fit, size in enumerate(sizes):
            assert torch.equal(together[fit, :size], mask[fit, :size])
    assert all(np.array_equal(noise.drawn, whole.drawn) for noise in parts)
