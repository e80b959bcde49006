"""The peers of ``benchmarks/dtw.py``, run by their own interpreter.

Imports nothing of auscult. Answers the lines of its standard input, one search each: a JSON
object with the peer's name and a file of signals; prints seconds and predictions as JSON.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

Predict = Callable[[], Any]


def aeon_pairs(Q: Any, X: Any, y: Any, threads: int) -> Predict:
    distances = import_module("aeon.distances")
    queries, references = Q[:, None], X[:, None]
    return lambda: y[
        distances.dtw_pairwise_distance(queries, references, n_jobs=threads).argmin(axis=1)
    ]


def tslearn_pairs(Q: Any, X: Any, y: Any, threads: int) -> Predict:
    metrics = import_module("tslearn.metrics")
    queries, references = Q[..., None], X[..., None]
    return lambda: y[metrics.cdist_dtw(queries, references, n_jobs=threads).argmin(axis=1)]


def dtaidistance_pairs(Q: Any, X: Any, y: Any, threads: int) -> Predict:
    dtw = import_module("dtaidistance.dtw")
    n, signals = len(Q), np.concatenate([Q, X])
    block = ((0, n), (n, len(signals)))
    settings = {"block": block, "use_c": True, "use_pruning": True, "parallel": threads > 1}
    return lambda: y[dtw.distance_matrix(signals, **settings)[:n, n:].argmin(axis=1)]


PEERS = {
    "aeon": aeon_pairs,
    "tslearn": tslearn_pairs,
    "dtaidistance": dtaidistance_pairs,
}


def installed() -> dict[str, str]:
    """The peers that are there, and their versions."""
    found = {}
    for name in PEERS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def answer(request: dict[str, Any]) -> dict[str, Any]:
    with np.load(request["file"]) as arrays:
        Q, X, y = arrays["Q"], arrays["X"], arrays["y"]
    prepare = PEERS[request["peer"]]
    prepare(Q[:2], X[:2], y[:2], request["threads"])()
    predict = prepare(Q, X, y, request["threads"])
    start = time.perf_counter()
    labels = predict()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "labels": np.asarray(labels).tolist()}


def main() -> None:
    warnings.simplefilter("ignore")
    print(json.dumps(installed()), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
