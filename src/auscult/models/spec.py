"""How a person names a model and its settings: ``knn-dtw:k=1..9:cost=absolute``."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from auscult.errors import InputError
from auscult.models.table import BASELINES, MODELS, default_models, model_class
from auscult.types import DataKind

_MOST_TOLD = 3
"""Settings that a label tells; the result holds all of them."""


@dataclass(frozen=True)
class Spec(ABC):
    """A name of some table with settings that differ from the defaults."""

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return ":".join([self.name, *(f"{k}={written(v)}" for k, v in self.params.items())])

    @property
    @abstractmethod
    def named_class(self) -> Any:
        """The class behind the name."""

    @property
    def label(self) -> str:
        """What reports call it where no other model of its kind stands beside it."""
        return self._label(dict(self.params))

    def label_beside(self, others: Sequence[Spec]) -> str:
        """What reports call it beside others: by the settings that tell it from its like."""
        alike = [o.params for o in others if o.name == self.name and o.params != self.params]
        told = {
            k: v
            for k, v in self.params.items()
            if not alike or any(k not in params or params[k] != v for params in alike)
        }
        return self._label(told)

    def _label(self, params: Mapping[str, Any]) -> str:
        label: str = self.named_class.label
        if not params:
            return label
        told = [f"{k} {written(v)}" for k, v in params.items()]
        more = f", {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
        return f"{label} ({', '.join(told[:_MOST_TOLD])}{more})"


class ModelSpec(Spec):
    """A model of the table with its settings."""

    @property
    def named_class(self) -> Any:
        return model_class(self.name)


def labels_of(specs: Sequence[ModelSpec]) -> dict[str, str]:
    """What reports call each model of a study, by its name."""
    return {str(spec): spec.label_beside(specs) for spec in specs}


def parse_models(
    text: str | Sequence[str] | None, kind: DataKind, *, baselines: bool = True
) -> tuple[ModelSpec, ...]:
    """Specs named by a comma-separated text (or a list), the ``baselines`` always among them.

    A name is followed by settings: ``name:setting=value:setting=value``. Values are numbers,
    words, ``true``/``false``/``none``, lists as ``64+32``, and ranges as ``1..9``, which make one
    model each. ``all`` names every model that takes this kind of data; nothing, the defaults.

    Raises
    ------
    InputError
        No such model, or a setting without a value.
    """
    if text is None or text in ("", "default"):
        words: Sequence[str] = default_models(kind)
    else:
        words = [w.strip() for w in text.split(",")] if isinstance(text, str) else list(text)
    specs: list[ModelSpec] = []
    for word in words:
        specs.extend(_parse(word) if word != "all" else (ModelSpec(name) for name in MODELS))
    named = {spec.name for spec in specs}
    missing = [ModelSpec(name) for name in BASELINES if baselines and name not in named]
    return tuple({str(spec): spec for spec in [*missing, *specs]}.values())


def _parse(word: str) -> list[ModelSpec]:
    name, *settings = word.split(":")
    if not name:
        raise InputError("a name is empty. One comma stands between two names.", where="--models")
    model_class(name)  # refuses a name that is not in the table
    choices: dict[str, list[Any]] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key or not value:
            raise InputError(
                f"'{setting}' of '{word}' is not setting=value. Write {name}:setting=value.",
                where="--models",
            )
        choices[key] = values_of(value)
        if not choices[key]:
            raise InputError(f"the range '{value}' of '{word}' is empty.", where="--models")
    return [
        ModelSpec(name, dict(zip(choices, combination, strict=True)))
        for combination in product(*choices.values())
    ]


def values_of(text: str) -> list[Any]:
    """What a setting's text names: one value, or as many as a range like ``1..9`` holds."""
    span = re.fullmatch(r"(\d+)\.\.(\d+)", text)
    if span:
        return list(range(int(span[1]), int(span[2]) + 1))
    if "+" in text and not text.startswith("+") and "e+" not in text:
        return [tuple(_value(t) for t in text.split("+"))]
    return [_value(text)]


def setting_text(params: Mapping[str, Any]) -> str:
    """Settings as a grid writes them: ``optimizer=sgd batch_size=30``."""
    return " ".join(f"{name}={written(value)}" for name, value in params.items())


def _value(text: str) -> Any:
    words: dict[str, Any] = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def written(value: Any) -> str:
    """A setting's value as it is read."""
    if isinstance(value, tuple):
        return "+".join(str(v) for v in value)
    return str(value).lower() if value in (True, False, None) else str(value)
