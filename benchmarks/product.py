"""The rate of one large float32 product on this machine: what the floors are computed with.

``go N`` multiplies N times on one core and on all; the best counts, because a floor must not
depend on who else was there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from answers import Work, seconds_of, serve

SIDE = 2048


def prepare(_: Path) -> Work:
    a, b = torch.randn(SIDE, SIDE), torch.randn(SIDE, SIDE)
    out = torch.empty(SIDE, SIDE)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()

    def rate(threads: int, times: int) -> float:
        torch.set_num_threads(threads)
        torch.mm(a, b, out=out)
        best = min(seconds_of(lambda: torch.mm(a, b, out=out)) for _ in range(times))
        return 2 * SIDE**3 / best

    def work(times: int) -> dict[str, Any]:
        return {"one": rate(1, times), "all": rate(cores or 1, times), "cores": cores}

    return work


if __name__ == "__main__":
    serve({"PyTorch": torch.__version__}, prepare)
