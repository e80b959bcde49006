"""How soon `/live` labels a beat, over a real connection, in real time.

    python benchmarks/live.py [--record FOLDER/208.hea --channel MLII] [--seconds 45] [--model NAME]

A service with a bundle of beats runs in a process of its own; a recording (a made-up one, or one
of yours) is sent in pieces of 20 ms at its own pace. A delay is counted from the moment that the
sample of the R-peak was sent to the moment that its label was there. Beats that a search back found
(`late`) are counted, not timed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.kept import make_beat_bundle
from tests.serve.running import start

from auscult.data.ecg.records import channel_names, read_record
from auscult.serve.replaying import Replay, play


def main() -> None:
    """Print the delays."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--record", type=Path, help="a .hea file; without, a made-up recording")
    arguments.add_argument("--channel")
    arguments.add_argument("--seconds", type=float, default=45.0)
    arguments.add_argument("--model", default="logistic")
    arguments.add_argument("--history", action="store_true", help="keep each beat")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tmp = Path(folder)
        kept = make_beat_bundle(tmp, given.model, recipe="live")
        header = given.record or tmp / "records" / "made0.hea"
        channel = given.channel or channel_names(header)[0]
        recording = read_record(header, [channel])
        rate = recording.sampling_rate
        signal = recording.signals[: round(given.seconds * rate), 0]
        history = tmp / "history.sqlite" if given.history else "none"
        served = start([kept], tmp / "log", history=history)
        delays: list[float] = []
        computed: list[float] = []

        def heard(beat: dict[str, float]) -> None:
            computed.append(beat["computed_ms"])
            if not beat["late"]:
                delays.append(beat["delay_ms"])

        try:
            end = play(Replay(signal, rate, channel), served.url, beat=heard)
        finally:
            served.stop()
    p50, p99 = np.percentile(delays, [50, 99])
    print(
        f"{given.model} on {header.stem}, {channel}, {len(signal) / rate:.0f} s at {rate:g} Hz, "
        f"load {os.getloadavg()[0]:.1f}: {end['beats']} beats, {end['late']} late"
    )
    print(
        f"label after the R-peak: p50 {p50:.0f} ms, p99 {p99:.0f} ms, most {max(delays):.0f} ms; "
        f"of it computing {np.median(computed):.1f} ms (median), {max(computed):.1f} ms at most"
    )


if __name__ == "__main__":
    main()
