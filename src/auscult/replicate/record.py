"""What repeating a published system found, as JSON keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Any

from auscult.errors import InputError
from auscult.evaluate.decoding import estimate, known, numbers
from auscult.evaluate.result_files import plain
from auscult.types import Estimate, History

SCHEMA = 1
NO_ESTIMATE = Estimate(nan, nan, nan)


@dataclass(frozen=True)
class Figure:
    """One figure of a row.

    Parameters
    ----------
    label
        What it is of: a model, or how it was published.
    estimate
        Its value and 95 % interval; NaN where there is none.
    leaky
        Why it leaks, or None. A leaky figure is shown only beside the word.
    text
        What is shown instead of the number: a range, or that the figure is lost.
    """

    label: str
    estimate: Estimate = NO_ESTIMATE
    leaky: str | None = None
    text: str = ""


@dataclass(frozen=True)
class Row:
    """A system by one metric: published, rebuilt with its leaks, honest, baseline, best here.

    ``rebuilt`` is None where nothing leaks: then the honest figure is the rebuilt one. ``main``
    rows stand in the table of all systems.
    """

    system: str
    metric: str
    published: Figure
    rebuilt: Figure | None
    honest: Figure
    baseline: Figure
    best: Figure
    main: bool = True

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, as they stand from left to right."""
        drawn = (self.published, self.rebuilt, self.honest, self.baseline, self.best)
        return tuple(figure for figure in drawn if figure is not None)


@dataclass(frozen=True)
class Curves:
    """Learning curves of the fits of one model; ``watched`` says what the validation curve is."""

    label: str
    histories: tuple[History, ...]
    watched: str = "validation part"
    leaky: str | None = None


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix, ``[true][predicted]``."""

    label: str
    classes: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]
    leaky: str | None = None


@dataclass(frozen=True)
class Line:
    """Forecasts of the points of a track."""

    label: str
    values: tuple[float, ...]
    leaky: str | None = None


@dataclass(frozen=True)
class Track:
    """A stretch of a series, ``minutes`` between two points, and forecasts of it."""

    label: str
    start: str
    minutes: float
    true: tuple[float, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Found:
    """What a replica measures."""

    data: str
    """What was read, in words."""
    rows: tuple[Row, ...]
    commands: tuple[str, ...]
    """What repeats the honest part."""
    curves: tuple[Curves, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    tracks: tuple[Track, ...] = ()
    notes: tuple[str, ...] = ()
    """What else was measured, a sentence each."""


@dataclass(frozen=True)
class Record:
    """A finished system. ``key`` says whether a later run may take it as it is."""

    name: str
    title: str
    published: str
    leaks: tuple[str, ...]
    wrong: tuple[str, ...]
    found: Found
    seed: int
    quick: bool
    version: str
    threads: int
    seconds: float
    created: str
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, int, bool]:
        return self.name, self.version, self.seed, self.quick


def to_dict(record: Record) -> dict[str, Any]:
    """The record as strict JSON can hold it; NaN becomes None."""
    return {"schema": SCHEMA, **plain(record, ())}


def from_dict(content: Mapping[str, Any], where: str) -> Record:
    """The record that :func:`to_dict` took apart.

    Raises
    ------
    InputError
        The content is none, or of another schema.
    """
    try:
        if content["schema"] != SCHEMA:
            raise ValueError(f"schema {content['schema']}")
        return known(
            Record,
            content,
            leaks=tuple(content["leaks"]),
            wrong=tuple(content["wrong"]),
            found=_found(content["found"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"is no record of auscult replicate ({error!r}).", where=where) from error


def _found(content: Mapping[str, Any]) -> Found:
    return known(
        Found,
        content,
        rows=tuple(_row(part) for part in content["rows"]),
        commands=tuple(content["commands"]),
        curves=tuple(_curves(part) for part in content["curves"]),
        matrices=tuple(_matrix(part) for part in content["matrices"]),
        tracks=tuple(_track(part) for part in content["tracks"]),
        notes=tuple(content["notes"]),
    )


def _row(content: Mapping[str, Any]) -> Row:
    names = ("published", "rebuilt", "honest", "baseline", "best")
    return known(Row, content, **{name: _figure(content[name]) for name in names})


def _figure(content: Mapping[str, Any] | None) -> Figure | None:
    if content is None:
        return None
    return known(Figure, content, estimate=estimate(content["estimate"]))


def _curves(content: Mapping[str, Any]) -> Curves:
    histories = tuple(
        History({k: numbers(v) for k, v in part["curves"].items()}, part["best_epoch"])
        for part in content["histories"]
    )
    return known(Curves, content, histories=histories)


def _matrix(content: Mapping[str, Any]) -> Matrix:
    counts = tuple(numbers(row) for row in content["counts"])
    return known(Matrix, content, classes=tuple(content["classes"]), counts=counts)


def _track(content: Mapping[str, Any]) -> Track:
    lines = tuple(known(Line, part, values=numbers(part["values"])) for part in content["lines"])
    return known(Track, content, true=numbers(content["true"]), lines=lines)
