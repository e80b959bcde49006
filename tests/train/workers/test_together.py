"""Processes that train a fit together: the bits, and what becomes of it when one dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.train.test_checkpoint import same
from tests.train.test_data_parallel import alike
from tests.train.test_stack import parts

from auscult.errors import InputError, Terminated, WorkerLostError
from auscult.models.table import model_class
from auscult.train.parts import Part
from auscult.train.peers import training_with
from auscult.train.run import Fitted
from auscult.train.settings import Training
from auscult.train.stack import Progress
from auscult.train.stacks import fit_parts
from auscult.train.store import FitStore, keeping_fits
from auscult.train.workers.together import Together
from auscult.types import InputShape

pytestmark = pytest.mark.usefixtures("one_thread")

SHAPE = InputShape(1, 9, 2, "signals")


def fitted(
    given: Sequence[Part] = (), epochs: int = 3, progress: Progress | None = None
) -> list[Fitted]:
    given = given or parts(3)
    architecture = model_class("lstm-fcn")(filters=(8, 8, 8))
    training = Training(epochs=epochs, optimizer="sgd", patience=epochs)
    return fit_parts(architecture, [SHAPE] * len(given), given, training, progress=progress)


@pytest.fixture(scope="module")
def team() -> Iterator[Together]:
    with Together(2) as found:
        yield found


def followers(team: Together) -> list[int]:
    return [other.process.pid or 0 for other in team._others]


def test_they_end_as_one_does_and_twice_at_the_same_bits(team: Together) -> None:
    alone = fitted()
    apart = parts(3)
    apart[1] = replace(apart[1], X=apart[1].X.copy())
    with training_with(team):
        first, second, own = fitted(), fitted(), fitted(apart)
    alike(alone, first, 1e-5)
    same(first, second)
    same(first, own)


def test_arrays_that_lie_otherwise_in_memory_give_the_same_bits(team: Together) -> None:
    given = parts(2)
    turned = np.asfortranarray(given[0].X.transpose(2, 1, 0)).transpose(2, 1, 0)
    strided = np.repeat(turned, 2, axis=0)[::2]
    assert not strided.flags.c_contiguous
    others = [replace(part, X=strided) for part in given]
    with training_with(team):
        same(fitted(given), fitted(others))


def test_what_several_trained_is_no_fit_of_one(team: Together, tmp_path: Path) -> None:
    with keeping_fits(FitStore(tmp_path)):
        alone = fitted()
        with training_with(team):
            together = fitted()
            same(together, fitted())  # kept
        same(alone, fitted())
    assert len(list(tmp_path.glob("*.fit"))) >= 2


def test_stopped_they_go_on_to_the_same_bits(team: Together, tmp_path: Path) -> None:
    before = signal.signal(signal.SIGTERM, terminated)

    def stop(done: float, _: str) -> None:
        if done >= 0.5:
            signal.raise_signal(signal.SIGTERM)

    try:
        with training_with(team):
            whole = fitted(epochs=6)
            with keeping_fits(FitStore(tmp_path)):
                with pytest.raises(Terminated):
                    fitted(epochs=6, progress=stop)
                assert len(list(tmp_path.glob("*.going"))) == 1
                assert not followers(team)  # ended with it
                same(whole, fitted(epochs=6))
    finally:
        signal.signal(signal.SIGTERM, before)


def terminated(*_: object) -> None:
    raise Terminated


def test_one_that_dies_is_told_in_one_line_and_the_next_fit_has_another(team: Together) -> None:
    def kill(done: float, _: str) -> None:
        if done >= 0.3 and (pids := followers(team)):
            os.kill(pids[0], signal.SIGKILL)

    with training_with(team):
        whole = fitted()
        started = time.monotonic()
        with pytest.raises(WorkerLostError, match="one of the 2 processes of --ddp died") as told:
            fitted(epochs=10, progress=kill)
        assert time.monotonic() - started < 10
        assert "\n" not in str(told.value)
        same(whole, fitted())


def test_signals_of_the_terminal_are_for_who_asked(team: Together) -> None:
    def interrupt(done: float, _: str) -> None:
        for pid in followers(team):
            os.kill(pid, signal.SIGINT)
            os.kill(pid, signal.SIGTERM)

    with training_with(team):
        same(fitted(), fitted(progress=interrupt))


ORPHANS = """
from tests.train.workers.test_together import Together, fitted, followers, training_with

if __name__ == "__main__":
    with Together(2) as team, training_with(team):
        fitted(epochs=10_000, progress=lambda *_: print(*followers(team), flush=True))
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc what is left")
def test_nothing_is_left_of_them_when_the_process_that_asked_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "asks.py"
    script.write_text(ORPHANS)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment["TMPDIR"] = str(tmp_path)
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env=environment, text=True
    ) as asks:
        watchdog = threading.Timer(60, asks.kill)
        watchdog.start()
        assert asks.stdout is not None
        pids = [int(pid) for pid in asks.stdout.readline().split()]
        assert len(pids) == 1
        asks.kill()
        watchdog.cancel()
        asks.stdout.read()
    deadline = time.monotonic() + 5
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, pids))
    assert not list(tmp_path.glob("auscult-*"))


def alive(pid: int) -> bool:
    """Whether it runs; one that ended and that nobody asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_none_is_no_number_of_processes() -> None:
    with pytest.raises(InputError, match="--ddp: needs 1 process or more, not 0"):
        Together(0)
