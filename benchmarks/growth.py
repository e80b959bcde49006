"""How time and memory of auscult grow with the cases, their length and the fits.

Every point has a process of its own, so that memory which one leaves behind is not counted for
the next.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import arrays
from child import Child
from network import Network
from problem import Search, Training
from table import seconds, table
from workload import BLOCKS, LSTM_10_10, LSTM_128, RNN_200

Problem = Training | Search
LSTM_FCN = Network("lstm-fcn", (8,), 16, **BLOCKS)  # type: ignore[arg-type]


def training(network: Network, fits: int, n: int, steps: int, features: int) -> Training:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, steps, features), dtype=np.float32)
    return Training(X, rng.integers(2, size=n), network, fits, table=steps == 1)


def search(n_references: int, n_timepoints: int) -> Search:
    signals = arrays.walks(100 + n_references, n_timepoints)
    return Search(signals[:100], signals[100:], np.arange(n_references) % 2.0)


Series = tuple[str, Callable[[int], Problem], Sequence[int]]

SERIES: tuple[Series, ...] = (
    (
        "cases of 13 steps, LSTM 128, one fit",
        lambda n: training(LSTM_128, 1, n, 13, 1),
        (256, 1024, 4096, 16384),
    ),
    (
        "time points, 1024 cases, LSTM 10+10, one fit",
        lambda n: training(LSTM_10_10, 1, 1024, n, 1),
        (24, 96, 384, 1536),
    ),
    (
        "time points, 128 cases, LSTM-FCN, one fit",
        lambda n: training(LSTM_FCN, 1, 128, n, 1),
        (70, 140, 280, 560),
    ),
    (
        "fits, 1934 cases of 32 features, RNN 200",
        lambda n: training(RNN_200, n, 1934, 1, 32),
        (1, 5, 20, 50, 100),
    ),
    (
        "fits, 256 cases of 13 steps, LSTM 128",
        lambda n: training(LSTM_128, n, 256, 13, 1),
        (1, 5, 20, 50, 100),
    ),
    (
        "references of 128 time points, 100 DTW searches",
        lambda n: search(n, 128),
        (125, 500, 2000, 8000),
    ),
    (
        "time points, 500 references, 100 DTW searches",
        lambda n: search(500, n),
        (64, 128, 256, 512),
    ),
)


def growth(folder: Path) -> str:
    """The table; a row a point, with the power of the growth since the row before."""
    rows = []
    for name, make, sizes in SERIES:
        print(f"  growth with {name}", file=sys.stderr)
        before: tuple[int, float, float] | None = None
        for size in sizes:
            took, held = _measured(make(size).write(folder / "growth.npz"))
            powers = ["–", "–"]
            if before:
                ratio = math.log(size / before[0])
                powers = [
                    f"{math.log(took / before[1]) / ratio:.2f}",
                    f"{math.log(max(held, 1) / max(before[2], 1)) / ratio:.2f}",
                ]
            rows.append([name, f"{size:,}", seconds(took), f"{held / 2**20:,.0f} MiB", *powers])
            before = size, took, held
    head = ["growth with", "how many", "an epoch or search", "memory", "time ∝ n^", "memory ∝ n^"]
    return table(head, rows)


def _measured(file: Path) -> tuple[float, float]:
    """Seconds of an epoch or a search, and bytes at the peak beyond the libraries."""
    with Child("auscult", sys.executable, "ours.py", "memory", own=True) as child:
        child.load(file)
        child.go(1)
        count = max(1, min(100, round(0.3 / max(child.go(1)["seconds"], 1e-3))))
        answers = [child.go(count) for _ in range(3)]
    middle = sorted(a["seconds"] for a in answers)[1]
    return middle, max(a["bytes"] for a in answers)
