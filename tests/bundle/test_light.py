"""Loading a bundle and answering with it needs none of training's packages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.kept import make_signal_bundle, make_table_bundle

ANSWER = """
import json, sys
import numpy as np
from auscult.bundle.bundle import load_bundle
bundle = load_bundle(sys.argv[1])
d = bundle.document
shape = (2, d.n_columns) if d.kind == "table" else (2, d.n_channels, d.n_timepoints)
bundle.answer(np.zeros(shape))
bundle.drives(np.zeros(shape))
bundle.reference()
heavy = ("torch", "sklearn", "scipy", "pandas", "onnx", "numba", "safetensors", "click", "jinja2")
print(json.dumps([name for name in heavy if name in sys.modules]))
"""
NUMBA = ["scipy", "numba"]
"""numba loads scipy where it is installed, and does without where it is not."""


def loaded_by(bundle: Path) -> list[str]:
    command = [sys.executable, "-c", ANSWER, str(bundle)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("model", ["majority", "logistic", "random-forest", "gradient-boosting"])
def test_tables_need_numpy_only(model: str, tmp_path: Path) -> None:
    assert loaded_by(make_table_bundle(tmp_path, model)) == []


def test_networks_need_onnxruntime_only(signal_bundle: Path) -> None:
    assert loaded_by(signal_bundle) == []


def test_neighbours_need_numba(tmp_path: Path) -> None:
    assert set(loaded_by(make_signal_bundle(tmp_path, "knn-dtw"))) <= set(NUMBA)
