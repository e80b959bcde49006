"""Jobs on a real Dask cluster, some of whose workers die."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from tests.train.workers.machines import Machines, copies, killing, reached, some_workers
from tests.train.workers.work import deadly, deadly_once, sums, values, wrong

from auscult.errors import ClusterError, InputError, WorkerLostError
from auscult.train.jobs import Job, done, working_with
from auscult.train.store import Entry, FitStore, keeping_fits
from auscult.train.workers.cluster import Cluster

pytest.importorskip("distributed", reason="needs pip install 'auscult[cluster]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # Dask tells much when workers die


@pytest.fixture(scope="module")
def local() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with some_workers(3, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1") as found:
        yield found


@pytest.fixture
def workers(local: tuple[str, subprocess.Popen[bytes]]) -> Iterator[Cluster]:
    with Cluster(local[0], wait=20, patience=60) as found:
        yield found


def test_every_job_has_its_outcome(workers: Cluster) -> None:
    jobs, expected = sums(20)
    assert values(dict(workers.run(jobs))) == expected
    assert values(dict(workers.run(jobs[:3]))) == expected[:3]
    assert dict(workers.run([])) == {}


def test_what_a_job_raises_arrives(workers: Cluster) -> None:
    with pytest.raises(ValueError, match="too small"):
        dict(workers.run([Job(wrong, "too small", ())]))


def test_nobody_waits_for_what_is_left_of_a_run_that_was_stopped(workers: Cluster) -> None:
    coming = workers.run(sums(200)[0])
    next(coming)
    coming.close()  # type: ignore[attr-defined]
    before = threading.active_count()
    jobs, expected = sums(3)
    started = time.monotonic()
    assert values(dict(workers.run(jobs))) == expected
    assert time.monotonic() - started < 5
    assert threading.active_count() <= before + 1


def test_a_worker_that_would_give_other_figures_is_refused(
    workers: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auscult.train.workers.cluster.machine", lambda: "numpy 1.0")
    with pytest.raises(ClusterError, match=r"computes with .*, not with numpy 1\.0"):
        dict(workers.run([Job(wrong, "", (np.ones(1),))]))


def test_workers_that_are_killed_cost_nothing_but_time(workers: Cluster, tmp_path: Path) -> None:
    """With them go the shared arrays and outcomes that they held; both are made again."""
    jobs, expected = sums(60)
    shared = jobs[0].arrays[0]
    for place in range(5, 60, 27):
        killer = Job(deadly_once, (str(tmp_path / str(place)), 0.0), (shared,))
        jobs.insert(place, killer)
        expected.insert(place, float(shared.sum()))
    found = list(workers.run(jobs))
    assert len(found) == len(jobs)  # none twice
    assert values(dict(found)) == expected
    assert len(list(tmp_path.iterdir())) == 3  # as many were killed


def test_a_job_that_always_kills_is_reported_and_the_others_are_done(workers: Cluster) -> None:
    jobs, expected = sums(4)
    found: dict[int, Entry] = {}
    with pytest.raises(WorkerLostError, match="also with nothing beside it"):
        found.update(collected(workers, [Job(deadly, 0, ()), *jobs], found))
    assert values(found) == expected


def collected(workers: Cluster, jobs: list[Job], into: dict[int, Entry]) -> dict[int, Entry]:
    for place, entry in workers.run(jobs):
        into[place] = entry
    return into


def test_no_scheduler_is_told_in_one_line() -> None:
    with pytest.raises(InputError, match="no scheduler answers at"):
        Cluster("tcp://127.0.0.1:1", wait=0.5)


def test_workers_that_die_all_the_time_cost_no_fit_and_double_none(
    workers: Cluster, local: tuple[str, subprocess.Popen[bytes]]
) -> None:
    """Whichever it is, also one that is only starting; none is a fault of the fit it was at."""
    jobs, expected = sums(100, seconds=0.1)
    with killing(lambda: copies(local[1]), every=0.5) as killed:
        found = list(workers.run(jobs))
    assert sorted(place for place, _ in found) == list(range(100))
    assert values(dict(found)) == expected
    assert len(killed) >= 4


@pytest.fixture
def machines() -> Iterator[Machines]:
    with ExitStack() as stack:
        yield Machines(stack)


def test_a_scheduler_that_dies_is_told_and_the_same_goes_on_from_the_store(
    machines: Machines, tmp_path: Path
) -> None:
    jobs, expected = keyed(100)
    scheduler, told = machines.scheduler(), []
    machines.worker()

    def heard(number: int) -> None:
        told.append(number)
        if number == 5:
            scheduler.kill()

    with (
        keeping_fits(FitStore(tmp_path)),
        reached(machines.address) as workers,
        working_with(workers),
    ):
        started = time.monotonic()
        with pytest.raises(ClusterError, match=r"the scheduler was lost .* give the same command"):
            done(jobs, heard)
        assert time.monotonic() - started < 15
    kept = len(list(tmp_path.glob("*.fit")))
    assert kept == len(told) >= 5
    scheduler.wait()
    machines.scheduler()
    machines.worker()
    told.clear()
    with (
        keeping_fits(FitStore(tmp_path)),
        reached(machines.address) as workers,
        working_with(workers),
    ):
        found = done(jobs, told.append)
    assert [float(entry.arrays["value"]) for entry in found] == expected
    assert told[0] == kept  # those came from the store


def keyed(n: int) -> tuple[list[Job], list[float]]:
    jobs, expected = sums(n)
    named = [Job(j.work, j.about, j.arrays, key=f"{i:040x}") for i, j in enumerate(jobs)]
    return named, expected


def test_a_scheduler_without_workers_or_an_answer_is_not_waited_for_for_ever(
    machines: Machines,
) -> None:
    """Shared arrays whose only holder died are made again before."""
    scheduler = machines.scheduler()
    reached(machines.address).__exit__(None, None, None)
    with (
        Cluster(machines.address, wait=0.5, patience=0.5) as workers,
        pytest.raises(ClusterError, match="has had no worker for 0 seconds"),
    ):
        list(workers.run(sums(2)[0]))
    first = machines.worker()
    jobs, expected = sums(30)
    with reached(machines.address, wait=2) as workers:
        coming = workers.run(jobs)
        found = dict([next(coming)])
        first.kill()
        first.wait()
        machines.worker()
        found.update(coming)
        assert values(found) == expected
        coming = workers.run(jobs)
        next(coming)
        scheduler.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        with pytest.raises(ClusterError, match="the scheduler was lost"):
            list(coming)
        assert time.monotonic() - started < 15
