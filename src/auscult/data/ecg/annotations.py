"""What cardiologists wrote beside a recording, and the five classes of AAMI.

The classes are those of ANSI/AAMI EC57 as de Chazal et al., IEEE Trans. Biomed. Eng. 51(7),
2004, table 1: N normal and bundle branch block, S supraventricular, V ventricular, F fusion, Q
paced or unclassifiable.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from auscult.data.ecg.header import regular_size
from auscult.data.ecg.package import wfdb
from auscult.errors import InputError
from auscult.types import BoolArray, IntArray

AAMI: Final = {"N": "NLRej", "S": "AaJS", "V": "VE", "F": "F", "Q": "/fQ"}
"""AAMI class to the symbols of WFDB that it takes in."""

CLASSES: Final = tuple(AAMI)
_CODES: Final = {symbol: code for code, name in enumerate(AAMI) for symbol in AAMI[name]}
_MAX_BYTES: Final = 8 * 2**20


@dataclass(frozen=True, eq=False)
class Annotations:
    """Marks in a recording, in order of time.

    ``samples`` and ``symbols`` are ``(n_annotations,)``. A symbol is one of WFDB's: of a beat, or
    of a rhythm, a noise, a comment.
    """

    samples: IntArray
    symbols: NDArray[np.str_]

    @property
    def classes(self) -> IntArray:
        """``(n_annotations,)`` codes into :data:`CLASSES`; -1 for what is no beat."""
        return aami_codes(self.symbols)

    @property
    def beats(self) -> BoolArray:
        """``(n_annotations,)`` which of them mark a beat with an AAMI class."""
        return np.asarray(self.classes >= 0, dtype=np.bool_)


def aami_codes(symbols: NDArray[np.str_]) -> IntArray:
    """``(n,)`` codes into :data:`CLASSES`, -1 for symbols that are no beat of a known kind."""
    found, inverse = np.unique(symbols, return_inverse=True)
    codes = np.array([_CODES.get(str(symbol), -1) for symbol in found], dtype=np.int64)
    return codes[inverse]


def read_annotations(path: Path, n_samples: int) -> Annotations | None:
    """The annotations beside a header, ``NAME.atr``; None where there is no such file.

    Raises
    ------
    InputError
        The file is no annotation file, or marks what is not in the recording.
    """
    file = path.with_suffix(".atr")
    if not file.exists():
        return None
    if regular_size(file) > _MAX_BYTES:
        raise InputError(f"{file.name} is larger than any annotation file.")
    found = _decoded(file)
    samples = np.asarray(found.sample, dtype=np.int64)
    if len(samples) and (samples.min() < 0 or samples.max() >= n_samples):
        raise InputError(
            f"{file.name} marks sample {samples.max():,} of {n_samples:,}: it belongs to another "
            "recording."
        )
    if (np.diff(samples) < 0).any():
        raise InputError(f"{file.name} is damaged: its marks are not in order of time.")
    return Annotations(samples, np.array(found.symbol, dtype=np.str_))


def _decoded(file: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return wfdb().rdann(str(file.with_suffix("")), "atr")
    except Exception:  # the decoder fails on damaged bytes in whatever way it happens to
        raise InputError(f"{file.name} is no annotation file.") from None
