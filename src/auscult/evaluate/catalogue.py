"""The table of models in words, for the terminal and the docs."""

from __future__ import annotations

import inspect
from typing import Any

from auscult.models.table import MODELS
from auscult.train.estimator import estimator_class
from auscult.types import Tags


def model_lines() -> list[str]:
    """One line a model: its name, what it is, what it takes."""
    rows = [(name, first_sentence(name), takes(estimator_class(name).tags)) for name in MODELS]
    width = max(len(name) for name, _, _ in rows)
    lines = []
    for name, text, kinds in rows:
        lines += [f"{name:<{width}}  {text}", f"{'':<{width}}  takes {kinds}"]
    return [*lines, "", "Settings of one: auscult models NAME"]


def setting_lines(name: str) -> list[str]:
    """What a model is, and its settings with their defaults as ``--models`` writes them."""
    cls = estimator_class(name)
    lines = [inspect.getdoc(cls) or "", "", f"Settings, as in --models {name}:setting=value"]
    for key, default in cls().get_params().items():
        lines.append(f"  {key} = {written(default)}")
    return lines


def written(value: Any) -> str:
    """A setting's value as ``--models`` reads it."""
    if isinstance(value, tuple):
        return "+".join(str(v) for v in value)
    return "none" if value is None else str(value).lower()


def first_sentence(name: str) -> str:
    """The first line of the model's docstring."""
    return (inspect.getdoc(estimator_class(name)) or "").splitlines()[0]


def takes(tags: Tags) -> str:
    """What a model can take, in words."""
    kinds = [kind for kind, can in (("tables", tags.tables), ("signals", tags.signals)) if can]
    if tags.signals and tags.unequal_length:
        kinds.append("signals of unequal length")
    if tags.signals and not tags.multichannel:
        kinds.append("one channel only")
    return ", ".join(kinds)
