"""What networks reach on heartbeats, and how fast they train.

Run from the root with ``python benchmarks/heartbeats.py [by-beat] [ds1-ds2] [kaggle] [speed]``;
without a word, all of it: about an hour on one core. The records are ``auscult data get mitdb``;
``kaggle`` also needs the folder of Kaggle rows, ``heartbeat_kaggle_sample``, in ``AUSCULT_DATA``.

- ``by-beat``: one beat in five is tested, which leaks; a residual network.
- ``ds1-ds2``: by patient (de Chazal et al. 2004), and the same network by beat.
- ``kaggle``: trained on rebuilt beats that are none of the Kaggle rows, tested on those rows.
- ``speed``: beats a second in training against the batch size, on one thread.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

import auscult
from auscult.data.ecg.twins import twin_cases
from auscult.evaluate.result import ModelResult
from auscult.train.estimator import estimator_class
from auscult.types import FloatArray, IntArray

RESNET: Final = {
    "filters": (32, 32, 32, 64, 64),
    "kernels": (5, 5),
    "pool": 2,
    "batch_size": 128,
    "optimizer": "adamw",
    "weight_decay": 0.01,
    "learning_rate": 0.002,
    "early_stopping": False,
}
MLP: Final = "mlp:batch_size=256:learning_rate=0.002:schedule=cosine:early_stopping=false"
SPEEDS: Final[tuple[tuple[str, dict[str, Any], int], ...]] = (
    ("lenet", {}, 8192),
    ("vgg", {}, 2048),
    ("resnet", {}, 2048),
    ("googlenet", {}, 1024),
    ("resnet-1d", {}, 1024),
    ("resnet-1d", {k: RESNET[k] for k in ("filters", "kernels", "pool")}, 2048),
    ("inception-time", {}, 1024),
)
"""Networks, their settings, and how many beats time them."""
BATCHES: Final = (16, 64, 256, 1024)
KAGGLE: Final[dict[str, tuple[dict[str, Any], bool]]] = {
    "drawn evenly": ({"sampling": "balanced", "random_state": 0}, False),
    "as they come": ({"random_state": 0}, True),
    "as they come, again": ({"random_state": 1}, True),
}
"""Networks tried on the Kaggle rows, and whether a class's chance is divided by its share of the
training beats (Elkan 2001), because the rows hold each class equally often."""
N_NORMAL: Final = 30_000
"""Normal beats trained on, beside all rare ones."""
N_VALIDATION: Final = 150
"""Beats of each class that choose among them: never trained on, and no Kaggle rows."""


def by_beat() -> None:
    """Accuracy and macro-F1 with every patient on both sides: two networks and their vote."""
    small = RESNET | {"filters": (32,) * 5, "random_state": 1}
    names = [_named(RESNET | {"epochs": 25}), _named(small | {"epochs": 13})]
    tell(auscult.compare("mitdb", plan="by-beat", models=names, votes=[f"soft:{'+'.join(names)}"]))


def _named(settings: dict[str, Any]) -> str:
    return ":".join(["resnet-1d", *(f"{k}={_written(v)}" for k, v in settings.items())])


def by_patient() -> None:
    """De Chazal's halves; the same networks by beat beside them."""
    beats = auscult.read("mitdb", recipe="relative", channel="all")
    plain, again, balanced = MLP, f"{MLP}:random_state=1", f"{MLP}:class_weight=balanced"
    votes = [f"soft:{plain}+{balanced}", f"soft:{plain}+{again}+{balanced}"]
    for plan in ("ds1-ds2", "by-beat"):
        print(f"--- {plan}")
        names = [plain, again, balanced]
        tell(auscult.compare(beats, plan=plan, models=names, epochs=6, votes=votes))


def tell(study: auscult.StudyResult) -> None:
    for row in study.models:
        print(f"{row.label}\n  {figures(row)}; {row.fit_seconds:.0f} s")


def figures(row: ModelResult) -> str:
    """Accuracy with its interval, macro-F1, and sensitivity and precision of each class."""
    counts = np.array(row.confusion_matrix)
    right = np.diag(counts)
    sensitivity = right / counts.sum(axis=1)
    precision = right / np.maximum(counts.sum(axis=0), 1)
    accuracy = row.metrics["accuracy"]
    return (
        f"accuracy {accuracy.value:.4f} ({accuracy.low:.3f}–{accuracy.high:.3f}), "
        f"macro-F1 {row.metrics['f1_macro'].value:.3f}, mean sensitivity of N, S and V "
        f"{sensitivity[:3].mean():.3f}; sensitivity {sensitivity.round(3)}, "
        f"precision {precision.round(3)}"
    )


