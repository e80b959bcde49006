"""The history in SQLite and in a real PostgreSQL: kept, judged, deleted, shared, killed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.history.made import KNOWN, SHA, entry

from auscult.errors import InputError
from auscult.history.entries import Deleted, NotKeptError, new_id
from auscult.history.store import History


def test_what_was_kept_comes_back(history: History) -> None:
    one = entry("p1", inputs={"age": 63.0, "sex": "male", "chol": None})
    history.add([one], {}, [KNOWN])
    (found,) = history.predictions()
    assert found.entry == entry_without_inputs(one)
    assert found.outcome is None
    assert history.inputs(one.id) == {"age": 63.0, "sex": "male", "chol": None}
    assert history.bundles() == [KNOWN]
    assert abs((found.entry.at - datetime.now(UTC)).total_seconds()) < 60


def entry_without_inputs(one: object) -> object:
    from dataclasses import replace  # noqa: PLC0415

    return replace(one, inputs=None)  # type: ignore[type-var]


def test_without_inputs_the_table_stays_empty(history: History) -> None:
    one = entry("p1")
    history.add([one], {}, [KNOWN])
    assert history.inputs(one.id) is None


def test_the_newest_come_first_in_pages(history: History) -> None:
    entries = [entry(f"p{i % 3}") for i in range(30)]
    ids = sorted(one.id for one in entries)[::-1]
    history.add(entries, {}, [KNOWN])
    first = history.predictions(most=20)
    second = history.predictions(most=20, before=first[-1].entry.id)
    assert [kept.entry.id for kept in first + second] == ids
    assert len(history.predictions(case="p1")) == 10
    assert history.predictions(bundle="other") == []


def test_an_outcome_is_replaced_and_leaves_a_trail(history: History) -> None:
    one = entry("p1")
    history.add([one], {}, [KNOWN])
    history.add_outcome(one.id, "ill")
    kept = history.add_outcome(one.id, "healthy")
    assert kept == history.prediction(one.id)
    assert kept.outcome == "healthy"
    assert [said.outcome for said in kept.outcomes] == ["ill", "healthy"]
    with pytest.raises(InputError, match="no class is called 'sick'"):
        history.add_outcome(one.id, "sick")
    with pytest.raises(NotKeptError):
        history.add_outcome(new_id(), "ill")


def test_a_case_counts_once_with_its_last_prediction(history: History) -> None:
    twice = [entry("p1", "ill"), entry("p1", "healthy")]
    twice.sort(key=lambda one: one.id)
    other, unsure = entry("p2", "ill"), entry("p3", "ill", unsure=True)
    history.add([*twice, other, unsure, entry("p4")], {}, [KNOWN])
    for one, outcome in [(twice[0], "healthy"), (twice[1], "healthy"), (other, "healthy")]:
        history.add_outcome(one.id, outcome)
    history.add_outcome(unsure.id, "ill")
    last = twice[1].predicted
    assert history.judged(SHA) == {
        ("healthy", last, False): 1 + (last == "ill"),
        **({("healthy", "ill", False): 1} if last == "healthy" else {}),
        ("ill", "ill", True): 1,
    }
    assert sum(history.answers(SHA).values()) == 5


def test_counts_add_up_by_month(history: History) -> None:
    history.add([], {(SHA, "2026-10", "age", 3): 2, (SHA, "2026-11", "age", 3): 5}, [KNOWN])
    history.add([], {(SHA, "2026-11", "age", 3): 1, (SHA, "2026-11", "age", -1): 1}, [KNOWN])
    assert history.counts(SHA) == {"age": {3: 8, -1: 1}}
    assert history.counts(SHA, "2026-11") == {"age": {3: 6, -1: 1}}
    assert history.months(SHA) == ["2026-10", "2026-11"]


def test_a_deleted_case_is_gone(history: History) -> None:
    gone, stays = entry("p1", inputs={"age": 1}), entry("p2", inputs={"age": 2})
    history.add([gone, stays, entry("p1")], {}, [KNOWN])
    history.add_outcome(gone.id, "ill")
    history.add_outcome(gone.id, "healthy")
    history.add_outcome(stays.id, "ill")
    assert history.delete_case("p1") == Deleted(predictions=2, inputs=1, outcomes=2)
    assert [kept.entry.id for kept in history.predictions()] == [stays.id]
    assert history.inputs(gone.id) is None
    with pytest.raises(NotKeptError):
        history.delete_case("p1")
    assert sum(history.judged(SHA).values()) == 1


def test_no_byte_of_a_deleted_case_stays_in_the_files(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    history = History(file)
    secret = "Ottilie-Example-7741"
    history.add([entry(f"p{i}") for i in range(200)], {}, [KNOWN])
    one = entry(secret, inputs={"name": secret, "long": secret * 500})
    history.add([one], {}, [])
    history.name_cases([one.id], [secret + "-renamed"])
    assert secret.encode() in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    history.delete_case(secret + "-renamed")
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in left
    assert one.id.encode() not in left
    assert len(history.predictions(most=500)) == 200
    history.close()


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    History(tmp_path / "history.sqlite").close()
    assert (tmp_path / "history.sqlite").stat().st_mode & 0o077 == 0


def test_eight_writers_lose_nothing(where: str) -> None:
    histories = [History(where) for _ in range(8)]
    errors: list[BaseException] = []

    def write(history: History, number: int) -> None:
        try:
            for i in range(25):
                one = entry(f"w{number}-{i}")
                cells = {(SHA, "2026-11", c, b): 1 for c in ("age", "chol") for b in range(4)}
                shuffled = dict(random.Random(i).sample(list(cells.items()), len(cells)))
                history.add([one], shuffled, [KNOWN])
                history.add_outcome(one.id, "ill")
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=write, args=(history, i)) for i, history in enumerate(histories)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(histories[0].predictions(most=1000)) == 200
    assert histories[0].counts(SHA)["age"] == dict.fromkeys(range(4), 200)
    assert histories[0].judged(SHA) == {("ill", "ill", False): 200}
    for history in histories:
        history.close()


WRITER = """
import sys
from tests.history.made import KNOWN, SHA, entry
from auscult.history.store import History
history = History(sys.argv[1])
print("ready", flush=True)
while True:
    one = entry("p1", inputs={"a": [0.5] * 500})
    history.add([one, entry("p2")], {(SHA, "2026-11", "age", 1): 2}, [KNOWN])
    print(one.id, flush=True)
