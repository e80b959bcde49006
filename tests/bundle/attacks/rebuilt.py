"""Sound bundles of networks that are rebuilt in torch, with weights that were drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.bundle.attacks.corpus import Files
from tests.bundle.attacks.sound import N_CHANNELS, N_TIMEPOINTS, files_of, signal_document

from auscult.models.table import model_class
from auscult.types import InputShape

SETTINGS: dict[str, dict[str, Any]] = {
    "fcn": {"filters": [4, 4, 4], "kernels": [3, 3, 3]},
    "lstm": {"units": [4]},
}


def rebuilt() -> dict[str, Files]:
    """``fcn, torch`` and ``lstm, torch``: the child rebuilds what ends so in torch."""
    return {f"{name}, torch": _files(name, settings) for name, settings in SETTINGS.items()}


def _files(name: str, settings: dict[str, Any]) -> Files:
    made = {key: tuple(value) for key, value in settings.items()}
    network = model_class(name)(**made).build(1, InputShape(N_CHANNELS, N_TIMEPOINTS, 3))
    random = np.random.default_rng(6)
    arrays = {}
    for key, tensor in network.state_dict().items():
        array = np.zeros_like(tensor[0].numpy())
        # Drawn, and above 0 as variances are: built alone, a network has no weights yet.
        arrays[key] = array + random.random(array.shape).astype(array.dtype)
    model: dict[str, Any] = {"name": name, "label": name, "params": {}, "n_parameters": None}
    document = signal_document({"kind": "network", "settings": settings}, model=model)
    return files_of(document, arrays)
