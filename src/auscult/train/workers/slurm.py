"""A Dask cluster whose workers are jobs of SLURM."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from auscult.errors import InputError, MissingExtraError

MOST: Final = 64
"""Workers at most; Dask's own settings (``jobqueue.slurm``) say what each of them is."""

LOOK: Final = 15.0
"""Seconds between two looks at which jobs SLURM still has."""


class Queue:
    """The jobs of a cluster in SLURM's queue.

    Dask sees only that a worker goes: not that a job was cancelled before it began, nor died
    before its worker came, and would wait for these.
    """

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self._pending: set[str] = set()
        self.waits = False
        """Whether a job stood in the queue at two looks: not one that dies as soon as it begins."""

    async def look(self) -> None:
        """Let jobs that SLURM has no more be asked for again."""
        known = {name: job.job_id for name, job in self._cluster.workers.items() if job.job_id}
        if not known:
            return
        ask = ["squeue", "--me", "--noheader", "--format=%A %t"]
        try:
            said = await self._cluster.job_cls._call(ask)
        except RuntimeError:  # its controller is away: another time
            return
        states = dict(line.split() for line in said.splitlines())
        for name, number in known.items():
            job = self._cluster.workers.get(name)
            if number not in states and job is not None and job.job_id == number:
                del self._cluster.workers[name]
        pending = {number for number in known.values() if states.get(number) == "PD"}
        self.waits = bool(pending & self._pending)
        self._pending = pending

    async def begin_to_look(self, seconds: float) -> None:
        from tornado.ioloop import PeriodicCallback  # noqa: PLC0415

        PeriodicCallback(self.look, 1000 * seconds).start()  # ends with the loop of the cluster


@contextmanager
def slurm(most: int = MOST, look: float = LOOK) -> Iterator[tuple[str, Queue]]:
    """A scheduler in this process, whose workers SLURM begins as there is work: its address, queue.

    Each is a job of one core: what Dask would begin of several in one job it would also end
    together, whenever one of them is not needed, and then begin again. Account, queue, memory and
    time stand where dask-jobqueue looks for them:
    ``~/.config/dask/jobqueue.yaml``, see ``docs/cluster.md``. A worker ends by itself before its
    time is up, at an hour of its own, so that a study never waits for the queue with all of them.
    Where Dask's settings name certificates and require them, scheduler and workers do so too.

    Raises
    ------
    MissingExtraError
        dask-jobqueue is not installed.
    InputError
        There is no SLURM here, or it refuses such a job, or the settings lack something.
    """
    with _cluster() as cluster:
        _require_taken(cluster.job_script())
        cluster.adapt(minimum=0, maximum=most)
        queue = Queue(cluster)
        cluster.sync(queue.begin_to_look, look)
        yield str(cluster.scheduler_address), queue


def _cluster() -> Any:
    try:
        import dask  # noqa: PLC0415
        import distributed  # noqa: PLC0415

        with _interrupts_kept():
            from dask_jobqueue.slurm import SLURMCluster  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "SLURM needs the package 'dask-jobqueue': pip install 'auscult[cluster]'"
        ) from error
    _require_one_core(dask.config)
    options = dask.config.get("jobqueue.slurm.scheduler-options", None) or {}
    told: dict[str, Any] = {"scheduler_options": {"dashboard_address": "127.0.0.1:0"} | options}
    told |= {"cores": 1, "processes": 1}
    extra = dask.config.get("jobqueue.slurm.worker-extra-args", None) or []
    told["worker_extra_args"] = [*extra, "--preload-nanny", "auscult.train.workers.ready"]
    if dask.config.get("distributed.comm.require-encryption", None):
        told["security"] = distributed.Security()  # type: ignore[no-untyped-call]
    try:
        return SLURMCluster(**told)
    except (ValueError, TypeError, OSError, RuntimeError) as error:
        raise InputError(
            f"no worker can be asked for ({_short(str(error))}). What a worker is stands "
            "in ~/.config/dask/jobqueue.yaml.",
            where="--slurm",
        ) from error


@contextmanager
def _interrupts_kept() -> Iterator[None]:
    """Ctrl-C stays what it was: loading dask-jobqueue 0.9 makes of it an exit that says nothing."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)


def _require_one_core(settings: Any) -> None:
    for name in ("cores", "processes"):
        given = settings.get(f"jobqueue.slurm.{name}", None) or 1
        if int(given) != 1:
            raise InputError(
                f"a worker is a job of one core, with {name}: {given} in "
                "~/.config/dask/jobqueue.yaml. Write 1, and the memory of one fit.",
                where="--slurm",
            )


def _require_taken(script: str) -> None:
    """Ask SLURM whether it would run such a job, before anything waits for one."""
    try:
        found = subprocess.run(
            ["sbatch", "--test-only"],
            input=script,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except OSError as error:
        raise InputError(
            f"there is no SLURM here (sbatch: {error.strerror}). Give the command where sbatch is.",
            where="--slurm",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise InputError(
            "sbatch said nothing for 60 seconds. Is SLURM up?", where="--slurm"
        ) from error
    if found.returncode:
        raise InputError(
            f"SLURM refuses such a worker ({_short(found.stderr)}). What it is stands in "
            "~/.config/dask/jobqueue.yaml.",
            where="--slurm",
        )


def _short(said: str) -> str:
    return " ".join(said.split())[:160]
