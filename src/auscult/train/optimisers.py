"""Optimisers over stacks: each fit has its own learning rate, and may sit a step out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numba
import numpy as np
import torch
from torch import Tensor

from auscult.models.network import Network
from auscult.train.settings import Training


class Optimiser(ABC):
    """Moments beside the parameters, both with a leading axis of fits.

    ``step(rate, active)`` takes learning rates ``(F,)`` and a mask ``(F,)``: a fit that has no
    cases in this step is left exactly as it was.
    """

    n_moments = 2

    def __init__(self, network: Network, training: Training) -> None:
        self.training = training
        self.parameters = list(network.parameters())
        self.moments = [
            [torch.zeros_like(p) for _ in range(self.n_moments)] for p in self.parameters
        ]
        self.steps = torch.zeros(network.fits, dtype=torch.float64)

    def keep(self, network: Network, fits: Tensor) -> None:
        """Follow :meth:`Network.keep`: drop all fits but these."""
        self.parameters = list(network.parameters())
        self.moments = [[m[fits].contiguous() for m in each] for each in self.moments]
        self.steps = self.steps[fits]

    @torch.no_grad()
    def step(self, rate: Tensor, active: Tensor) -> None:
        self.steps += active
        if self.training.clip_norm:
            self._clip()
        self.prepare(rate, active)
        for parameter, moments in zip(self.parameters, self.moments, strict=True):
            if parameter.grad is not None:
                self.update(parameter, parameter.grad, moments, rate, active)
                parameter.grad = None

    def _clip(self) -> None:
        """Scale each fit's gradient down to ``clip_norm`` (Pascanu et al. 2013)."""
        grads = [p.grad for p in self.parameters if p.grad is not None]
        squares = sum(g.flatten(1).square().sum(1) for g in grads)
        norm = torch.as_tensor(squares).sqrt()
        scale = (self.training.clip_norm / norm.clamp(min=1e-12)).clamp(max=1.0)
        for grad in grads:
            grad.mul_(_beside(scale, grad))

    def prepare(self, rate: Tensor, active: Tensor) -> None:  # noqa: B027 -- most share nothing
        """Compute what all parameters of this step share."""

    @abstractmethod
    def update(
        self, p: Tensor, grad: Tensor, moments: list[Tensor], rate: Tensor, active: Tensor
    ) -> None:
        """Move one parameter of all fits, in place."""

    def decayed(self, p: Tensor, grad: Tensor) -> Tensor:
        return grad + self.training.weight_decay * p if self.training.weight_decay else grad


def _beside(per_fit: Tensor, like: Tensor) -> Tensor:
    """``(F,)`` to ``(F, 1, ...)`` of the same type and place as ``like``."""
    return per_fit.to(like).view(-1, *[1] * (like.dim() - 1))


class Adam(Optimiser):
    """Adam and AdamW; on the CPU one pass over memory a parameter."""

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def prepare(self, rate: Tensor, active: Tensor) -> None:
        steps = self.steps.clamp(min=1)
        decoupled = self.training.optimizer == "adamw"
        self.l2 = 0.0 if decoupled else self.training.weight_decay
        self.step_size = rate / (1 - self.BETA1**steps)
        self.root_scale = (1 - self.BETA2**steps).sqrt()
        self.shrink = rate * self.training.weight_decay * decoupled
        per_fit = (self.step_size, self.root_scale, self.shrink, active)
        self.scalars = [t.numpy() for t in per_fit] if active.device.type == "cpu" else []

    def update(
        self, p: Tensor, grad: Tensor, moments: list[Tensor], rate: Tensor, active: Tensor
    ) -> None:
        if p.device.type == "cpu" and p.dtype == torch.float32:
            _adam(*[_rows(t) for t in (p, grad, *moments)], *self.scalars, self.l2)
            return
        m, v = moments
        grad, on = grad + self.l2 * p, _beside(active, p)
        m += on * (1 - self.BETA1) * (grad - m)
        v += on * (1 - self.BETA2) * (grad.square() - v)
        p -= on * _beside(self.shrink, p) * p
        root = v.sqrt() / _beside(self.root_scale, p) + self.EPSILON
        p -= on * _beside(self.step_size, p) * m / root


def _rows(t: Tensor) -> Any:
    return t.contiguous().view(t.shape[0], -1).numpy()


@numba.njit(cache=True, parallel=True, nogil=True)
def _adam(
    p: Any, grad: Any, m: Any, v: Any, step: Any, root: Any, shrink: Any, active: Any, l2: float
) -> None:
    fits, n = p.shape
    chunk = 4096
    n_chunks = (n + chunk - 1) // chunk
    for job in numba.prange(fits * n_chunks):
        fit, start = job // n_chunks, (job % n_chunks) * chunk
        if active[fit]:
            own = slice(start, start + chunk)
            scalars = (step[fit], 1 / root[fit], 1 - shrink[fit], l2)
            _adam_run(p[fit, own], grad[fit, own], m[fit, own], v[fit, own], *scalars)


# With Python's division, which looks for zeros, the loop would not become vector instructions.
@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _adam_run(
    p: Any, grad: Any, m: Any, v: Any, step: float, inverse_root: float, kept: float, l2: float
) -> None:
    one, b1, b2, eps = np.float32(1), np.float32(0.9), np.float32(0.999), np.float32(1e-8)
    size, inverse = np.float32(step), np.float32(inverse_root)
    keep, decay = np.float32(kept), np.float32(l2)
    for i in range(len(p)):
        g = grad[i] + decay * p[i]
        first = b1 * m[i] + (one - b1) * g
        second = b2 * v[i] + (one - b2) * g * g
        m[i], v[i] = first, second
        p[i] = keep * p[i] - size * first / (np.sqrt(second) * inverse + eps)


class SGD(Optimiser):
    """Stochastic gradient descent with Nesterov momentum 0.9 (Sutskever et al. 2013)."""

    n_moments = 1

    def update(
        self, p: Tensor, grad: Tensor, moments: list[Tensor], rate: Tensor, active: Tensor
    ) -> None:
        (velocity,), on = moments, _beside(active, p)
        grad = self.decayed(p, grad)
        velocity += on * (grad - 0.1 * velocity)
        p -= on * _beside(rate, p) * (grad + 0.9 * velocity)


class RMSprop(Optimiser):
    """RMSprop (Hinton, lecture 6e, 2012) with smoothing 0.99."""

    n_moments = 1

    def update(
        self, p: Tensor, grad: Tensor, moments: list[Tensor], rate: Tensor, active: Tensor
    ) -> None:
        (square,), on = moments, _beside(active, p)
        grad = self.decayed(p, grad)
        square += on * 0.01 * (grad.square() - square)
        p -= on * _beside(rate, p) * grad / (square.sqrt() + 1e-8)


class Adadelta(Optimiser):
    """Adadelta (Zeiler 2012) with ρ = 0.95; the learning rate multiplies its own step."""

    def update(
        self, p: Tensor, grad: Tensor, moments: list[Tensor], rate: Tensor, active: Tensor
    ) -> None:
        (square, moved), on = moments, _beside(active, p)
        grad = self.decayed(p, grad)
        square += on * 0.05 * (grad.square() - square)
        delta = grad * ((moved + 1e-6) / (square + 1e-6)).sqrt()
        moved += on * 0.05 * (delta.square() - moved)
        p -= on * _beside(rate, p) * delta


OPTIMISERS: dict[str, type[Optimiser]] = {
    "adam": Adam,
    "adamw": Adam,
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adadelta": Adadelta,
}
