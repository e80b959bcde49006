"""One fit while it is trained in a stack, and what is left of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from auscult.models.network import Network
from auscult.train.curves import Curves
from auscult.train.objective import Objective
from auscult.train.parts import Bank, Part, standardisation
from auscult.train.sampling import epoch_order
from auscult.train.schedule import Schedule
from auscult.train.settings import Training
from auscult.types import FloatArray, History, InputShape

Weights = dict[str, Tensor]


@dataclass(frozen=True, eq=False)
class Fitted:
    """What is left of a fit: weights of a stack of one, its learning curves, or why it failed.

    ``factors`` are ``(n_classes,)`` factors on the probabilities; None where none were moved.
    """

    weights: Weights
    history: History
    failure: str | None = None
    factors: FloatArray | None = None


@dataclass(eq=False)
class Run:
    """One fit while it is trained."""

    part: Part
    number: int
    train: Tensor
    validation: Tensor
    generator: torch.Generator
    weight: Tensor
    chance: Tensor | None
    schedule: Schedule
    curves: Curves = field(default_factory=Curves)
    best_loss: float = math.inf
    best_epoch: int = -1
    best_weights: Weights | None = None
    waited: int = 0
    failure: str | None = None
    stopped: bool = False

    @classmethod
    def of(cls, number: int, bank: Bank, objective: Objective, shape: InputShape) -> Run:
        """A fit before its first epoch."""
        part = bank.parts[number]
        return cls(
            part=part,
            number=number,
            train=torch.tensor(part.train + bank.offsets[number], dtype=torch.int64),
            validation=torch.tensor(part.validation + bank.offsets[number], dtype=torch.int64),
            generator=torch.Generator().manual_seed(part.seed),
            weight=objective.weight(part, shape),
            chance=objective.chance(part),
            schedule=Schedule(objective.training),
        )

    def draw(self, network: Network, shape: InputShape) -> None:
        """Draw its weights, and set what its input is scaled by."""
        network.initialise(self.number, self.generator)
        if not self.part.scaled:
            mean, scale = standardisation(self.part, shape)
            network.standardise.mean[self.number] = mean
            network.standardise.scale[self.number] = scale

    def order(self) -> Tensor:
        """Its training cases in the order of an epoch, drawn now."""
        return self.train[epoch_order(len(self.train), self.chance, self.generator)]

    def judge(self, i: int, epoch: int, network: Network, training: Training) -> None:
        """Keep the weights of the best epoch; stop when patience is spent."""
        if self.failure:
            self.stopped = True
            return
        watched = self.curves.values.get("val_loss")
        if watched is None:
            self.best_epoch = epoch
            return
        if watched[-1] < self.best_loss:
            self.best_loss, self.best_epoch, self.waited = watched[-1], epoch, 0
            self.best_weights = weights_of(network, i)
        else:
            self.waited += 1
            self.stopped = self.waited >= training.patience

    def finish(self, i: int, network: Network) -> Fitted:
        """Its best weights, or its last; it stands at place ``i`` of the stack."""
        weights = self.best_weights if self.best_weights is not None else weights_of(network, i)
        return Fitted(weights, self.curves.history(self.best_epoch), self.failure)


def weights_of(network: Network, i: int) -> Weights:
    """The weights of one fit, as those of a stack of one."""
    return {name: t[i : i + 1].detach().clone() for name, t in network.state_dict().items()}
