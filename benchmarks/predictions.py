"""Probabilities of many beats by a small FCN, streamed from a file on disk.

Run as ``predictions.py N_BEATS streamed|whole``; ``load FOLDER`` writes the file there unless it
is there already, ``go 1`` predicts all of it. *Streamed* gives the model slices of the memory-map;
*whole* gives it the memory-map itself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

import arrays
import auscult
from answers import Work, seconds_of, serve
from auscult.train.estimator import estimator_class
from memory import Peak, held
from network import block_products

SLICE = 8192
FILTERS, KERNELS = (16, 32, 16), (8, 5, 3)


def beats_file(folder: Path, X: Any, n_beats: int) -> Path:
    """A .npy of ``(n_beats, 1, n_timepoints)`` float32, the beats over and over."""
    file = folder / f"beats-{n_beats}.npy"
    if not file.exists():
        shape = (n_beats, 1, X.shape[1])
        out = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=shape)
        for start in range(0, n_beats, len(X)):
            out[start : start + len(X), 0] = X[: n_beats - start]
        out.flush()
    return file


def prepare(folder: Path) -> Work:
    n_beats, streamed = int(sys.argv[1]), sys.argv[2] == "streamed"
    X, y = arrays.beats()
    signals = np.load(beats_file(folder, X, n_beats), mmap_mode="r")
    settings = {"filters": FILTERS, "kernels": KERNELS, "epochs": 2, "early_stopping": False}
    model = estimator_class("fcn")(**settings, random_state=0).fit(X[:, None], y)
    step = SLICE if streamed else n_beats

    def predict() -> None:
        counts = np.zeros(len(model.classes_), dtype=np.int64)
        for start in range(0, n_beats, step):
            best = model.predict_proba(signals[start : start + step]).argmax(axis=1)
            counts += np.bincount(best, minlength=len(counts))

    operations = 2.0 * X.shape[1] * sum(block_products(FILTERS, KERNELS, 1)) * n_beats

    def work(_: int) -> dict[str, Any]:
        with Peak(held()) as peak:
            elapsed = seconds_of(predict)
        return {"seconds": elapsed, "bytes": peak.bytes, "operations": operations}

    return work


if __name__ == "__main__":
    serve({"auscult": auscult.__version__}, prepare)
