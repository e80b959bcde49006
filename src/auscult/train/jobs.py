"""Pieces of work that depend on nothing but what they are made of, and who does them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from auscult.train.store import Entry, current_store

Work = Callable[[Any, Sequence[NDArray[Any]]], Entry]
"""A function of a module, so that another process finds it by its name."""


@dataclass(frozen=True, eq=False)
class Job:
    """One piece of work.

    Parameters
    ----------
    work
        Does it, given ``about`` and ``arrays``.
    about
        What is small: settings, a seed.
    arrays
        What may be large. An array that several jobs share goes to each worker once.
    key
        What the store calls its outcome; nothing where none is kept.
    """

    work: Work
    about: Any
    arrays: tuple[NDArray[Any], ...]
    key: str = ""

    def do(self) -> Entry:
        return self.work(self.about, self.arrays)


class Workers(Protocol):
    """Other processes, here or elsewhere."""

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Entry]]:
        """The outcome of each job with its place among them, in the order in which they end.

        What a job raises is raised here. Nothing is left running when this ends.
        """


_CURRENT: ContextVar[Workers | None] = ContextVar("workers", default=None)


def current_workers() -> Workers | None:
    """Who does jobs at present; None does them in this process."""
    return _CURRENT.get()


@contextmanager
def working_with(workers: Workers | None) -> Iterator[None]:
    """Let others do the jobs that come up inside."""
    token = _CURRENT.set(workers)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def done(jobs: Sequence[Job], told: Callable[[int], None]) -> list[Entry]:
    """The outcomes of jobs: from the store, or by doing them and keeping what comes of it.

    Parameters
    ----------
    jobs
        In any order; the outcomes are in the same.
    told
        Given how many are done, after each.
    """
    store, workers = current_store(), current_workers()
    found: dict[int, Entry] = {}
    for place, job in enumerate(jobs):
        known = store.finished(job.key) if store and job.key else None
        if known is not None:
            found[place] = known
    if found:
        told(len(found))
    left = [place for place in range(len(jobs)) if place not in found]
    missing = [jobs[place] for place in left]
    coming = workers.run(missing) if workers and missing else _here(missing)
    for number, entry in coming:
        job = missing[number]
        if store and job.key:
            store.finish(job.key, entry)
        found[left[number]] = entry
        told(len(found))
    return [found[place] for place in range(len(jobs))]


def _here(jobs: Sequence[Job]) -> Iterator[tuple[int, Entry]]:
    for number, job in enumerate(jobs):
        yield number, job.do()
