"""The table of models in words, for the terminal and the docs."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, fields
from typing import Any

from auscult.evaluate.result import Result
from auscult.models.network import Architecture
from auscult.models.table import BASELINES, MODELS, fits_data, model_class
from auscult.train.estimator import NetworkClassifier, estimator_class
from auscult.train.settings import Training
from auscult.types import DataKind, Tags

SHARED = (Training, NetworkClassifier)
"""Where the settings that all networks share are described."""

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_ENTRY = re.compile(r"^(\w[\w, ]*)\n((?: {4}.*\n?)+)", re.MULTILINE)


@dataclass(frozen=True)
class Setting:
    """One setting of a model: its name, its default as ``--models`` writes it, what it means."""

    name: str
    default: str
    meaning: str


def is_network(name: str) -> bool:
    """Whether a model of the table is an architecture of networks."""
    return issubclass(model_class(name), Architecture)


def is_baseline(name: str) -> bool:
    """Whether a model is in every study, named or not."""
    return name in BASELINES


def untried(result: Result) -> list[str]:
    """Models that take this kind of data and were not in the study."""
    tried = {name.partition(":")[0] for name in (*result.failed, *(r.model for r in result.models))}
    kind: DataKind = "table" if result.data.kind == "table" else "signals"
    return [n for n in MODELS if n not in tried and fits_data(model_class(n).tags, kind)]


def own_settings(name: str) -> list[Setting]:
    """The settings of a model that are not those of training, in the docstrings' order."""
    values = estimator_class(name)().get_params()
    shared = shared_names(name)
    own = {key: value for key, value in values.items() if key not in shared}
    return settings_of(name, own, described(*reversed(model_class(name).__mro__)))


def training_settings(name: str) -> list[Setting]:
    """The settings of training that a network takes as well, with the network's defaults."""
    values = estimator_class(name)().get_params()
    shared = {key: values[key] for key in values if key in shared_names(name)}
    return settings_of("the training", shared, described(*SHARED))


def shared_names(name: str) -> set[str]:
    """The settings of a network that are not its architecture's."""
    if not is_network(name):
        return set()
    return set(estimator_class(name)().get_params()) - {f.name for f in fields(model_class(name))}


def settings_of(owner: str, values: dict[str, Any], said: dict[str, str]) -> list[Setting]:
    """Settings with what is ``said`` of them, in that order."""
    order = [key for key in said if key in values]
    names = dict.fromkeys([*order, *values])
    return [Setting(n, written(values[n]), _meaning(owner, n, said)) for n in names]


def _meaning(owner: str, name: str, said: dict[str, str]) -> str:
    beside = (f"see ``{other}``" for other, text in said.items() if f"``{name}``" in text)
    meaning = said.get(name) or next(beside, None)
    if meaning is None:
        raise LookupError(f"{owner}: the setting '{name}' is described in no docstring")
    return meaning


def described(*classes: type) -> dict[str, str]:
    """Setting to its description, from the "Parameters" of docstrings; the last one wins."""
    found: dict[str, str] = {}
    for cls in classes:
        parts = _SECTION.split(inspect.cleandoc(cls.__doc__ or "") + "\n")
        sections = dict(zip(parts[1::2], parts[2::2], strict=True))
        for names, text in _ENTRY.findall(sections.get("Parameters", "")):
            found |= dict.fromkeys(names.split(", "), " ".join(text.split()))
    return found


def prose(name: str) -> str:
    """What a model's docstring says before its first section."""
    return prose_of(estimator_class(name))


def prose_of(cls: type) -> str:
    """What a class's docstring says before its first section."""
    doc = inspect.getdoc(cls) or ""
    section = _SECTION.search(doc)
    return (doc[: section.start()] if section else doc).strip()


def first_sentence(name: str) -> str:
    """The first line of the model's docstring."""
    return prose(name).split("\n", 1)[0]


def unmarked(text: str) -> str:
    """Docstring markup as plain text: no quotes around code, no roles, no ``::``."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"\1", text)
    text = re.sub(r"``(.+?)``", r"\1", text)
    return re.sub(r"^::\n\n", "", text, flags=re.MULTILINE)


def written(value: Any) -> str:
    """A setting's value as ``--models`` reads it."""
    if isinstance(value, tuple):
        return "+".join(str(v) for v in value)
    return "none" if value is None else str(value).lower()


def takes(tags: Tags) -> str:
    """What a model can take, in words."""
    kinds = [kind for kind, can in (("tables", tags.tables), ("signals", tags.signals)) if can]
    if tags.signals and tags.unequal_length:
        kinds.append("signals of unequal length")
    if tags.signals and not tags.multichannel:
        kinds.append("one channel only")
    return ", ".join(kinds)
