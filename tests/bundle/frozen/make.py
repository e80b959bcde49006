"""Freeze this release's bundles, once: ``python -m tests.bundle.frozen.make``.

What is in a folder named after a release is never written again: every later release must load it
and give the stored probabilities, or refuse it by name.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from tests.kept import heart_like, make_beat_bundle, make_signal_bundle, make_table_bundle, waves

import auscult
from auscult.bundle.bundle import load_bundle
from auscult.bundle.container import read_container, write_container
from auscult.types import FloatArray

FOLDER: Final = Path(__file__).parent
N_CASES: Final = 6
TABLES: Final = {
    "majority": "majority",
    "logistic": "logistic",
    "forest": "random-forest:n_estimators=8:min_samples_leaf=5",
    "boosting": "gradient-boosting:max_iter=10:max_leaf_nodes=7",
    "mlp": "mlp:units=8",
}
SIGNALS: Final = {
    "knn": "knn-dtw:k=3:window=0.2",
    "fcn": "fcn:filters=4+4+4",
    "lstm": "lstm:units=6",
}


def freeze(release: str) -> None:
    """Write ``RELEASE/NAME.zip`` and ``RELEASE/answers.json``."""
    folder = FOLDER / release
    if folder.exists():
        raise SystemExit(f"{folder} is there already; a frozen release is not written again")
    folder.mkdir()
    answers: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as tmp:
        for name, model in TABLES.items():
            calibrate = {"logistic": "isotonic", "forest": "temperature"}.get(name, "platt")
            asked = {"calibrate": calibrate, "sets": "0.9", "sensitivity": "0.9"}
            path = make_table_bundle(Path(tmp) / name, model, epochs=3, **asked)
            answers[name] = _frozen(path, folder / f"{name}.zip", heart_like().X[:N_CASES])
        for name, model in SIGNALS.items():
            path = make_signal_bundle(Path(tmp) / name, model)
            answers[name] = _frozen(path, folder / f"{name}.zip", waves().X[:N_CASES])
        path = make_beat_bundle(Path(tmp) / "beats", "logistic")
        beats = auscult.read(Path(tmp) / "beats" / "records", recipe="window").X[:N_CASES]
        answers["beats"] = _frozen(path, folder / "beats.zip", beats)
    lines = [f"{json.dumps(k)}: {json.dumps(v, allow_nan=False)}" for k, v in answers.items()]
    text = "{\n" + ",\n".join(lines) + "\n}"
    (folder / "answers.json").write_text(text + "\n", encoding="utf-8")


def _frozen(path: Path, place: Path, X: FloatArray) -> dict[str, object]:
    """What the bundle says of some cases; the cases stand beside, NaN as null."""
    write_container(place, read_container(path).files)
    bundle = load_bundle(place, runtime="onnx")
    said = bundle.answer(X)
    flat = X.astype(np.float32).reshape(len(X), -1).tolist()
    cases = [[None if math.isnan(v) else float(f"{v:.9g}") for v in row] for row in flat]
    return {
        "sha256": bundle.sha256,
        "shape": list(X.shape),
        "cases": cases,
        "probability": said.probability.tolist(),
        "predicted": said.predicted.tolist(),
        "sets": None if said.sets is None else said.sets.tolist(),
    }


if __name__ == "__main__":
    freeze(sys.argv[1] if len(sys.argv) > 1 else auscult.__version__)
