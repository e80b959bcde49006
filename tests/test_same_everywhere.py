"""A study gives the same bits in this process, in others and on a cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.bad_input.malformed import table

CLOCK = ("fit_seconds", "predict_seconds", "seconds", "created", "command")
STUDY = """
import sys
import auscult
where, out = sys.argv[1:]
how = {}
if __name__ == "__main__":
    if where == "jobs":
        how = {"jobs": 2}
    elif where != "here":
        how = {"cluster": where}
    models = "logistic,random-forest:n_estimators=20,mlp:epochs=8,lstm:units=4:epochs=4"
    auscult.compare(
        "patients.csv", target="target", models=models, folds=3, repeats=1, out=out, **how
    )
"""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("same")
    (folder / "patients.csv").write_bytes(table(90))
    (folder / "study.py").write_text(STUDY)
    return folder


def study(place: Path, where: str, out: str, **environment: str) -> tuple[Any, bytes]:
    """What a study leaves, without what the clock said."""
    process = subprocess.run(
        [sys.executable, "study.py", where, out],
        cwd=place,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    content = json.loads((place / out / "result.json").read_text(encoding="utf-8"))
    return timeless(content), (place / out / "predictions.csv").read_bytes()


def timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: timeless(part) for key, part in value.items() if key not in CLOCK}
    return [timeless(part) for part in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def here(place: Path) -> tuple[Any, bytes]:
    return study(place, "here", "here", **ONE_THREAD)


def test_two_processes_give_the_bits_of_one(place: Path, here: tuple[Any, bytes]) -> None:
    assert without_threads(study(place, "jobs", "jobs", **ONE_THREAD)) == without_threads(here)


def test_a_cluster_gives_the_bits_of_one_process(place: Path, here: tuple[Any, bytes]) -> None:
    distributed = pytest.importorskip("distributed", reason="needs pip install 'auscult[cluster]'")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    ) as cluster:
        found = study(place, cluster.scheduler_address, "cluster", **ONE_THREAD)
    assert without_threads(found) == without_threads(here)


def without_threads(found: tuple[Any, bytes]) -> tuple[Any, bytes]:
    content, rows = found
    content.get("provenance", {}).pop("threads", None)
    return content, rows
