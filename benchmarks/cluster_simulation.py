"""What a study of very many fits on very many workers would meet, simulated event by event.

``python benchmarks/cluster_simulation.py`` takes seconds. Three servers stand in line: the
scheduler, which handles so many tasks a second; the workers; and the process that asked, which
writes each outcome whole to its disk. The scheduler's rate is what ``--rate`` gives, or measured
here, as what a write costs is.
"""

from __future__ import annotations

import argparse
import heapq
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.cluster import jobs, nothing
from tests.train.workers.machines import reached, some_workers

from auscult.train.store import Entry, FitStore

AHEAD = 4


@dataclass(frozen=True)
class Found:
    hours: float
    busy: float
    """Share of the workers' time that is spent on fits."""
    scheduler: float
    """Share of the time that the scheduler works."""
    disk: float


def simulate(
    fits: int, workers: int, seconds: float, rate: float, write: float, *, ahead: int = AHEAD
) -> Found:
    """A study whose fits take ``seconds`` on average (log-normal, spread 0.5).

    Parameters
    ----------
    fits, workers
        How many.
    seconds
        Of one fit.
    rate
        Tasks a second that the scheduler can handle.
    write
        Seconds to keep one outcome.
    ahead
        Fits at the scheduler for each worker.
    """
    rng = np.random.default_rng(0)
    long = rng.lognormal(np.log(seconds) - 0.125, 0.5, fits)
    scheduler = disk = 0.0
    waiting = min(fits, ahead * workers)
    free = [(0.0, worker) for worker in range(workers)]
    ends: list[float] = []  # outcomes on their way to the one who asked
    heapq.heapify(free)
    sent, at_hand, kept = 0, [], 0
    for _ in range(waiting):
        scheduler += 1 / rate
        at_hand.append(scheduler)
        sent += 1
    queue, last = 0, 0.0
    while kept < fits:
        if queue < len(at_hand) and (not ends or max(free[0][0], at_hand[queue]) <= ends[0]):
            when, worker = heapq.heappop(free)
            end = max(when, at_hand[queue]) + long[queue]
            heapq.heappush(free, (end, worker))
            heapq.heappush(ends, end)
            queue += 1
            continue
        disk = max(disk, heapq.heappop(ends)) + write
        kept, last = kept + 1, disk
        if sent < fits:
            scheduler = max(scheduler, disk) + 1 / rate
            at_hand.append(scheduler)
            sent += 1
    return Found(
        last / 3600, float(long.sum()) / (workers * last), fits / rate / last, fits * write / last
    )


def measured_write(folder: Path, size: int) -> float:
    """Seconds to keep one outcome of so many bytes."""
    store, entry = FitStore(folder), Entry({"probability": np.zeros(size // 8)}, {})
    started = time.perf_counter()
    for number in range(100):
        store.finish(f"{number:040x}", entry)
    return (time.perf_counter() - started) / 100


def measured_rate(fits: int = 1000) -> float:
    """Tasks a second through a scheduler and one worker of this machine, outcome and all."""
    many = jobs(nothing) * (fits // 100)
    with some_workers(1) as (address, _), reached(address) as workers:
        list(workers.run(many[:100]))
        started = time.perf_counter()
        assert len(list(workers.run(many))) == fits
        return fits / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fits", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=1000)
    parser.add_argument("--size", type=int, default=20_000, help="bytes of an outcome")
    parser.add_argument("--rate", type=float, help="tasks a second; measured without it")
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(dir=".") as folder:
        write = measured_write(Path(folder), given.size)
    rate = given.rate or measured_rate()
    print(f"one outcome of {given.size / 1e3:.0f} kB kept in {1000 * write:.1f} ms")
    print(f"{rate:.0f} tasks a second through a scheduler")
    print(f"{given.fits:,} outcomes: {given.fits * given.size / 1e9:.1f} GB on the disk")
    print("| a fit | hours | workers busy | scheduler busy | disk busy |")
    print("| --- | --- | --- | --- | --- |")
    for seconds in (0.3, 1, 3, 10, 30, 100):
        f = simulate(given.fits, given.workers, seconds, rate, write)
        print(
            f"| {seconds:g} s | {f.hours:.2f} | {f.busy:.0%} | {f.scheduler:.0%} | {f.disk:.0%} |"
        )


if __name__ == "__main__":
    main()
