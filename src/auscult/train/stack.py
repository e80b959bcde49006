"""The training loop: many fits of one architecture, side by side.

One fit is a stack of one. Each fit has its own weights, order of cases, dropout, class weights,
learning rate and early stopping, all drawn from its own seed, so that a fit ends the same whether
it was trained alone or beside forty-nine others (to float tolerance: sums run in another order).
A fit that stops is taken out of the stack and costs nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from auscult.models.layers import Context
from auscult.models.network import Architecture, Network
from auscult.models.noise import Noise
from auscult.train.curves import EpochFigures
from auscult.train.finite import note_divergence
from auscult.train.objective import Objective, objective_of
from auscult.train.optimisers import OPTIMISERS, Optimiser
from auscult.train.parts import Bank, Batch, Part
from auscult.train.peers import Peers
from auscult.train.run import Fitted, Run
from auscult.train.settings import Precision, Training
from auscult.types import InputShape

Progress = Callable[[float, str], None]


@dataclass(eq=False)
class Stack:
    """All that changes while a stack is trained.

    ``runs`` are the fits that still go on, in the order of their places; ``orders``, ``figures``
    and ``start`` are those of the epoch under way, and no orders stand between two epochs.
    ``precision`` is that of training steps. ``peers`` are the processes that train the same stack,
    each on its share of every batch.
    """

    network: Network
    optimiser: Optimiser
    noise: Noise
    runs: list[Run]
    figures: EpochFigures
    finished: dict[int, Fitted] = field(default_factory=dict)
    epoch: int = 0
    start: int = 0
    orders: list[Tensor] | None = None
    precision: Precision = "float32"
    peers: Peers | None = None

    def outputs(self, batch: Batch) -> Tensor:
        """``(F, B, n_outputs)`` of the network, here or by all who train it."""
        if self.peers:
            return self.peers.outputs(self._compute, batch)
        return self._compute(batch.x, batch.context)

    def _compute(self, x: Tensor, context: Context) -> Tensor:
        mixed = self.precision == "bf16" and self.network.training
        with torch.autocast(x.device.type, torch.bfloat16, enabled=mixed):
            outputs: Tensor = self.network(x, context)
        return outputs.float()


class Watcher(Protocol):
    """Told of a stack at the places from which it can go on to the same bits."""

    def begin(self, stack: Stack) -> None:
        """Bring a stack to where it was left, if it was."""

    def stepped(self, stack: Stack) -> None:
        """A step is done; may raise to end the training."""


def fit_stack(
    architecture: Architecture,
    shape: InputShape,
    parts: Sequence[Part],
    training: Training,
    *,
    device: str = "cpu",
    progress: Progress | None = None,
    watcher: Watcher | None = None,
    peers: Peers | None = None,
) -> list[Fitted]:
    """Train one fit a part, all in one stack.

    Returns
    -------
    list of Fitted
        In the order of ``parts``. With a validation part, a fit's weights are those of the epoch
        with the lowest validation loss; without one, those of the last epoch.
    """
    bank = Bank(parts, torch.device(device))
    objective = objective_of(parts, training)
    stack = _begin(architecture, shape, bank, objective)
    stack.peers = peers
    if watcher:
        watcher.begin(stack)
    while stack.epoch < training.epochs and stack.runs:
        rate = torch.tensor(
            [run.schedule.rate(stack.epoch) for run in stack.runs], dtype=torch.float64
        )
        weights = torch.stack([run.weight for run in stack.runs]).to(bank.x.device)
        loss = _train(stack, bank, rate, weights, objective, watcher)
        going = stack.runs
        _record(going, rate, stack.figures, _validate(stack, bank, weights, objective))
        for i, run in enumerate(going):
            run.judge(i, stack.epoch, stack.network, training)
        _compact(stack)
        stack.epoch, stack.start, stack.orders = stack.epoch + 1, 0, None
        if progress:
            progress(*_told(stack.epoch, training, len(parts), stack.runs, loss))
    for i, run in enumerate(stack.runs):
        stack.finished[run.number] = run.finish(i, stack.network)
    return [stack.finished[i] for i in range(len(parts))]


def _begin(
    architecture: Architecture, shape: InputShape, bank: Bank, objective: Objective
) -> Stack:
    network = architecture.build(len(bank.parts), shape)
    runs = [Run.of(i, bank, objective, shape) for i in range(len(bank.parts))]
    for run in runs:
        run.draw(network, shape)
    network.to(bank.x.device)
    training = objective.training
    optimiser = OPTIMISERS[training.optimizer](network, training)
    noise = Noise.seeded([_noise_seed(run) for run in runs])
    return Stack(network, optimiser, noise, runs, objective.figures(), precision=training.precision)


def _noise_seed(run: Run) -> int:
    return int(torch.randint(2**62, (1,), generator=run.generator))


def _train(
    stack: Stack,
    bank: Bank,
    rate: Tensor,
    weights: Tensor,
    objective: Objective,
    watcher: Watcher | None,
) -> float:
    """One epoch, or what is left of it; the mean loss of its last step."""
    network, runs, size = stack.network, stack.runs, objective.training.batch_size
    network.train()
    if stack.orders is None:
        stack.figures = objective.figures()
        stack.orders = [run.order() for run in runs]
    losses = torch.zeros(len(runs))
    for start in range(stack.start, max(len(order) for order in stack.orders), size):
        cases = [order[start : start + size] for order in stack.orders]
        batch = bank.batch(cases, stack.noise)
        output = objective.output(stack.outputs(batch))
        losses = objective.losses(output, batch, weights)
        losses.sum().backward()  # type: ignore[no-untyped-call]
        if stack.peers:
            stack.peers.sum_gradients(network)
        losses = losses.detach()
        note_divergence(runs, losses, network, stack.epoch, start // size)
        active = [len(c) > 0 and not run.failure for c, run in zip(cases, runs, strict=True)]
        stack.optimiser.step(rate, torch.tensor(active))
        stack.figures.add(output.detach(), batch, losses)
        stack.start = start + size
        if watcher:
            watcher.stepped(stack)
    return float(losses.mean())


@torch.no_grad()
def _validate(
    stack: Stack, bank: Bank, weights: Tensor, objective: Objective
) -> EpochFigures | None:
    """Figures on the validation parts; None where no fit has one."""
    runs = stack.runs
    longest = max(len(run.validation) for run in runs)
    if longest == 0:
        return None
    stack.network.eval()
    figures = objective.figures()
    for start in range(0, longest, 512):
        batch = bank.batch([run.validation[start : start + 512] for run in runs], None)
        output = objective.output(stack.outputs(batch))
        figures.add(output, batch, objective.losses(output, batch, weights))
    return figures


def _record(
    runs: Sequence[Run], rate: Tensor, train: EpochFigures, validation: EpochFigures | None
) -> None:
    """Note the epoch's figures and let the schedules watch the loss."""
    figures = train.figures()
    watched = [{}] * len(runs) if validation is None else validation.figures("val_")
    for run, lr, figure, val in zip(runs, rate.tolist(), figures, watched, strict=True):
        own = val if len(run.validation) else {}
        run.curves.add(**figure, **own, learning_rate=lr)
        run.schedule.watch(own.get("val_loss", figure["loss"]))


def _compact(stack: Stack) -> None:
    """Take the stopped fits out of the stack; what is left goes on."""
    going = [i for i, run in enumerate(stack.runs) if not run.stopped]
    if len(going) == len(stack.runs):
        return
    for i, run in enumerate(stack.runs):
        if run.stopped:
            stack.finished[run.number] = run.finish(i, stack.network)
    if going:
        fits = torch.tensor(going)
        stack.network.keep(fits)
        stack.optimiser.keep(stack.network, fits)
        stack.noise.keep(np.array(going))
    stack.runs = [stack.runs[i] for i in going]


def _told(
    epochs: int, training: Training, total: int, runs: Sequence[Run], loss: float
) -> tuple[float, str]:
    """The share of the work that is done, and a few words for the progress bar."""
    done = (total - len(runs) + len(runs) * epochs / training.epochs) / total
    return done, f"epoch {epochs}, loss {loss:.3f}, {len(runs)} of {total} fits going"
