"""Arrays saved with ``numpy.savez``: ``X``, ``y`` and, if wanted, ``groups``, ``ids`` and more."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.lib import format as npy

from auscult.data.raw import RawColumn, RawSignals, RawTable
from auscult.errors import InputError, did_you_mean
from auscult.types import Finding, FloatArray

MAX_ARRAY_BYTES = 8 * 2**30
KEYS: tuple[str, ...] = ("X", "y", "groups", "ids", "names", "sampling_rate")


def read_npz(data: bytes) -> RawTable | RawSignals:
    """A table of ``X`` ``(n, p)``, or signals of ``X`` ``(n, channels, time)``.

    ``y``, ``groups`` and ``ids`` are ``(n,)``; ``names`` are those of columns or channels;
    ``sampling_rate`` is in Hz.

    Raises
    ------
    InputError
        If an array is missing, of another shape, too large, or of Python objects.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            arrays = {n: _load(archive, n) for n in _members(archive)}
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError, KeyError):
        raise InputError("the archive is damaged, or is no .npz.") from None
    if "X" not in arrays:
        raise InputError(f"there is no array 'X'. {did_you_mean('X', arrays)}")
    X = _numbers(arrays["X"])
    labels = {k: _texts(arrays[k], k, len(X)) for k in KEYS[1:4] if k in arrays}
    names = [str(n) for n in np.ravel(arrays["names"])] if "names" in arrays else []
    if X.ndim == 2:
        return _table(X, labels, names)
    return _signals(X, labels, names, _rate(arrays.get("sampling_rate")))


def _members(archive: zipfile.ZipFile) -> list[str]:
    names = [n.removesuffix(".npy") for n in archive.namelist() if n.endswith(".npy")]
    unknown = [n for n in names if n not in KEYS]
    if unknown:
        raise InputError(f"the array '{unknown[0]}' is not known. {did_you_mean(unknown[0], KEYS)}")
    return names


def _load(archive: zipfile.ZipFile, name: str) -> np.ndarray[Any, Any]:
    """One array; its header is judged before memory is taken for it."""
    with archive.open(f"{name}.npy") as stream:
        shape, dtype = _header(stream, name)
    if dtype.hasobject:
        raise InputError(f"the array '{name}' holds Python objects. Save it as numbers or text.")
    n_bytes = dtype.itemsize * int(np.prod([float(s) for s in shape]))
    stored = archive.getinfo(f"{name}.npy").file_size
    if n_bytes > MAX_ARRAY_BYTES or n_bytes > stored:
        raise InputError(
            f"the array '{name}' says it has {n_bytes / 2**20:,.0f} MiB and "
            f"{stored / 2**20:,.1f} MiB are stored."
        )
    with archive.open(f"{name}.npy") as stream:
        try:
            array: np.ndarray[Any, Any] = npy.read_array(stream, allow_pickle=False)
        except ValueError:
            raise InputError(f"the array '{name}' is cut off or damaged.") from None
    return array


def _header(stream: Any, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            version = npy.read_magic(stream)
            shape, _, dtype = readers[version](stream)
    except Exception:  # numpy reads a header as Python, and fails in whatever way that does
        raise InputError(f"the array '{name}' has a header that cannot be read.") from None
    return shape, dtype


def _numbers(X: np.ndarray[Any, Any]) -> FloatArray:
    if X.dtype.kind not in "fiub":
        raise InputError(f"the array 'X' holds {X.dtype}, not numbers.")
    if X.ndim not in (2, 3) or 0 in X.shape:
        raise InputError(
            f"the array 'X' has the shape {X.shape}; a table is (cases, columns), signals are "
            "(cases, channels, time points)."
        )
    values: FloatArray = X.astype(np.float64)
    if np.isinf(values).any():
        case = int(np.argwhere(np.isinf(values))[0][0])
        raise InputError(f"case {case + 1} of the array 'X' holds a value that is not finite.")
    return values


def _texts(array: np.ndarray[Any, Any], name: str, n: int) -> list[str]:
    if array.shape != (n,):
        raise InputError(f"the array '{name}' has the shape {array.shape}; X has {n} cases.")
    if array.dtype.kind == "S":
        return [v.decode("utf-8", "replace") for v in array.tolist()]
    if array.dtype.kind not in "fiubU":
        raise InputError(f"the array '{name}' holds {array.dtype}; numbers or text are wanted.")
    return [str(v) for v in array.tolist()]


def _rate(value: np.ndarray[Any, Any] | None) -> float | None:
    if value is None:
        return None
    if value.size != 1 or value.dtype.kind not in "fiu" or not 0 < float(value.ravel()[0]) < 1e9:
        raise InputError("'sampling_rate' is one positive number, in Hz.")
    return float(value.ravel()[0])


def _table(X: FloatArray, labels: dict[str, list[str]], names: list[str]) -> RawTable:
    titles = names or [f"column{j + 1}" for j in range(X.shape[1])]
    if len(set(titles)) != X.shape[1]:
        raise InputError(f"'names' has {len(set(titles))} different names; X has {X.shape[1]}.")
    clash = {"y", "groups", "ids"} & set(titles) & set(labels)
    if clash:
        raise InputError(f"'names' holds '{min(clash)}', which is an array of its own.")
    columns = [RawColumn(t, X[:, j]) for j, t in enumerate(titles)]
    columns += [RawColumn(k, texts) for k, texts in labels.items()]
    return RawTable(tuple(columns), np.arange(1, len(X) + 1, dtype=np.int64))


def _signals(
    X: FloatArray, labels: dict[str, list[str]], names: list[str], rate: float | None
) -> RawSignals:
    if names and len(names) != X.shape[1]:
        raise InputError(f"'names' has {len(names)} names; X has {X.shape[1]} channels.")
    long = X.shape[1] > X.shape[2] and X.shape[2] <= 16
    message = (
        f"X has {X.shape[1]} channels of {X.shape[2]} time points: are the last two axes swapped?"
    )
    return RawSignals(
        X,
        labels.get("y"),
        channels=tuple(names),
        target="y",
        ids=labels.get("ids"),
        groups=labels.get("groups"),
        group_name="groups",
        sampling_rate=rate,
        findings=(Finding("axes-swapped", message, mend="X.transpose(0, 2, 1)"),) if long else (),
    )
