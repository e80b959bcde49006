"""The child's side of a benchmark: answers the lines of its standard input.

``load FILE`` prepares a problem, ``go N`` times it once and answers seconds as JSON. The process
stays alive between the lines, so that neither start-up nor compilation is timed and the repeats
of several libraries can take turns. Imports nothing of auscult: peers use it too.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Work = Callable[[int], dict[str, Any]]


def serve(versions: Mapping[str, str], prepare: Callable[[Path], Work]) -> None:
    """Say which versions these are, then answer until the input ends."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)  # what a library prints must not stand between the answers
        print(json.dumps({"versions": dict(versions)}), file=answers, flush=True)
        work: Work | None = None
        for line in sys.stdin:
            verb, _, rest = line.strip().partition(" ")
            try:
                if verb == "load":
                    work, answer = prepare(Path(rest)), {}
                elif verb == "go" and work is not None:
                    answer = work(int(rest))
                else:
                    answer = {"error": f"'{verb}' is neither load nor go, or nothing is loaded"}
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), file=answers, flush=True)


def seconds_of(work: Callable[[], Any]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def epoch_seconds(train: Callable[[int], Any], epochs: int) -> dict[str, float]:
    """Seconds an epoch: ``1 + epochs`` epochs less one, so that what is done once is out."""
    once = seconds_of(lambda: train(1))
    more = seconds_of(lambda: train(1 + epochs))
    return {"seconds": (more - once) / epochs, "elapsed": once + more}
