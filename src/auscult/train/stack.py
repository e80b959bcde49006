"""The training loop: many fits of one architecture, side by side.

One fit is a stack of one. Each fit has its own weights, order of cases, dropout, class weights,
learning rate and early stopping, all drawn from its own seed, so that a fit ends the same whether
it was trained alone or beside forty-nine others (to float tolerance: sums run in another order).
A fit that stops is taken out of the stack and costs nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from auscult.models.network import Architecture, Network
from auscult.models.noise import Noise
from auscult.train.curves import Curves, EpochFigures
from auscult.train.objective import Objective, objective_of
from auscult.train.optimisers import OPTIMISERS, Optimiser
from auscult.train.parts import Bank, Part, standardisation
from auscult.train.sampling import epoch_order
from auscult.train.schedule import Schedule
from auscult.train.settings import Training
from auscult.types import FloatArray, History, InputShape

Weights = dict[str, Tensor]
Progress = Callable[[float, str], None]


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


def fit_stack(
    architecture: Architecture,
    shape: InputShape,
    parts: Sequence[Part],
    training: Training,
    *,
    device: str = "cpu",
    progress: Progress | None = None,
) -> list[Fitted]:
    """Train one fit a part, all in one stack.

    Returns
    -------
    list of Fitted
        In the order of ``parts``. With a validation part, a fit's weights are those of the epoch
        with the lowest validation loss; without one, those of the last epoch.
    """
    place = torch.device(device)
    bank = Bank(parts, place)
    network = architecture.build(len(parts), shape)
    objective = objective_of(parts, training)
    runs = [_prepare(network, shape, bank, objective, i) for i in range(len(parts))]
    network.to(place)
    optimiser = OPTIMISERS[training.optimizer](network, training)
    noise = Noise.seeded([_noise_seed(run) for run in runs])
    finished: dict[int, Fitted] = {}
    for epoch in range(training.epochs):
        rate = torch.tensor([run.schedule.rate(epoch) for run in runs], dtype=torch.float64)
        weights = torch.stack([run.weight for run in runs]).to(place)
        network.train()
        train_figures = objective.figures()
        orders = [run.train[epoch_order(len(run.train), run.chance, run.generator)] for run in runs]
        for start in range(0, max(len(order) for order in orders), training.batch_size):
            cases = [order[start : start + training.batch_size] for order in orders]
            batch = bank.batch(cases, noise)
            output = objective.output(network(batch.x, batch.context))
            losses = objective.losses(output, batch, weights)
            losses.sum().backward()  # type: ignore[no-untyped-call]
            optimiser.step(rate, torch.tensor([len(c) > 0 for c in cases]))
            train_figures.add(output.detach(), batch, losses.detach())
            _note_divergence(runs, losses.detach(), epoch, start // training.batch_size)
        _record(runs, rate, train_figures, _validate(network, bank, runs, weights, objective))
        for i, run in enumerate(runs):
            _judge(run, i, epoch, network, training)
        runs = _compact(network, optimiser, noise, runs, finished)
        if progress:
            progress(*_told(epoch, training, len(parts), runs, float(losses.detach().mean())))
        if not runs:
            break
    for i, run in enumerate(runs):
        finished[run.number] = _finish(run, i, network)
    return [finished[i] for i in range(len(parts))]


def _prepare(network: Network, shape: InputShape, bank: Bank, objective: Objective, i: int) -> Run:
    part = bank.parts[i]
    generator = torch.Generator().manual_seed(part.seed)
    network.initialise(i, generator)
    if not part.scaled:
        mean, scale = standardisation(part, shape)
        network.standardise.mean[i] = mean
        network.standardise.scale[i] = scale
    return Run(
        part=part,
        number=i,
        train=torch.tensor(part.train + bank.offsets[i], dtype=torch.int64),
        validation=torch.tensor(part.validation + bank.offsets[i], dtype=torch.int64),
        generator=generator,
        weight=objective.weight(part, shape),
        chance=objective.chance(part),
        schedule=Schedule(objective.training),
    )


def _noise_seed(run: Run) -> int:
    return int(torch.randint(2**62, (1,), generator=run.generator))


@torch.no_grad()
def _validate(
    network: Network, bank: Bank, runs: Sequence[Run], weights: Tensor, objective: Objective
) -> EpochFigures | None:
    """Figures on the validation parts; None where no fit has one."""
    longest = max(len(run.validation) for run in runs)
    if longest == 0:
        return None
    network.eval()
    figures = objective.figures()
    for start in range(0, longest, 512):
        batch = bank.batch([run.validation[start : start + 512] for run in runs], None)
        output = objective.output(network(batch.x, batch.context))
        figures.add(output, batch, objective.losses(output, batch, weights))
    return figures


def _note_divergence(runs: Sequence[Run], losses: Tensor, epoch: int, step: int) -> None:
    if bool(torch.isfinite(losses).all()):
        return
    for run, loss in zip(runs, losses.tolist(), strict=True):
        if not math.isfinite(loss) and run.failure is None:
            run.failure = (
                f"the loss was not finite ({loss}) at epoch {epoch + 1}, step {step + 1}; "
                "a smaller learning_rate or clip_norm=1 often mends it"
            )


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


def _judge(run: Run, i: int, epoch: int, network: Network, training: Training) -> None:
    """Keep the weights of the best epoch; stop when patience is spent."""
    if run.failure:
        run.stopped = True
        return
    watched = run.curves.values.get("val_loss")
    if watched is None:
        run.best_epoch = epoch
        return
    if watched[-1] < run.best_loss:
        run.best_loss, run.best_epoch, run.waited = watched[-1], epoch, 0
        run.best_weights = _weights(network, i)
    else:
        run.waited += 1
        run.stopped = run.waited >= training.patience


def _weights(network: Network, i: int) -> Weights:
    return {name: t[i : i + 1].detach().clone() for name, t in network.state_dict().items()}


def _finish(run: Run, i: int, network: Network) -> Fitted:
    weights = run.best_weights if run.best_weights is not None else _weights(network, i)
    return Fitted(weights, run.curves.history(run.best_epoch), run.failure)


def _compact(
    network: Network,
    optimiser: Optimiser,
    noise: Noise,
    runs: list[Run],
    finished: dict[int, Fitted],
) -> list[Run]:
    """Take the stopped fits out of the stack; what is left goes on."""
    going = [i for i, run in enumerate(runs) if not run.stopped]
    if len(going) == len(runs):
        return runs
    for i, run in enumerate(runs):
        if run.stopped:
            finished[run.number] = _finish(run, i, network)
    if going:
        fits = torch.tensor(going)
        network.keep(fits)
        optimiser.keep(network, fits)
        noise.keep(np.array(going))
    return [runs[i] for i in going]


def _told(
    epoch: int, training: Training, total: int, runs: Sequence[Run], loss: float
) -> tuple[float, str]:
    """The share of the work that is done, and a few words for the progress bar."""
    done = (total - len(runs) + len(runs) * (epoch + 1) / training.epochs) / total
    return done, f"epoch {epoch + 1}, loss {loss:.3f}, {len(runs)} of {total} fits going"
