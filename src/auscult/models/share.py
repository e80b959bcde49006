"""Which cases of a batch stand here, where other processes have the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Share:
    """A run of a batch's cases, and how to learn of all of them.

    Parameters
    ----------
    first
        Place of the first case of the share in the batch.
    sizes
        How many cases of the whole batch are real for each fit.
    total
        The sum of a tensor over all shares; everyone asks for the same sums in the same order.
    """

    first: int
    sizes: Sequence[int]
    total: Callable[[Tensor], Tensor]
