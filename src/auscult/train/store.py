"""Fits kept on the disk: what is finished is not done again, what was begun goes on.

A fit is known by what it is made of: its settings, its data, its cases, its seed, the versions
and the threads that it ran with. Change one of them and it is another fit, which the store does
not have; so nothing in it can be out of date.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from auscult import __version__
from auscult.data.whole import clear_parts, whole_file
from auscult.errors import DiskError

Arrays = Mapping[str, NDArray[Any]]

SHARE: Final = 0.02
"""How much of the training time checkpoints may take."""

_DONE, _GOING = ".fit", ".going"
_META: Final = "meta"
_PACKAGES: Final = ("numpy", "scipy", "scikit-learn", "torch", "numba")


@dataclass(frozen=True, eq=False)
class Entry:
    """What the store holds of a fit: arrays by name, and the rest as JSON has it."""

    arrays: Arrays
    meta: Mapping[str, Any]


@dataclass(eq=False)
class FitStore:
    """A folder of fits.

    Parameters
    ----------
    folder
        Made with the first fit.
    least
        Seconds between two checkpoints of a fit, at least; more where they are slow to write.
    """

    folder: Path
    least: float = 10.0
    _digests: dict[int, tuple[weakref.ref[Any], str]] = field(default_factory=dict)

    def key(self, *parts: Any) -> str:
        """The name of a fit: a hash of all that it is made of, and of what computes it."""
        found = hashlib.sha256()
        for part in (machine(), *parts):
            text = self.digest(part) if isinstance(part, np.ndarray) else repr(part)
            found.update(text.encode("utf-8") + b"\0")
        return found.hexdigest()[:40]

    def digest(self, array: NDArray[Any]) -> str:
        """A hash of an array; of the same array it is computed once."""
        known = self._digests.get(id(array))
        if known is not None and known[0]() is array:
            return known[1]
        about = f"{array.dtype.str}{array.shape}".encode()
        found = hashlib.blake2b(about, digest_size=20)
        for start in range(0, len(array), 8192):
            found.update(np.ascontiguousarray(array[start : start + 8192]).data)
        self._digests[id(array)] = weakref.ref(array), found.hexdigest()
        return found.hexdigest()

    def finished(self, key: str) -> Entry | None:
        """A finished fit; None where there is none, or its file is damaged."""
        return self._read(key + _DONE)

    def begun(self, key: str) -> Entry | None:
        """The last checkpoint of a fit that was not finished."""
        return self._read(key + _GOING)

    def finish(self, key: str, entry: Entry) -> None:
        """Keep a finished fit; its checkpoint is no longer needed."""
        self._write(key + _DONE, entry)
        self._forget(key)

    def checkpoint(self, key: str, entry: Entry) -> None:
        """Keep a fit as far as it is."""
        self._write(key + _GOING, entry)

    def counts(self) -> tuple[int, int]:
        """How many files of finished fits there are, and of fits under way."""
        finished, going = (len(list(self.folder.glob(f"*{end}"))) for end in (_DONE, _GOING))
        return finished, going

    def clear(self) -> None:
        """Take away what killed processes left: half-written files, checkpoints of no more use.

        Only who alone writes the folder may call it.
        """
        clear_parts(self.folder)
        for path in self.folder.glob(f"*{_GOING}"):
            if path.with_suffix(_DONE).exists():
                self._forget(path.stem)

    def _forget(self, key: str) -> None:
        with suppress(OSError):  # nobody reads it beside the finished fit
            (self.folder / (key + _GOING)).unlink(missing_ok=True)

    def _read(self, name: str) -> Entry | None:
        try:
            content = (self.folder / name).read_bytes()
        except OSError:
            return None
        digest, packed = content[:32], content[32:]
        if hashlib.sha256(packed).digest() != digest:
            return None  # the disk lost something: it is fitted again
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        return Entry(found, json.loads(found.pop(_META).tobytes()))

    def _write(self, name: str, entry: Entry) -> None:
        meta = np.frombuffer(json.dumps(entry.meta).encode(), dtype=np.uint8)
        packed = io.BytesIO()
        np.savez(packed, **{_META: meta}, **entry.arrays)  # type: ignore[arg-type]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with whole_file(self.folder / name) as file:
                file.write(hashlib.sha256(packed.getbuffer()).digest())
                file.write(packed.getbuffer())
        except OSError as error:
            raise DiskError(error, self.folder) from error


class Checkpoint:
    """Keeps one fit under way, as often as that costs little.

    Parameters
    ----------
    store, key
        Where it is kept, and as what.
    """

    def __init__(self, store: FitStore, key: str) -> None:
        self._store, self._key = store, key
        self._due = time.perf_counter() + store.least

    @property
    def due(self) -> bool:
        """Whether it is time to keep it again."""
        return time.perf_counter() >= self._due

    def begun(self) -> Entry | None:
        return self._store.begun(self._key)

    def keep(self, entry: Entry) -> None:
        started = time.perf_counter()
        self._store.checkpoint(self._key, entry)
        ended = time.perf_counter()
        self._due = ended + max(self._store.least, (ended - started) / SHARE)


_CURRENT: ContextVar[FitStore | None] = ContextVar("fit_store", default=None)


def current_store() -> FitStore | None:
    """Where fits are kept at present; None keeps none."""
    return _CURRENT.get()


@contextmanager
def keeping_fits(store: FitStore | None) -> Iterator[None]:
    """Keep the fits that are made inside, and take from the store what it has of them."""
    token = _CURRENT.set(store)
    try:
        yield
    finally:
        _CURRENT.reset(token)


@cache
def machine() -> str:
    """What computes a fit. Other versions, or another processor, may give other bits."""
    found = [f"auscult {__version__}", platform.python_version(), platform.machine()]
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
