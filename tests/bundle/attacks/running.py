"""Hands attacks to a child process, one at a time, and counts what became of them."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.bundle.attacks.corpus import Attack, forge_folder

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 20.0
MEMORY = 600 << 20
_START = 120.0


@dataclass
class Tally:
    """Counts by group, and every attack that had an effect."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[int, str] = (0, "")

    def add(self, attack: Attack, reply: dict[str, Any]) -> None:
        outcome, detail = reply["outcome"], reply["detail"]
        if attack.must == "refused" and outcome == "harmless":
            outcome, detail = "broke", "was taken"
        if reply["grown"] > MEMORY:
            outcome, detail = "broke", f"took {reply['grown'] >> 20} MiB"
        self.counts.setdefault(attack.group, Counter())[outcome] += 1
        if outcome == "broke":
            self.faults.append(f"{attack.name}: {detail}")
        self.slowest = max(self.slowest, (reply["seconds"], attack.name))
        self.largest = max(self.largest, (reply["grown"], attack.name))

    @property
    def total(self) -> int:
        return sum(sum(counter.values()) for counter in self.counts.values())


class Child(AbstractContextManager["Child"]):
    """A process that opens bundles; started again where one ended it.

    Parameters
    ----------
    sound
        Kind → files of a bundle that must load and answer, to warm up with.
    """

    def __init__(self, sound: Mapping[str, Mapping[str, bytes]]) -> None:
        shared_memory = Path("/dev/shm")
        place = shared_memory if os.access(shared_memory, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="attacks-", dir=place))
        self.sound = {}
        for kind, files in sound.items():
            (self.folder / kind).mkdir()
            self.sound[kind] = str(forge_folder(self.folder / kind, files))
        self.process: subprocess.Popen[str] | None = None
        self.filtered = False

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, attacks: Iterable[Attack], tally: Tally, until: float = float("inf")) -> None:
        """Every attack, or those that there is time for (``until`` as of ``time.monotonic``)."""
        for attack in attacks:
            if time.monotonic() > until:
                return
            place = self.folder / "attack"
            place.mkdir()
            try:
                reply = self.ask(attack.build(place), attack.kind)
            finally:
                _remove(place)
            tally.add(attack, reply)

    def ask(self, path: Path, kind: str) -> dict[str, Any]:
        """What became of one bundle; an end of the process or its silence is an outcome."""
        process = self._started()
        reply = self._told(process, {"path": str(path), "kind": kind})
        if reply is not None:
            return reply
        code = process.poll()
        detail = f"no answer in {PATIENCE} s" if code is None else f"ended the process ({code})"
        self._end()
        return {"outcome": "broke", "detail": detail, "seconds": PATIENCE, "grown": 0}

    def _started(self) -> subprocess.Popen[str]:
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.bundle.attacks.child"],
                cwd=ROOT, env=_environment(), text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            assert self.process.stdin
            self.process.stdin.write(json.dumps(self.sound) + "\n")
            self.process.stdin.flush()
            ready = self._reply(self.process, _START)
            assert ready, f"the child does not start: {self.process.poll()}"
            self.filtered = ready["filtered"]
        return self.process

    def _told(self, process: subprocess.Popen[str], job: dict[str, str]) -> dict[str, Any] | None:
        assert process.stdin
        try:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            process.wait(5)
            return None
        return self._reply(process, PATIENCE)

    def _reply(self, process: subprocess.Popen[str], patience: float) -> dict[str, Any] | None:
        assert process.stdout
        if not select.select([process.stdout], [], [], patience)[0]:
            return None
        line = process.stdout.readline()
        if not line:
            process.wait(5)
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(BrokenPipeError):
                    pipe.close()  # type: ignore[union-attr]
            self.process = None


def _environment() -> dict[str, str]:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    threads = dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def _remove(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)
