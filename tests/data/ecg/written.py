"""Writes small WFDB records: a train of beats whose shape and place are known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from auscult.types import FloatArray, IntArray

CODES = {"N": 1, "L": 2, "a": 4, "V": 5, "F": 6, "A": 8, "/": 12, "~": 14, "+": 28}
RATE = 360.0


def pulses(at: Sequence[int] | IntArray, n_samples: int, rate: float = RATE) -> FloatArray:
    """mV: an R-peak of 1 mV and a T wave of 0.25 mV for each beat."""
    t = np.arange(n_samples)
    signal = np.zeros(n_samples)
    for peak in at:
        signal += np.exp(-0.5 * ((t - peak) / (0.012 * rate)) ** 2)
        signal += 0.25 * np.exp(-0.5 * ((t - peak - 0.25 * rate) / (0.04 * rate)) ** 2)
    return signal


def write_record(
    folder: Path,
    name: str = "r1",
    *,
    signals: FloatArray | None = None,
    symbols: str | None = "NNVNNNANNN",
    channels: Sequence[str] = ("MLII",),
    rate: float = RATE,
    header: str | None = None,
) -> Path:
    """A record in format 16 with a gain of 200; ``header`` replaces the header's text."""
    n_beats = len(symbols) if symbols else 10
    at = beat_samples(n_beats, rate)
    if signals is None:
        one = pulses(at, int(at[-1] + 2 * rate), rate)
        signals = np.stack([one * (1 - 0.5 * c) for c in range(len(channels))], axis=1)
    digital = np.rint(signals * 200).astype("<i2")
    (folder / f"{name}.dat").write_bytes(digital.tobytes())
    sums = digital.astype(np.int64).sum(axis=0) % 2**16
    lines = [f"{name} {len(channels)} {rate:g} {len(digital)}"]
    for channel, total, start in zip(channels, sums, digital[0], strict=True):
        lines.append(f"{name}.dat 16 200 12 0 {start} {total} 0 {channel}")
    path = folder / f"{name}.hea"
    path.write_text(header or "\n".join(lines) + "\n", encoding="utf-8")
    if symbols:
        write_annotations(folder / f"{name}.atr", at, symbols)
    return path


def write_annotations(path: Path, samples: IntArray, symbols: str) -> None:
    """MIT format; no two marks may be further apart than 1023 samples."""
    steps = np.diff(samples, prepend=0)
    words = [CODES[s] << 10 | int(step) for s, step in zip(symbols, steps, strict=True)]
    path.write_bytes(np.array([*words, 0], dtype="<u2").tobytes())


def beat_samples(n_beats: int, rate: float = RATE) -> IntArray:
    """Where :func:`write_record` puts its beats: a little unevenly, about 75 a minute."""
    steps = 0.8 * rate + np.arange(n_beats) % 3 * 0.05 * rate
    return np.rint(np.cumsum(steps)).astype(np.int64)
