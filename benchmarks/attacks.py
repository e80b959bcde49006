"""Every attack of ``tests/bundle/attacks`` on the loading of bundles, and a table of the outcome.

    python benchmarks/attacks.py               # all of it, some minutes
    python benchmarks/attacks.py --minutes 2   # what there is time for, evenly

Exits with 1 where a bundle had an effect: anything but a refusal in one line, or finite
probabilities.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests import kept
from tests.bundle.attacks import damage, every
from tests.bundle.attacks.corpus import Attack, Files
from tests.bundle.attacks.foreign import WITNESS
from tests.bundle.attacks.rebuilt import rebuilt
from tests.bundle.attacks.running import Child, Tally
from tests.bundle.attacks.sound import sound

from auscult.bundle.container import read_container


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--flips", type=int, default=20_000, help="bit flips of each form")
    options.add_argument("--minutes", type=float, default=20.0)
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    WITNESS.unlink(missing_ok=True)
    by_hand = {**sound(), **rebuilt()}
    kinds = {**by_hand, **_kept()}
    begin, tally = time.monotonic(), Tally()
    with Child(kinds) as child:
        child.run(every.named(by_hand), tally)
        stages = list(_stages(by_hand, kinds, asked.flips, asked.seed))
        for number, stage in enumerate(stages):
            left = asked.minutes * 60 - (time.monotonic() - begin)
            share = 0.6 if number == 0 else 1 / (len(stages) - number)
            child.run(stage, tally, time.monotonic() + left * share)
            print(f"{tally.total:>7,} bundles, {len(tally.faults)} faults", file=sys.stderr)
        print(_table(tally, child.filtered, time.monotonic() - begin))
    if WITNESS.exists():
        tally.faults.append(f"{WITNESS} is there: something was run")
    print("\n".join(fault[:300] for fault in tally.faults[:50]))
    return 1 if tally.faults else 0


def _stages(
    by_hand: every.Sound, kinds: every.Sound, flips: int, seed: int
) -> Iterator[Iterable[Attack]]:
    yield every.flips(kinds, -(-flips // len(kinds)), seed)
    for kind, files in by_hand.items():
        yield every.systematic(kind, files)
    for kind, files in kinds.items():
        yield damage.cuts(kind, files, 40 if kind in by_hand else 20)


def _kept() -> dict[str, Files]:
    """Bundles of models that were trained and kept, as a person has them."""
    tables = ("logistic", "random-forest:n_estimators=20", "gradient-boosting")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        found = {
            f"kept {model.partition(':')[0]}": kept.make_table_bundle(root / str(i), model)
            for i, model in enumerate(tables)
        }
        found["kept fcn"] = kept.make_signal_bundle(root / "signals")
        return {kind: dict(read_container(path)) for kind, path in found.items()}


def _table(tally: Tally, filtered: bool, seconds: float) -> str:
    rows: list[tuple[str, ...]] = [("group", "bundles", "refused", "harmless", "broke")]
    for group, counter in tally.counts.items():
        counts = [counter[outcome] for outcome in ("refused", "harmless", "broke")]
        rows.append((group, *(f"{n:,}" for n in (sum(counts), *counts))))
    totals = [sum(c[o] for c in tally.counts.values()) for o in ("refused", "harmless", "broke")]
    rows.append(("all", *(f"{n:,}" for n in (sum(totals), *totals))))
    lines = [f"{row[0]:<12}" + "".join(f"{cell:>10}" for cell in row[1:]) for row in rows]
    slow, large = tally.slowest, tally.largest
    watched = "Python's audit hook" + (" and a filter of system calls" if filtered else "")
    lines += [
        "",
        f"{seconds:.0f} s under {watched}.",
        f"Slowest: {slow[0]:.2f} s ({slow[1]}).",
        f"Peak memory grew by at most {large[0] >> 20} MiB ({large[1]}).",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
