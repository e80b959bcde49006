"""What ``auscult predict BUNDLE DATA`` takes: cold start, rows a second, memory.

``python benchmarks/predict.py`` keeps a gradient boosting of made-up patients, then runs the
command in processes of their own in which torch, scikit-learn, scipy and numba cannot be imported:
of one row some times, and of a CSV of ``--megabytes``, made for it and deleted, under a limit of
``--limit`` megabytes of address space.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import auscult

LIGHT = """
import atexit, resource, sys
limit = int(sys.argv.pop(1))
if limit:
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
def peak():
    lines = open("/proc/self/status").read().splitlines()
    print(next(line for line in lines if line.startswith("VmHWM")), file=sys.stderr)
atexit.register(peak)
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "sklearn", "scipy", "numba"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Refuse())
from auscult.cli.main import main
main()
"""
MEGABYTE = 2**20


def patients(n: int, seed: int) -> list[str]:
    """Lines of a table like that of heart disease: ten numbers and three categories."""
    rng = np.random.default_rng(seed)
    whole = {
        "age": (29, 77), "trestbps": (94, 200), "chol": (126, 564), "thalach": (71, 202),
        "fbs": (0, 1), "exang": (0, 1), "restecg": (0, 2), "slope": (0, 2), "ca": (0, 3),
    }  # fmt: skip
    columns = [rng.integers(low, high + 1, n).astype(str) for low, high in whole.values()]
    columns.append(np.char.mod("%.1f", rng.random(n) * 6.2))
    for words in (["female", "male"], ["typical", "atypical", "other"], ["normal", "fixed"]):
        columns.append(np.array(words)[rng.integers(len(words), size=n)])
    return [",".join(cells) for cells in zip(*columns, strict=True)]


NAMES = "age,trestbps,chol,thalach,fbs,exang,restecg,slope,ca,oldpeak,sex,cp,thal"


def kept_bundle(folder: Path) -> Path:
    """Gradient boosting of 600 made-up patients, calibrated, with sets."""
    rng = np.random.default_rng(1)
    lines = patients(600, 0)
    ill = [int(float(line.split(",")[9]) + rng.normal() > 3) for line in lines]
    rows = [f"{line},{y}" for line, y in zip(lines, ill, strict=True)]
    data = folder / "train.csv"
    data.write_text("\n".join([f"{NAMES},ill", *rows]) + "\n")
    study = auscult.compare(
        data, target="ill", models="gradient-boosting", folds=3, repeats=1,
        calibrate="platt", sets="0.9",
    )  # fmt: skip
    return Path(study.keep(folder / "bundle", "gradient-boosting"))


def write_large(path: Path, megabytes: int) -> int:
    """Write a CSV of patients; how many rows it has."""
    block = patients(200_000, 2)
    text = ("\n".join(block) + "\n").encode()
    times = max(1, round(megabytes * MEGABYTE / len(text)))
    with path.open("wb") as file:
        file.write(f"{NAMES}\n".encode())
        for _ in range(times):
            file.write(text)
    return times * len(block)


def timed(arguments: list[str], limit: int = 0) -> tuple[float, float, float]:
    """Seconds of a command, its processor seconds, and its peak memory in MB."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, str(limit * MEGABYTE), *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"auscult {' '.join(arguments)}: {done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, used, int(done.stderr.split()[-2]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=200, help="size of the large CSV")
    parser.add_argument("--limit", type=int, default=700, help="megabytes of address space")
    parser.add_argument("--cold", type=int, default=7, help="cold starts")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle = str(kept_bundle(folder))
        one, large, out = folder / "one.csv", folder / "large.csv", folder / "out.csv"
        one.write_text(f"{NAMES}\n{patients(1, 5)[0]}\n")
        runs = [timed(["predict", bundle, str(one), "-o", str(out)]) for _ in range(asked.cold)]
        seconds, memory = sorted(run[0] for run in runs), max(run[2] for run in runs)
        print(
            f"one row, cold: median {seconds[len(seconds) // 2]:.2f} s "
            f"({seconds[0]:.2f} to {seconds[-1]:.2f} of {len(seconds)}), {memory:.0f} MB"
        )
        n_rows = write_large(large, asked.megabytes)
        arguments = ["predict", bundle, str(large), "-o", str(out)]
        wall, used, memory = timed(arguments, asked.limit)
        print(
            f"{large.stat().st_size / 1e9:.2f} GB, {n_rows:,} rows, limit {asked.limit} MB: "
            f"{wall:.0f} s ({used:.0f} s of processor), {n_rows / wall:,.0f} rows/s, "
            f"{memory:.0f} MB at most, answers {out.stat().st_size / 1e9:.2f} GB"
        )


if __name__ == "__main__":
    main()
