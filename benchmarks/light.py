"""What predicting without torch saves: disk, start-up, and what it costs in throughput.

``python benchmarks/light.py`` installs ``auscult[serve]`` and ``auscult[train]`` into fresh virtual
environments, keeps four models of made-up cases with the second, and times both from a cold start,
each in processes of their own, in turns. ``--throughput`` only compares onnxruntime with torch and
our kernels, on one thread, in the environment that runs it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("serve", "train")
MEGABYTE = 1e6

ANSWER = """
import sys
import numpy as np
from auscult.bundles import load_bundle
bundle = load_bundle(sys.argv[1], runtime=sys.argv[2])
case = bundle.reference().X
bundle.answer(np.zeros((1, *case.shape[1:]), case.dtype))
"""


def ecgs(n: int, n_timepoints: int = 96) -> list[str]:
    """Lines of signals of two classes, a bump early or late, the class last."""
    rng = np.random.default_rng(0)
    y = np.arange(n) % 2
    at = np.arange(n_timepoints)
    X = np.exp(-(((at - np.where(y, 60, 30)[:, None]) / 5) ** 2)) + 0.2 * rng.normal(
        size=(n, n_timepoints)
    )
    header = ",".join([*(f"t{i}" for i in range(n_timepoints)), "class"])
    rows = [",".join([*(f"{v:.4f}" for v in x), f"c{k}"]) for x, k in zip(X, y, strict=True)]
    return [header, *rows]


def patients(n: int) -> list[str]:
    """Lines of a table of two classes."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(n, 13))
    y = (X[:, :3].sum(axis=1) + rng.normal(size=n) > 0).astype(int)
    header = ",".join([*(f"v{i}" for i in range(13)), "class"])
    rows = [",".join([*(f"{v:.3f}" for v in x), f"c{k}"]) for x, k in zip(X, y, strict=True)]
    return [header, *rows]


def install(extra: str, folder: Path) -> Path:
    """A fresh environment with ``auscult[extra]`` and nothing else, not even pip; its Python."""
    venv = folder / extra
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--constraint", str(constraints), f"{ROOT}[{extra}]"], check=True)
    compiling = [python, "-m", "compileall", "-qq", str(venv / "lib")]
    subprocess.run(compiling, check=False)  # torch has files for a later Python
    return python


def sizes(python: Path) -> dict[str, float]:
    """Megabytes of each top folder of the installed packages, and in ``all`` of all of them."""
    (packages,) = (python.parent.parent / "lib").glob("python3*/site-packages")
    found: dict[str, float] = {}
    for entry in packages.iterdir():
        files = [entry] if entry.is_file() else [p for p in entry.rglob("*") if p.is_file()]
        found[entry.name] = sum(p.lstat().st_size for p in files) / MEGABYTE
    found["all"] = sum(found.values())
    return found


def keep_models(python: Path, folder: Path) -> dict[str, Path]:
    """Bundles of four models, kept by the command line."""
    (folder / "patients.csv").write_text("\n".join(patients(400)) + "\n")
    (folder / "ecgs.csv").write_text("\n".join(ecgs(200)) + "\n")
    kept = {}
    for model, data in (
        ("gradient-boosting", "patients"),
        ("mlp", "patients"),
        ("fcn", "ecgs"),
        ("lstm", "ecgs"),
    ):
        run = folder / f"run-{model}"
        signals = ["--signals"] if data == "ecgs" else []
        words = ["compare", str(folder / f"{data}.csv"), "--models", model, "--keep", model]
        rest = ["--folds", "2", "--repeats", "1", "--epochs", "3", "--out", str(run), *signals]
        command(python, [*words, "--target", "class", *rest])
        kept[f"{model} on {data}"] = next((run / "models").glob("*.zip"))
    return kept


