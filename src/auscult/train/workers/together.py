"""Processes of this machine that train each network together, on a share of every batch."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Event
from typing import Any, Final

from torch import distributed

from auscult.errors import DiskError, InputError, WorkerLostError
from auscult.train.checkpoint import Keeper
from auscult.train.meeting import PATIENCE, Meeting
from auscult.train.run import Fitted
from auscult.train.stack import Progress
from auscult.train.stack_work import StackWork, unpacked
from auscult.train.store import Checkpoint, Entry
from auscult.train.threads import n_cores, some_threads
from auscult.train.workers.arrays import Sharing, opened
from auscult.train.workers.follower import follow

GRACE: Final = 2.0
"""Seconds for a process to be found dead once nothing comes from it."""


class Together(Sharing):
    """This process and others, begun when they are first needed and ended with any error.

    Progress, signals, checkpoints and the store are this process's; the others only follow. They
    find each other through a file and talk over loopback.

    Parameters
    ----------
    size
        Processes, this one among them; they share the cores.

    Raises
    ------
    InputError
        ``size`` is less than 1, or torch was built without what they talk by.
    WorkerLostError
        Later: one of them died.
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise InputError(f"needs 1 process or more, not {size}.", where="--ddp")
        if not distributed.is_available() or not distributed.is_gloo_available():
            raise InputError(
                "needs a build of torch with Gloo, which this one lacks.", where="--ddp"
            )
        super().__init__()
        self.size, self.threads = size, max(1, n_cores() // size)
        self._others: list[_Other] = []
        self._meeting: Meeting | None = None
        self._meetings = count()

    def train(
        self,
        work: StackWork,
        checkpoint: Checkpoint | None,
        progress: Progress | None,
        *stop: Event,
    ) -> list[Fitted]:
        """As of :class:`~auscult.train.peers.Team`."""
        try:
            with some_threads(self.threads):
                return self._train(work, checkpoint, progress, *stop)
        except BaseException as error:
            lost = self._lost(error)
            self._end()
            if lost:
                raise lost from error
            raise

    def _train(
        self,
        work: StackWork,
        checkpoint: Checkpoint | None,
        progress: Progress | None,
        *stop: Event,
    ) -> list[Fitted]:
        meeting = self._meeting or self._begin()
        bare, arrays = work.packed()
        self._shelf.forget(but=arrays)  # the stacks of a model share theirs
        paths = [self._shelf.put(array) for array in arrays]
        self._tell((bare, paths))
        # Arrays as the others have them: how they lie in memory decides how their sums are rounded.
        here = replace(
            unpacked(bare, [opened(path) for path in paths]), device=meeting.device(work.device)
        )
        leader = _Leader(self, checkpoint, *stop)
        fitted = here.fit(leader, progress, meeting.peers(work.device))
        for other in self._others:
            other.hear()
        return fitted

    def _tell(self, what: object) -> None:
        for other in self._others:
            other.pipe.send(what)

    def _begin(self) -> Meeting:
        file = Path(self._folder.name) / f"meeting-{next(self._meetings)}"
        with _signals_held():
            for rank in range(1, self.size):
                self._others.append(_Other.begun(file, rank, self.size, self.threads))
        for other in self._others:  # all are there before any is waited for without end
            other.hear()
        self._meeting = Meeting(file, 0, self.size)
        return self._meeting

    def _lost(self, error: BaseException) -> WorkerLostError | None:
        """Why another process is no more, where that is what ``error`` comes of."""
        if isinstance(error, DiskError) or not isinstance(error, (RuntimeError, OSError, EOFError)):
            return None
        wait([other.process.sentinel for other in self._others], timeout=GRACE)
        dead = [other for other in self._others if not other.process.is_alive()]
        if not dead:
            return None
        said = [text for text in (other.last_words() for other in dead) if text]
        why = said[0] if len(said) == len(dead) else "most often there is too little memory"
        return WorkerLostError(f"one of the {self.size} processes of --ddp died: {why}")

    def _end(self) -> None:
        others, self._others, self._meeting = self._others, [], None
        for other in others:
            other.process.kill()  # it keeps nothing
        for other in others:
            other.process.join(5)
            other.pipe.close()


@dataclass(frozen=True, eq=False)
class _Other:
    """One that follows."""

    process: SpawnProcess
    pipe: Connection[Any, Any]

    @classmethod
    def begun(cls, file: Path, rank: int, size: int, threads: int) -> _Other:
        context = multiprocessing.get_context("spawn")
        ours, its = context.Pipe()
        process = context.Process(target=follow, args=(its, file, rank, size, threads))
        process.start()
        its.close()
        return cls(process, ours)

    def hear(self) -> None:
        """Wait until it is where this process is."""
        if not wait([self.pipe, self.process.sentinel], PATIENCE.total_seconds()):
            raise WorkerLostError("one of the processes of --ddp does not answer")
        failed = self.pipe.recv()
        if failed:
            raise WorkerLostError(f"one of the processes of --ddp failed: {failed}")

    def last_words(self) -> str | None:
        """What it said before it ended."""
        with suppress(EOFError, OSError):
            while self.pipe.poll():
                said = self.pipe.recv()
                if said:
                    return str(said)
        return None


class _Leader(Keeper):
    """Goes on from the checkpoint that it tells the others of."""

    def __init__(self, team: Together, checkpoint: Checkpoint | None, *stop: Event) -> None:
        super().__init__(checkpoint, *stop)
        self._team = team

    def begun(self) -> Entry | None:
        entry = super().begun()
        self._team._tell(entry)
        return entry


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold signals back: a process begun inside never gets any, it ends when this one ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
