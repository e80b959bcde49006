"""A first signal waits for the step, a second one does not."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

STEP = """
import time
from auscult.train.stopping import heeding_signals

with heeding_signals() as asked:
    print("under way", flush=True)
    asked.wait()
    print("heard", flush=True)
    time.sleep(float({seconds}))
print("behind the step", flush=True)
"""


def step(seconds: float) -> subprocess.Popen[str]:
    script = STEP.format(seconds=seconds)
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "under way\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_is_delivered_behind_the_step(number: signal.Signals) -> None:
    process = step(0.3)
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    assert out == "heard\n"  # not in the step, and not a line beyond it
    assert process.returncode == -number


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_is_not_waited_with(number: signal.Signals) -> None:
    process = step(60)
    process.send_signal(number)
    assert process.stdout is not None
    assert process.stdout.readline() == "heard\n"
    started = time.monotonic()
    process.send_signal(number)
    process.communicate(timeout=30)
    assert time.monotonic() - started < 10
    assert process.returncode == -number
