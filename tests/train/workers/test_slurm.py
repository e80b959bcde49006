"""Fits as jobs of a real SLURM, of one node, which scripts/slurm begins."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.train.workers.certificates import ROLES, authority, told
from tests.train.workers.study import Study
from tests.train.workers.work import sums, values

from auscult.errors import InputError
from auscult.train.workers.cluster import Cluster
from auscult.train.workers.slurm import slurm

dask = pytest.importorskip("dask", reason="needs pip install 'auscult[cluster]'")
pytest.importorskip("distributed")  # whose settings are changed below, not made
if find_spec("dask_jobqueue") is None:  # loading it here would change what Ctrl-C does
    pytest.skip("needs pip install 'auscult[cluster]'", allow_module_level=True)
pytestmark = pytest.mark.filterwarnings("ignore")
SCRIPT = Path(__file__).parents[3] / "scripts" / "slurm"
MISSING = [
    name
    for name in ("slurmctld", "slurmd", "munged", "sbatch", "openssl")
    if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None
]
if MISSING:
    pytest.skip(f"no {MISSING[0]} here; scripts/slurm get", allow_module_level=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """SLURM is up, and what a worker is stands in Dask's settings."""
    folder = tmp_path_factory.mktemp("slurm")
    done = subprocess.run(
        [SCRIPT, "start", folder], check=False, timeout=60, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    worker: dict[str, object] = {"memory": "1GB", "interface": "lo"}
    worker |= {"log-directory": str(folder / "logs"), "local-directory": str(folder)}
    worker["worker-extra-args"] = ["--no-dashboard"]
    settings = {f"jobqueue.slurm.{name}": value for name, value in worker.items()}
    with pytest.MonkeyPatch.context() as patch, dask.config.set(settings):
        patch.setenv("SLURM_CONF", str(folder / "slurm.conf"))
        yield folder
    subprocess.run([SCRIPT, "stop", folder], check=True, timeout=60)


def queue() -> list[str]:
    """Numbers of the jobs that SLURM has."""
    told = subprocess.run(
        ["squeue", "--noheader", "--format=%A"], check=True, capture_output=True, text=True
    )
    return told.stdout.split()


def test_a_study_gives_the_bits_of_one_process_and_leaves_no_job(place: Path) -> None:
    """Behind TLS, as a cluster that others use should be."""
    authority(place / "certificates", *ROLES)
    study = Study(place)
    here = study.rows("here")
    with dask.config.set(told(place / "certificates", *ROLES)):
        assert study.rows("slurm", slurm=True) == here
    assert nothing_left()


def nothing_left() -> bool:
    deadline = time.monotonic() + 20
    while queue() and time.monotonic() < deadline:
        time.sleep(0.1)
    return not queue()


def test_a_job_that_is_cancelled_costs_nothing_but_time(place: Path) -> None:
    jobs, expected = sums(24, seconds=0.1)
    with (
        slurm(most=1, look=0.5) as (address, _),
        Cluster(address, wait=10, patience=60) as workers,
    ):
        found = []
        for number, outcome in enumerate(workers.run(jobs)):
            found.append(outcome)
            if number == 5:
                first = queue()
                subprocess.run(["scancel", *first], check=True)
        assert len(first) == 1
        assert set(queue()).isdisjoint(first)
    assert sorted(place for place, _ in found) == list(range(len(jobs)))
    assert values(dict(found)) == expected
    assert nothing_left()


def test_jobs_that_wait_in_the_queue_are_waited_for(place: Path) -> None:
    """For longer than workers may be away, as queues are; and cancelled there, asked for again."""
    jobs, expected = sums(2)
    state("down")
    cancelled: list[str] = []

    def later() -> None:
        cancelled.extend(queue())
        subprocess.run(["scancel", *cancelled], check=True)
        state("up")

    begun = threading.Timer(9, later)
    with (
        slurm(most=1, look=0.5) as (address, waiting),
        Cluster(address, wait=1, patience=8, awaited=lambda: waiting.waits) as workers,
    ):
        begun.start()
        assert values(dict(workers.run(jobs))) == expected
    assert len(cancelled) == 1
    assert nothing_left()


def state(named: str) -> None:
    subprocess.run(["scontrol", "update", "partition=normal", f"state={named}"], check=True)


def test_a_job_that_slurm_refuses_is_told_in_one_line(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        dask.config.set({"jobqueue.slurm.queue": "nowhere"}),
        pytest.raises(
            InputError, match=r"--slurm: SLURM refuses such a worker .*partition"
        ) as said,
    ):
        Study(place).rows("refused", slurm=True)
    assert "\n" not in str(said.value)
    with (
        dask.config.set({"jobqueue.slurm.cores": 4}),
        pytest.raises(InputError, match="a worker is a job of one core, with cores: 4"),
    ):
        Study(place).rows("refused", slurm=True)
    with (
        dask.config.set({"jobqueue.slurm.memory": None}),
        pytest.raises(InputError, match=r"no worker can be asked for .*cores and memory"),
    ):
        Study(place).rows("refused", slurm=True)
    monkeypatch.setenv("PATH", str(place))
    with pytest.raises(InputError, match="there is no SLURM here"):
        Study(place).rows("refused", slurm=True)


def test_one_way_to_fit_is_asked_for(place: Path) -> None:
    said = Study(place).refused("--slurm", "--cluster", "tcp://127.0.0.1:1")
    assert said == "--cluster: stands beside --slurm. Leave one of the two out.\n"
    with pytest.raises(InputError, match="--jobs: stands beside --slurm"):
        Study(place).rows("refused", slurm=True, jobs=2)


def test_ctrl_c_stays_what_it_was(tmp_path: Path) -> None:
    script = """
import signal
from auscult.errors import InputError
from auscult.train.workers.slurm import slurm

try:
    with slurm():
        pass
except InputError as error:
    print(error)
import dask_jobqueue
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False,
        env=os.environ | {"PATH": str(tmp_path)}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("--slurm: ")
