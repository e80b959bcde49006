"""Signals larger than memory: ``X.npy`` beside ``y.npy``, mapped and never read whole."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap

from auscult.data.dataset import Dataset
from auscult.data.numbers import number_name
from auscult.errors import InputError
from auscult.types import Column, Finding, IntArray

CHUNK = 2**24


def read_npy(path: Path, known: Sequence[str] | None = None) -> Dataset:
    """Signals of an array saved with ``numpy.save``, mapped from the disk.

    Parameters
    ----------
    path
        ``(n_cases, n_channels, n_timepoints)`` or ``(n_cases, n_timepoints)``, float32. The name
        holds an ``X``, as ``X.npy`` or ``X_train.npy``.
        The classes, ``(n_cases,)`` numbers or text, are in the file whose name has ``y`` in the
        place of ``X``.
    known
        The classes of the training cases, where this is a test file.

    Raises
    ------
    InputError
        An array is missing, of another shape or type, or not finite.
    """
    X = mapped(path)
    if X.dtype != np.float32 or X.ndim not in (2, 3) or 0 in X.shape:
        raise InputError(
            f"holds {X.dtype} of shape {X.shape}; signals are float32 (cases, channels, time "
            "points). Save it again with X.astype('float32').",
            where=path.name,
        )
    signals = X if X.ndim == 3 else X[:, None, :]
    _require_finite(signals, path)
    beside = _beside(path)
    y, classes = _classes(beside, len(X))
    if known is not None:
        y, classes = _recoded(y, classes, known, beside)
    return Dataset(
        name=path.stem,
        kind="signals",
        X=signals,
        y=y,
        classes=classes,
        columns=tuple(Column(f"channel {c + 1}", "numeric") for c in range(signals.shape[1])),
        sha256=_sha256(path),
        findings=(
            Finding("labels-beside", f"The classes were taken from '{beside.name}'.", "note"),
            Finding("mapped", "The signals stay on the disk and are read as needed.", "note"),
        ),
    )


def _beside(path: Path) -> Path:
    if "X" not in path.stem:
        raise InputError(
            "the name holds no X, so it is not clear where the classes are. Call the files "
            "X.npy and y.npy.",
            where=path.name,
        )
    return path.with_name(path.name.replace("X", "y", 1))


def mapped(path: Path) -> np.ndarray[Any, Any]:
    """An array on the disk, copied on write: torch wants one that it could write.

    Raises
    ------
    InputError
        There is no such file, or it is no array of numbers.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # numpy.load would take an archive of arrays too, and leave a broken one open.
            return open_memmap(path, mode="c")
    except FileNotFoundError:
        raise InputError("there is no such file.", where=path.name) from None
    except Exception:  # numpy reads a header as Python, and fails in whatever way that does
        raise InputError("is no array of numbers saved with numpy.save.", where=path.name) from None


def _require_finite(X: np.ndarray[Any, Any], path: Path) -> None:
    step = max(1, CHUNK // X[0].nbytes)
    for start in range(0, len(X), step):
        bad = ~np.isfinite(X[start : start + step]).all(axis=(1, 2))
        if bad.any():
            case = start + int(bad.argmax())
            raise InputError(
                f"case {case} holds a value that is not finite. Drop or fill it.", where=path.name
            )


def _classes(path: Path, n_cases: int) -> tuple[IntArray, tuple[str, ...]]:
    labels = mapped(path)
    if labels.shape != (n_cases,) or labels.dtype.kind not in "iufUb":
        raise InputError(
            f"holds {labels.dtype} of shape {labels.shape}; {n_cases} classes are wanted.",
            where=path.name,
        )
    found, codes = np.unique(labels, return_inverse=True)
    if len(found) > max(60, n_cases // 10):
        raise InputError(f"has {len(found)} classes: these are measurements.", where=path.name)
    text = found.dtype.kind == "U"
    names = tuple(str(v) if text else number_name(float(v)) for v in found)
    return codes.astype(np.int64), names


def _recoded(
    y: IntArray, classes: Sequence[str], known: Sequence[str], path: Path
) -> tuple[IntArray, tuple[str, ...]]:
    new = [name for name in classes if name not in known]
    if new:
        raise InputError(f"class '{new[0]}' is not among the training cases.", where=path.name)
    return np.array([known.index(name) for name in classes], dtype=np.int64)[y], tuple(known)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
