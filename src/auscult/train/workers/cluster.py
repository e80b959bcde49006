"""Jobs on a Dask cluster, as futures."""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final, Self

from numpy.typing import NDArray

from auscult.errors import ClusterError, InputError, MissingExtraError, WorkerLostError
from auscult.train.jobs import Job, Work
from auscult.train.store import Entry, machine

AHEAD: Final = 4
"""Jobs at the scheduler for each thread of a worker: enough that none waits for the next."""

TRIES: Final = 3
"""Times that a job is sent whose shared arrays were lost with their workers."""

FETCH: Final = 60.0
"""Seconds for one outcome to come, once it is there; after that it is made again."""


class Cluster:
    """The workers of a Dask scheduler.

    Outcomes come back whole and are kept here, so that a worker needs no folder of ours. Futures
    are used, not joblib's backend, which waits for ever for a job that killed its worker. A job
    whose workers died is tried once more, with nothing beside it, and reported if it kills again.
    No wait is without end: a scheduler that says nothing is asked whether it is there.

    Parameters
    ----------
    address
        Of the scheduler, e.g. ``tcp://host:8786``, or ``tls://…`` with the certificates that
        Dask's own settings name.
    wait
        Seconds for it to answer.
    patience
        Seconds that it may be without any worker.
    to_come
        Workers that come as there is work: so much is then shown that they would be wanted.
    awaited
        Whether workers are on their way, so that to be without any is no fault.

    Raises
    ------
    InputError
        No scheduler answers there.
    ClusterError
        Later: the scheduler is gone, has no worker, or a worker would give other figures.
    MissingExtraError
        Dask is not installed.
    """

    def __init__(
        self,
        address: str,
        wait: float = 10.0,
        patience: float = 600.0,
        to_come: int = 1,
        awaited: Callable[[], bool] = lambda: False,
    ) -> None:
        distributed = _distributed()
        _require_certificate(distributed.Security, address)
        try:
            self._client = distributed.Client(address, timeout=wait, set_as_default=False)
        except (OSError, ValueError, RuntimeError) as error:
            mend = "Begin one: dask scheduler."
            if address.startswith("tls://"):
                mend = "Is it there, and did one authority sign its certificate and yours?"
            raise InputError(
                f"no scheduler answers at {address} ({_short(error)}). {mend}", where="--cluster"
            ) from error
        self._wait, self._patience = wait, patience
        self._to_come, self._awaited = to_come, awaited
        self._numbers = count()
        self._sent: dict[int, tuple[NDArray[Any], Any]] = {}
        self._manned = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        with suppress(Exception):  # a scheduler that is gone needs no farewell
            self._client.close(timeout=self._wait)

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Entry]]:
        """As of :class:`~auscult.train.jobs.Workers`."""
        left: Sequence[int] = range(len(jobs))
        while left:
            lost: list[int] = []
            yield from self._together(jobs, left, lost)
            if len(lost) == len(left):
                break
            left = lost  # workers die of other things, too: once more, while that gets us on
        if left and len(left) != 1:
            alone, left = left, []
            for place in alone:
                yield from self._together(jobs, [place], left)
        if left:
            raise WorkerLostError(
                "the workers that did it died, also with nothing beside it: most often there is "
                "too little memory"
            )

    def _together(
        self, jobs: Sequence[Job], places: Sequence[int], lost: list[int]
    ) -> Iterator[tuple[int, Entry]]:
        """Outcomes; ``lost`` gets the places of jobs whose workers died."""
        coming: dict[Any, int] = {}
        try:
            for place, future in self._ended(jobs, places, coming):
                entry = self._outcome(future)
                if entry is None:
                    lost.append(place)
                else:
                    yield place, entry
        finally:
            for future in coming:
                future.release()  # says it and waits for nothing; the scheduler may be gone
            self._sent.clear()

    def _ended(
        self, jobs: Sequence[Job], places: Sequence[int], coming: dict[Any, int]
    ) -> Iterator[tuple[int, Any]]:
        """Futures as they end, with so many more begun that no worker waits."""
        ended: SimpleQueue[Any] = SimpleQueue()
        waiting, tried = list(reversed(places)), Counter[int]()
        self._manned = time.monotonic()
        room = self._room()
        while waiting or coming:
            while waiting and len(coming) < room:
                place = waiting.pop()
                future = self._submit(jobs[place])
                coming[future] = place
                future.add_done_callback(ended.put)
            try:
                future = ended.get(timeout=self._wait / 2)
            except Empty:
                room = self._room()  # workers may have come, or gone
                continue
            self._manned = time.monotonic()
            place = coming.pop(future)
            tried[place] += 1
            if tried[place] < TRIES and self._blameless(future):
                waiting.append(place)
            else:
                yield place, future

    def _blameless(self, future: Any) -> bool:
        """Whether it was not the job whose workers died, but an array that it shares with others.

        Without this one array that was lost too often would be held against all of its jobs.
        """
        if future.status != "error":
            return False
        error = future.exception(timeout=FETCH)
        return isinstance(error, _distributed().KilledWorker) and error.task != future.key

    def _room(self) -> int:
        return AHEAD * max(self._to_come, self._threads())

    def _threads(self) -> int:
        """Of all workers; asks the scheduler, which must be there to tell."""
        try:
            found = self._client.sync(
                self._client.scheduler.ncores, workers=None, callback_timeout=self._wait
            )
        except (OSError, TimeoutError, RuntimeError) as error:
            raise _gone(error) from error
        now = time.monotonic()
        if found or self._awaited():
            self._manned = now
        elif now - self._manned > self._patience:
            raise ClusterError(
                f"the scheduler has had no worker for {self._patience:.0f} seconds. "
                "Begin one: dask worker ADDRESS. What was finished is kept: give the same command "
                "again."
            )
        return sum(found.values())

    def _submit(self, job: Job) -> Any:
        arrays = [self._array(array) for array in job.arrays]
        key = f"auscult-{id(self):x}-{next(self._numbers)}"
        how = {"key": key, "pure": False, "retries": 0}
        return self._send(_do, machine(), job.work, job.about, *arrays, **how)

    def _send(self, *what: Any, **how: Any) -> Any:
        try:
            return self._client.submit(*what, **how)
        except Exception as error:
            if self._client.status == "running":
                raise
            raise _gone(error) from error

    def _array(self, array: NDArray[Any]) -> Any:
        """Sent once. As a task, so that it is made again where every worker that held it died."""
        known = self._sent.get(id(array))
        if known is None or known[1].status == "error":
            key = f"auscult-{id(self):x}-array-{next(self._numbers)}"
            future = self._send(_same, array, key=key, pure=False)
            known = self._sent[id(array)] = (array, future)
        return known[1]

    def _outcome(self, future: Any) -> Entry | None:
        """What came of a job; None where its workers died."""
        distributed = _distributed()
        if future.status == "cancelled":  # never by us while it is waited for
            raise _gone(ConnectionError("the connection was closed"))
        try:
            entry: Entry = future.result(timeout=FETCH)
        except distributed.KilledWorker:
            return None
        except (distributed.CancelledError, distributed.comm.CommClosedError) as error:
            raise _gone(error) from error
        except distributed.TimeoutError:
            if future.status == "error":  # the job's own
                raise
            self._threads()  # the scheduler is there, the worker that held it is not
            return None
        except ModuleNotFoundError as error:
            raise ClusterError(
                f"a worker lacks the package '{error.name}'. Install the same there as here."
            ) from error
        return entry


