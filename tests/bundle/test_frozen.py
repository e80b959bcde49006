"""Bundles of earlier releases load for ever and answer as they did, or are refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from auscult.bundle.bundle import load_bundle
from auscult.bundle.container import read_container, write_container
from auscult.errors import InputError

FROZEN = Path(__file__).parent / "frozen"
RELEASES = sorted(path.name for path in FROZEN.iterdir() if (path / "answers.json").is_file())
BUNDLES = [
    (release, path.stem)
    for release in RELEASES
    for path in sorted((FROZEN / release).glob("*.zip"))
]
NETWORKS = ("fcn", "lstm", "mlp")


def answers(release: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FROZEN / release / "answers.json").read_text("utf-8"))
    return found


def test_there_are_some() -> None:
    assert "0.1.0" in RELEASES
    assert {name for release, name in BUNDLES if release == "0.1.0"} == set(answers("0.1.0"))


def test_they_are_small() -> None:
    for release in RELEASES:
        assert sum(path.stat().st_size for path in (FROZEN / release).iterdir()) < 300_000


@pytest.mark.parametrize(("release", "name"), BUNDLES)
def test_it_answers_as_it_did(release: str, name: str) -> None:
    bundle, told = load_bundle(FROZEN / release / f"{name}.zip"), answers(release)[name]
    rows = [[np.nan if value is None else value for value in row] for row in told["cases"]]
    said = bundle.answer(np.array(rows, dtype=np.float64).reshape(told["shape"]))
    # Another processor's exponential may differ in the last bits.
    within = 1e-5 if name in NETWORKS else 1e-12
    assert bundle.sha256 == told["sha256"]
    np.testing.assert_allclose(said.probability, told["probability"], rtol=0, atol=within)
    assert said.predicted.tolist() == told["predicted"]
    assert (None if said.sets is None else said.sets.tolist()) == told["sets"]


def test_a_later_format_is_refused_by_its_number(tmp_path: Path) -> None:
    files = dict(read_container(FROZEN / "0.1.0" / "logistic.zip").files)
    content = json.loads(files["bundle.json"]) | {"format": 2}
    files["bundle.json"] = json.dumps(content).encode()
    write_container(tmp_path / "later", files)
    with pytest.raises(InputError, match=r"format 2; this release reads 1\. Install a newer"):
        load_bundle(tmp_path / "later")
