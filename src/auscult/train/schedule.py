"""Learning rates, one a fit."""

from __future__ import annotations

import math

from auscult.train.settings import Training


class Schedule:
    """The learning rate of one fit, epoch by epoch."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.factor = 1.0
        self.lowest = math.inf
        self.waited = 0

    def rate(self, epoch: int) -> float:
        """The rate that epoch ``epoch`` (0-based) trains with."""
        base = self.training.learning_rate
        if self.training.schedule == "cosine":
            return base * (1 + math.cos(math.pi * epoch / self.training.epochs)) / 2
        return base * self.factor

    def watch(self, loss: float) -> None:
        """Tell the loss behind an epoch: ``plateau`` halves the rate when it stands still."""
        if self.training.schedule != "plateau":
            return
        if loss < self.lowest - 1e-4:
            self.lowest, self.waited = loss, 0
            return
        self.waited += 1
        if self.waited >= max(1, self.training.patience // 2):
            self.factor, self.waited = self.factor / 2, 0
