"""What fits gain from a second process, cost through a cluster, and survive there.

``python benchmarks/cluster.py`` prints one line a figure; the machine should be idle, and the load
before and after is printed beside them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.bad_input.malformed import table
from tests.train.workers.machines import Machines, copies, ended, killing, reached, some_workers

from auscult.train.jobs import Job
from auscult.train.store import Entry
from auscult.train.workers.processes import Processes

FITS = 100
ROUNDS = 7
LONGEST = 300.0
"""Seconds of a study, after which it is said to hang."""


def fit(seed: int, arrays: Sequence[NDArray[Any]]) -> Entry:
    """One fit of a fixed number of steps: logistic regression by gradient descent."""
    X, y = arrays
    weights = np.random.default_rng(seed).normal(size=X.shape[1])
    for _ in range(2000):
        weights -= 0.1 * X.T @ (1 / (1 + np.exp(-X @ weights)) - y) / len(y)
    return Entry({"weights": weights}, {})


def nothing(seed: int, arrays: Sequence[NDArray[Any]]) -> Entry:
    return Entry({"weights": np.full(13, float(seed))}, {})


def jobs(work: Any) -> list[Job]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1000, 13))
    y = (X[:, 0] > 0).astype(float)
    return [Job(work, seed, (X, y)) for seed in range(FITS)]


def timed(workers: Any, work: Any) -> float:
    list(workers.run(jobs(work)[:8]))  # processes begin, and load what they need
    started = time.perf_counter()
    assert len(list(workers.run(jobs(work)))) == FITS
    return time.perf_counter() - started


def processes() -> Iterator[str]:
    """In turns, since a machine that others share is not equally quick at all times."""
    with Processes(1) as one, Processes(2) as two:
        both = [(timed(one, fit), timed(two, fit)) for _ in range(ROUNDS)]
        empty = min(timed(two, nothing) for _ in range(3)) / FITS
    alone, together = np.min(both, axis=0)
    shares = sorted(first / second / 2 for first, second in both)
    yield (
        f"{FITS} fits, the best of {ROUNDS} rounds: {alone:.2f} s on one process, {together:.2f} s "
        f"on two: {alone / together / 2:.0%} efficiency; round by round "
        f"{', '.join(f'{share:.0%}' for share in shares)}"
    )
    yield f"a fit that does nothing, through two processes: {1000 * empty:.1f} ms"


def overhead() -> Iterator[str]:
    with some_workers(1) as (address, _), reached(address) as workers:
        empty = min(timed(workers, nothing) for _ in range(3)) / FITS
    yield f"a fit that does nothing, through a cluster of one worker: {1000 * empty:.1f} ms"


def killed() -> Iterator[str]:
    """A study of 100 fits, whichever worker is killed every 2 s, and its scheduler once."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        study, machines = Path(folder), Machines(stack)
        (study / "patients.csv").write_bytes(table(1000))
        here = rows(compare(study, "here"), study, "here")
        processes = [machines.scheduler(), machines.workers(3)]
        reached(machines.address).__exit__(None, None, None)
        with killing(lambda: copies(processes[1]), every=2) as first:
            begun = compare(study, "run", "--cluster", machines.address)
            deadline = time.monotonic() + LONGEST
            while begun.poll() is None and fits(study) < FITS // 2:
                assert time.monotonic() < deadline, "the study hangs"
                time.sleep(0.1)
        for process in processes:
            ended(process)
        said = begun.communicate(timeout=LONGEST)[1]
        assert begun.returncode == 2, said
        assert "the scheduler was lost" in said, said
        kept, started = fits(study), time.perf_counter()
        machines.scheduler()
        again = machines.workers(3)
        reached(machines.address).__exit__(None, None, None)
        with killing(lambda: copies(again), every=2) as second:
            found = rows(compare(study, "run", "--cluster", machines.address), study, "run")
        seconds = time.perf_counter() - started
    assert found == here, "another table"
    yield (
        f"three workers, one killed every 2 s: {len(first)} before the scheduler was killed too, "
        f"with {kept} fits kept; given again, the same command went on, {len(second)} killed in "
        f"{seconds:.0f} s; {len(found.splitlines()) - 1} rows, byte for byte those of one process"
    )


def compare(folder: Path, out: str, *where: str) -> subprocess.Popen[str]:
    models = "logistic,random-forest:n_estimators=100,gradient-boosting"
    asked = ["--target", "target", "--models", models, "--folds", "5", "--repeats", "5"]
    return subprocess.Popen(
        [sys.executable, "-m", "auscult", "compare", "patients.csv", *asked, *where, "--out", out],
        cwd=folder,
        env=os.environ | {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def rows(process: subprocess.Popen[str], folder: Path, out: str) -> bytes:
    """The table of predictions; a study that hangs is ended and told."""
    try:
        said = process.communicate(timeout=LONGEST)[1]
    finally:
        process.kill()
    assert process.returncode == 0, said
    return (folder / out / "predictions.csv").read_bytes()


def fits(folder: Path) -> int:
    return len(list((folder / "run" / "fits").glob("*.fit")))


def main() -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for part in (processes, overhead, killed):
        for line in part():
            print(line, flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
