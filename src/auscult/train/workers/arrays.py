"""Arrays that many jobs share, laid where other processes of this machine map them."""

from __future__ import annotations

import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


class Shelf:
    """A folder of arrays, each written once.

    Parameters
    ----------
    folder
        Made by the caller, who also takes it away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()  # a name is never given twice: other processes remember it
        self._known: dict[int, tuple[NDArray[Any], Path]] = {}

    def put(self, array: NDArray[Any]) -> Path:
        """Where the array lies."""
        known = self._known.get(id(array))
        if known is None:
            path = self._folder / f"{next(self._numbers)}.npy"
            np.save(path, array, allow_pickle=False)
            known = self._known[id(array)] = (array, path)  # held, so that its id stays its own
        return known[1]

    def forget(self, but: Sequence[NDArray[Any]] = ()) -> None:
        """Take all arrays away but these; who maps one has it still."""
        kept = {id(array) for array in but}
        for name in self._known.keys() - kept:
            os.unlink(self._known.pop(name)[1])


class Sharing(ABC):
    """Processes that share a shelf, both of which end with the context."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="auscult-")
        self._shelf = Shelf(Path(self._folder.name))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._end()
        self._folder.cleanup()

    @abstractmethod
    def _end(self) -> None:
        """End the processes."""


def taken(paths: Sequence[Path]) -> list[NDArray[Any]]:
    """The arrays of another process's shelf."""
    return [_mapped(path) for path in paths]


@lru_cache(maxsize=256)
def _mapped(path: Path) -> NDArray[Any]:
    return opened(path)


def opened(path: Path) -> NDArray[Any]:
    """One of them, for as long as the caller holds it."""
    mapped: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped
