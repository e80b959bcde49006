"""How often the audit finds a planted leak, and how often it raises a false alarm.

Leaks of 24 kinds are planted at three strengths in clean tables and signals, real and synthetic.
A leak is found where its own check gives a finding of its code; a check that declines to run, and
says why, is counted apart. A false alarm is a warning of any check on a clean dataset, audited as
one file and as a training and a test file. Without ``--tuning`` the datasets are others than those
that thresholds were chosen on. Run as
``PYTHONPATH=. python benchmarks/audit.py [--draws 2] [--seed 0] [--tuning] [--missed]``.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from tests.evaluate.audit.clean import Subject, datasets, folded, halved
from tests.evaluate.audit.kept_back import kept_back
from tests.evaluate.audit.leaks import LEAKS, STRENGTHS

from auscult.data.dataset import Dataset
from auscult.evaluate.audit.result import AuditResult
from auscult.evaluate.audit.run import audit_data

Draws = Sequence[tuple[int, Sequence[Dataset]]]
"""A seed and the datasets that are drawn with it."""


@dataclass
class Row:
    """One kind: found, looked for and declined at each strength, and in which datasets."""

    found: list[int] = field(default_factory=lambda: [0, 0, 0])
    looked: list[int] = field(default_factory=lambda: [0, 0, 0])
    declined: list[int] = field(default_factory=lambda: [0, 0, 0])
    data: set[str] = field(default_factory=set)

    @property
    def shown(self) -> str:
        return " | ".join(f"{hits}/{n}" for hits, n in zip(self.found, self.looked, strict=True))


def main() -> None:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2, help="how often each is planted")
    parser.add_argument("--seed", type=int, default=0, help="of the first draw")
    parser.add_argument("--kinds", nargs="*", default=list(LEAKS), metavar="NAME")
    parser.add_argument("--tuning", action="store_true", help="the datasets that chose thresholds")
    parser.add_argument("--skip-clean", action="store_true")
    parser.add_argument("--missed", action="store_true", help="say where nothing was found")
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.draws)
    clean = [(seed, datasets() if asked.tuning else kept_back(seed)) for seed in seeds]
    detection(clean, asked.kinds, missed=asked.missed)
    if not asked.skip_clean:
        false_alarms(clean)


def audited(subject: Subject, seed: int, only: Sequence[str] = ()) -> AuditResult:
    given = subject.data, subject.splits
    return audit_data(*given, beside=subject.beside, only=only, seed=seed)


def detection(clean: Draws, kinds: Sequence[str], *, missed: bool) -> None:
    """One row a kind: found of looked for at each strength."""
    print(f"| leak | strengths | {' | '.join(STRENGTHS)} | datasets | declined |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    found, looked, declined = np.zeros(3), np.zeros(3), np.zeros(3)
    for kind in kinds:
        row = planted_row(kind, clean, missed=missed)
        found, looked, declined = found + row.found, looked + row.looked, declined + row.declined
        cells = kind, LEAKS[kind].strengths, row.shown, len(row.data), sum(row.declined)
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
    shares = " | ".join(f"**{share:.1%}**" for share in found / np.maximum(looked, 1))
    planted = looked + declined
    print(f"| **all** | {planted.sum():.0f} planted | {shares} | | {declined.sum():.0f} |\n")
    of_all = ", ".join(f"{share:.1%}" for share in found / np.maximum(planted, 1))
    print(f"Found of all planted, where a check that declined counts as one that missed: {of_all}.")
    print(f"At middle strength {found[1]:.0f} of {looked[1]:.0f}, {declined[1]:.0f} declined.\n")


def planted_row(kind: str, clean: Draws, *, missed: bool) -> Row:
    leak, row = LEAKS[kind], Row()
    for seed, every in clean:
        for data in every:
            for level, amount in enumerate(leak.amounts):
                rng = np.random.default_rng(crc32(f"{kind} {data.name} {level} {seed}".encode()))
                subject = leak.plant(data, amount, rng)
                if subject is None:
                    continue
                (outcome,) = audited(subject, seed, (leak.check,)).outcomes
                if outcome.status == "not run":
                    row.declined[level] += 1
                    continue
                hit = leak.code in {one.code for one in outcome.findings}
                row.data.add(data.name)
                row.found[level] += hit
                row.looked[level] += 1
                if missed and not hit:
                    print(f"    missed: {kind}, {amount:g}, in {data.name}, seed {seed}")
    return row


def false_alarms(clean: Draws) -> None:
    """One row a dataset: audits with a warning, and which; shares of audits and of checks."""
    print("| clean data | cases | audits | with a warning | warnings | seconds |")
    print("| --- | ---: | ---: | ---: | --- | ---: |")
    alarmed = made = checks = warned = 0
    for drawn in zip(*(every for _, every in clean), strict=True):
        started = time.perf_counter()
        results = [
            audited(cut(data, seed), seed)
            for (seed, _), data in zip(clean, drawn, strict=True)
            for cut in (folded, halved)
        ]
        each = (time.perf_counter() - started) / len(results)
        codes = Counter(one.code for result in results for one in result.warnings)
        wrong = sum(bool(result.warnings) for result in results)
        alarmed, made, warned = alarmed + wrong, made + len(results), warned + codes.total()
        checks += sum(one.status != "not run" for result in results for one in result.outcomes)
        said = ", ".join(f"`{code}` ×{count}" for code, count in codes.items()) or "–"
        cells = drawn[0].name, drawn[0].n_cases, len(results), wrong, said, f"{each:.1f}"
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
    share = f"{warned} in {checks} checks ({warned / checks:.2%})"
    print(f"| **all** | | {made} | {alarmed} ({alarmed / made:.1%}) | {share} | |")


if __name__ == "__main__":
    main()
