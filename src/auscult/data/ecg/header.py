"""A WFDB header, read strictly: what it asks for is checked before any memory is taken.

The format is that of the WFDB Applications Guide, header(5). The decoder that follows believes
every line: here is where a line that lies is caught.
"""

from __future__ import annotations

import math
import re
import stat
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from auscult.errors import InputError

BYTES_A_SAMPLE: Final = {
    "16": (2, 1), "24": (3, 1), "32": (4, 1), "61": (2, 1), "80": (1, 1), "160": (2, 1),
    "212": (3, 2), "310": (4, 3), "311": (4, 3),
}  # fmt: skip
"""Formats that are read, and their size as a fraction."""

MAX_BYTES: Final = 2 * 2**30
_MAX_HEADER: Final = 2**20
_MAX_RATE: Final = 1e6
_GAINS: Final = (1e-6, 1e12)
_SLACK: Final = 1024

_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\Z")
_FORMAT = re.compile(r"(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?\Z")
_GAIN = re.compile(r"([-+.\deE]+)(?:\((-?\d+)\))?(?:/(\S+))?\Z")
_MILLIVOLTS: Final = {"mv": 1.0, "uv": 1e-3, "µv": 1e-3, "μv": 1e-3, "v": 1e3, "nv": 1e-6}


@dataclass(frozen=True)
class SignalLine:
    """One channel: where its samples are and what they mean.

    A sample ``s`` is ``(s - baseline) / gain`` of ``units``. ``checksum`` is None where the
    header has none.
    """

    file: str
    format: str
    offset: int
    gain: float
    baseline: int
    units: str
    checksum: int | None
    name: str

    @property
    def millivolts(self) -> float | None:
        """Millivolts a unit; None for what is no voltage."""
        return _MILLIVOLTS.get(self.units.lower())


@dataclass(frozen=True)
class Header:
    """The record line and the signal lines; ``n_samples`` is of each channel."""

    sampling_rate: float
    n_samples: int
    signals: tuple[SignalLine, ...]


def read_header(path: Path) -> Header:
    """Read ``NAME.hea`` and hold it against the files it names.

    Raises
    ------
    InputError
        The header cannot be read, is of a kind that is not read, or disagrees with the sizes of
        its files.
    """
    if not _NAME.match(path.stem):
        raise InputError("a record's name has letters, digits, - and _ only. Rename its files.")
    lines = _lines(path)
    n_signals, rate, n_samples = _record_line(lines[0].split())
    if len(lines) - 1 < n_signals:
        raise InputError(f"says {n_signals} channels and describes {len(lines) - 1}.")
    signals = tuple(_signal_line(line, i) for i, line in enumerate(lines[1 : n_signals + 1]))
    return Header(rate, _checked_length(path.parent, signals, n_samples), signals)


def regular_size(path: Path) -> int:
    """Bytes of a regular file.

    Raises
    ------
    InputError
        It is not there, or is no regular file.
    """
    try:
        status = path.stat()
    except OSError:
        raise InputError(f"{path.name} is not there. Put it beside the header.") from None
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path.name} is not a regular file.")
    return status.st_size


def _lines(path: Path) -> list[str]:
    if regular_size(path) > _MAX_HEADER:
        raise InputError("is larger than any header.")
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}).") from None
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise InputError("holds no record line.")
    return lines


def _record_line(words: list[str]) -> tuple[int, float, int | None]:
    if re.match(r"[A-Za-z0-9_-]+/\d+\Z", words[0]):
        raise InputError("is a record of several segments. Name its segments one by one.")
    if not _NAME.match(words[0]):
        raise InputError("names a record that is no plain name.")
    if len(words) < 3:
        raise InputError("gives no number of channels or no sampling rate.")
    n_signals = _whole(words[1], "number of channels")
    rate = _number(re.split(r"[/(]", words[2])[0], "sampling rate")
    n_samples = _whole(words[3], "number of samples") if len(words) > 3 else 0
    if n_signals < 1:
        raise InputError("has no channel.")
    if not 0 < rate <= _MAX_RATE:
        raise InputError(f"gives a sampling rate of {rate:g} Hz.")
    return n_signals, rate, n_samples or None


