"""One study, and what it leaves behind wherever its fits were made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bad_input.malformed import table

import auscult

MODELS = "logistic,random-forest:n_estimators=5"


class Study:
    """Of one file, in a folder of its own."""

    def __init__(
        self, folder: Path, folds: int = 3, repeats: int = 1, models: str = MODELS
    ) -> None:
        self.folder = folder
        self._how = {"folds": folds, "repeats": repeats, "models": models}
        (folder / "patients.csv").write_bytes(table(60))

    def rows(self, out: str, **where: Any) -> bytes:
        """The table of predictions."""
        path = self.folder / out
        auscult.compare(
            self.folder / "patients.csv", target="target", out=path, **self._how, **where
        )
        return (path / "predictions.csv").read_bytes()

    def refused(self, *where: str, **environment: str) -> str:
        """The line that the command line tells in place of a study."""
        asked = ["--target", "target", *where, "--out", "refused"]
        process = subprocess.run(
            [sys.executable, "-m", "auscult", "compare", "patients.csv", *asked],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert process.returncode == 2, process.stderr
        assert len(process.stderr.splitlines()) == 1, process.stderr
        return process.stderr
