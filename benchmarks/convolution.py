"""Milliseconds of a convolution over time, forward and backward, beside torch's and the floor.

Run with ``python benchmarks/convolution.py [threads] [repeats]``. The repeats are interleaved. On
one thread the clock is the processor's time of this process, so that neighbours do not count; on
more it is the wall's. Set ``OMP_WAIT_POLICY=PASSIVE``, or torch's idle threads hold the cores. The
floor is the time the plain products would take at the rate of one large product, measured here;
minimal filtering can be below it. The first layer of a network needs no gradient of its input.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence

import torch

from auscult.models.convolution.run import Backend, choose_backend, convolve

Shape = tuple[int, int, int, int, int, int]
"""Fits, cases, channels, filters, taps, points in time."""

BLOCKS = ((1, 128, 8), (128, 256, 5), (256, 128, 3))
CASES: tuple[Shape, ...] = (
    *((1, 16, *block, steps) for steps in (82, 96, 140, 187, 500) for block in BLOCKS),
    (5, 16, 128, 256, 5, 82),
    (1, 16, 64, 64, 8, 140),
    (1, 16, 64, 128, 3, 140),
    (1, 64, 32, 32, 10, 140),
    (1, 64, 32, 32, 20, 140),
    (1, 64, 32, 32, 40, 140),
    (1, 16, 12, 64, 7, 500),
)


def step(shape: Shape, backend: Backend) -> Callable[[], None]:
    """Forward and backward."""
    fits, batch, n_in, n_out, taps, steps = shape
    inner = n_in > 12
    x = torch.randn(batch, fits * n_in, steps, requires_grad=inner)
    weight = torch.randn(fits, n_out, n_in, taps, requires_grad=True)
    dy = torch.randn(batch, fits * n_out, steps)
    pad = (taps - 1) // 2, taps // 2

    def run() -> None:
        y = convolve(x, weight, pad, backend=backend)
        torch.autograd.grad(y, [x, weight] if inner else [weight], dy)

    return run


def medians(steps: Sequence[Callable[[], None]], repeats: int) -> list[float]:
    """Seconds of each, the repeats interleaved so that a busy moment hits all alike."""
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    seconds: list[list[float]] = [[] for _ in steps]
    for repeat in range(repeats + 1):
        for k, run in enumerate(steps):
            start = clock()
            run()
            if repeat:  # the first one compiles and allocates
                seconds[k].append(clock() - start)
    return [statistics.median(s) for s in seconds]


def product_rate() -> float:
    """Operations a second of a large float32 product."""
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)

    def run() -> None:
        torch.mm(a, b)

    return 2 * 1024**3 / medians([run], 15)[0]


def main() -> None:
    """Print the table."""
    torch.manual_seed(0)
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    rate = product_rate()
    print(f"{torch.get_num_threads()} threads, product at {rate / 1e9:.0f} GFLOP/s")
    print("F  B  channels   taps time    torch    fused    floor  × torch  auto")
    for shape in CASES:
        plain, fused = medians([step(shape, "torch"), step(shape, "fused")], repeats)
        fits, batch, n_in, n_out, taps, steps = shape
        passes = 3 if n_in > 12 else 2
        floor = 2.0 * passes * fits * batch * n_in * n_out * taps * steps / rate
        x, weight = torch.empty(batch, fits * n_in, steps), torch.empty(fits, n_out, n_in, taps)
        name = f"{fits} {batch:2d} {n_in:4d}→{n_out:<4d} {taps:4d} {steps:4d}"
        figures = "".join(f"{1e3 * seconds:9.2f}" for seconds in (plain, fused, floor))
        print(f"{name}{figures} {plain / fused:8.2f}  {choose_backend(x, weight)}")


if __name__ == "__main__":
    main()
