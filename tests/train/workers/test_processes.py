"""Jobs in other processes: all outcomes, whatever dies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.train.workers.work import deadly, deadly_once, sums, values, wrong

from auscult.errors import InputError, WorkerLostError
from auscult.train.jobs import Job, done, working_with
from auscult.train.store import Entry
from auscult.train.workers.processes import Processes


@pytest.fixture(scope="module")
def pool() -> Iterator[Processes]:
    with Processes(2) as workers:
        yield workers


def test_every_job_has_its_outcome(pool: Processes) -> None:
    jobs, expected = sums()
    assert values(dict(pool.run(jobs))) == expected
    assert values(dict(pool.run(jobs[:5]))) == expected[:5]  # another array under the same name


def test_jobs_are_done_by_whoever_is_there(pool: Processes) -> None:
    jobs, expected = sums(5)
    told: list[int] = []
    with working_with(pool):
        elsewhere = done(jobs, told.append)
    here = done(jobs, told.append)
    assert [float(e.arrays["value"]) for e in elsewhere] == expected
    assert [float(e.arrays["value"]) for e in here] == expected
    assert told == [1, 2, 3, 4, 5] * 2


def test_what_a_job_raises_arrives(pool: Processes) -> None:
    jobs, expected = sums(3)
    with pytest.raises(ValueError, match="too small"):
        dict(pool.run([*jobs, Job(wrong, "too small", ())]))
    assert values(dict(pool.run(jobs))) == expected


def test_a_job_whose_process_dies_is_tried_by_itself(pool: Processes, tmp_path: Path) -> None:
    jobs, expected = sums(6)
    jobs.insert(2, Job(deadly_once, (str(tmp_path / "mark"), 7.0), (np.ones(2),)))
    found = values(dict(pool.run(jobs)))
    assert found == [*expected[:2], 9.0, *expected[2:]]


def test_a_job_that_always_kills_is_reported_and_the_others_are_done(pool: Processes) -> None:
    jobs, expected = sums(6)
    found: dict[int, Entry] = {}
    with pytest.raises(WorkerLostError, match="died 2 times while it did nothing else"):
        found.update(pool.run([*jobs, Job(deadly, 0, ())]))
    assert values(found) == expected[: len(found)]
    assert len(found) >= 4  # those that were not under way beside it


def test_none_is_no_number_of_processes() -> None:
    with pytest.raises(InputError, match="--jobs: needs 1 process or more"):
        Processes(0)
