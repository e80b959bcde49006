"""A small part of the corpus: every kind of leak is found, and clean data raises no alarm.

All of it is measured by ``benchmarks/audit.py``.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest
from tests.evaluate.audit.clean import bundled, correlated, folded, halved, mixed, waves
from tests.evaluate.audit.leaks import LEAKS

from auscult.data.dataset import Dataset
from auscult.evaluate.audit.run import audit_data
from auscult.evaluate.audit.table import CHECKS

BUNDLED = {data.name: data for data in bundled()}
DATA = [BUNDLED["breast_cancer"], correlated(400, 1), waves(300, 2)]
CLEAN = [BUNDLED["breast_cancer"], BUNDLED["wine"], mixed(600, 0), waves(300, 2)]


@pytest.mark.parametrize("kind", LEAKS)
def test_leaks_of_middle_strength_are_found(kind: str) -> None:
    leak = LEAKS[kind]
    looked = 0
    for data in DATA:
        rng = np.random.default_rng(crc32(f"{kind} {data.name}".encode()))
        subject = leak.plant(data, leak.amounts[1], rng)
        if subject is None:
            continue
        (outcome,) = audit_data(
            subject.data, subject.splits, beside=subject.beside, only=(leak.check,)
        ).outcomes
        if outcome.status != "not run":
            looked += 1
            assert leak.code in {found.code for found in outcome.findings}, data.name
            assert all(found.mend for found in outcome.findings if found.severity == "warning")
    assert looked


@pytest.mark.parametrize("data", CLEAN, ids=lambda data: data.name)
def test_clean_data_raises_no_alarm(data: Dataset) -> None:
    for subject in (folded(data, 3), halved(data, 3)):
        result = audit_data(subject.data, subject.splits)
        assert result.warnings == ()
        assert {outcome.check for outcome in result.outcomes} == set(CHECKS)


def test_leaks_name_checks_that_are_there() -> None:
    assert {leak.check for leak in LEAKS.values()} <= set(CHECKS)
    assert len(LEAKS) >= 10
