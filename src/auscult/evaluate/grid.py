"""How a person names settings to try: ``optimizer=sgd,adam batch=30,100``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from auscult.errors import InputError, did_you_mean
from auscult.evaluate.fitting import make_estimator
from auscult.models.spec import ModelSpec, values_of, written
from auscult.models.table import BASELINES
from auscult.train.estimator import estimator_class
from auscult.types import Finding

MOST = 500
"""Settings of one grid; more are a slip of the keyboard, or a night's work by accident."""

Grid = Mapping[str, tuple[Any, ...]]
"""Setting to the values to try."""


@dataclass(frozen=True)
class Sweep:
    """A model and the settings of it to try, each with an estimator that has them."""

    spec: ModelSpec
    grid: Grid
    settings: tuple[Mapping[str, Any], ...]
    estimators: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.spec}:grid"

    @property
    def label(self) -> str:
        """What reports call it."""
        count = f"best of {len(self.settings)} setting{'s' * (len(self.settings) != 1)}"
        label = self.spec.label
        return f"{label[:-1]}; {count})" if self.spec.params else f"{label} ({count})"

    @property
    def specs(self) -> tuple[ModelSpec, ...]:
        """The model with each of the settings."""
        return tuple(_with(self.spec, setting) for setting in self.settings)


@dataclass(frozen=True)
class Divided:
    """The models of a study: as they are named, or swept; and what to tell of it."""

    plain: tuple[ModelSpec, ...]
    sweeps: tuple[Sweep, ...] = ()
    findings: tuple[Finding, ...] = ()


def parse_grid(text: str) -> dict[str, tuple[Any, ...]]:
    """The settings that a text like ``optimizer=sgd,adam batch=30,100`` names, and their values.

    Values are written as those of ``--models``; a range as ``1..9`` is all its values.

    Raises
    ------
    InputError
        Where the text is none, names a setting twice, or more than :data:`MOST` combinations.
    """
    grid: dict[str, tuple[Any, ...]] = {}
    for word in text.split():
        name, equals, values = word.partition("=")
        if not (name and equals and values):
            raise _refusal(f"'{word}' is not name=value,value. Leave no space after a comma.")
        if name in grid:
            raise _refusal(f"'{name}' stands there twice. Name all its values behind one.")
        grid[name] = _values(word, values)
    if not grid:
        raise _refusal("names no setting. Write e.g. 'optimizer=sgd,adam batch=30,100'.")
    count = prod(len(values) for values in grid.values())
    if count > MOST:
        raise _refusal(f"names {count} combinations, more than {MOST}. Name fewer values.")
    return grid


def _values(word: str, text: str) -> tuple[Any, ...]:
    found: dict[str, Any] = {}
    for part in text.split(","):
        values = values_of(part) if part else []
        if not values:
            raise _refusal(f"'{word}' has an empty value. One comma stands between two values.")
        found |= {written(value): value for value in values}
    return tuple(found.values())


def divide(specs: Sequence[ModelSpec], text: str | None, epochs: int | None = None) -> Divided:
    """Which models of a study the grid sweeps: those that have all of its settings.

    A baseline stays as it is; where the grid fits it, it is swept beside.

    Parameters
    ----------
    specs
        The models of the study.
    text
        The grid, as of :func:`parse_grid`; a setting's name may be cut short as long as it stays
        the only one that begins so. None sweeps nothing.
    epochs
        As of :func:`~auscult.evaluate.fitting.make_estimator`.

    Raises
    ------
    InputError
        Where no model has such settings, one refuses a value, or a setting is named in both.
    """
    if text is None:
        return Divided(tuple(specs))
    known = {spec.name: set(estimator_class(spec.name)().get_params()) for spec in specs}
    grid = _in_full(parse_grid(text), sorted(set().union(*known.values())))
    swept = [spec for spec in specs if grid.keys() <= known[spec.name]]
    if not swept:
        names = " and ".join(f"'{name}'" for name in grid)
        raise _refusal(f"no model of this study has all of {names}. Name one with --models.")
    plain = [spec for spec in specs if spec not in swept or _is_baseline(spec)]
    lacking = {
        str(spec): grid.keys() - known[spec.name]
        for spec in plain
        if spec not in swept and not _is_baseline(spec)
    }
    sweeps = tuple(_sweep(spec, grid, epochs) for spec in swept)
    return Divided(tuple(plain), sweeps, tuple(_unswept(lacking)))


def grid_text(grid: Grid) -> str:
    """A grid with its names in full."""
    return " ".join(f"{name}={','.join(map(written, values))}" for name, values in grid.items())


def _in_full(grid: Grid, known: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    full: dict[str, tuple[Any, ...]] = {}
    for short, values in grid.items():
        name = _name(short, known)
        if name in full:
            raise _refusal(f"'{name}' stands there twice. Name all its values behind one.")
        full[name] = values
    return full


def _name(short: str, known: Sequence[str]) -> str:
    begun = [short] if short in known else [name for name in known if name.startswith(short)]
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise _refusal(f"'{short}' can be {' or '.join(begun)}. Write more of it.")
    raise _refusal(f"no model of this study has a setting '{short}'. {did_you_mean(short, known)}")


def _sweep(spec: ModelSpec, grid: Grid, epochs: int | None) -> Sweep:
    both = [name for name in grid if name in spec.params]
    if both:
        raise _refusal(f"'{both[0]}' stands in --models too ({spec}). Leave it out of one.")
    settings = tuple(dict(zip(grid, values, strict=True)) for values in product(*grid.values()))
    estimators = tuple(make_estimator(_with(spec, s), epochs, "--grid") for s in settings)
    return Sweep(spec, grid, settings, estimators)


def _with(spec: ModelSpec, setting: Mapping[str, Any]) -> ModelSpec:
    return ModelSpec(spec.name, {**spec.params, **setting})


def _is_baseline(spec: ModelSpec) -> bool:
    return spec.name in BASELINES


def _unswept(lacking: Mapping[str, Iterable[str]]) -> Iterable[Finding]:
    if lacking:
        listed = "; ".join(
            f"{name} has no {_either(sorted(names))}" for name, names in lacking.items()
        )
        message = f"The grid was not tried on every model: {listed}."
        yield Finding("not-swept", message, severity="note")


def _either(names: Sequence[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


def _refusal(message: str) -> InputError:
    return InputError(message, where="--grid")
