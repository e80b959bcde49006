"""What a fit minimises: one loss a fit, so that each gradient stays its own."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as fn

from auscult.train.settings import Training


def case_losses(log_p: Tensor, y: Tensor, training: Training) -> Tensor:
    """Loss of each case, ``(F, B)``, from log-probabilities ``(F, B, K)`` and codes ``(F, B)``.

    Cross-entropy ``-log p_y``, smoothed towards the mean over classes; focal loss
    ``-(1 - p_y)^γ log p_y`` (Lin et al. 2017); binary cross-entropy, the mean over classes of
    ``-t_k log p_k - (1 - t_k) log(1 - p_k)``, with the smoothed truth ``t``.
    """
    if training.loss == "bce":
        return _binary(log_p, y, training.label_smoothing)
    of_truth = log_p.gather(-1, y.unsqueeze(-1)).squeeze(-1)
    loss = -of_truth
    if training.label_smoothing:
        loss = (1 - training.label_smoothing) * loss - training.label_smoothing * log_p.mean(-1)
    if training.loss == "focal":
        loss = loss * (1.0 - of_truth.exp()).clamp(min=0.0) ** training.focal_gamma
    return loss


def value_losses(output: Tensor, y: Tensor, training: Training) -> Tensor:
    """Loss of each case, ``(F, B)``, the mean over its values; both ``(F, B, n_outputs)``.

    ``mse`` squared error, ``mae`` absolute error, ``huber`` squared within 1 and absolute outside
    (Huber 1964).
    """
    if training.loss == "huber":
        return fn.huber_loss(output, y, reduction="none").mean(-1)
    error = output - y
    return (error.abs() if training.loss == "mae" else error.square()).mean(-1)


def _binary(log_p: Tensor, y: Tensor, smoothing: float) -> Tensor:
    """``log(1 - p_k)`` as the log of the other classes' sum: exact where ``p_k`` rounds to 1."""
    n_classes = log_p.shape[-1]
    truth = fn.one_hot(y, n_classes).to(log_p.dtype) * (1 - smoothing) + smoothing / n_classes
    itself = torch.eye(n_classes, dtype=torch.bool, device=log_p.device)
    others = log_p.unsqueeze(-2).masked_fill(itself, -torch.inf).logsumexp(-1)
    return -(truth * log_p + (1 - truth) * others).mean(-1)


def fit_losses(losses: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean over each fit's cases: ``(F, B)`` to ``(F,)``; 0 for a fit without any."""
    total = weight.sum(1)
    return (losses * weight).sum(1) / torch.where(total > 0, total, torch.ones_like(total))


def class_weights(counts: Tensor, training: Training) -> Tensor:
    """``(K,)`` weights with mean 1 over the training cases, from the cases of each class."""
    counts = counts.to(torch.float64)
    if training.class_weight == "none":
        return torch.ones_like(counts)
    if training.class_weight == "balanced":
        weight = 1.0 / counts.clamp(min=1)
    else:
        weight = (1 - 0.999) / (1 - 0.999 ** counts.clamp(min=1))
    return weight * counts.sum() / (weight * counts).sum()