def command(python: Path, arguments: list[str]) -> tuple[float, float]:
    """Run ``auscult`` or a script: seconds on the clock, and seconds of the processor."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    words = [str(python), *(["-m", "auscult"] if arguments[0] != "-c" else []), *arguments]
    start = time.perf_counter()
    process = subprocess.Popen(
        words, env=environment, cwd=python.parent.parent, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} failed.")
    return seconds, used.ru_utime + used.ru_stime


def cold(pythons: dict[str, Path], kept: dict[str, Path], folder: Path) -> Iterator[str]:
    """Rows: seconds from nothing to the answer for one case, the least of seven.

    In brackets, the processor's own, which other work on the machine does not lengthen.
    """
    ways = {
        "serve": ("serve", lambda bundle: ["-c", ANSWER, str(bundle), "onnx"]),
        "train": ("train", lambda bundle: ["-c", ANSWER, str(bundle), "torch"]),
        "serve, `auscult predict`": (
            "serve",
            lambda bundle: [
                "predict", str(bundle), str(folder / f"one-{bundle.parents[1].name}.csv"),
                "--out", str(folder / "answers.csv"),
            ],
        ),
    }  # fmt: skip
    for name, bundle in kept.items():
        source = folder / f"{name.split(' on ')[1]}.csv"
        one = source.read_text().splitlines()[:2]
        (folder / f"one-{bundle.parents[1].name}.csv").write_text("\n".join(one) + "\n")
        taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for repeat in range(8):
            for way, (extra, words) in ways.items():
                figures = command(pythons[extra], words(bundle))
                if repeat:  # the first fills the disk's cache
                    taken[way].append(figures)
        told = [
            f"{min(w):.2f} ({min(c):.2f})"
            for w, c in (zip(*taken[way], strict=True) for way in ways)
        ]
        yield f"| {name} | " + " | ".join(told) + " |"


def throughput() -> Iterator[str]:
    """Rows: cases a second by onnxruntime and by torch with our kernels, one thread each."""
    import torch  # noqa: PLC0415

    from auscult.bundle.keep.network import traced  # noqa: PLC0415
    from auscult.bundle.network.check import Ends  # noqa: PLC0415
    from auscult.bundle.network.onnx_file import write_graph  # noqa: PLC0415
    from auscult.bundle.predictors.network import NetworkPredictor  # noqa: PLC0415
    from auscult.models.table import model_class  # noqa: PLC0415
    from auscult.train.logits import probabilities  # noqa: PLC0415
    from auscult.types import InputShape  # noqa: PLC0415

    torch.set_num_threads(1)
    shapes = {
        "mlp": InputShape(1, 13, 2, "table"),
        "rnn": InputShape(1, 187, 5),
        "gru": InputShape(1, 187, 5),
        "lstm": InputShape(1, 187, 5),
        "fcn": InputShape(1, 187, 5),
        "lstm-fcn": InputShape(1, 187, 5),
        "resnet-1d": InputShape(1, 187, 5),
        "inception-time": InputShape(1, 187, 5),
        "transformer": InputShape(1, 187, 5),
    }
    for name, shape in shapes.items():
        network = model_class(name)().build(1, shape).eval()
        network.initialise(0, torch.Generator().manual_seed(0))
        data = write_graph(traced(network, unequal=False))
        ends = Ends(shape.n_channels, shape.n_timepoints, shape.n_outputs)
        light = NetworkPredictor(data, ends)
        n = 20_000 if shape.kind == "table" else 512
        rng = np.random.default_rng(0)
        X = rng.normal(size=(n, shape.n_channels, shape.n_timepoints)).astype(np.float32)
        ours = rate(lambda: probabilities(network, X, None), n)  # noqa: B023
        theirs = rate(lambda: light.probability(X), n)  # noqa: B023
        alone = 1e3 / rate(lambda: light.probability(X[:1]), 1)  # noqa: B023
        yield (
            f"| {name} | {len(data) / MEGABYTE:.2f} | {theirs:,.0f} | {ours:,.0f} | "
            f"{theirs / ours:.2f} | {alone:.2f} |"
        )


def rate(answer: Callable[[], object], n_cases: int) -> float:
    """Cases a second of one thread's own time, the best of some repeats."""
    answer()
    taken: list[float] = []
    while len(taken) < 3 or sum(taken) < 1:
        start = time.process_time()
        answer()
        taken.append(time.process_time() - start)
    return n_cases / min(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--throughput", action="store_true")
    parser.add_argument("--folder", type=Path, help="where the environments stay")
    given = parser.parse_args()
    if given.throughput:
        print("| network | MB | onnxruntime, cases/s | torch, cases/s | ratio | one case, ms |")
        print("|---|---|---|---|---|---|")
        for row in throughput():
            print(row, flush=True)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        pythons = {
            e: folder / e / "bin" / "python" if (folder / e).exists() else install(e, folder)
            for e in EXTRAS
        }
        for extra, python in pythons.items():
            found = sizes(python)
            largest = sorted(found.items(), key=lambda item: -item[1])[1:8]
            told = ", ".join(f"{name} {size:.0f}" for name, size in largest)
            print(f"auscult[{extra}]: {found['all']:.0f} MB ({told})", flush=True)
        kept = keep_models(pythons["train"], folder)
        print("\n| seconds, cold | serve | train, in torch | serve, `auscult predict` |")
        print("|---|---|---|---|")
        for row in cold(pythons, kept, folder):
            print(row, flush=True)


if __name__ == "__main__":
    main()
