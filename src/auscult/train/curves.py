"""Learning curves: the figures of one epoch, for all fits at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numba
import numpy as np
import torch
from torch import Tensor

from auscult.train.parts import Batch
from auscult.types import BoolArray, FloatArray, History, IntArray


class Curves:
    """Collects one fit's figures, epoch by epoch."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {}

    def add(self, **figures: float) -> None:
        for name, value in figures.items():
            self.values.setdefault(name, []).append(float(value))

    def history(self, best_epoch: int) -> History:
        return History({k: tuple(v) for k, v in self.values.items()}, best_epoch)


class EpochFigures(ABC):
    """Gathers the figures of one epoch for all fits, batch by batch."""

    def __init__(self) -> None:
        self.losses: list[Tensor] = []
        self.sizes: list[Sequence[int]] = []

    def add(self, output: Tensor, batch: Batch, losses: Tensor) -> None:
        """A batch: what its loss was computed from, ``(F, B, n_outputs)``, and losses ``(F,)``."""
        self.losses.append(losses.cpu())
        self.sizes.append(batch.context.sizes or [output.shape[1]] * output.shape[0])
        self._note(output, batch)

    def figures(self, prefix: str = "") -> list[dict[str, float]]:
        """One entry a fit: ``loss``, and what else the objective tells."""
        n = np.array(self.sizes, dtype=np.float64)  # (n_batches, F)
        seen = np.maximum(n.sum(0), 1.0)
        loss = (n * torch.stack(self.losses).numpy()).sum(0) / seen
        named = {"loss": loss, **self._more(seen)}
        rows = zip(*(values.tolist() for values in named.values()), strict=True)
        return [
            {f"{prefix}{name}": value for name, value in zip(named, row, strict=True)}
            for row in rows
        ]

    def state(self) -> dict[str, Tensor]:
        """All that was gathered, to go on from."""
        if not self.losses:
            return {}
        sizes = torch.tensor([list(one) for one in self.sizes])
        return {"losses": torch.stack(self.losses), "sizes": sizes, **self._gathered()}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a state."""
        if state:
            self.losses = list(state["losses"])
            self.sizes = [list(map(int, row)) for row in state["sizes"]]
            self._scatter(state)

    @abstractmethod
    def _gathered(self) -> dict[str, Tensor]: ...

    @abstractmethod
    def _scatter(self, state: Mapping[str, Tensor]) -> None: ...

    @abstractmethod
    def _note(self, output: Tensor, batch: Batch) -> None:
        """Keep what the figures need of a batch."""

    @abstractmethod
    def _more(self, seen: FloatArray) -> dict[str, FloatArray]:
        """Figures beside the loss, ``(F,)`` each; ``seen`` are the cases of each fit."""


class ClassFigures(EpochFigures):
    """``accuracy`` and ``roc_auc``."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[tuple[Tensor, Tensor, Tensor]] = []

    def _note(self, output: Tensor, batch: Batch) -> None:
        self.batches.append((output.cpu(), batch.y.cpu(), batch.real.cpu()))

    def _gathered(self) -> dict[str, Tensor]:
        names = ("output", "y", "real")
        parts = (torch.cat(t, dim=1) for t in zip(*self.batches, strict=True))
        widths = torch.tensor([y.shape[1] for _, y, _ in self.batches])
        return {**dict(zip(names, parts, strict=True)), "widths": widths}

    def _scatter(self, state: Mapping[str, Tensor]) -> None:
        widths = [int(width) for width in state["widths"]]
        parts = (torch.split(state[name], widths, dim=1) for name in ("output", "y", "real"))
        self.batches = list(zip(*parts, strict=True))

    def _more(self, seen: FloatArray) -> dict[str, FloatArray]:
        log_p, y, real = (torch.cat(t, dim=1) for t in zip(*self.batches, strict=True))
        right = ((log_p.argmax(-1) == y) * real).sum(1).numpy() / seen
        areas = roc_aucs(log_p.numpy(), y.numpy(), real.numpy() > 0)
        return {"accuracy": right, "roc_auc": areas}


class ValueFigures(EpochFigures):
    """``mae``, the mean absolute error of the scaled values."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[Tensor] = []

    def _note(self, output: Tensor, batch: Batch) -> None:
        error = (output - batch.y).abs().mean(-1) * batch.real
        self.errors.append(error.sum(1).double().cpu())

    def _gathered(self) -> dict[str, Tensor]:
        return {"errors": torch.stack(self.errors)}

    def _scatter(self, state: Mapping[str, Tensor]) -> None:
        self.errors = list(state["errors"])

    def _more(self, seen: FloatArray) -> dict[str, FloatArray]:
        return {"mae": torch.stack(self.errors).sum(0).numpy() / seen}


def roc_aucs(scores: FloatArray, y: IntArray, real: BoolArray) -> FloatArray:
    """Areas under the ROC curve of all fits, ``(F,)``; one against the rest, macro.

    By counting pairs in order of the score, ties as half (Mann & Whitney 1947). NaN where fewer
    than two classes are present.

    Parameters
    ----------
    scores
        ``(F, n, K)``, larger where the class is more probable.
    y, real
        ``(F, n)`` class codes, and whether a case counts.
    """
    n_classes = scores.shape[2]
    codes = np.array([1] if n_classes == 2 else range(n_classes))
    areas: FloatArray = _areas(scores, y, real, codes)
    defined = ~np.isnan(areas)
    total = np.where(defined, areas, 0.0).sum(1)
    return np.where(defined.any(1), total / np.maximum(defined.sum(1), 1), np.nan)


@numba.njit(cache=True, parallel=True, nogil=True)
def _areas(scores: Any, y: Any, real: Any, codes: Any) -> Any:
    fits, n = y.shape
    areas = np.full((fits, len(codes)), np.nan)
    for fit in numba.prange(fits):
        for k in range(len(codes)):
            order = np.argsort(scores[fit, :, codes[k]])
            below, pairs, positives = 0.0, 0.0, 0.0
            i = 0
            while i < n:
                tied_positive, tied_negative = 0.0, 0.0
                value = scores[fit, order[i], codes[k]]
                while i < n and scores[fit, order[i], codes[k]] == value:
                    if real[fit, order[i]]:
                        if y[fit, order[i]] == codes[k]:
                            tied_positive += 1.0
                        else:
                            tied_negative += 1.0
                    i += 1
                if tied_positive + tied_negative == 0.0 and np.isnan(value):
                    break
                pairs += tied_positive * (below + tied_negative / 2)
                below += tied_negative
                positives += tied_positive
            if positives > 0 and below > 0:
                areas[fit, k] = pairs / (positives * below)
    return areas
