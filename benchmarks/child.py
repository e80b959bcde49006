"""A process that stays alive and is told what to time; the parent's side of ``answers.py``."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).resolve().parent

# A thread that waits busily takes the core from whoever runs beside it, on a machine that is not
# empty; all contestants wait alike.
QUIET = {"OMP_WAIT_POLICY": "PASSIVE", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ChildError(Exception):
    """The process said what went wrong, or stopped."""


class Child:
    """One library in a process of its own.

    Parameters
    ----------
    name
        What the tables call it.
    python
        The interpreter that has the library.
    script
        A file of this folder that calls :func:`answers.serve`.
    arguments
        Of the script.
    own
        Whether it is auscult, which may be imported from ``PYTHONPATH``; a peer may not.
    """

    def __init__(
        self, name: str, python: str, script: str, *arguments: str, own: bool = False
    ) -> None:
        self.name = name
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115  TensorFlow greets at length
        self.process = subprocess.Popen(
            [python, str(HERE / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment(own=own),
        )
        self.versions: dict[str, str] = self._read()["versions"]

    def load(self, file: Path) -> None:
        self._ask(f"load {file}")

    def go(self, n: int) -> dict[str, Any]:
        return self._ask(f"go {n}")

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self._read()
        if "error" in answer:
            raise ChildError(f"{self.name}: {answer['error']}")
        return answer

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.log.seek(0)
            said = self.log.read().strip().splitlines() or ["it said nothing"]
            raise ChildError(f"{self.name} stopped: {said[-1]}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def environment(*, own: bool, drop: Sequence[str] = THREADS) -> dict[str, str]:
    """That of this process, waiting threads quiet, limits of threads left to the script."""
    left = {k: v for k, v in os.environ.items() if k not in drop}
    if not own:
        left.pop("PYTHONPATH", None)
    return left | QUIET
