"""An exact 1-NN DTW search by aeon, tslearn or dtaidistance.

Run as ``dtw_peers.py LIBRARY THREADS``. Each library computes all distances, as it offers, and
the nearest is taken; ``go N`` searches N times and answers the seconds of one.
"""

from __future__ import annotations

import importlib.metadata
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from answers import Work, seconds_of, serve
from problem import read_search

Distances = Callable[[], Any]


def aeon(queries: Any, X: Any, threads: int) -> Distances:
    distances = import_module("aeon.distances")
    Q, R = queries[:, None], X[:, None]
    return lambda: distances.dtw_pairwise_distance(Q, R, n_jobs=threads)


def tslearn(queries: Any, X: Any, threads: int) -> Distances:
    metrics = import_module("tslearn.metrics")
    Q, R = queries[..., None], X[..., None]
    return lambda: metrics.cdist_dtw(Q, R, n_jobs=threads)


def dtaidistance(queries: Any, X: Any, threads: int) -> Distances:
    dtw = import_module("dtaidistance.dtw")
    n, signals = len(queries), np.concatenate([queries, X])
    block = ((0, n), (n, len(signals)))
    settings = {"block": block, "use_c": True, "use_pruning": True, "parallel": threads > 1}
    return lambda: dtw.distance_matrix(signals, **settings)[:n, n:]


LIBRARIES = {"aeon": aeon, "tslearn": tslearn, "dtaidistance": dtaidistance}


def prepare(file: Path) -> Work:
    search = read_search(file)
    library, threads = LIBRARIES[sys.argv[1]], int(sys.argv[2])
    library(search.queries[:2], search.X[:2], threads)()  # compiles
    distances = library(search.queries, search.X, threads)
    found: list[Any] = []

    def search_once() -> None:
        found[:] = search.y[np.asarray(distances()).argmin(axis=1)].tolist()

    def work(times: int) -> dict[str, Any]:
        elapsed = seconds_of(lambda: [search_once() for _ in range(times)])
        return {"seconds": elapsed / times, "elapsed": elapsed, "labels": found}

    return work


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    serve({sys.argv[1]: importlib.metadata.version(sys.argv[1])}, prepare)