def _distributed() -> Any:
    try:
        import distributed  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "a cluster needs the package 'distributed': pip install 'auscult[cluster]'"
        ) from error
    return distributed


def _require_certificate(security: Any, address: str) -> None:
    """Tell what Dask would try again and again, and then tell at length."""
    encrypted, mend = address.startswith("tls://"), "They stand in ~/.config/dask/tls.yaml."
    try:
        settings = security()
        certificate = settings.get_connection_args("client").get("ssl_context")
    except (OSError, TypeError, ValueError) as error:
        raise InputError(
            f"the certificates of Dask's settings cannot be read ({_short(error)}). {mend}",
            where="--cluster",
        ) from error
    if encrypted and certificate is None:
        raise InputError(
            f"{address} wants a certificate, and Dask's settings name none of yours. {mend}",
            where="--cluster",
        )
    if settings.require_encryption and not encrypted:
        raise InputError(
            f"Dask's settings require encryption, which {address} is without. Name tls://…",
            where="--cluster",
        )


def _gone(error: BaseException) -> ClusterError:
    return ClusterError(
        f"the scheduler was lost ({_short(error)}). What was finished is kept: give the "
        "same command again when it is back."
    )


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _same(array: NDArray[Any]) -> NDArray[Any]:
    return array


def _do(asked: str, work: Work, about: Any, *arrays: NDArray[Any]) -> Entry:
    import numba  # noqa: PLC0415
    import torch  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    if asked != machine():
        raise ClusterError(
            f"a worker on {platform.node()} computes with {machine()}, not with {asked} "
            "as here, and might give other figures. Install the same there."
        )
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    with threadpool_limits(1):
        return work(about, arrays)
