"""Runs one target under atheris, for some seconds; a crash is kept in fuzz/crashes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

CRASHES = Path(__file__).with_name("crashes")
MEMORY_MIB = 4096


def fuzz(name: str) -> None:
    """Fuzz a target of :mod:`fuzz.targets` for ``--seconds``; the exit status is 77 on a crash."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0, help="0 takes another one each time")
    said = parser.parse_args()
    import atheris  # noqa: PLC0415

    with atheris.instrument_imports(include=["auscult"]):
        from fuzz.targets import TARGETS  # noqa: PLC0415

    from auscult.errors import InputError  # noqa: PLC0415

    target, seeds = TARGETS[name]

    def one(data: bytes) -> None:
        try:
            target(data)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017

    corpus = Path(tempfile.mkdtemp(prefix="auscult-corpus-"))
    for i, seed in enumerate(seeds()):
        (corpus / str(i)).write_bytes(seed)
    options = [
        f"-max_total_time={said.seconds}", f"-artifact_prefix={CRASHES}/{name}-",
        f"-rss_limit_mb={MEMORY_MIB}", "-timeout=20", "-max_len=16384", f"-seed={said.seed}",
        "-print_final_stats=1", str(corpus),
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()
