"""Beats of other records, like those that a model was trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from auscult.data.dataset import Dataset
from auscult.data.ecg.dataset import BeatOptions, read_beats
from auscult.data.raw import Request
from auscult.data.table import Reading
from auscult.errors import InputError


def beats_like(path: Path, reference: Dataset, request: Request, options: BeatOptions) -> Reading:
    """The beats of a record or a folder, with the classes of ``reference``.

    Raises
    ------
    InputError
        As :func:`read_beats`; also where beats have another shape or a class is new.
    """
    reading = read_beats(path, request, options)
    dataset = reading.dataset
    if dataset.X.shape[1:] != reference.X.shape[1:]:
        raise InputError(
            f"its beats have shape {dataset.X.shape[1:]}, the training cases "
            f"{reference.X.shape[1:]}. Read both with the same --recipe and --channel."
        )
    new = [name for name in dataset.classes if name not in reference.classes]
    if new:
        raise InputError(f"class '{new[0]}' is not among the training cases.")
    codes = np.array([*(reference.classes.index(name) for name in dataset.classes), -1])
    return Reading(replace(dataset, y=codes[dataset.y], classes=reference.classes), reading.groups)
