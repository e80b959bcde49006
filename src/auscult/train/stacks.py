"""Many fits of one architecture, dealt to stacks, and the stacks to the cores."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

from auscult.models.network import Architecture
from auscult.train.checkpoint import Cancelled, fitted_of
from auscult.train.devices import chosen_device
from auscult.train.jobs import current_workers, done
from auscult.train.memory import fits_at_once, n_parameters
from auscult.train.parts import Part
from auscult.train.peers import current_team
from auscult.train.run import Fitted
from auscult.train.settings import Training
from auscult.train.stack import Progress
from auscult.train.stack_work import StackWork
from auscult.train.stopping import heeding_signals
from auscult.train.store import current_store
from auscult.train.threads import keep_freed_memory, n_cores, one_thread
from auscult.types import InputShape

CACHE = 32 * 2**20
"""Bytes of weights, gradients and moments that a stack may hold: about a last-level cache. A much
wider stack waits for memory in every step of the optimiser."""

HEAVY = 100e6
"""Floating-point operations of a step, all fits together, from which more threads pay."""


def fit_parts(
    architecture: Architecture,
    shapes: Sequence[InputShape],
    parts: Sequence[Part],
    training: Training,
    *,
    device: str = "cpu",
    progress: Progress | None = None,
) -> list[Fitted]:
    """Train one fit a part; ``shapes`` are the shapes of their cases.

    Stacks share the cores, one thread each: threads inside a small step mostly wait for each
    other. Only a stack that is alone and heavy has all of them. With a team they are trained one
    after the other, each by all of its processes.

    Returns
    -------
    list of Fitted
        In the order of ``parts``.
    """
    keep_freed_memory()
    team = current_team()
    device = chosen_device(device)
    stacks = deal(architecture, shapes, training, 1 if team or device != "cpu" else n_cores())
    meter = _Meter(progress, [len(members) for members in stacks])

    store = current_store()
    works = [
        StackWork(architecture, shapes[members[0]], training, device, [parts[i] for i in members])
        for members in stacks
    ]
    if current_workers():
        jobs = [work.job(store) for work in works]
        trained = [fitted_of(entry) for entry in done(jobs, meter.jobs)]
    else:
        light = step_work(architecture, shapes[0], training) * len(parts) <= HEAVY
        alone = bool(team) or device != "cpu" or (len(stacks) == 1 and not light)
        with heeding_signals() as stop:

            def train(number: int) -> list[Fitted]:
                told = meter.of(number)
                return works[number].train(store, told, stop, meter.cancelled, team=team)

            room = fits_at_once(n_parameters(architecture, shapes[0]))
            if alone or room == 1:
                trained = [train(number) for number in range(len(stacks))]
            else:
                trained = _side_by_side(train, len(stacks), min(n_cores(), room), meter)
    fitted: dict[int, Fitted] = {}
    for members, results in zip(stacks, trained, strict=True):
        fitted.update(zip(members, results, strict=True))
    return [fitted[i] for i in range(len(parts))]


def deal(
    architecture: Architecture, shapes: Sequence[InputShape], training: Training, cores: int
) -> list[list[int]]:
    """Which parts go into which stack: one shape a stack, and no wider than pays.

    An architecture says how wide a stack of it pays at most (``widest``): where a step is mostly
    overhead, wide; where it is arithmetic, narrow. Where all steps together are heavy, every core
    gets a stack.
    """
    by_shape: dict[InputShape, list[int]] = {}
    for i, shape in enumerate(shapes):
        by_shape.setdefault(shape, []).append(i)
    stacks = []
    for shape, members in by_shape.items():
        # Weight, gradient and two moments, four bytes each.
        width = max(1, min(architecture.widest, CACHE // (16 * n_parameters(architecture, shape))))
        count = math.ceil(len(members) / width)
        if step_work(architecture, shape, training) * len(members) > HEAVY:
            count = cores * math.ceil(count / cores)  # no core is left with one stack more
        count = min(count, len(members))
        stacks += [members[k::count] for k in range(count)]
    return stacks


def step_work(architecture: Architecture, shape: InputShape, training: Training) -> int:
    """Floating-point operations of one fit's training step, about."""
    return 6 * n_parameters(architecture, shape) * architecture.uses(shape) * training.batch_size


def _side_by_side(
    train: Callable[[int], list[Fitted]], count: int, at_once: int, meter: _Meter
) -> list[list[Fitted]]:
    """Every stack on one thread, so many at a time.

    The first error stops the others at their next epoch.
    """

    def alone(number: int) -> list[Fitted]:
        with one_thread():
            return train(number)

    with one_thread(), ThreadPoolExecutor(min(at_once, count)) as pool:
        futures = [pool.submit(alone, number) for number in range(count)]
        try:
            return [future.result() for future in futures]
        except BaseException:
            meter.cancelled.set()
            pool.shutdown(cancel_futures=True)
            raise


class _Meter:
    """The progress of several stacks as one, and the way to stop them."""

    def __init__(self, progress: Progress | None, sizes: Sequence[int]) -> None:
        self.progress = progress
        self.sizes = sizes
        self.done = [0.0] * len(sizes)
        self.lock = Lock()
        self.cancelled = Event()

    def jobs(self, finished: int) -> None:
        """What is called when so many stacks were trained elsewhere."""
        if self.progress:
            self.progress(finished / len(self.sizes), f"{finished} of {len(self.sizes)} stacks")

    def of(self, number: int) -> Progress:
        """What one stack calls after each epoch."""

        def told(done: float, detail: str) -> None:
            if self.cancelled.is_set():
                raise Cancelled
            with self.lock:
                self.done[number] = done
                shares = zip(self.done, self.sizes, strict=True)
                total = sum(d * size for d, size in shares) / sum(self.sizes)
                if self.progress:
                    self.progress(total, detail)

        return told
