"""A real service in a process of its own, for tests."""

from __future__ import annotations

import atexit
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_ADDRESS = re.compile(r"Serving at (\S+?)/ ")
_LIMITED = """
import json, sys
from auscult.serve.bundles import Source
from auscult.serve.limits import Limits
from auscult.serve.server import serve
from auscult.serve.state import ServeState, Settings

settings = Settings(port=0, limits=Limits(**json.loads(sys.argv[2])))
state = ServeState([Source.parse(sys.argv[1])], settings)
serve(state, lambda at: print("Serving at", at, "", flush=True))
"""


@dataclass
class Server:
    """A service that answers.

    Parameters
    ----------
    url
        Without a slash at its end.
    process
        It.
    log
        Where its error output, the access log, goes.
    """

    url: str
    process: subprocess.Popen[str]
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def stop(self, by: int = signal.SIGTERM, timeout: float = 15) -> int:
        """End it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        try:
            return self.process.wait(timeout)
        finally:
            self.process.kill()
            if self.process.stdout:
                self.process.stdout.close()


def start(
    bundles: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str] | None = None,
    **options: Any,
) -> Server:
    """Start ``auscult serve`` on a free port and wait until it listens.

    Parameters
    ----------
    bundles
        As on the command line.
    log
        A file for its error output.
    environment
        Further variables.
    **options
        Flags, as ``max_body=1`` for ``--max-body 1``; a list repeats the flag.
    """
    # Nothing of a test stays in a person's history.
    options = {"history": "none", **options}
    flags = [text for name, value in options.items() for text in _flag(name, value)]
    command = ["-m", "auscult", "serve", *map(str, bundles), "--port", "0", *flags]
    return _started(command, log, environment or {})


def start_limited(bundle: Path, log: Path, **limits: float) -> Server:
    """Start a service with limits that the command line does not offer."""
    return _started(["-c", _LIMITED, str(bundle), json.dumps(limits)], log, {})


def _started(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Server:
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, *command],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=ROOT,
            env={**_environment(), **environment},
        )
    return Server(_address(process, log), process, log)


def _flag(name: str, value: Any) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    if value is True:
        return [flag]
    values = value if isinstance(value, list | tuple) else [value]
    return [text for one in values for text in (flag, str(one))]


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key != "AUSCULT_TOKEN"}
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), kept.get("PYTHONPATH")]))
    return {"AUSCULT_HOME": str(_home())} | kept | {"PYTHONPATH": path}


@cache
def _home() -> Path:
    """A folder for the histories of services that are not told where to keep one."""
    folder = tempfile.TemporaryDirectory(prefix="auscult-home-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    waits = threading.Timer(60, process.kill)
    waits.start()
    for line in process.stdout:
        if found := _ADDRESS.match(line):
            waits.cancel()
            return found[1]
    waits.cancel()
    process.stdout.close()
    raise AssertionError(f"the service did not start ({process.wait()}): {log.read_text()}")
