"""Twenty studies begin in one folder at the same moment: one is made, nineteen say who makes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.bad_input.malformed import table

STARTS = """
import os, signal, sys, time
import auscult.api, auscult.cli.compare, auscult.evaluate.study, auscult.data.describe
import auscult.report.terminal, auscult.studies, filelock, pandas, sklearn.linear_model
from auscult.cli.main import main

begin = time.time() + 1.0
processes = {}
for number in range(20):
    process = os.fork()
    if process == 0:
        log = os.open(f"log-{number}", os.O_WRONLY | os.O_CREAT)
        os.dup2(log, 1), os.dup2(log, 2)
        sys.argv = ["auscult", *sys.argv[1:]]
        time.sleep(max(0.0, begin - time.time()))
        try:
            main()
        except SystemExit as end:
            sys.stdout.flush()
            os._exit(end.code or 0)
        os._exit(99)
    processes[process] = number
while processes:
    process, status = os.wait()
    print(processes.pop(process), process, os.waitstatus_to_exitcode(status), flush=True)
    if len(processes) == 1:  # the nineteen have spoken: the one has made its point
        os.kill(next(iter(processes)), signal.SIGTERM)
"""


def test_one_of_twenty_wins_and_nineteen_say_so(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_bytes(table(90))
    models = "logistic,mlp:epochs=100000:early_stopping=false"
    how = ["compare", "patients.csv", "--models", models, "--out", "run"]
    done = subprocess.run(
        [sys.executable, "-c", STARTS, *how],
        cwd=tmp_path,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    ended = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert len(ended) == 20, done.stderr
    number, winner, code = ended[-1]
    assert code == 143, (tmp_path / f"log-{number}").read_text()
    for other, _, refused in ended[:-1]:
        said = (tmp_path / f"log-{other}").read_text()
        assert refused == 2, said
        assert f"run: is being written by process {winner} on" in said.splitlines()[-1]
    begun = json.loads((tmp_path / "run" / "study.json").read_text())
    assert begun["command"].startswith("auscult compare patients.csv")
    assert not (tmp_path / "run" / "result.json").exists()
