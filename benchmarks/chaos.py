"""Studies that are killed again and again, and whether they end as if they never had been.

    python benchmarks/chaos.py                          # 200 kills, or 10 minutes
    python benchmarks/chaos.py --kills 20 --minutes 1 --studies table

A study is begun, killed (SIGKILL) and begun again until it comes to its end; then its result, its
predictions and all its fits are held against those of the same study that nobody killed. Half of
the kills come at random moments; half at a call by which a file is written: in the middle of a
``write``, or just before or behind an ``fsync``, ``rename`` or ``open``. Exits with 1 where
anything differs.

Each process is forked from one that has imported everything, so that a kill costs no start-up.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

CLOCK: Final = ("fit_seconds", "predict_seconds", "seconds", "created", "command")
CALLS: Final = ("write", "fsync", "rename", "open")
AT_MOST: Final = 60
"""Calls that a process lives through, at most, when it dies at one."""

TABLE: Final = (
    "random-forest:n_estimators=10,gradient-boosting:max_iter=5,mlp:epochs=6,rnn:units=4:epochs=4,"
    "gru:units=4:epochs=4,lstm:units=4:epochs=4,transformer:epochs=2"
)
SIGNALS: Final = (
    "knn-dtw:k=1..3,fcn:epochs=2,lstm-fcn:epochs=2,lenet:epochs=2,vgg:epochs=1,googlenet:epochs=1,"
    "resnet:epochs=1,resnet-1d:epochs=1,inception-time:epochs=1,gru:units=4:epochs=3"
)


@dataclass
class Study:
    """One study, and what became of it."""

    name: str
    models: str
    options: tuple[str, ...] = ()
    seconds: float = 0.0
    fits: int = 0
    rounds: int = 0
    at_random: int = 0
    at_calls: int = 0
    from_checkpoint: int = 0

    @property
    def kills(self) -> int:
        return self.at_random + self.at_calls

    @property
    def arguments(self) -> list[str]:
        how = ["--models", self.models, "--folds", "3", "--repeats", "1", "--out", "run"]
        return ["compare", f"{self.name}.csv", *self.options, *how]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--studies", default="table,signals")
    options.add_argument("--models", help="of the table, where others than all kinds")
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    known = [Study("table", asked.models or TABLE), Study("signals", SIGNALS, ("--signals",))]
    studies = [study for study in known if study.name in asked.studies.split(",")]
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        wholes = [_whole(Path(place), study) for study in studies]
        begun = time.monotonic()
        rng = np.random.default_rng(asked.seed)
        end = begun + asked.minutes * 60
        while sum(study.kills for study in studies) < asked.kills and time.monotonic() < end:
            study = min(studies, key=lambda one: one.kills)
            whole = wholes[studies.index(study)]
            faults += _round(study, whole, Path(place) / f"{study.name}-{study.rounds}", rng, end)
            kills = sum(one.kills for one in studies)
            print(f"{kills:>5} kills, {len(faults)} faults", file=sys.stderr, flush=True)
    print(_table(studies, len(faults), time.monotonic() - begun))
    print("\n".join(faults[:50]))
    return 1 if faults else 0


def _whole(place: Path, study: Study) -> Path:
    """The study that nobody kills; what it imported, this process imports too."""
    folder = place / study.name
    folder.mkdir()
    _write_data(folder / f"{study.name}.csv", wide=study.name == "signals")
    _end(_begin(folder, study, None), folder)  # compiles what is not compiled yet
    shutil.rmtree(folder / "run")
    for name in (folder / "modules").read_text(encoding="utf-8").split():
        if name not in sys.modules and not name.startswith(("_", "__main__")):
            try:
                importlib.import_module(name)
            except Exception:  # a name that was made up while it ran
                continue
    started = time.monotonic()
    _end(_begin(folder, study, None), folder)
    study.seconds = time.monotonic() - started
    study.fits = len(list((folder / "run" / "fits").glob("*.fit")))
    return folder


def _end(process: int, folder: Path) -> None:
    _, status = os.waitpid(process, 0)
    if status:
        raise SystemExit((folder / "log").read_text(encoding="utf-8"))


def _round(
    study: Study, whole: Path, folder: Path, rng: np.random.Generator, end: float
) -> list[str]:
    """Kill a study until it ends; what is other than it should be."""
    folder.mkdir()
    shutil.copy(whole / f"{study.name}.csv", folder)
    study.rounds += 1
    while True:
        left = time.monotonic() < end
        at_call = left and bool(rng.integers(2))
        dies = (int(rng.integers(1, AT_MOST)), int(rng.integers(3))) if at_call else None
        process = _begin(folder, study, dies)
        if left and not at_call:
            _kill_within(process, float(rng.uniform(0, study.seconds / 2)))
        _, status = os.waitpid(process, 0)
        if status == signal.SIGKILL:
            study.at_calls += at_call
            study.at_random += not at_call
            study.from_checkpoint += any((folder / "run").glob("fits/*.going"))
            continue
        if status:
            log = (folder / "log").read_text(encoding="utf-8")
            return [f"{study.name}, round {study.rounds}: ended with {status}: {log[-400:]}"]
        found = [f"{study.name}, round {study.rounds}: {text}" for text in _other(whole, folder)]
        if not found:
            shutil.rmtree(folder)
        return found


def _kill_within(process: int, seconds: float) -> None:
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)  # one that has ended waits to be asked for: it is still ours


def _begin(folder: Path, study: Study, dies: tuple[int, int] | None) -> int:
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.chdir(folder)
        _keep_often()
        if dies:
            _die_at(*dies)
        code = _study(study.arguments)
        Path("modules").write_text("\n".join(sorted(sys.modules)), encoding="utf-8")
        sys.stdout.flush()
    finally:
        os._exit(code)


def _study(arguments: list[str]) -> int:
    from auscult.cli.main import main as auscult  # noqa: PLC0415

    sys.argv = ["auscult", *arguments]
    try:
        auscult()
    except SystemExit as end:
        return int(end.code or 0)


def _keep_often() -> None:
    """A checkpoint behind nearly every step: the fits here take a fraction of a second."""
    from auscult.train import store  # noqa: PLC0415

    store.SHARE = 1.0  # type: ignore[misc]
    store.FitStore.__init__.__defaults__ = (0.0, *store.FitStore.__init__.__defaults__[1:])


def _die_at(count: int, how: int) -> None:
    """Die at the ``count``-th call that writes: before it, behind it, or half-way."""
    left = [count]

    def falling(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and how != 1:
                os.kill(os.getpid(), signal.SIGKILL)
            done = call(*given, **named)
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return called

    class Half(io.FileIO):
        def write(self, data: Any, /) -> int:
            left[0] -= 1
            if left[0] == 0:
                super().write(memoryview(data).cast("B")[: memoryview(data).nbytes // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return super().write(data)

    opened = Path.open

    def opening(path: Path, mode: str = "r", *given: Any, **named: Any) -> Any:
        if mode == "wb" and path.name.endswith(".part"):
            return io.BufferedWriter(Half(path, "wb"))
        return opened(path, mode, *given, **named)

    Path.open = opening  # type: ignore[method-assign, assignment]
    os.fsync, os.replace = falling(os.fsync), falling(os.replace)
    os.open = falling(os.open)


def _other(whole: Path, folder: Path) -> list[str]:
    """What differs between a run and the one that was never killed."""
    from auscult.train.store import FitStore  # noqa: PLC0415

    one, other = whole / "run", folder / "run"
    found = []
    if _timeless(_result(one)) != _timeless(_result(other)):
        found.append("result.json differs")
    if (one / "predictions.csv").read_bytes() != (other / "predictions.csv").read_bytes():
        found.append("predictions.csv differs")
    names = [sorted(path.name for path in (run / "fits").iterdir()) for run in (one, other)]
    if names[0] != names[1]:
        found.append(f"the fits are {names[1]}, not {names[0]}")
    stores = [FitStore(run / "fits") for run in (one, other)]
    for key in {name.removesuffix(".fit") for name in names[0] if name.endswith(".fit")}:
        entries = [store.finished(key) for store in stores]
        if entries[0] is None or entries[1] is None or not _same(*entries):
            found.append(f"the fit {key} differs")
    left = [path.name for path in other.rglob("*.part")]
    return [*found, *(f"{name} was left" for name in left)]


def _same(one: Any, other: Any) -> bool:
    names = [name for name in one.arrays if name != "seconds"]
    return (
        one.arrays.keys() == other.arrays.keys()
        and one.meta == other.meta
        and all(one.arrays[name].tobytes() == other.arrays[name].tobytes() for name in names)
    )


def _result(run: Path) -> Any:
    return json.loads((run / "result.json").read_text(encoding="utf-8"))


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(part) for key, part in value.items() if key not in CLOCK}
    return [_timeless(part) for part in value] if isinstance(value, list) else value


def _write_data(path: Path, *, wide: bool) -> None:
    rng = np.random.default_rng(7)
    n, width = (36, 24) if wide else (90, 6)
    y = np.arange(n) % 2
    X = rng.normal(size=(n, width)).cumsum(axis=1) if wide else rng.normal(size=(n, width))
    X[:, :3] += 1.5 * y[:, None]
    header = ",".join([*(f"t{i}" for i in range(width)), "target"])
    rows = [
        ",".join([*(f"{value:.4f}" for value in row), str(c)]) for row, c in zip(X, y, strict=True)
    ]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def _table(studies: list[Study], faults: int, seconds: float) -> str:
    head = (
        "study", "models", "kept fits", "whole, s", "rounds", "kills at random", "kills at calls",
        "found a checkpoint",
    )  # fmt: skip
    rows = [
        (s.name, len(s.models.split(",")) + 2, s.fits, f"{s.seconds:.1f}", s.rounds, s.at_random,
         s.at_calls, s.from_checkpoint)
        for s in studies
    ]  # fmt: skip
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in (head, ("---",) * len(head), *rows)]
    kills = sum(study.kills for study in studies)
    return "\n".join([*lines, "", f"{kills} kills in {seconds:.0f} s; {faults} differences."])


if __name__ == "__main__":
    sys.exit(main())
