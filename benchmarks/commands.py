"""Commands as a person types them, start-up and all, and predictions by the million."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import arrays
from answers import seconds_of
from child import Child, environment
from contest import Timing
from outcome import Rates, Single


def auscult(*arguments: str) -> None:
    """Run the command line in a process of its own."""
    script = Path(sys.executable).with_name("auscult")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "auscult"]
    found = arrays.folder()
    data = {"AUSCULT_DATA": str(found)} if found else {}
    ran = subprocess.run(
        [*command, *arguments],
        env=environment(own=True) | data,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise SystemExit(f"auscult {' '.join(arguments)}: {ran.stderr.strip()}")


def help_text() -> Single:
    auscult("--help")
    timing = Timing(tuple(seconds_of(lambda: auscult("--help")) for _ in range(9)))
    return Single("`auscult --help`", timing, 0.25)


def comparison(*, quick: bool) -> Single:
    """The whole study, from the start of the process to the written report."""
    repeats = 1 if quick else 10
    with tempfile.TemporaryDirectory() as folder:
        command = ["compare", "heart", "--models", "all", "--repeats", str(repeats)]
        out = ["--out", str(Path(folder) / "run")]
        seconds = seconds_of(lambda: auscult(*command, *out))
    goal = 0.0 if quick else 60.0
    return Single(f"`auscult {' '.join(command)}`, 5 folds", Timing((seconds,)), goal)


def predicted(rates: Rates, *, quick: bool) -> list[Single]:
    """Probabilities of beats, streamed and whole, with the peak of memory."""
    most = 100_000 if quick else 1_000_000
    runs = [(most // 10, "streamed"), (most, "streamed"), (most, "whole")]
    with tempfile.TemporaryDirectory() as folder:
        return [_predicted(n, how, Path(folder), rates) for n, how in runs]


def _predicted(n_beats: int, how: str, folder: Path, rates: Rates) -> Single:
    child = Child("predictions", sys.executable, "predictions.py", str(n_beats), how, own=True)
    with child:
        child.load(folder)
        answer = child.go(1)
    seconds = answer["seconds"]
    floor = answer["operations"] / rates.peak
    note = (
        f"{n_beats / seconds:,.0f} beats/s, {answer['bytes'] / 2**20:,.0f} MiB at the peak, "
        f"floor {floor:.3g} s"
    )
    name = f"probabilities of {n_beats:,} beats of 187 samples, {how}, FCN 16+32+16"
    return Single(name, Timing((seconds,)), note=note)


def singles(rates: Rates, *, quick: bool) -> Sequence[Single]:
    return [help_text(), comparison(quick=quick), *predicted(rates, quick=quick)]
