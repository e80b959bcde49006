"""Seconds an epoch of the recurrent layer, forward and backward, beside ``torch.nn`` and the floor.

Run with ``python benchmarks/recurrence.py [repeats]``. Every row is the median of interleaved
repeats of one batch, times the batches of an epoch, divided by the fits of the stack. The floor is
the time the layer's matrix products would take at the rate of one large product, measured here.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from auscult.models.recurrence.run import GATES, Backend, Cell, recurrent


@dataclass(frozen=True)
class Case:
    """A network on a data set: ``layers`` are ``(n_in, n_hidden)``."""

    name: str
    cell: Cell
    fits: int
    batch: int
    steps: int
    layers: tuple[tuple[int, int], ...]
    cases: int

    @property
    def operations(self) -> float:
        """Floating-point operations of the matrix products of an epoch, one fit."""
        total = 0
        for k, (n_in, hidden) in enumerate(self.layers):
            backward_x = n_in if k > 0 else 0
            state = hidden if self.steps > 1 else 0
            total += GATES[self.cell] * hidden * (2 * n_in + backward_x + 3 * state)
        return 2.0 * total * self.steps * self.cases


CASES = (
    Case("heart, LSTM 128, 1 fit", "lstm", 1, 32, 13, ((1, 128),), 242),
    Case("heart, LSTM 128, 10 fits", "lstm", 10, 32, 13, ((1, 128),), 242),
    Case("heart, LSTM 128, 50 fits", "lstm", 50, 32, 13, ((1, 128),), 242),
    Case("Alzheimer's, RNN 200, 1 fit", "rnn", 1, 32, 1, ((32, 200),), 1934),
    Case("Alzheimer's, RNN 200, 50 fits", "rnn", 50, 32, 1, ((32, 200),), 1934),
    Case("load, LSTM 10+10, 1 fit", "lstm", 1, 512, 96, ((1, 10), (10, 10)), 27936),
    Case("ECG5000, LSTM 8, 1 fit", "lstm", 1, 16, 140, ((1, 8),), 500),
    Case("GRU 64 on 12 leads, 1 fit", "gru", 1, 64, 100, ((12, 64),), 1000),
    Case("LSTM 256, 1 fit", "lstm", 1, 32, 20, ((32, 256),), 320),
)


def stacked_step(case: Case, backend: Backend) -> Callable[[], None]:
    """One batch of all fits, forward and backward."""
    weights = []
    for n_in, hidden in case.layers:
        rows = GATES[case.cell] * hidden
        shapes = ((rows, n_in), (rows, hidden), (rows,), (rows,))
        weights.append([parameter(case.fits, *shape, scale=hidden**-0.5) for shape in shapes])
    x = torch.randn(case.fits, case.batch, case.steps, case.layers[0][0])
    dy = torch.randn(case.fits, case.batch, case.steps, case.layers[-1][1])

    def step() -> None:
        y = x
        for w_ih, w_hh, b_ih, b_hh in weights:
            y = recurrent(case.cell, y, w_ih, w_hh, b_ih, b_hh, backend=backend)
        torch.autograd.grad(y, [w for layer in weights for w in layer], dy)

    return step


def plain_step(case: Case) -> Callable[[], None]:
    """One batch of one fit through ``torch.nn``."""
    kind = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[case.cell]
    layers = [kind(n_in, hidden, batch_first=True) for n_in, hidden in case.layers]
    weights = [p for layer in layers for p in layer.parameters()]
    x = torch.randn(case.batch, case.steps, case.layers[0][0])
    dy = torch.randn(case.batch, case.steps, case.layers[-1][1])

    def step() -> None:
        y = x
        for layer in layers:
            y = layer(y)[0]
        torch.autograd.grad(y, weights, dy)

    return step


def parameter(*shape: int, scale: float) -> Tensor:
    return (torch.randn(shape) * scale).requires_grad_()


def medians(steps: Sequence[Callable[[], None]], repeats: int) -> list[float]:
    """Seconds of each, the repeats interleaved so that a busy moment hits all alike."""
    seconds: list[list[float]] = [[] for _ in steps]
    for repeat in range(repeats + 1):
        for k, step in enumerate(steps):
            start = time.perf_counter()
            step()
            if repeat:  # the first one compiles and allocates
                seconds[k].append(time.perf_counter() - start)
    return [statistics.median(s) for s in seconds]


def product_rate() -> float:
    """Operations a second of a large float32 product."""
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)

    def step() -> None:
        torch.mm(a, b)

    return 2 * 1024**3 / medians([step], 15)[0]


def main() -> None:
    """Print the table."""
    torch.manual_seed(0)
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    print(f"{torch.get_num_threads()} threads, product at {product_rate() / 1e9:.0f} GFLOP/s")
    print("seconds an epoch and fit      torch.nn  stack:torch  stack:numba     floor  × torch.nn")
    for case in CASES:
        steps = [plain_step(case), stacked_step(case, "torch"), stacked_step(case, "numba")]
        plain, loop, fused = medians(steps, repeats)
        batches = case.cases / case.batch
        row = [plain * batches, loop * batches / case.fits, fused * batches / case.fits]
        floor = case.operations / product_rate()
        figures = f"{row[0]:9.4f} {row[1]:12.4f} {row[2]:12.4f} {floor:9.4f}"
        print(f"{case.name:29s}{figures} {row[0] / row[2]:10.1f}")


if __name__ == "__main__":
    main()
