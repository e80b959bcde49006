"""A stack to train: here, from where it was left, or in another process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from threading import Event
from typing import Any

import torch
from numpy.typing import NDArray

from auscult.models.network import Architecture
from auscult.train.checkpoint import Keeper, fitted_entry, fitted_of
from auscult.train.jobs import Job
from auscult.train.memory import memory_told
from auscult.train.parts import Part
from auscult.train.peers import Peers, Team
from auscult.train.run import Fitted
from auscult.train.settings import Training
from auscult.train.stack import Progress, Watcher, fit_stack
from auscult.train.store import Checkpoint, Entry, FitStore
from auscult.train.threads import keep_freed_memory, one_thread
from auscult.types import InputShape

_ARRAYS = ("X", "y", "train", "validation", "lengths")


@dataclass(frozen=True, eq=False)
class StackWork:
    """Fits of one architecture and one shape, trained side by side."""

    architecture: Architecture
    shape: InputShape
    training: Training
    device: str
    parts: Sequence[Part]

    def train(
        self,
        store: FitStore | None,
        progress: Progress | None,
        *stop: Event,
        team: Team | None = None,
    ) -> list[Fitted]:
        """Train, or take from the store what it has; goes on from a checkpoint.

        With a team each batch is shared by its processes.
        """
        threads = team.threads if team else torch.get_num_threads()
        key = self.key(store, threads, team.size if team else 1) if store else ""
        known = store.finished(key) if store else None
        if known is not None:
            if progress:
                progress(1.0, "kept from before")
            return fitted_of(known)
        checkpoint = Checkpoint(store, key) if store else None
        if team:
            fitted = team.train(self, checkpoint, progress, *stop)
        else:
            fitted = self.fit(Keeper(checkpoint, *stop), progress)
        if store:
            store.finish(key, fitted_entry(fitted))
        return fitted

    def fit(
        self, watcher: Watcher, progress: Progress | None = None, peers: Peers | None = None
    ) -> list[Fitted]:
        """Train here."""
        with memory_told(self.architecture):
            return fit_stack(
                self.architecture,
                self.shape,
                self.parts,
                self.training,
                device=self.device,
                progress=progress,
                watcher=watcher,
                peers=peers,
            )

    def key(self, store: FitStore, threads: int, processes: int = 1) -> str:
        """What the store calls it, trained on so many threads of so many processes."""
        made: list[object] = ["stack", self.architecture, self.shape, self.training, self.device]
        for part in self.parts:
            made += [getattr(part, field.name) for field in fields(Part)]
        if processes > 1:  # their sums are rounded in another order
            made.append(f"{processes} processes")
        return store.key(threads, *made)

    def job(self, store: FitStore | None) -> Job:
        """To be trained on one thread of another process.

        A process that sees the store's folder keeps its checkpoints there.
        """
        bare, arrays = self.packed()
        key = self.key(store, 1) if store else ""
        about = (bare, store.folder if store else None, key)
        return Job(_train_elsewhere, about, tuple(arrays), key)

    def packed(self) -> tuple[Bare, list[NDArray[Any]]]:
        """The work without its arrays, and these, each once."""
        arrays: list[NDArray[Any]] = []
        places: dict[int, int] = {}
        bare = []
        for part in self.parts:
            at = {}
            for name in _ARRAYS:
                array = getattr(part, name)
                if array is not None:
                    at[name] = places.setdefault(id(array), len(arrays))
                    if at[name] == len(arrays):
                        arrays.append(array)
            empty = dict.fromkeys(_ARRAYS)
            bare.append((replace(part, **empty), at))  # type: ignore[arg-type]
        return (replace(self, parts=()), bare), arrays


Bare = tuple[StackWork, Sequence[tuple[Part, dict[str, int]]]]
"""Work, and of each part what is small and which array is which of its fields."""


def unpacked(bare: Bare, arrays: Sequence[NDArray[Any]]) -> StackWork:
    """The work as it was packed."""
    work, parts = bare
    return replace(
        work, parts=[_whole(p, {n: arrays[i] for n, i in at.items()}) for p, at in parts]
    )


def _whole(part: Part, arrays: dict[str, Any]) -> Part:
    return replace(part, **arrays)


def _train_elsewhere(about: tuple[Bare, Path | None, str], arrays: Sequence[NDArray[Any]]) -> Entry:
    bare, folder, key = about
    shared = folder is not None and folder.parent.is_dir()
    checkpoint = Checkpoint(FitStore(folder), key) if shared and folder else None
    keep_freed_memory()
    with one_thread():
        return fitted_entry(unpacked(bare, arrays).fit(Keeper(checkpoint)))
