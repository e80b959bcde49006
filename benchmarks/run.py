"""auscult beside its peers, in one run: ``make bench``.

Every library has a process that stays alive; their repeats take turns, so that a busy moment
hits all alike. Ratios compare medians of this run only. With ``--write`` the tables go into
``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import arrays
import page
from child import HERE, Child, ChildError
from commands import singles
from contest import Contestant, contest
from growth import growth
from outcome import Outcome, Rates, machine
from problem import Search, Training
from table import bounds, fits_table, floors_table, searches_table, singles_table
from workload import WORKLOADS, Workload

PEERS = {"Keras": "keras_fits.py", "PyTorch": "torch_fits.py"}
BUSY = 0.5


@dataclass(frozen=True)
class Start:
    """When the run began, how busy the machine was, and how often each figure is taken."""

    seconds: float
    load: float
    repeats: int

    def told(self, versions: Mapping[str, str]) -> list[str]:
        often = "one repeat" if self.repeats == 1 else f"3 to {self.repeats} repeats"
        return [
            f"{date.today():%Y-%m-%d}; {machine()}; {arrays.source()}; {often}; "
            f"load {self.load:.1f} before the run.",
            "; ".join(f"{k} {v}" for k, v in versions.items()) + ".",
        ]

    def took(self) -> str:
        return f"The run took {(time.time() - self.seconds) / 60:.0f} min."


def contestants(python: str | None, names: Sequence[str]) -> tuple[list[Contestant], list[str]]:
    """auscult and the peers that are installed; a line for each that is not."""
    found = [Contestant("auscult", {0: Child("auscult", sys.executable, "ours.py", own=True)})]
    missing = []
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if python is None:
        return found, ["No peers: name an interpreter that has them with --peers."]
    for name in names:
        try:
            found.append(Contestant(name, _children(name, python, cores or 1)))
        except (ChildError, OSError) as error:
            missing.append(f"{name} left out: {error}")
    return found, missing


def _children(name: str, python: str, cores: int) -> dict[int, Child]:
    """A network's peer as it comes, and on one thread; a search has all cores."""
    if name in PEERS:
        return {
            n: Child(name, python, PEERS[name], str(n)) for n in ((0, 1) if cores > 1 else (0,))
        }
    return {cores: Child(name, python, "dtw_peers.py", name, str(cores))}


def measured(
    workload: Workload, field: Sequence[Contestant], folder: Path, repeats: int
) -> tuple[Outcome, list[str]]:
    """One workload by everyone."""
    print(f"  {workload.name}", file=sys.stderr)
    problem = workload.problem()
    file = problem.write(folder / "problem.npz")
    own = [c for c in field if c.name == "auscult" or c.name in workload.peers]
    timings, told = contest(own, file, repeats)
    if isinstance(problem, Search):
        shape = f"{len(problem.queries)} × {len(problem.X)} × {problem.X.shape[1]}"
        return Outcome(workload, shape, timings, cells=problem.cells), told
    assert isinstance(problem, Training)
    timings["auscult"] = timings["auscult"].over(problem.fits if workload.each else 1)
    work = problem.operations * (1 if workload.each else problem.fits)
    n, steps, features = problem.X.shape
    shape = f"{n:,} × {steps} × {features}, batch {problem.network.batch_size}"
    return Outcome(workload, shape, timings, work), told


def rate(child: Child, rates: Rates) -> None:
    answer = child.go(5)
    rates.one.append(answer["one"])
    rates.all.append(answer["all"])


def run(options: argparse.Namespace) -> str:
    """All tables."""
    start = Start(time.time(), os.getloadavg()[0], 1 if options.quick else options.repeats)
    if start.load > BUSY:
        print(f"the machine is busy (load {start.load:.1f}): figures will spread", file=sys.stderr)
    rates, outcomes = Rates(), []
    chosen = [w for w in WORKLOADS if options.only in w.name]
    names = list(dict.fromkeys(p for w in chosen for p in w.peers))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        product = stack.enter_context(Child("product", sys.executable, "product.py", own=True))
        product.load(folder)
        rate(product, rates)
        field, told = contestants(options.peers, names)
        for contestant in field:
            stack.callback(contestant.close)
        for workload in chosen:
            outcome, lines = measured(workload, field, folder, start.repeats)
            outcomes.append(outcome)
            told += lines
            rate(product, rates)
        versions = {k: v for c in field for k, v in c.versions.items()}
    blocks = ["  \n".join([*start.told(versions), rates.told(), *told])]
    blocks += tables_of(outcomes, rates)
    if not options.only:
        blocks.append(singles_table(singles(rates, quick=options.quick)))
    if options.growth:
        with tempfile.TemporaryDirectory() as folder_of_growth:
            blocks.append(growth(Path(folder_of_growth)))
    return "\n\n".join([*blocks, start.took()])


def tables_of(outcomes: Sequence[Outcome], rates: Rates) -> list[str]:
    fits = [o for o in outcomes if o.workload.kind == "training"]
    searches = [o for o in outcomes if o.workload.kind == "search"]
    blocks = [fits_table(fits), floors_table(fits, rates.peak)] if fits else []
    blocks += [searches_table(searches)] if searches else []
    return [*blocks, "Where a goal is missed, what bounds it:", bounds(outcomes)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    beside = HERE.parent / ".venv-peers" / "bin" / "python"
    default = str(beside) if beside.exists() else None
    parser.add_argument("--peers", default=default, help="the interpreter that has the peers")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="one repeat, less of everything")
    parser.add_argument("--growth", action="store_true", help="growth of time and memory too")
    parser.add_argument("--only", default="", help="workloads whose name has this in it")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    options = parser.parse_args()
    if options.write and (options.only or options.quick):
        parser.error("--write is for a whole run: leave --only and --quick out")
    tables = run(options)
    print(tables)
    if options.write:
        page.write(tables)


if __name__ == "__main__":
    main()