def kaggle_rows() -> None:
    """Trained on beats that are none of the rows; the rows of the test file tested.

    By which network, one of three or a vote, other beats decide.
    """
    folder = Path(os.environ["AUSCULT_DATA"]) / "heartbeat_kaggle_sample"
    train, test = (
        np.loadtxt(folder / f"mitbih_{part}_sample.csv", delimiter=",", dtype=np.float32)
        for part in ("train", "test")
    )
    beats = auscult.read("mitdb", recipe="kaggle")
    rows = np.concatenate([train, test])[:, :187]
    unseen = np.flatnonzero(~twin_cases(beats.X[:, 0], rows))
    held = _per_class(beats.y, unseen, N_VALIDATION, np.random.default_rng(0))
    free = np.setdiff1d(unseen, held)
    print(f"{len(free):,} beats to train on, none of them among {len(rows):,} rows", flush=True)
    cases = _thinned(beats.y, free, N_NORMAL, np.random.default_rng(0))
    shares = np.bincount(beats.y[cases]) / len(cases)
    chances = {}
    for name, (settings, divided) in KAGGLE.items():
        network = estimator_class("resnet-1d")(**RESNET, epochs=12, dropout=0.2, **settings)
        seconds = timed(partial(network.fit, beats.X[cases], beats.y[cases]))
        found = [network.predict_proba(X) for X in (beats.X[held], test[:, None, :187])]
        chances[name] = [_shared(part / shares) if divided else part for part in found]
        print(f"{name}: {len(cases):,} beats, 12 epochs, {seconds:.0f} s", flush=True)
    both = [parts for name, parts in chances.items() if KAGGLE[name][1]]
    chances["vote of both"] = [np.mean(part, axis=0) for part in zip(*both, strict=True)]
    recalls = {name: _sensitivity(of[0], beats.y[held]) for name, of in chances.items()}
    for name, values in recalls.items():
        print(f"{name}: validation beats, sensitivity {values.round(2)}, mean {values.mean():.4f}")
    best = max(recalls, key=lambda name: float(recalls[name].mean()))
    values = _sensitivity(chances[best][1], test[:, 187])
    accuracy = np.mean(chances[best][1].argmax(axis=1) == test[:, 187])
    print(f"{best}: {len(test)} rows, accuracy {accuracy:.3f}; sensitivity {values.round(2)}")


def _per_class(y: IntArray, cases: IntArray, n: int, rng: np.random.Generator) -> IntArray:
    codes = np.unique(y[cases])
    return np.concatenate(
        [
            rng.choice(cases[y[cases] == code], min(n, (y[cases] == code).sum() // 4), False)
            for code in codes
        ]
    )


def _thinned(y: IntArray, cases: IntArray, n: int, rng: np.random.Generator) -> IntArray:
    """All rare beats, and ``n`` of the normal ones."""
    normal = cases[y[cases] == 0]
    return np.concatenate([cases[y[cases] != 0], rng.choice(normal, n, replace=False)])


def _shared(weights: FloatArray) -> FloatArray:
    return weights / weights.sum(axis=1, keepdims=True)


def _sensitivity(chances: FloatArray, true: IntArray | FloatArray) -> FloatArray:
    predicted = chances.argmax(axis=1)
    return np.array([(predicted[true == code] == code).mean() for code in range(5)])


def speed() -> None:
    """Beats a second of one training epoch on one thread, by batch size."""
    torch.set_num_threads(1)
    beats = auscult.read("mitdb", recipe="kaggle")
    order = np.random.default_rng(0).permutation(beats.n_cases)
    print("| network | parameters | " + " | ".join(f"batch {b}" for b in BATCHES) + " |")
    print("| --- | --: |" + " --: |" * len(BATCHES))
    for name, settings, n in SPEEDS:
        X, y = beats.X[order[:n]], np.arange(n) % 5
        size = fitted(name, settings, n, 1, X, y).n_parameters_
        rates = [rate(name, settings, batch, X, y) for batch in BATCHES]
        label = _named(settings).replace("resnet-1d", name)
        cells = (f"`{label}`", f"{size:,}", *(f"{r:,.0f}" for r in rates))
        print(f"| {' | '.join(cells)} |", flush=True)


def rate(name: str, settings: dict[str, Any], batch: int, X: FloatArray, y: IntArray) -> float:
    """The second epoch's: what starts once is in both and taken out."""
    one = timed(lambda: fitted(name, settings, batch, 1, X, y))
    two = timed(lambda: fitted(name, settings, batch, 2, X, y))
    return len(X) / (two - one)


def fitted(
    name: str, settings: dict[str, Any], batch: int, epochs: int, X: FloatArray, y: IntArray
) -> Any:
    network = estimator_class(name)(
        **settings, batch_size=batch, epochs=epochs, early_stopping=False, random_state=0
    )
    return network.fit(X, y)


def timed(work: Callable[[], Any]) -> float:
    """Processor seconds, so that neighbours on the machine do not count."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _written(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, tuple) else str(value).lower()


WORK: Final = {"by-beat": by_beat, "ds1-ds2": by_patient, "kaggle": kaggle_rows, "speed": speed}

if __name__ == "__main__":
    for word in sys.argv[1:] or WORK:
        print(f"=== {word}", flush=True)
        WORK[word]()
