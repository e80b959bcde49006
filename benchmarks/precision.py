"""Seconds of an epoch of one fit on one thread, its training steps in float32 and in bf16.

Run with ``python benchmarks/precision.py [repeats] [batch]``, on the synthetic signals of
``data_parallel.py``. Both take turns within one run; of the epochs of all repeats, without the
first of each, the median counts. What bf16 does to a score is told by ``auscult compare``, with a
model beside itself: ``--models resnet-1d,resnet-1d:precision=bf16``.
"""

from __future__ import annotations

import sys

import numpy as np

from auscult.train.settings import Precision, Training
from auscult.train.threads import one_thread
from data_parallel import EPOCHS, epochs_of, signals

MODELS = ("resnet-1d", "inception-time", "fcn", "transformer", "lstm-fcn", "lstm:units=128")


def main() -> None:
    repeats, batch = [int(a) for a in sys.argv[1:]] + [3, 64][len(sys.argv) - 1 :]
    part = signals()
    ways: tuple[Precision, ...] = ("float32", "bf16")
    print(f"{len(part.X)} signals of {part.X.shape[2]} points, batches of {batch}; one thread")
    print(f"{'s an epoch':16}{ways[0]:>10}{ways[1]:>17}")
    for model in MODELS:
        seconds: dict[str, list[list[float]]] = {way: [] for way in ways}
        for _ in range(repeats):
            for way in ways:
                training = Training(epochs=EPOCHS, batch_size=batch, precision=way)
                with one_thread():
                    seconds[way].extend(epochs_of(model, part, training))
        whole, short = (np.median(own, axis=0)[0] for own in seconds.values())
        print(f"{model:16}{whole:10.2f}{short:9.2f} ({whole / short:4.2f}×)", flush=True)


if __name__ == "__main__":
    main()
