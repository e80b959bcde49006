"""The two splits of heartbeats that are published: by record, and by beat."""

from __future__ import annotations

from typing import Final

import numpy as np

from auscult.data.dataset import Dataset
from auscult.data.ecg.patients import DS1, DS2, in_records
from auscult.data.splits import stratified_kfold
from auscult.errors import InputError
from auscult.types import IntArray

BY_BEAT_FOLDS: Final = 5
"""One of five parts is tested, as in the Kaggle heartbeat files (87,554 and 21,892 beats)."""

LEAKY_BY_BEAT: Final = "split by beat, so beats of one patient stand on both sides"


def ds1_ds2(dataset: Dataset) -> tuple[IntArray, IntArray]:
    """Training and test cases of de Chazal's split; beats of other records are in neither.

    Raises
    ------
    InputError
        The cases are no beats of the MIT-BIH records, or a half has none.
    """
    _require_beats(dataset, "ds1-ds2")
    ids = dataset.ids or ()
    known = dataset.y >= 0
    parts = {name: known & in_records(ids, half) for name, half in (("DS1", DS1), ("DS2", DS2))}
    for name, part in parts.items():
        if not part.any():
            raise InputError(
                f"no record of {name} is here. The plan is for the MIT-BIH Arrhythmia Database; "
                "leave out --plan for folds of whole records.",
                where="--plan ds1-ds2",
            )
    return np.flatnonzero(parts["DS1"]), np.flatnonzero(parts["DS2"])


def by_beat(dataset: Dataset, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Training and test cases drawn beat by beat within each class, four to one.

    Raises
    ------
    InputError
        The cases are no beats.
    """
    _require_beats(dataset, "by-beat")
    known = np.flatnonzero(dataset.y >= 0)
    tested = stratified_kfold(dataset.y[known], BY_BEAT_FOLDS, rng) == 0
    return known[~tested], known[tested]


def _require_beats(dataset: Dataset, plan: str) -> None:
    ids = dataset.ids
    if dataset.groups is None or not ids or ":" not in ids[0]:
        raise InputError(
            "is for beats of ECG records (NAME.hea, or a folder of them).", where=f"--plan {plan}"
        )
