"""Several libraries on one problem, their repeats taking turns."""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from child import Child, ChildError

TARGET = 0.5
"""Seconds that a repeat lasts at least, by more epochs or more searches."""

LONG = 6.0
"""Seconds of a repeat from which fewer repeats are enough."""


@dataclass(frozen=True)
class Timing:
    """Seconds of each repeat.

    ``threads`` is how many the library had (0: its own choice), ``otherwise`` how many times as
    long it took in a trial with the other number; NaN where it has no other.
    """

    seconds: tuple[float, ...]
    threads: int = 0
    otherwise: float = math.nan

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def over(self, divisor: float) -> Timing:
        return replace(self, seconds=tuple(s / divisor for s in self.seconds))


class Contestant:
    """A library, once for each number of threads; the quicker one of a problem runs it."""

    def __init__(self, name: str, children: dict[int, Child]) -> None:
        self.name = name
        self.children = children
        self.threads = next(iter(children))
        self.count = 1
        self.otherwise = 1.0
        self.labels: list[float] | None = None
        self.longest = 0.0

    @property
    def versions(self) -> dict[str, str]:
        return next(iter(self.children.values())).versions

    def prepare(self, file: Path) -> None:
        """Load, warm up, and choose the threads and the length of a repeat."""
        tried: dict[int, tuple[float, int]] = {}
        self.longest = 0.0
        for threads, child in self.children.items():
            child.load(file)
            tried[threads] = _trial(child, alone=len(self.children) == 1)
        self.threads = min(tried, key=lambda t: tried[t][0])
        self.count = tried[self.threads][1]
        self.otherwise = max(t for t, _ in tried.values()) / tried[self.threads][0]

    def go(self) -> float:
        answer = self.children[self.threads].go(self.count)
        self.labels = answer.get("labels")
        self.longest = max(self.longest, answer["elapsed"])
        return float(answer["seconds"])

    def timing(self, seconds: Sequence[float]) -> Timing:
        otherwise = self.otherwise if len(self.children) > 1 else math.nan
        return Timing(tuple(seconds), self.threads, otherwise)

    def close(self) -> None:
        for child in self.children.values():
            child.close()


def _trial(child: Child, *, alone: bool) -> tuple[float, int]:
    """Seconds, and how many epochs or searches make a repeat; the first of all only warms up."""
    warm = child.go(1)
    if alone and warm["elapsed"] > LONG:
        return warm["seconds"], 1
    first = max(child.go(1)["seconds"], 1e-4)
    count = max(1, min(200, round(TARGET / first)))
    return (first if alone or count == 1 else child.go(count)["seconds"]), count


def contest(
    contestants: Sequence[Contestant], file: Path, repeats: int
) -> tuple[dict[str, Timing], list[str]]:
    """Timings by name, and a line for each contestant that failed or found other neighbours."""
    going, told = [], []
    for contestant in contestants:
        try:
            contestant.prepare(file)
            going.append(contestant)
        except ChildError as error:
            told.append(str(error))
    seconds: dict[str, list[float]] = {c.name: [] for c in going}
    for repeat in range(repeats):
        for contestant in going[repeat % len(going) :] + going[: repeat % len(going)]:
            seconds[contestant.name].append(contestant.go())
        if repeat >= 2 and max(c.longest for c in going) > LONG:
            break
    told += [
        f"{c.name} predicts other classes than {going[0].name}"
        for c in going
        if c.labels != going[0].labels
    ]
    print(f"    {', '.join(f'{k} {min(v):.3g}' for k, v in seconds.items())}", file=sys.stderr)
    return {c.name: c.timing(seconds[c.name]) for c in going}, told
