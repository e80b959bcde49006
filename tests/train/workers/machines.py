"""Schedulers and workers of Dask as a person begins them, on loopback."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import psutil

from auscult.errors import InputError
from auscult.train.workers.cluster import Cluster

READY = ("--preload-nanny", "auscult.train.workers.ready")


class Machines:
    """Processes that end with the stack.

    Parameters
    ----------
    stack
        Ends them.
    protocol
        ``tcp`` or ``tls``.
    environment
        Dask's settings, as variables.
    """

    def __init__(self, stack: ExitStack, protocol: str = "tcp", **environment: str) -> None:
        self._stack, self._environment = stack, environment
        self.address = f"{protocol}://127.0.0.1:{free_port()}"

    def scheduler(self) -> subprocess.Popen[bytes]:
        protocol, _, port = self.address.replace("//", "").split(":")
        return self._begin(
            "scheduler", "--protocol", protocol, "--host", "127.0.0.1", "--port", port
        )

    def worker(self, *how: str) -> subprocess.Popen[bytes]:
        return self._begin("worker", self.address, "--nthreads", "1", *(how or ["--no-nanny"]))

    def workers(self, count: int) -> subprocess.Popen[bytes]:
        """As many, begun again when they die, and at once."""
        return self.worker("--nworkers", str(count), *READY)

    def _begin(self, what: str, *how: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", what, *how, "--no-dashboard"],
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            | self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(ended, process)
        return process


def ended(process: subprocess.Popen[bytes]) -> None:
    """With its children, which would otherwise notice it only after a while."""
    family = [process.pid]
    with suppress(psutil.Error):
        family += [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    for number in family:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    process.wait()


def copies(process: subprocess.Popen[bytes]) -> list[int]:
    """The workers that a process of :meth:`Machines.workers` has at present, starting ones too."""
    found = []
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.Error):  # of the process that loads once: its children are copies
            found += [copy.pid for copy in child.children()]
    return found


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def reached(address: str, wait: float = 4.0) -> Cluster:
    """As soon as it is there."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return Cluster(address, wait=wait, patience=30)
        except InputError:
            if time.monotonic() > deadline:
                raise


@contextmanager
def some_workers(count: int, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """An address, and the process that begins the workers again."""
    with ExitStack() as stack:
        machines = Machines(stack, **environment)
        machines.scheduler()
        yield machines.address, machines.workers(count)


@contextmanager
def killing(found: Callable[[], list[int]], every: float) -> Iterator[list[int]]:
    """Kill one of what is found, again and again meanwhile; those that were."""
    killed: list[int] = []
    stop, chance = threading.Event(), random.Random(0)

    def kill() -> None:
        while not stop.wait(every):
            there = found()
            if there:
                killed.append(chance.choice(there))
                with suppress(ProcessLookupError):
                    os.kill(killed[-1], signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()
