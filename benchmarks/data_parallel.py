"""Seconds of an epoch of one fit: by one process on one thread and on all, and by N processes.

Run with ``python benchmarks/data_parallel.py [N] [repeats] [batch]``. The signals are synthetic:
noise with a bump whose place is the class. The ways take turns within one run, so that a busy
moment hits all alike; of the epochs of all repeats, without the first of each, the median counts,
with its ratio to one thread. Neighbours on the cores shrink that ratio. The last column they hardly
touch: the processor's time of one thread by that of one of the N processes, which is what free
cores can give. Set ``OMP_WAIT_POLICY=PASSIVE``, or idle threads hold the cores.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext

import numpy as np

from auscult.models.table import model_class
from auscult.train.parts import Part
from auscult.train.peers import training_with
from auscult.train.settings import Training
from auscult.train.stacks import fit_parts
from auscult.train.threads import n_cores, some_threads
from auscult.train.workers.together import Together
from auscult.types import InputShape

CASES, POINTS, EPOCHS = 512, 500, 3
SHAPE = InputShape(1, POINTS, 2, "signals")
MODELS = ("resnet-1d", "fcn", "lstm:units=128")

Way = Callable[[], AbstractContextManager[object]]


def signals() -> Part:
    rng = np.random.default_rng(0)
    y = np.arange(CASES) % 2
    X = rng.normal(size=(CASES, 1, POINTS)).astype(np.float32)
    for code in (0, 1):
        X[y == code, 0, 100 + 200 * code : 150 + 200 * code] += 1.0
    return Part(X, y, np.arange(CASES), np.arange(0), 0)


def epochs_of(model: str, part: Part, training: Training) -> list[list[float]]:
    """Seconds, and those of this process's threads, of each epoch but the first."""
    name, _, settings = model.partition(":")
    given = {key: int(value) for key, _, value in [settings.partition("=")] if key}
    architecture = model_class(name)(**{key: (value,) for key, value in given.items()})
    ends: list[tuple[float, float]] = []
    fit_parts(
        architecture,
        [SHAPE],
        [part],
        training,
        device="cpu",
        progress=lambda *_: ends.append((time.perf_counter(), time.process_time())),
    )
    found: list[list[float]] = np.diff(ends, axis=0).tolist()
    return found


def main() -> None:
    n, repeats, batch = [int(a) for a in sys.argv[1:]] + [2, 3, 64][len(sys.argv) - 1 :]
    part, cores = signals(), n_cores()
    training = Training(epochs=EPOCHS, batch_size=batch)
    print(f"{CASES} signals of {POINTS} points, batches of {batch}; {cores} cores")
    heads = ("1 thread", f"{cores} threads", f"{n} processes", "processor")
    print(f"{'s an epoch':16}{heads[0]:>10}{heads[1]:>17}{heads[2]:>17}{heads[3]:>11}")
    with ExitStack() as stack:
        team = stack.enter_context(Together(n))
        ways: list[Way] = [lambda: some_threads(1), nullcontext, lambda: training_with(team)]
        for model in MODELS:
            seconds: list[list[list[float]]] = [[] for _ in ways]
            for _ in range(repeats):
                for own, way in zip(seconds, ways, strict=True):
                    with way():
                        own.extend(epochs_of(model, part, training))
            (one, own_one), (all_, _), (many, own_many) = [
                np.median(own, axis=0) for own in seconds
            ]
            told = f"{all_:9.2f} ({one / all_:4.2f}×){many:9.2f} ({one / many:4.2f}×)"
            print(f"{model:16}{one:10.2f}{told}{own_one / own_many:10.2f}×", flush=True)


if __name__ == "__main__":
    main()
