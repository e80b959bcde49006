"""What a fit learns: the classes of cases, or the values that follow a window."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from auscult.train.curves import ClassFigures, EpochFigures, ValueFigures
from auscult.train.losses import case_losses, class_weights, fit_losses, value_losses
from auscult.train.parts import Batch, Part
from auscult.train.sampling import chances
from auscult.train.settings import Training
from auscult.types import InputShape


class Objective(ABC):
    """All in which training on classes and training on values differ."""

    def __init__(self, training: Training) -> None:
        self.training = training

    @abstractmethod
    def weight(self, part: Part, shape: InputShape) -> Tensor:
        """``(K,)`` what the cases of each class count in the loss; nothing where there are none."""

    @abstractmethod
    def chance(self, part: Part) -> Tensor | None:
        """How likely each training case is drawn; None where each comes once."""

    @abstractmethod
    def output(self, raw: Tensor) -> Tensor:
        """What the loss is computed from, of the network's ``(F, B, n_outputs)``."""

    @abstractmethod
    def losses(self, output: Tensor, batch: Batch, weights: Tensor) -> Tensor:
        """``(F,)`` losses, the padding weighed by nothing; ``weights`` are those of all fits."""

    @abstractmethod
    def figures(self) -> EpochFigures:
        """What gathers the figures of an epoch."""


class Classes(Objective):
    """Codes of classes, ``(n_cases,)``."""

    def weight(self, part: Part, shape: InputShape) -> Tensor:
        counts = np.bincount(part.y[part.train], minlength=shape.n_outputs)
        return class_weights(torch.tensor(counts), self.training).float()

    def chance(self, part: Part) -> Tensor | None:
        return chances(part.y[part.train], self.training)

    def output(self, raw: Tensor) -> Tensor:
        return raw.log_softmax(-1)

    def losses(self, output: Tensor, batch: Batch, weights: Tensor) -> Tensor:
        weight = weights.gather(1, batch.y) * batch.real
        return fit_losses(case_losses(output, batch.y, self.training), weight)

    def figures(self) -> EpochFigures:
        return ClassFigures()


class Values(Objective):
    """Numbers, ``(n_cases, n_outputs)``."""

    def weight(self, part: Part, shape: InputShape) -> Tensor:
        return torch.empty(0)

    def chance(self, part: Part) -> Tensor | None:
        return None

    def output(self, raw: Tensor) -> Tensor:
        return raw

    def losses(self, output: Tensor, batch: Batch, weights: Tensor) -> Tensor:
        return fit_losses(value_losses(output, batch.y, self.training), batch.real)

    def figures(self) -> EpochFigures:
        return ValueFigures()


def objective_of(parts: Sequence[Part], training: Training) -> Objective:
    """By the targets: codes are classes, rows of numbers are values."""
    return Classes(training) if parts[0].y.ndim == 1 else Values(training)
