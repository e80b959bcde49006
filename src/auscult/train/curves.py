"""Learning curves: the figures of one epoch, for all fits at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
import torch
from torch import Tensor

from auscult.models.layers import Context
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


class EpochFigures:
    """Gathers loss, accuracy and AUC of one epoch for all fits, batch by batch."""

    def __init__(self) -> None:
        self.batches: list[tuple[Tensor, Tensor, Tensor]] = []
        self.losses: list[Tensor] = []
        self.sizes: list[Sequence[int]] = []

    def add(self, log_p: Tensor, y: Tensor, real: Tensor, losses: Tensor, context: Context) -> None:
        """A batch: log-probabilities ``(F, B, K)``, codes and mask ``(F, B)``, losses ``(F,)``."""
        self.batches.append((log_p.cpu(), y.cpu(), real.cpu()))
        self.losses.append(losses.cpu())
        self.sizes.append(context.sizes or [y.shape[1]] * y.shape[0])

    def figures(self, prefix: str = "") -> list[dict[str, float]]:
        """One entry a fit: ``loss``, ``accuracy``, ``roc_auc``."""
        log_p, y, real = (torch.cat(t, dim=1) for t in zip(*self.batches, strict=True))
        n = np.array(self.sizes, dtype=np.float64)  # (n_batches, F)
        seen = np.maximum(n.sum(0), 1.0)
        loss = (n * torch.stack(self.losses).numpy()).sum(0) / seen
        right = ((log_p.argmax(-1) == y) * real).sum(1).numpy() / seen
        areas = roc_aucs(log_p.numpy(), y.numpy(), real.numpy() > 0)
        return [
            {f"{prefix}loss": a, f"{prefix}accuracy": b, f"{prefix}roc_auc": c}
            for a, b, c in zip(loss.tolist(), right.tolist(), areas.tolist(), strict=True)
        ]


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
