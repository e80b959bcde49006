"""auscult's fits, side by side, and its exact 1-NN DTW search, as a study runs them.

Run as ``ours.py``, or as ``ours.py memory`` to be told the peak of memory too.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

import auscult
from answers import Work, epoch_seconds, seconds_of, serve
from auscult.models.knn_dtw import KNNDTW
from auscult.models.lstm import LSTM
from auscult.models.lstm_fcn import LSTMFCN
from auscult.models.network import Architecture
from auscult.models.rnn import RNN
from auscult.train.parts import Part
from auscult.train.settings import Training as Settings
from auscult.train.stacks import fit_parts
from auscult.types import InputShape
from memory import Peak, held
from problem import Search, Training, read


def architecture_of(problem: Training) -> Architecture:
    network = problem.network
    if network.kind == "lstm-fcn":
        return LSTMFCN(network.units[0], network.filters, network.kernels, network.dropout)
    cell = RNN if network.kind == "rnn" else LSTM
    row = problem.X.shape[1] == 1
    return cell(network.units, feed="row" if row else "features", dropout=network.dropout)


def parts_of(problem: Training) -> tuple[list[Part], InputShape]:
    """A table is encoded once a fit, as in a study, and so has an array a fit; signals share."""
    n_cases, n_steps, n_features = problem.X.shape
    n_classes, everything = problem.network.n_classes, np.arange(n_cases)
    if problem.table:
        X = problem.X.reshape(n_cases, 1, -1)
        shape = InputShape(1, n_steps * n_features, n_classes, "table")
    else:
        X = np.ascontiguousarray(problem.X.transpose(0, 2, 1))
        shape = InputShape(n_features, n_steps, n_classes, "signals")
    arrays = [X.copy() if problem.table else X for _ in range(problem.fits)]
    parts = [Part(a, problem.y, everything, everything[:0], i) for i, a in enumerate(arrays)]
    return parts, shape


def training(problem: Training) -> Work:
    architecture = architecture_of(problem)
    parts, shape = parts_of(problem)

    def train(epochs: int) -> None:
        settings = Settings(epochs=epochs, batch_size=problem.network.batch_size)
        fit_parts(architecture, [shape] * len(parts), parts, settings)

    return lambda epochs: epoch_seconds(train, epochs)


def searching(search: Search) -> Work:
    model = KNNDTW().fit(search.X, search.y)
    model.predict(search.queries[:2])  # compiles
    found: list[Any] = []

    def search_once() -> None:
        found[:] = model.predict(search.queries).tolist()

    def work(times: int) -> dict[str, Any]:
        elapsed = seconds_of(lambda: [search_once() for _ in range(times)])
        return {"seconds": elapsed / times, "elapsed": elapsed, "labels": found}

    return work


def weighed(work: Work, before: int) -> Work:
    """The same, with the bytes that were held at the peak beyond those held before."""

    def measured(n: int) -> dict[str, Any]:
        with Peak(before) as peak:
            answer = work(n)
        return answer | {"bytes": peak.bytes}

    return measured


def prepare(file: Path) -> Work:
    problem = read(file)
    before = held()
    work = training(problem) if isinstance(problem, Training) else searching(problem)
    return weighed(work, before) if "memory" in sys.argv else work


if __name__ == "__main__":
    serve({"auscult": auscult.__version__, "PyTorch": torch.__version__}, prepare)