"""


def test_a_killed_writer_leaves_a_whole_database(where: str) -> None:
    reported = 0
    for round_ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, where], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.15 + 0.06 * round_)
        os.kill(writer.pid, signal.SIGKILL)
        reported += len([line for line in writer.stdout.read().splitlines() if len(line) == 32])
        writer.stdout.close()
        writer.wait()
        history = History(where)
        n = len(history.predictions(most=100_000))
        assert n >= 2 * reported > 0
        assert history.counts(SHA)["age"] == {1: n}  # rows and counts are of one transaction
        history.close()
        if "://" not in where:
            connection = sqlite3.connect(where)
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            connection.close()


def test_reads_go_on_while_another_writes(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    history.add([entry("p1")], {}, [KNOWN])
    with history.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM predictions")
        assert len(history.predictions()) == 1
    assert history.predictions() == []
    history.close()


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("mysql://me@host/db", "not in 'mysql'"),
        ("postgresql://me:hidden@127.0.0.1:1/none", "cannot be used"),
        ("postgresql://me@host:port/db", "no URL"),
        ("sqlite:////etc/passwd", "not in 'sqlite'"),
    ],
)
def test_refuses_other_addresses_in_one_line(where: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as told:
        History(where)
    assert "\n" not in str(told.value)
    assert "hidden" not in str(told.value)


def test_refuses_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("These are my notes. " * 100)
    with pytest.raises(InputError, match="not a database"):
        History(tmp_path / "notes.txt")
    with pytest.raises(InputError, match="folder"):
        History(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        History(tmp_path / "file" / "history.sqlite")