def _signal_line(line: str, index: int) -> SignalLine:
    where = f"channel {index + 1}"
    words = line.split(maxsplit=8)
    if len(words) < 3:
        raise InputError(f"{where} has no gain, so its samples have no unit.")
    if not _FILE.match(words[0]):
        raise InputError(f"{where} names a file that is no plain name beside the header.")
    format_, offset = _format(words[1], where)
    gain, baseline, units = _gain(words[2], where)
    zero = _whole(words[4], "ADC zero", signed=True) if len(words) > 4 else 0
    return SignalLine(
        file=words[0],
        format=format_,
        offset=offset,
        gain=gain,
        baseline=zero if baseline is None else baseline,
        units=units,
        checksum=_whole(words[6], "checksum", signed=True) if len(words) > 6 else None,
        name=words[8].strip() if len(words) > 8 else where,
    )


def _format(word: str, where: str) -> tuple[str, int]:
    found = _FORMAT.match(word)
    if not found or found[1] not in BYTES_A_SAMPLE:
        known = ", ".join(BYTES_A_SAMPLE)
        raise InputError(f"{where} is stored in format '{word[:20]}'. Read are: {known}.")
    if int(found[2] or 1) != 1 or int(found[3] or 0):
        raise InputError(f"{where} has a sampling rate or a shift of its own, which is not read.")
    return found[1], int(found[4] or 0)


def _gain(word: str, where: str) -> tuple[float, int | None, str]:
    found = _GAIN.match(word)
    if not found:
        raise InputError(f"{where} has the gain '{word[:20]}', which is none.")
    gain = _number(found[1], f"gain of {where}")
    if gain == 0:
        raise InputError(f"{where} has gain 0: nobody calibrated it, so it has no millivolts.")
    if not _GAINS[0] <= abs(gain) <= _GAINS[1]:
        raise InputError(f"{where} has the gain {gain:g}, which no recorder has.")
    return gain, None if found[2] is None else int(found[2]), found[3] or "mV"


def _checked_length(folder: Path, signals: tuple[SignalLine, ...], n_samples: int | None) -> int:
    by_file = groupby(sorted(signals, key=lambda s: s.file), key=lambda s: s.file)
    lengths = [_length_of(folder, list(lines), n_samples) for _, lines in by_file]
    if len(set(lengths)) > 1:
        raise InputError("its files hold different numbers of samples.")
    if not lengths[0]:
        raise InputError("holds no samples.")
    return lengths[0]


def _length_of(folder: Path, lines: list[SignalLine], n_samples: int | None) -> int:
    file = lines[0].file
    if len({(line.format, line.offset) for line in lines}) > 1:
        raise InputError(f"describes {file} in two formats.")
    held = regular_size(folder / file) - lines[0].offset
    if held > MAX_BYTES:
        raise InputError(f"{file} has {held >> 20:,} MiB; at most {MAX_BYTES >> 20:,} are read.")
    size, of = BYTES_A_SAMPLE[lines[0].format]
    if n_samples is None:
        return max(0, held) * of // (size * len(lines))
    wanted = -(-n_samples * len(lines) * size // of)
    if not 0 <= held - wanted <= _SLACK:
        raise InputError(
            f"says {n_samples:,} samples of {len(lines)} channels, {wanted:,} bytes; {file} has "
            f"{max(0, held):,}. The two do not belong together, or a copy broke off."
        )
    return n_samples


def _whole(word: str, what: str, *, signed: bool = False) -> int:
    if not re.match(r"-?\d{1,15}\Z" if signed else r"\d{1,15}\Z", word, re.ASCII):
        raise InputError(f"has the {what} '{word[:20]}', which is no whole number.")
    return int(word)


def _number(word: str, what: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"has the {what} '{word[:20]}', which is no number.")
    return value
