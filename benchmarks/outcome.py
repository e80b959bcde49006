"""What came out of a run: timings of the workloads, single figures, the machine."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path

from contest import Timing
from workload import Workload


@dataclass(frozen=True)
class Outcome:
    """One workload.

    Parameters
    ----------
    shape
        Of the cases, in words.
    timings
        By library: seconds an epoch of what is compared, or a search.
    operations
        Floating-point operations of the products of what is timed; 0 for a search.
    cells
        Of a search, as if nothing were pruned; 0 otherwise.
    """

    workload: Workload
    shape: str
    timings: dict[str, Timing]
    operations: float = 0.0
    cells: int = 0

    @property
    def own(self) -> float:
        return self.timings["auscult"].median

    def times(self, peer: str) -> float:
        """How many times quicker than this peer, or than the ``best``; NaN if it was not there."""
        others = {k: t.median for k, t in self.timings.items() if k != "auscult"}
        if not others or (peer != "best" and peer not in others):
            return float("nan")
        return (min(others.values()) if peer == "best" else others[peer]) / self.own

    @property
    def missed(self) -> bool:
        return any(self.times(peer) < goal for peer, goal in self.workload.goals.items())


@dataclass(frozen=True)
class Single:
    """A figure without a peer: what, how much, the most it should be (0: no goal)."""

    name: str
    timing: Timing
    goal: float = 0.0
    note: str = ""


@dataclass
class Rates:
    """Large float32 products, operations a second: the best of each measurement."""

    one: list[float] = field(default_factory=list)
    all: list[float] = field(default_factory=list)

    @property
    def peak(self) -> float:
        return max(self.all)

    def told(self) -> str:
        return (
            f"One large float32 product: {max(self.one) / 1e9:.0f} GFLOP/s on one core, "
            f"{self.peak / 1e9:.0f} on all."
        )


def machine() -> str:
    """Processor, cores, system, Python."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    if not file.exists():
        return platform.processor() or platform.machine()
    names = [x for x in file.read_text().splitlines() if x.startswith("model name")]
    return names[0].partition(":")[2].strip() if names else platform.machine()
