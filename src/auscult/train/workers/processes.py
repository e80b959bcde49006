"""Jobs in other processes of this machine, one thread each."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Final

from auscult.errors import InputError, WorkerLostError
from auscult.train.jobs import Job
from auscult.train.store import Entry
from auscult.train.workers.arrays import Sharing, taken

ALONE: Final = 2
"""How often a job is tried by itself once it was there when a process died."""

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Processes(Sharing):
    """So many processes, begun when they are first needed.

    A process that dies (out of memory, say) takes only itself: the jobs that were under way are
    tried once more, each by itself, and one that kills its process again is reported.

    Parameters
    ----------
    count
        Processes; each computes on one thread.

    Raises
    ------
    InputError
        ``count`` is less than 1.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise InputError(f"needs 1 process or more, not {count}.", where="--jobs")
        super().__init__()
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Entry]]:
        """As of :class:`~auscult.train.jobs.Workers`."""
        left = set(range(len(jobs)))
        try:
            while left:
                suspects: set[int] = set()
                for place, entry in self._together(jobs, sorted(left), suspects):
                    left.discard(place)
                    yield place, entry
                for place in sorted(suspects):
                    left.discard(place)
                    yield place, self._by_itself(jobs[place])
        except BaseException:
            self._end()
            raise
        finally:
            self._shelf.forget()

    def _together(
        self, jobs: Sequence[Job], places: Sequence[int], suspects: set[int]
    ) -> Iterator[tuple[int, Entry]]:
        """Outcomes until all are there or a process dies; ``suspects`` were under way then."""
        coming: dict[Future[Entry], int] = {}
        waiting = list(reversed(places))
        try:
            while waiting or coming:
                while waiting and len(coming) < 2 * self._count:  # one under way, one at hand
                    place = waiting.pop()
                    coming[self._submit(jobs[place])] = place
                for future in wait(coming, return_when=FIRST_COMPLETED).done:
                    place = coming[future]
                    yield place, future.result()
                    del coming[future]
        except BrokenProcessPool:
            suspects.update(coming.values())
            self._end()

    def _by_itself(self, job: Job) -> Entry:
        for _ in range(ALONE):
            try:
                return self._submit(job).result()
            except BrokenProcessPool:
                self._end()
        raise WorkerLostError(
            f"the process that did it died {ALONE} times while it did nothing else: most often "
            "there is too little memory"
        )

    def _submit(self, job: Job) -> Future[Entry]:
        if self._pool is None:
            self._pool = _begin(self._count)
        paths = [self._shelf.put(array) for array in job.arrays]
        return self._pool.submit(_do, job.work, job.about, paths)

    def _end(self) -> None:
        """No process goes on with work that nobody waits for."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        children = list((getattr(pool, "_processes", None) or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.terminate()
        for child in children:
            child.join(5)


def _begin(count: int) -> ProcessPoolExecutor:
    """Processes that are told their threads before they load what uses them."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        pool = ProcessPoolExecutor(
            count, mp_context=multiprocessing.get_context("spawn"), initializer=_ready
        )
        pool.submit(_nothing).result()  # begins the first; the others begin as they are needed
        return pool
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _nothing() -> None: ...


def _ready() -> None:
    """One thread; the person's Ctrl-C is the parent's to heed."""
    import numba  # noqa: PLC0415
    import torch  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    numba.set_num_threads(1)


def _do(work: Any, about: Any, paths: Sequence[Path]) -> Entry:
    entry: Entry = work(about, taken(paths))
    return entry
