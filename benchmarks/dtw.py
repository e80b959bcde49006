"""Seconds of an exact 1-NN DTW search, beside the libraries that offer one.

Run with ``python benchmarks/dtw.py [--peers PYTHON] [--data FOLDER] [--repeats N]``. The peers
(aeon, tslearn, dtaidistance) are run by the interpreter that ``--peers`` names, because some need
older versions of what auscult needs. Repeats are interleaved; every figure is a median of this
one run, and a ratio compares figures of this run only. A cell is one match of two time points;
the cells are counted as if nothing were pruned.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.models.dtw.window import best_window
from auscult.models.knn_dtw import KNNDTW

Float64 = NDArray[np.float64]
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Search:
    """Queries, references and their labels."""

    name: str
    Q: Float64
    X: Float64
    y: Float64

    @property
    def cells(self) -> int:
        return self.Q.size * self.X.size


def real_searches(folder: Path) -> list[Search]:
    """TwoLeadECG as the archive splits it, and 300 test cases of ECG5000."""
    found = []
    for name, n_queries in (("TwoLeadECG", 1139), ("ECG5000", 300)):
        files = [folder / name.lower() / f"{name}_{part}.tsv" for part in ("TRAIN", "TEST")]
        if not all(file.is_file() for file in files):
            print(f"{name} left out: {files[0]} is not there; name its folder with --data")
            continue
        train, test = (np.loadtxt(file, dtype=np.float64) for file in files)
        found.append(Search(name, test[:n_queries, 1:], train[:, 1:], train[:, 0]))
    return found


def walks(n_references: int, n_timepoints: int, n_queries: int = 100) -> Search:
    """Random walks of unit variance."""
    rng = np.random.default_rng(0)
    signals = rng.standard_normal((n_queries + n_references, n_timepoints)).cumsum(axis=1)
    signals = (signals - signals.mean(axis=1, keepdims=True)) / signals.std(axis=1, keepdims=True)
    labels = (np.arange(n_references) % 2).astype(np.float64)
    return Search("walks", signals[:n_queries], signals[n_queries:], labels)


class Peers:
    """The other interpreter, which stays up between searches."""

    def __init__(self, python: str) -> None:
        command = [python, str(HERE / "dtw_peers.py")]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        )
        self.versions: dict[str, str] = self._read()

    def _read(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("--peers: the interpreter stopped; its error is above")
        return json.loads(line)

    def seconds(self, peer: str, file: Path, threads: int) -> tuple[float, list[float]]:
        assert self.process.stdin is not None
        request = {"peer": peer, "file": str(file), "threads": threads}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self._read()
        return answer["seconds"], answer["labels"]


def own_seconds(search: Search, threads: int, **settings: Any) -> tuple[float, list[float]]:
    model = KNNDTW(n_jobs=threads, **settings).fit(search.X, search.y)
    start = time.perf_counter()
    labels = model.predict(search.Q)
    return time.perf_counter() - start, labels.tolist()


def compare(search: Search, peers: Peers | None, threads: int, repeats: int) -> None:
    """One block of the table: this search by everyone, repeats interleaved."""
    times: dict[str, list[float]] = {"auscult": []}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "search.npz"
        np.savez(file, Q=search.Q, X=search.X, y=search.y)
        for _ in range(repeats):
            seconds, labels = own_seconds(search, threads)
            times["auscult"].append(seconds)
            for peer in peers.versions if peers else ():
                seconds, theirs = peers.seconds(peer, file, threads)  # type: ignore[union-attr]
                times.setdefault(peer, []).append(seconds)
                if theirs != labels:
                    print(f"  {peer} predicts other classes than auscult")
    ours = statistics.median(times["auscult"])
    shape = f"{len(search.Q)} queries × {len(search.X)} × {search.X.shape[1]}"
    print(f"\n{search.name}: {shape}, full window, squared cost, {threads} threads")
    for name, values in sorted(times.items(), key=lambda item: statistics.median(item[1])):
        middle = statistics.median(values)
        per_cell = middle / search.cells * 1e9
        print(
            f"  {name:<14}{middle * 1e3:>10.1f} ms {per_cell:>9.4f} ns a cell"
            f" {middle / ours:>8.1f} ×   ({min(values) * 1e3:.1f}–{max(values) * 1e3:.1f})"
        )


def own(label: str, search: Search, threads: int, repeats: int, **settings: Any) -> None:
    """One line of what only auscult is asked."""
    own_seconds(search, threads, **settings)
    times = [own_seconds(search, threads, **settings)[0] for _ in range(repeats)]
    middle = statistics.median(times)
    per_cell = middle / search.cells * 1e9
    print(f"  {label:<38}{middle * 1e3:>10.1f} ms {per_cell:>9.4f} ns a cell")


def growth(threads: int, repeats: int) -> None:
    print("\nGrowth, random walks, 100 queries, full window, squared cost")
    for n_references in (16, 125, 500, 2000, 8000):
        label = f"{n_references} references of 128 time points"
        own(label, walks(n_references, 128), threads, repeats)
    for n_timepoints in (32, 64, 128, 256, 512):
        label = f"500 references of {n_timepoints} time points"
        own(label, walks(500, n_timepoints), threads, repeats)


def variants(searches: list[Search], threads: int, repeats: int) -> None:
    for search in searches:
        print(f"\n{search.name}, other settings")
        for cost in ("squared", "absolute"):
            for window in (None, 0.1):
                width = "full window" if window is None else f"window {window:.0%}"
                label = f"{cost} cost, {width}"
                own(label, search, threads, repeats, cost=cost, window=window)
        start = time.perf_counter()
        choice = best_window(search.X, search.y, n_jobs=threads)
        seconds = time.perf_counter() - start
        print(
            f"  best of {len(choice.windows)} windows by leave-one-out on {len(search.X)} cases:"
            f" {choice.window} points, accuracy {choice.accuracy:.3f}, {seconds * 1e3:.0f} ms"
        )


def first_call() -> None:
    """The seconds a first search takes in this process, compiled or read from the cache."""
    start = time.perf_counter()
    own_seconds(walks(20, 30, 5), 1)
    print(f"first search of this process: {time.perf_counter() - start:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="an interpreter that has aeon, tslearn or dtaidistance")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    peers = Peers(options.peers) if options.peers else None
    versions = {name: importlib.metadata.version(name) for name in ("numba", "llvmlite", "numpy")}
    print(f"Python {platform.python_version()}, {versions}, peers {peers and peers.versions}")
    first_call()
    searches = real_searches(options.data)
    for search in searches or [walks(500, 128)]:
        compare(search, peers, options.threads, options.repeats)
    variants(searches, options.threads, options.repeats)
    growth(options.threads, options.repeats)


if __name__ == "__main__":
    main()
