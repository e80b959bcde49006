"""What a library is given to train or to search: one file, read by every child alike."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from network import Network


@dataclass(frozen=True, eq=False)
class Training:
    """Cases, their classes and the network to train on them.

    Parameters
    ----------
    X
        ``(n_cases, n_steps, n_features)`` float32, standardised.
    y
        ``(n_cases,)`` int64 codes.
    fits
        How many auscult trains side by side; a peer trains one.
    table
        Whether a case is a row of a table and not a signal.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    network: Network
    fits: int = 1
    table: bool = False

    @property
    def operations(self) -> float:
        """Of an epoch of one fit."""
        return len(self.X) * self.network.operations(*self.X.shape[1:])

    def write(self, file: Path) -> Path:
        told = {"network": asdict(self.network), "fits": self.fits, "table": self.table}
        np.savez(file, X=self.X, y=self.y, told=json.dumps(told))
        return file


@dataclass(frozen=True, eq=False)
class Search:
    """Signals whose nearest reference by DTW, full window and squared cost, is wanted.

    ``queries`` and ``X`` are ``(n_cases, n_timepoints)`` float64, ``y`` the references' labels.
    """

    queries: NDArray[np.float64]
    X: NDArray[np.float64]
    y: NDArray[np.float64]

    @property
    def cells(self) -> int:
        """Matches of two time points, as if nothing were pruned."""
        return self.queries.size * self.X.size

    def write(self, file: Path) -> Path:
        np.savez(file, X=self.X, y=self.y, queries=self.queries)
        return file


def read(file: Path) -> Training | Search:
    """What :meth:`write` wrote."""
    with np.load(file) as arrays:
        X, y = arrays["X"], arrays["y"]
        if "queries" in arrays:
            return Search(arrays["queries"], X, y)
        told: dict[str, Any] = json.loads(str(arrays["told"]))
    settings = {k: tuple(v) if isinstance(v, list) else v for k, v in told["network"].items()}
    return Training(X, y, Network(**settings), told["fits"], told["table"])


def read_training(file: Path) -> Training:
    problem = read(file)
    assert isinstance(problem, Training)
    return problem


def read_search(file: Path) -> Search:
    problem = read(file)
    assert isinstance(problem, Search)
    return problem
