"""How often the audit finds a planted leak, and how often it raises a false alarm.

Leaks of 24 kinds are planted at three strengths in clean tables and signals, real and synthetic.
A leak is found where a finding of its code appears; a false alarm is a warning on a clean dataset
(drawn as one file and as a training and a test file, several times). Run as
``PYTHONPATH=. python benchmarks/audit.py [--draws 3] [--kinds NAME …] [--data NAME …]``.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from tests.evaluate.audit.clean import Subject, datasets, folded, halved
from tests.evaluate.audit.planted import LEAKS, STRENGTHS

from auscult.data.dataset import Dataset
from auscult.evaluate.audit.result import AuditResult, Outcome
from auscult.evaluate.audit.run import audit_data


def main() -> None:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2, help="how often each is planted")
    parser.add_argument("--kinds", nargs="*", default=list(LEAKS), metavar="NAME")
    parser.add_argument("--data", nargs="*", metavar="NAME")
    parser.add_argument("--skip-clean", action="store_true")
    parser.add_argument("--missed", action="store_true", help="say where nothing was found")
    asked = parser.parse_args()
    clean = [one for one in datasets() if not asked.data or one.name in asked.data]
    detection(clean, asked.kinds, asked.draws, missed=asked.missed)
    if not asked.skip_clean:
        false_alarms(clean, asked.draws)


def audited(subject: Subject, seed: int) -> AuditResult:
    return audit_data(subject.data, subject.splits, beside=subject.beside, seed=seed)


def detection(clean: Sequence[Dataset], kinds: Sequence[str], draws: int, *, missed: bool) -> None:
    """One row a kind: found of planted at each strength."""
    total = np.zeros((3, 2), dtype=int)
    print(f"| leak | strengths | {' | '.join(STRENGTHS)} | datasets |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for kind in kinds:
        leak = LEAKS[kind]
        counts, used, refused = np.zeros((3, 2), dtype=int), set(), 0
        for data in clean:
            for level, amount in enumerate(leak.amounts):
                for draw in range(draws):
                    seed = crc32(f"{kind} {data.name} {level} {draw}".encode())
                    subject = leak.plant(data, amount, np.random.default_rng(seed))
                    if subject is None:
                        continue
                    outcome = checked(subject, leak.check, draw)
                    if outcome.status == "not run":
                        refused += level == 1
                        continue
                    codes = {one.code for one in outcome.findings}
                    used.add(data.name)
                    hit = bool(codes & leak.codes)
                    counts[level] += (hit, 1)
                    if missed and not hit:
                        print(f"    missed: {kind} {amount:g} {data.name} {sorted(codes)}")
        total += counts
        shown = " | ".join(f"{hits}/{of}" for hits, of in counts)
        amounts = ", ".join(
            f"{a:.0%}"
            if leak.amounts[0] < 1 and "AUC" not in leak.unit and "deviations" not in leak.unit
            else f"{a:g}"
            for a in leak.amounts
        )
        print(
            f"| {kind} | {amounts} {leak.unit} | {shown} | {len(used)}{f', {refused} not run' if refused else ''} |",
            flush=True,
        )
    shares = " | ".join(f"{hits / max(of, 1):.1%}" for hits, of in total)
    print(f"| **all** | {total[:, 1].sum()} planted | {shares} | {len(clean)} |\n")


def checked(subject: Subject, check: str, seed: int) -> Outcome:
    only = audit_data(subject.data, subject.splits, beside=subject.beside, only=(check,), seed=seed)
    return only.outcomes[0]


def false_alarms(clean: Sequence[Dataset], draws: int) -> None:
    """One row a dataset: audits with a warning, and which."""
    alarmed, made, checks, warned = 0, 0, 0, 0
    print("| clean data | cases | audits | with a warning | warnings | seconds |")
    print("| --- | ---: | ---: | ---: | --- | ---: |")
    for data in clean:
        codes: Counter[str] = Counter()
        started, wrong, n = time.perf_counter(), 0, 0
        for draw in range(draws):
            for cut in (folded, halved):
                result = audited(cut(data, draw), draw)
                told = [one.code for one in result.warnings]
                codes.update(told)
                wrong, n = wrong + bool(told), n + 1
                checks += sum(one.status != "not run" for one in result.outcomes)
        each = (time.perf_counter() - started) / n
        alarmed, made, warned = alarmed + wrong, made + n, warned + sum(codes.values())
        said = ", ".join(f"{code} ×{count}" for code, count in codes.items()) or "–"
        print(f"| {data.name} | {data.n_cases} | {n} | {wrong} | {said} | {each:.1f} |", flush=True)
    print(
        f"| **all** | | {made} | {alarmed} ({alarmed / made:.1%}) | {warned} of {checks} checks ({warned / checks:.2%}) | |"
    )


if __name__ == "__main__":
    main()
