"""How to repeat a study: command, versions, threads, machine, time."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from auscult import __version__
from auscult.evaluate.result import Provenance

PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "statsmodels", "torch", "numba")


def provenance(command: str, seconds: float) -> Provenance:
    """Of a study that took so many seconds in this process."""
    return Provenance(
        command=command,
        versions=versions(),
        threads=_threads(),
        seconds=seconds,
        device=f"{platform.machine()}, {os.cpu_count()} cores",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _threads() -> int:
    """Torch's, where a network was trained; a study without one is not made to load it."""
    if "torch" in sys.modules:
        return int(sys.modules["torch"].get_num_threads())
    return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def versions() -> Mapping[str, str]:
    """Of auscult, Python and the packages that compute figures."""
    found = {"auscult": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
