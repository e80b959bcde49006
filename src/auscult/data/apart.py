"""A stranger's file, read in a process of its own with limits and nothing to lose.

A reader that crashes, hangs or asks for all memory ends its own process, not the service. What
comes back is data only: nothing in it names code to run.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from auscult.errors import InputError, MissingExtraError

MAX_MEMORY: Final = 4 * 2**30
MAX_SECONDS: Final = 60
MAX_ANSWER: Final = 2**28
"""Bytes of what was read."""

_TIME_LIMIT: Final = 90.0
_DATA: Final = {
    "auscult.data.dataset": {"Dataset"},
    "auscult.types": {"Column", "Finding"},
    "auscult.data.ecg.records": {"Recording"},
    "auscult.data.ecg.annotations": {"Annotations"},
}
_NUMPY: Final = {"_reconstruct", "_frombuffer", "ndarray", "dtype", "scalar"}


def read_apart(
    reader: Callable[..., Any], *args: Any, time_limit: float = _TIME_LIMIT, **kwargs: Any
) -> Any:
    """What ``reader(*args, **kwargs)`` returns, from a process of its own.

    Parameters
    ----------
    reader
        A function of a module, which returns a :class:`~auscult.data.dataset.Dataset` or a
        :class:`~auscult.data.ecg.records.Recording`.
    time_limit
        Seconds it may take.

    Raises
    ------
    InputError
        As the reader; also where it took too long, too much memory, or ended its process.
    MissingExtraError
        As the reader.
    """
    call = pickle.dumps((reader.__module__, reader.__qualname__, args, kwargs))
    status, out = _run(call, time_limit)
    if status or not out:
        raise InputError(
            "reading the file took more memory or time than is allowed, or ended the reader. Save "
            "it as plain CSV, or take fewer rows."
        )
    kind, value = _Data(io.BytesIO(out)).load()
    if kind == "missing":
        raise MissingExtraError(value)
    if kind == "refused":
        raise InputError(value)
    return value


def _run(call: bytes, time_limit: float) -> tuple[int, bytes]:
    command = [sys.executable, "-P", "-m", "auscult.data.apart"]
    alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    paths = os.pathsep.join(p for p in sys.path if p)
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | alone | {"PYTHONPATH": paths},
        start_new_session=True,
    )
    try:
        out, _ = child.communicate(call, timeout=time_limit)
    except subprocess.TimeoutExpired:
        return 1, b""
    finally:
        if child.poll() is None:  # its own children with it
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
    return child.returncode, out


class _Data(pickle.Unpickler):
    """Takes the classes of data and no others: who wrote it had read a stranger's file."""

    def find_class(self, module: str, name: str) -> Any:
        if name in _DATA.get(module, ()) or (module.startswith("numpy") and name in _NUMPY):
            return super().find_class(module, name)
        raise InputError("reading the file ended in something that is no data.")


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(call: bytes) -> bytes:
    module, name, args, kwargs = pickle.loads(call)
    try:
        answer = pickle.dumps(("read", getattr(import_module(module), name)(*args, **kwargs)))
    except InputError as error:
        return pickle.dumps(("refused", str(error)))
    except MissingExtraError as error:
        return pickle.dumps(("missing", str(error)))
    if len(answer) > MAX_ANSWER:
        most = f"{MAX_ANSWER >> 20} MiB"
        return pickle.dumps(("refused", f"the file unpacks to more than {most} of values."))
    return answer


def main() -> None:
    """Answer the one call on standard input."""
    _limit()
    out = sys.stdout.buffer
    # What a library prints must not stand in the answer.
    sys.stdout = sys.stderr
    out.write(_answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
