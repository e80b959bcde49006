"""What checkpoints cost: a training with and without a store, in turns.

    python benchmarks/checkpoint.py             # heart LSTM and a network of heartbeats
    python benchmarks/checkpoint.py --rounds 5

On one thread. Both ways are timed in each round, in alternating order. Told are medians: seconds
by the clock, the share of them that passes behind steps, in checkpoints and in asking whether one
is due (goal: at most 3 %; waiting for the disk is in it), and the processor time of training with
a store over that without.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import torch

import auscult
from auscult.data.dataset import Dataset
from auscult.models.network import Architecture
from auscult.models.table import model_class
from auscult.train import stack_work
from auscult.train.checkpoint import Keeper
from auscult.train.parts import Part
from auscult.train.settings import Training
from auscult.train.stack import Stack
from auscult.train.stack_work import StackWork
from auscult.train.store import Entry, FitStore
from auscult.types import InputShape

SHARED = Path(
    os.environ.get("AUSCULT_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data"
)


class CountingStore(FitStore):
    """Counts its checkpoints and their bytes."""

    count = 0
    size = 0

    def checkpoint(self, key: str, entry: Entry) -> None:
        super().checkpoint(key, entry)
        self.count += 1
        self.size = (self.folder / f"{key}.going").stat().st_size


class TimedKeeper(Keeper):
    """Times all that is done behind a step: whether a checkpoint is due, and making it."""

    seconds = 0.0

    def stepped(self, stack: Stack) -> None:
        started = time.perf_counter()
        super().stepped(stack)
        TimedKeeper.seconds += time.perf_counter() - started


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    torch.set_num_threads(1)
    stack_work.Keeper = TimedKeeper  # type: ignore[attr-defined]
    lstm = model_class("lstm")(units=(200,))
    works = {
        "heart disease, LSTM of 200 units, 10 fits": _work(
            auscult.read(SHARED / "heart" / "heart.csv"), lstm, 10, 1000
        ),
        "ECG5000, FCN, 1 fit": _work(
            auscult.read(SHARED / "ecg5000" / "ECG5000_TRAIN.tsv"), model_class("fcn")(), 1, 45
        ),
    }
    head = ("training", "without, s", "with, s", "checkpoints", "of, MB", "each, ms",
            "behind steps", "processor, times")  # fmt: skip
    print("| " + " | ".join(head) + " |\n" + "| --- " * len(head) + "|", flush=True)
    for name, work in works.items():
        print(_row(name, work, asked.rounds), flush=True)
    return 0


def _row(name: str, work: StackWork, rounds: int) -> str:
    replace(work, training=replace(work.training, epochs=1)).train(None, None)
    timed: dict[bool, list[float]] = {False: [], True: []}
    busy: dict[bool, list[float]] = {False: [], True: []}
    stores, shares, seconds = [], [], 0.0
    for number in range(rounds):
        for kept in (False, True) if number % 2 else (True, False):
            with tempfile.TemporaryDirectory() as folder:
                store = CountingStore(Path(folder)) if kept else None
                TimedKeeper.seconds = 0.0
                started, worked = time.perf_counter(), time.process_time()
                work.train(store, None)
                timed[kept].append(time.perf_counter() - started)
                busy[kept].append(time.process_time() - worked)
                if store:
                    stores.append(store)
                    shares.append(TimedKeeper.seconds / timed[kept][-1])
                    seconds += TimedKeeper.seconds
    bare, kept_time = median(timed[False]), median(timed[True])
    count = median(store.count for store in stores)
    inside = median(shares)
    each = 1000 * seconds / max(1, sum(s.count for s in stores))
    return (
        f"| {name} | {bare:.2f} | {kept_time:.2f} | {count:.0f} | {stores[0].size / 1e6:.1f} | "
        f"{each:.0f} | {inside:.1%} | {median(busy[True]) / median(busy[False]):.3f} |"
    )


def _work(dataset: Dataset, architecture: Architecture, fits: int, epochs: int) -> StackWork:
    rng = np.random.default_rng(0)
    X = np.ascontiguousarray(dataset.X, dtype=np.float32)
    if dataset.kind == "table":
        X = X.reshape(len(X), 1, -1)
    parts = []
    for seed in range(fits):
        order = rng.permutation(len(X))
        cut = int(0.8 * len(X))
        parts.append(Part(X, dataset.y, order[:cut], order[cut:], seed))
    shape = InputShape(X.shape[1], X.shape[2], len(dataset.classes), dataset.kind)
    training = Training(epochs=epochs, patience=epochs)
    return StackWork(architecture, shape, training, "cpu", parts)


if __name__ == "__main__":
    sys.exit(main())
