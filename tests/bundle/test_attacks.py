"""A stranger's bundle is refused in one line, or answers; nothing of it runs, nothing ends.

The short form; ``make attack`` runs all of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tests.bundle.attacks import damage, every
from tests.bundle.attacks.child import Watch
from tests.bundle.attacks.corpus import Attack, distinct, forge_zip
from tests.bundle.attacks.foreign import WITNESS
from tests.bundle.attacks.running import ROOT, Child, Tally
from tests.bundle.attacks.sound import sound

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the child is limited as on Linux")
SOUND = sound()


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with Child(SOUND) as child:
        yield child


def _run(child: Child, attacks: Iterable[Attack]) -> Tally:
    tally = Tally()
    WITNESS.unlink(missing_ok=True)
    child.run(distinct(attacks), tally)
    assert not WITNESS.exists(), "a pickle was run"
    assert not tally.faults, "\n".join(tally.faults[:20])
    return tally


def test_named_attacks(child: Child) -> None:
    tally = _run(child, every.named(SOUND))
    assert tally.total >= 200


@pytest.mark.parametrize("kind", SOUND)
def test_values_arrays_and_operators_changed_one_at_a_time(child: Child, kind: str) -> None:
    part = every.every_nth(every.systematic(kind, SOUND[kind]), 101)
    assert _run(child, part).total > 20


@pytest.mark.parametrize("kind", SOUND)
def test_files_cut_short(child: Child, kind: str) -> None:
    tally = _run(child, every.every_nth(damage.cuts(kind, SOUND[kind], 20), 11))
    assert not tally.counts["cut"]["harmless"]


def test_bits_turned_over(child: Child) -> None:
    assert _run(child, every.flips(SOUND, 40)).total == 40 * 3 * len(SOUND)


def test_a_sound_bundle_is_taken(child: Child) -> None:
    """Else all the above would pass by refusing everything."""
    for kind, files in SOUND.items():
        attack = Attack(f"sound: {kind}", kind, lambda f, files=files: forge_zip(f, files), "any")  # type: ignore[misc]
        assert _run(child, [attack]).counts["sound"]["harmless"] == 1


def test_an_end_by_a_signal_is_seen_and_the_next_bundle_is_opened(child: Child) -> None:
    attack = Attack("sound: end", "logistic", lambda f: forge_zip(f, SOUND["logistic"]), "any")
    _run(child, [attack])
    assert child.process
    child.process.kill()
    tally = Tally()
    child.run([attack, attack], tally)
    assert tally.counts["sound"] == {"broke": 1, "harmless": 1}
    assert "ended the process (-9)" in tally.faults[0]


@pytest.mark.parametrize(
    "act",
    [
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "open('written', 'w')",
        "open('written', 'ab')",
        "import socket; socket.socket()",
        "import os; os.unlink('written')",
        "import os; os.fork()",
    ],
)
def test_the_filter_ends_a_process_that_does_what_none_may(tmp_path: Path, act: str) -> None:
    start = "from tests.bundle.attacks import system_calls\nsystem_calls.forbid() or exit(9)\n"
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-B", "-c", start + act],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, check=False, capture_output=True,
    )  # fmt: skip
    if done.returncode == 9:
        pytest.skip("this system has no filter of system calls")
    assert done.returncode < 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("exec", (None,)),
        ("compile", (b"1", "x")),
        ("pickle.find_class", ("os", "system")),
        ("marshal.loads", (b"",)),
        ("os.system", (b"true",)),
        ("socket.connect", (None, None)),
        ("import", ("antigravity", None, None, None, None)),
        ("open", ("x", "w", 0)),
        ("open", ("x", None, os.O_RDWR)),
    ],
)
def test_the_watch_sees(event: str, args: tuple[object, ...]) -> None:
    watch = Watch(armed=True)
    watch(event, args)
    watch("open", ("x", "rb", os.O_RDONLY))
    assert len(watch.seen) == 1
