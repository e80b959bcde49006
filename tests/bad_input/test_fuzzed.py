"""What is fuzzed: the sound files that fuzzing starts from, bent, and every crash ever kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz.targets import TARGETS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auscult.errors import InputError

CRASHES = sorted(p for p in (Path(__file__).parents[2] / "fuzz/crashes").iterdir() if "-" in p.name)
TOKENS = [
    b"", b"\0", b"\xff", b"\r", b"\n", b'"', b"'", b",", b";", b":", b"?", b"-", b"--y--", b"inf",
    b"nan", b"1e999", b"007", b"9" * 40, b"\xef\xbb\xbf", b"{", b"(", b"@data", b"<c/>", b"&k;",
]  # fmt: skip
BENDS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 9), st.sampled_from(TOKENS) | st.binary(max_size=4)),
    min_size=1,
    max_size=4,
)


def bent(data: bytes, bends: list[tuple[float, int, bytes]]) -> bytes:
    """Some places of a file replaced by other bytes."""
    for share, n, new in bends:
        at = int(share * len(data))
        data = data[:at] + new + data[at + n :]
    return data


@pytest.mark.parametrize("name", [n for n in TARGETS if n != "excel"])
def test_nothing_but_refusals(name: str) -> None:
    target, seeds = TARGETS[name]
    sound = seeds()

    @settings(
        max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.integers(0, max(0, len(sound) - 1)), BENDS)
    def check(which: int, bends: list[tuple[float, int, bytes]]) -> None:
        try:
            target(bent(sound[which], bends))
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017

    check()


@pytest.mark.parametrize("path", CRASHES, ids=lambda p: p.name)
def test_what_crashed_once_does_not_again(path: Path) -> None:
    name = path.name.split("-")[0]
    try:
        TARGETS[name][0](path.read_bytes())
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017


@pytest.mark.parametrize("name", TARGETS)
def test_it_starts_from_sound_files(name: str) -> None:
    target, seeds = TARGETS[name]
    for seed in seeds():
        target(seed)
    assert seeds()
