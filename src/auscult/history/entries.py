"""What goes into a history and comes out of it."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auscult.bundle.document import Document
from auscult.errors import InputError
from auscult.types import Estimate


class NotKeptError(InputError):
    """Nothing of that name is in the history."""


class UnusableError(InputError):
    """The database does not do what is asked of it: not there, locked, full."""


def new_id() -> str:
    """32 hexadecimal digits that sort by time: milliseconds, then chance."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


@dataclass(frozen=True)
class Entry:
    """One prediction.

    Parameters
    ----------
    id
        Of :func:`new_id`.
    at
        UTC.
    bundle_sha256, bundle_name
        Which bundle answered.
    case_id
        What the person calls the case; its id where nobody named it.
    predicted
        The class.
    probabilities
        By class.
    prediction_set
        The classes in it; None where the bundle has none.
    unsure
        Whether the bundle abstains.
    inputs
        The case itself, where inputs are kept.
    """

    id: str
    at: datetime
    bundle_sha256: str
    bundle_name: str
    case_id: str
    predicted: str
    probabilities: Mapping[str, float]
    prediction_set: tuple[str, ...] | None
    unsure: bool
    inputs: Any = None


@dataclass(frozen=True)
class Outcome:
    """What came of it, said at ``at``; a later one replaces it."""

    at: datetime
    outcome: str


@dataclass(frozen=True)
class Kept:
    """A prediction as the history has it; ``outcomes`` oldest first, the last one counts."""

    entry: Entry
    outcomes: tuple[Outcome, ...] = ()

    @property
    def outcome(self) -> str | None:
        return self.outcomes[-1].outcome if self.outcomes else None


@dataclass(frozen=True)
class Deleted:
    """How many rows a deletion took away.

    ``overwritten`` is False where a reader kept their bytes in the files: they go with the next
    deletion, or when the service ends.
    """

    predictions: int
    inputs: int
    outcomes: int
    overwritten: bool = True


@dataclass(frozen=True)
class KnownColumn:
    """How a column lay in the training, see :mod:`auscult.bundle.shares`."""

    name: str
    unit: str | None
    categories: tuple[str, ...]
    deciles: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class KnownBundle:
    """What a history must know of a bundle that may be gone."""

    sha256: str
    name: str
    kind: str
    target: str
    classes: tuple[str, ...]
    class_counts: tuple[int, ...]
    n_cases: int
    accuracy: Estimate
    columns: tuple[KnownColumn, ...] = field(default=())

    @classmethod
    def of(cls, sha256: str, name: str, document: Document) -> KnownBundle:
        """What is kept of a bundle's document."""
        nothing = Estimate(math.nan, math.nan, math.nan)
        columns = tuple(
            KnownColumn(c.name, c.unit, c.categories, c.deciles, c.shares) for c in document.columns
        )
        return cls(
            sha256,
            name,
            document.kind,
            document.target,
            document.classes,
            document.class_counts,
            document.n_cases,
            document.figures.model.get("accuracy", nothing),
            columns,
        )

    def to_json(self) -> dict[str, Any]:
        """As the table ``bundles`` keeps it."""
        return {
            "kind": self.kind,
            "target": self.target,
            "classes": list(self.classes),
            "class_counts": list(self.class_counts),
            "n_cases": self.n_cases,
            "accuracy": [None if math.isnan(v) else float(v) for v in self.accuracy],
            "columns": [
                {
                    "name": c.name,
                    "unit": c.unit,
                    "categories": list(c.categories),
                    "deciles": list(c.deciles),
                    "shares": list(c.shares),
                }
                for c in self.columns
            ],
        }

    @classmethod
    def from_json(cls, sha256: str, name: str, content: Mapping[str, Any]) -> KnownBundle:
        """What :meth:`to_json` made."""
        columns = tuple(
            KnownColumn(
                c["name"],
                c["unit"],
                tuple(c["categories"]),
                tuple(c["deciles"]),
                tuple(c["shares"]),
            )
            for c in content["columns"]
        )
        accuracy = Estimate(*(math.nan if v is None else v for v in content["accuracy"]))
        return cls(
            sha256,
            name,
            content["kind"],
            content["target"],
            tuple(content["classes"]),
            tuple(content["class_counts"]),
            content["n_cases"],
            accuracy,
            columns,
        )


def require_name(case: str) -> str:
    """A case's name as a person gave it, stripped.

    Raises
    ------
    InputError
        It is empty, longer than 200 characters, or holds what cannot be printed.
    """
    name = case.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise InputError("a case's name has 1 to 200 printable characters.", where="case")
    return name


def members(classes: Sequence[str], held: Sequence[bool]) -> tuple[str, ...]:
    """The classes that are in a prediction set."""
    return tuple(name for name, is_in in zip(classes, held, strict=True) if is_in)
