"""Which training cases make up an epoch, and in which order."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from auscult.train.settings import Training
from auscult.types import IntArray


def chances(y: IntArray, training: Training) -> Tensor | None:
    """How likely each training case is drawn, from their codes; None where each comes once.

    Balanced: the inverse of the cases of its class, so that the classes are equally likely.
    """
    if training.sampling == "all":
        return None
    return torch.tensor(1.0 / np.bincount(y)[y])


def epoch_order(n_cases: int, chance: Tensor | None, generator: torch.Generator) -> Tensor:
    """As many places of training cases as there are, in the order of an epoch."""
    if chance is None:
        return torch.randperm(n_cases, generator=generator)
    return torch.multinomial(chance, n_cases, replacement=True, generator=generator)
