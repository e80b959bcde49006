"""R-peaks against the annotations of the MIT-BIH Arrhythmia Database, lead MLII, within 75 ms.

    python benchmarks/r_peaks.py FOLDER [--xqrs]

FOLDER holds the records (`auscult data get mitdb` says where it puts them). Episodes of ventricular
flutter are left out, as EC57 says, unless `--flutter`. Both detectors were tuned on these records.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.data.ecg.test_peaks import matched

from auscult.data.ecg.annotations import Annotations
from auscult.data.ecg.online import OnlinePeaks
from auscult.data.ecg.peaks import r_peaks
from auscult.data.ecg.records import Recording, channel_names, read_record, record_paths
from auscult.types import BoolArray, FloatArray, IntArray

Detector = Callable[[FloatArray, float], IntArray]
TOLERANCE = 0.075
"""Seconds."""


class Online:
    """The detector of a recording that still runs; keeps when it knew."""

    def __init__(self) -> None:
        self.delays: list[float] = []

    def __call__(self, signal: FloatArray, rate: float) -> IntArray:
        online = OnlinePeaks(rate)
        found = online.push(signal) + online.finish()
        usual = [peak for peak in found if not peak.searched_back]
        self.delays += [1000 * (peak.known_at - peak.sample) / rate for peak in usual]
        return np.array([peak.sample for peak in found], dtype=np.int64)


def xqrs(signal: FloatArray, rate: float) -> IntArray:
    """The detector of the package wfdb."""
    from wfdb.processing import XQRS  # noqa: PLC0415

    detector = XQRS(sig=signal, fs=rate)
    detector.detect(verbose=False)
    return np.asarray(detector.qrs_inds, dtype=np.int64)


def outside_flutter(annotations: Annotations, samples: IntArray) -> BoolArray:
    """Which samples lie in no episode of ventricular flutter (from ``[`` to ``]``)."""
    begin = annotations.samples[annotations.symbols == "["]
    end = annotations.samples[annotations.symbols == "]"]
    inside = np.zeros(len(samples), dtype=np.bool_)
    for first, last in zip(begin, end, strict=True):
        inside |= (samples >= first) & (samples <= last)
    return ~inside


def judge(
    recordings: list[Recording],
    find: Detector,
    *,
    flutter: bool,
) -> str:
    """Sensitivity, precision, the worst record and the seconds, as a line."""
    counts, worst, seconds = np.zeros(3, dtype=np.int64), (1.0, ""), 0.0
    for one in recordings:
        assert one.annotations is not None
        marked = one.annotations.samples[one.annotations.beats]
        started = time.perf_counter()
        found = find(one.signals[:, 0].astype(np.float64), one.sampling_rate)
        seconds += time.perf_counter() - started
        if not flutter:
            marked = marked[outside_flutter(one.annotations, marked)]
            found = found[outside_flutter(one.annotations, found)]
        hits = matched(found, marked, TOLERANCE * one.sampling_rate)
        counts += [hits, len(marked), len(found)]
        worst = min(worst, (2 * hits / (len(marked) + len(found)), one.name))
    sensitivity, precision = counts[0] / counts[1], counts[0] / counts[2]
    return (
        f"{sensitivity:.4f} | {precision:.4f} | {counts[1]:,} | {worst[1]} ({worst[0]:.3f}) | "
        f"{seconds:.1f}"
    )


def main() -> None:
    """Print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--flutter", action="store_true", help="count flutter too")
    arguments.add_argument("--xqrs", action="store_true", help="the package wfdb's detector too")
    given = arguments.parse_args()
    with_lead = [p for p in record_paths(given.folder) if "MLII" in channel_names(p)]
    recordings = [read_record(path, ["MLII"]) for path in with_lead]
    online = Online()
    detectors: dict[str, Detector] = {"whole recording": r_peaks, "online": online}
    if given.xqrs:
        detectors["XQRS of wfdb"] = xqrs
    print(f"{len(recordings)} records with MLII")
    print("detector | sensitivity | precision | beats | worst record (F1) | seconds")
    for name, find in detectors.items():
        print(f"{name} | {judge(recordings, find, flutter=given.flutter)}")
    delays = np.array(online.delays)
    print(
        f"online, known after the R-peak: median {np.median(delays):.0f} ms, "
        f"most {delays.max():.0f} ms"
    )


if __name__ == "__main__":
    main()
