"""Requests that a fuzzer makes of the OpenAPI document: how many end in a 5xx?

    python benchmarks/schema_fuzz.py [--cases 20000]

Keeps a table and a signal bundle, serves both, and lets schemathesis send valid and invalid
requests until there are as many as asked. Counts are the service's own, by status.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.kept import make_signal_bundle, make_table_bundle
from tests.serve.running import Server, start

_COUNT = re.compile(r'auscult_requests_total\{.*status="(\d+)"\} (\S+)')
_OPTIONS = (
    "--phases examples,coverage,fuzzing --exclude-checks positive_data_acceptance --no-color "
    "--continue-on-failure --generation-database none --max-time 60"
)


def main() -> None:
    """Run and print the counts; exit 1 where there was a 5xx or an undocumented answer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder)
        bundles = [f"heart={make_table_bundle(kept)}", f"waves={make_signal_bundle(kept)}"]
        service = start(bundles, kept / "log", access_log="none")
        try:
            failed = fuzz(service, asked.cases, kept)
            counts = statuses(service)
        finally:
            service.stop()
    print(", ".join(f"{status}: {n:,}" for status, n in sorted(counts.items())))
    sys.exit(failed or any(status >= 500 for status in counts))


def fuzz(service: Server, cases: int, folder: Path) -> bool:
    """Send at least as many requests; whether one was answered other than documented."""
    failed, seed = False, 1
    while (sent := sum(statuses(service).values())) < cases:
        print(f"{sent:,} of {cases:,} requests, seed {seed}", flush=True)
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json"]
        command += [*_OPTIONS.split(), "--seed", str(seed), "--max-examples", "150"]
        ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
        if ended.returncode:
            failed = True
            print(ended.stdout[-4000:], ended.stderr[-2000:])
        seed += 1
    return failed


def statuses(service: Server) -> Counter[int]:
    """Requests by status, as the service counts them."""
    page = httpx.get(f"{service.url}/metrics").text
    counts: Counter[int] = Counter()
    for status, n in _COUNT.findall(page):
        counts[int(status)] += int(float(n))
    return counts


if __name__ == "__main__":
    main()
