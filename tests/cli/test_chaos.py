"""The short form of ``make chaos``: a few kills, of trees and two networks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CHAOS = Path(__file__).resolve().parents[2] / "benchmarks" / "chaos.py"
MODELS = "random-forest:n_estimators=5,mlp:epochs=6,gru:units=4:epochs=3"


def test_killed_studies_end_as_if_they_never_had_been() -> None:
    how = ["--kills", "8", "--minutes", "0.1", "--studies", "table", "--models", MODELS]
    done = subprocess.run(
        [sys.executable, str(CHAOS), *how], capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    kills = re.search(r"(\d+) kills in .* 0 differences", done.stdout)
    assert kills is not None, done.stdout
    assert int(kills[1]) > 0
