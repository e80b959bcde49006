"""Opens bundles one after another, and says what became of each. Run as a process of its own.

A line of JSON in (``name``, ``kind``, ``path``), a line of JSON out (``outcome``, ``detail``, …).
What a bundle may never cause is caught three times: by an audit hook inside Python, by limits on
memory and on written files, and on Linux by a filter of system calls, whose breach ends the
process with a signal.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tests.bundle.attacks import system_calls

from auscult.bundle.bundle import Bundle, load_bundle
from auscult.errors import InputError

MEMORY = 3 << 30
LONGEST_LINE = 700
FORBIDDEN = (
    "exec", "compile", "marshal.", "pickle.", "code.__new__", "function.__new__", "import",
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile", "pty.spawn",
    "subprocess.", "socket.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.", "ctypes.",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod",
    "os.chown", "os.truncate", "os.utime", "os.putenv", "os.kill", "shutil.", "tempfile.", "mmap.",
)  # fmt: skip
UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


@dataclass
class Watch:
    """What happened since the last bundle that no bundle may cause."""

    armed: bool = False
    seen: list[str] = field(default_factory=list)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.armed:
            return
        if event == "open":
            mode, flags = args[1], args[2]
            writes = isinstance(mode, str) and set(mode) & set("wax+")
            if writes or (isinstance(flags, int) and flags & _WRITES):
                self.seen.append(f"open for writing: {args[0]!r}")
        elif event.startswith(FORBIDDEN):
            self.seen.append(f"{event} {str(args)[:200]}")


def cases_of(bundle: Bundle) -> tuple[np.ndarray[Any, Any], list[np.ndarray[Any, Any]]]:
    """Ordinary cases for a sound bundle, and odd ones that it may refuse."""
    reference = bundle.reference()
    random = np.random.default_rng(0)
    shape = (4, *reference.X.shape[1:])
    X = random.normal(size=shape).astype(reference.X.dtype)
    for j, column in enumerate(bundle.document.columns):
        if bundle.document.kind == "table" and column.categories:
            X[:, j] = random.integers(0, len(column.categories), len(X))
    odd = [np.full_like(X[:1], value) for value in (np.nan, 1e30, -1e30, np.inf, 0)]
    return X, odd


def ask(bundle: Bundle, X: np.ndarray[Any, Any], odd: list[np.ndarray[Any, Any]]) -> str:
    """Everything a loaded bundle is asked; ``refused`` where it refuses ordinary cases."""
    bundle.reference()
    for case in odd:
        try:
            check(bundle, case)
        except InputError as error:
            check_line(error)
    try:
        check(bundle, X)
        drivers = bundle.drives(X[:1])
        assert np.isfinite(drivers.values).all(), "drivers that are not finite"
    except InputError as error:
        check_line(error)
        return f"refused to answer: {error}"
    return ""


def check(bundle: Bundle, X: np.ndarray[Any, Any]) -> None:
    answers = bundle.answer(X)
    p = answers.probability
    assert p.shape == (len(X), len(answers.classes)), f"probabilities of shape {p.shape}"
    assert p.dtype == np.float64, f"probabilities of {p.dtype}"
    assert np.isfinite(p).all(), "probabilities that are not finite"
    assert ((p >= 0) & (p <= 1)).all(), "probabilities outside 0 to 1"
    assert np.allclose(p.sum(axis=1), 1, atol=1e-6), "probabilities that do not add up to 1"
    assert answers.predicted.shape == (len(X),), "no class a case"
    assert ((answers.predicted >= 0) & (answers.predicted < p.shape[1])).all(), "no such class"
    assert answers.sets is None or answers.sets.shape == p.shape, "sets of another shape"


def check_line(error: InputError) -> None:
    text = str(error)
    fit = len(text) <= LONGEST_LINE and not UNFIT.search(text)
    assert fit, f"a refusal unfit to print: {text!r}"


def attempt(path: Path, kind: str, cases: tuple[Any, list[Any]]) -> tuple[str, str]:
    """``refused``, ``harmless`` or ``broke``, and why."""
    try:
        bundle = load(path, kind)
    except InputError as error:
        try:
            check_line(error)
        except AssertionError as fault:
            return "broke", str(fault)
        return "refused", str(error)
    except BaseException as error:
        return "broke", f"{_told(error)} while loading"
    try:
        said = ask(bundle, *cases)
    except BaseException as error:
        return "broke", f"{_told(error)} while answering"
    return ("refused", said) if said else ("harmless", "")


def load(path: Path, kind: str) -> Bundle:
    """A kind that ends in ``torch`` is rebuilt there; other networks are run from their graph."""
    return load_bundle(path, runtime="torch" if kind.endswith("torch") else "onnx")


def _told(error: BaseException) -> str:
    trace, last = error.__traceback__, ""
    while trace:
        last = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}: {str(error)[:300]} ({last})"


def main() -> None:
    import resource  # noqa: PLC0415 - not on Windows, where Watch is tested too

    sound: dict[str, str] = json.loads(sys.stdin.readline())
    cases: dict[str, Any] = {}
    for kind, path in sound.items():
        bundle = load(Path(path), kind)
        cases[kind] = cases_of(bundle)
        said = ask(bundle, *cases[kind])
        assert not said, f"the sound bundle of {kind} refuses: {said}"
        attempt(Path(path) / "nowhere", kind, cases[kind])
    watch = Watch()
    sys.addaudithook(watch)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    filtered = system_calls.forbid()
    say({"ready": True, "filtered": filtered, "resident": peak()})
    for line in sys.stdin:
        job = json.loads(line)
        before, begin = peak(), time.perf_counter()
        watch.seen, watch.armed = [], True
        outcome, detail = attempt(Path(job["path"]), job["kind"], cases[job["kind"]])
        watch.armed = False
        if watch.seen:
            outcome, detail = "broke", "; ".join(watch.seen[:3])
        seconds = time.perf_counter() - begin
        grown = peak() - before
        say({"outcome": outcome, "detail": detail, "seconds": seconds, "grown": grown})


def peak() -> int:
    """The most memory that this process has held, in bytes."""
    import resource  # noqa: PLC0415

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
