"""Beats of patients that no network has seen: de Chazal's halves, whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import auscult
from auscult.evaluate.result import ModelResult

pytestmark = pytest.mark.slow

MLP = "mlp:batch_size=256:learning_rate=0.002:schedule=cosine:early_stopping=false"
WEIGHED = f"{MLP}:class_weight=balanced"


@pytest.fixture(scope="module")
def study(shared: Path) -> auscult.StudyResult:
    beats = auscult.read(shared / "mitdb", recipe="relative", channel="all")
    return auscult.compare(
        beats, plan="ds1-ds2", models=[MLP, WEIGHED], epochs=6, votes=[f"soft:{MLP}+{WEIGHED}"]
    )


def mean_sensitivity(row: ModelResult) -> float:
    """Of N, S and V."""
    counts = np.array(row.confusion_matrix)
    return float((np.diag(counts) / counts.sum(axis=1))[:3].mean())


def test_a_vote_finds_early_beats_of_new_patients(study: auscult.StudyResult) -> None:
    rows = {row.model.partition(":")[0]: row for row in study.models if row.model != MLP}
    vote = rows["soft-vote"]
    assert vote.metrics["accuracy"].value > 0.91
    assert mean_sensitivity(vote) > 0.75
    assert mean_sensitivity(vote) > mean_sensitivity(rows["logistic"]) + 0.1


def test_no_patient_but_one_stands_on_both_sides(study: auscult.StudyResult) -> None:
    assert study.plan.leaky is None
    overlap = [found.message for found in study.warnings if found.code == "group-overlap"]
    assert len(overlap) == 1
    assert overlap[0].startswith("1 group ")
