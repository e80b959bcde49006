"""A published system and how it is repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from auscult.evaluate.progress import Silent, StudyProgress
from auscult.replicate.record import Found

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """How a system is to be repeated: ``quick`` trains shorter, and says so."""

    seed: int = 0
    quick: bool = False
    progress: StudyProgress = field(default_factory=Silent)

    def choose(self, full: T, quick: T) -> T:
        """One of two settings."""
        return quick if self.quick else full


@dataclass(frozen=True)
class Replica:
    """A published system.

    Parameters
    ----------
    name
        As ``auscult replicate`` takes it.
    title
        What it is, in a few words.
    published
        What was published of its figure.
    leaks
        Why that figure is not what it seems, a cause each.
    wrong
        What went wrong, in two sentences.
    repeat
        Rebuilds it with its leaks, does it honestly, and measures both.
    seconds
        About how long that takes on two cores, in full and quick.
    """

    name: str
    title: str
    published: str
    leaks: tuple[str, ...]
    wrong: tuple[str, str]
    repeat: Callable[[Asked], Found]
    seconds: tuple[float, float]
