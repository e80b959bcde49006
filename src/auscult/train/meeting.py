"""Where processes that train together find each other: through a file, over loopback only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import torch
from torch import distributed

from auscult.train.peers import Peers

_C10D: Final[Any] = distributed  # some of its names it does not type
PATIENCE: Final = timedelta(minutes=10)
"""For the others to come to the same step; one that died is noticed at once."""


class Meeting:
    """One process's side of a group.

    Parameters
    ----------
    file
        The same for all; made by whoever is first.
    rank, size
        The number of this process, from 0, and how many there are.
    """

    def __init__(self, file: Path, rank: int, size: int) -> None:
        self._store = _C10D.FileStore(str(file), size)
        self.rank, self.size = rank, size
        self._over_loopback = self._group(_gloo)
        self._of_devices: distributed.ProcessGroup | None = None

    def device(self, asked: str) -> str:
        """Which device is this process's: of several, each its own."""
        if asked != "cuda":
            return asked
        return f"cuda:{self.rank % torch.cuda.device_count()}"

    def peers(self, asked: str) -> Peers:
        """Those who train on the device that was asked for."""
        if asked == "cpu":
            return Peers(self._over_loopback, self.rank, self.size)
        if asked == "cuda" and torch.cuda.device_count() >= self.size:  # NCCL wants one each
            self._of_devices = self._of_devices or self._group(_nccl)
            return Peers(self._of_devices, self.rank, self.size)
        return Peers(self._over_loopback, self.rank, self.size, direct=False)

    def _group(self, make: Callable[[Any, int, int], Any]) -> Any:
        store = _C10D.PrefixStore(make.__name__, self._store)
        return make(store, self.rank, self.size)


def _gloo(store: Any, rank: int, size: int) -> Any:
    gloo = _C10D.ProcessGroupGloo
    options = gloo._Options()
    options._devices = [gloo.create_device(hostname="127.0.0.1")]
    options._timeout = PATIENCE
    return gloo(store, rank, size, options)


def _nccl(store: Any, rank: int, size: int) -> Any:
    nccl = _C10D.ProcessGroupNCCL
    options = nccl.Options()
    options._timeout = PATIENCE
    return nccl(store, rank, size, options)
