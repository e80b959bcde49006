"""A WFDB record as millivolts: header, samples and annotations, each checked before it is used."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auscult.data.ecg.annotations import Annotations, read_annotations
from auscult.data.ecg.header import Header, SignalLine, read_header
from auscult.data.ecg.package import wfdb
from auscult.errors import InputError, did_you_mean
from auscult.types import FloatArray

SUFFIXES: Final = (".hea", ".dat", ".atr")

_MISSING: Final = {
    "16": -(2**15), "24": -(2**23), "32": -(2**31), "61": -(2**15), "80": -(2**7),
    "160": -(2**15), "212": -(2**11), "310": -(2**9), "311": -(2**9),
}  # fmt: skip
"""The sample that stands for a gap in each format."""


@dataclass(frozen=True, eq=False)
class Recording:
    """One record.

    Parameters
    ----------
    name
        The record's name.
    signals
        ``(n_samples, n_channels)`` float32, in mV; NaN where the recorder had none.
    channels
        The channels' names, e.g. ``MLII``.
    sampling_rate
        Hz.
    annotations
        What stands in ``NAME.atr``; None without that file.
    sha256
        Hash of the files' hashes.
    """

    name: str
    signals: FloatArray
    channels: tuple[str, ...]
    sampling_rate: float
    annotations: Annotations | None
    sha256: str = ""

    def channel(self, name: str) -> FloatArray:
        """``(n_samples,)`` of the channel called ``name``.

        Raises
        ------
        InputError
            There is none.
        """
        return self.signals[:, channel_index(name, self.channels)]


def channel_index(name: str, channels: Sequence[str]) -> int:
    """Where the channel called ``name`` stands; raises :class:`InputError` where there is none."""
    if name not in channels:
        raise InputError(f"has no channel '{name}'. {did_you_mean(name, channels)}")
    return channels.index(name)


def is_record(path: Path) -> bool:
    """Whether a path names a WFDB record, or a folder that holds some."""
    if os.path.isdir(path):  # False for a name too long, where pathlib raises
        return any(path.glob("*.hea"))
    beside = path.suffix in SUFFIXES and os.path.isfile(path.with_suffix(".hea"))
    return path.suffix == ".hea" or beside


def record_paths(path: Path) -> list[Path]:
    """The headers of a folder's records, sorted; of a record, its one.

    Raises
    ------
    InputError
        There is none.
    """
    found = sorted(path.glob("*.hea")) if path.is_dir() else [path.with_suffix(".hea")]
    if not found:
        raise InputError("this is a folder without records (NAME.hea).", where=path.name)
    return found


def read_record(path: Path | str, channels: Sequence[str] | None = None) -> Recording:
    """Read a WFDB record whole.

    Sizes are held against the files before memory is taken; samples against the header's
    checksums.

    Parameters
    ----------
    path
        ``NAME.hea``, or any other file of the record.
    channels
        Names of the channels to read, in this order; None reads all.

    Raises
    ------
    InputError
        A file is missing, damaged or too large, the header lies, or a channel is no voltage.
    MissingExtraError
        ``wfdb`` is not installed.
    """
    header_path = Path(path).with_suffix(".hea")
    try:
        header = read_header(header_path)
        names = _distinct([line.name for line in header.signals])
        wanted = (
            range(len(names)) if channels is None else [channel_index(c, names) for c in channels]
        )
        signals = _millivolts(header_path, header, list(wanted))
        annotations = read_annotations(header_path, header.n_samples)
    except InputError as error:
        raise InputError(str(error), where=header_path.name) from None
    return Recording(
        name=header_path.stem,
        signals=signals,
        channels=tuple(names[i] for i in wanted),
        sampling_rate=header.sampling_rate,
        annotations=annotations,
        sha256=_sha256(header_path, header),
    )


def channel_names(path: Path) -> tuple[str, ...]:
    """The names of a record's channels, from its header alone; raises as :func:`read_record`."""
    try:
        return tuple(_distinct([line.name for line in read_header(path).signals]))
    except InputError as error:
        raise InputError(str(error), where=path.name) from None


def _distinct(names: Sequence[str]) -> list[str]:
    """Channel names; one that stands there twice is numbered."""
    return [
        name if names.count(name) == 1 else f"{name} {names[:i].count(name) + 1}"
        for i, name in enumerate(names)
    ]


def _millivolts(path: Path, header: Header, wanted: list[int]) -> FloatArray:
    for i in wanted:
        if header.signals[i].millivolts is None:
            line = header.signals[i]
            raise InputError(f"channel '{line.name}' is in {line.units[:20]}, no voltage.")
    digital = _decoded(path, wanted)
    if digital.shape != (header.n_samples, len(wanted)):
        raise InputError(f"holds {len(digital):,} samples where {header.n_samples:,} are said.")
    signals = np.empty(digital.shape, dtype=np.float32)
    for column, i in enumerate(wanted):
        line, samples = header.signals[i], digital[:, column]
        _require_checksum(line, samples)
        scale = (line.millivolts or 1.0) / line.gain
        signals[:, column] = (samples - np.float64(line.baseline)) * scale
        signals[samples == _MISSING[line.format], column] = np.nan
    return signals


def _decoded(path: Path, wanted: list[int]) -> NDArray[np.int32]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            record = wfdb().rdrecord(
                str(path.with_suffix("").absolute()),
                channels=wanted,
                physical=False,
                return_res=32,
            )
    except (ValueError, TypeError, IndexError, KeyError, OSError, AttributeError):
        raise InputError("its samples cannot be decoded.") from None
    digital: NDArray[np.int32] = record.d_signal
    return digital


def _require_checksum(line: SignalLine, samples: NDArray[np.int32]) -> None:
    """The checksum is the sum of a channel's samples, in 16 bits."""
    found = int(samples.sum(dtype=np.int64)) % 2**16
    if line.checksum is not None and line.checksum % 2**16 != found:
        raise InputError(
            f"the samples of channel '{line.name}' add up to {found}, the header says "
            f"{line.checksum % 2**16}: {line.file} is damaged or of another record."
        )


def _sha256(path: Path, header: Header) -> str:
    files = [path, *(path.with_name(name) for name in sorted({s.file for s in header.signals}))]
    atr = path.with_suffix(".atr")
    if atr.exists():
        files.append(atr)
    hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
