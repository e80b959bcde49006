"""Each optimiser takes the steps of torch's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from auscult.models.mlp import MLP
from auscult.train.optimisers import OPTIMISERS
from auscult.train.settings import Training
from auscult.types import InputShape

PLAIN: dict[str, Callable[..., Any]] = {
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "sgd": lambda p: torch.optim.SGD(p, lr=0.01, weight_decay=0.1, momentum=0.9, nesterov=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, weight_decay=0.1),
    "adadelta": lambda p: torch.optim.Adadelta(p, lr=0.01, rho=0.95, weight_decay=0.1),
}


def gradients(network: nn.Module, step: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(step)
    return [torch.randn(p.shape, generator=generator) for p in network.parameters()]


@pytest.mark.parametrize("name", OPTIMISERS)
def test_steps_are_torchs(name: str) -> None:
    network = MLP(units=(5,)).build(2, InputShape(1, 4, 3, "table"))
    for fit in range(2):
        network.initialise(fit, torch.Generator().manual_seed(fit))
    copies = [p.detach().clone().requires_grad_() for p in network.parameters()]
    training = Training(optimizer=name, learning_rate=0.01, weight_decay=0.1)  # type: ignore[arg-type]
    ours, plain = OPTIMISERS[name](network, training), PLAIN[name](copies)
    rate, active = torch.full((2,), 0.01, dtype=torch.float64), torch.tensor([True, True])
    for step in range(6):
        for p, q, grad in zip(network.parameters(), copies, gradients(network, step), strict=True):
            p.grad, q.grad = grad.clone(), grad.clone()
        ours.step(rate, active)
        plain.step()
    for p, q in zip(network.parameters(), copies, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_fit_that_sits_out_is_left_as_it_was(name: str) -> None:
    network = MLP(units=(5,)).build(2, InputShape(1, 4, 3, "table"))
    optimiser = OPTIMISERS[name](network, Training(optimizer=name))  # type: ignore[arg-type]
    for parameter in network.parameters():
        parameter.data.normal_()
    before = [p.detach().clone() for p in network.parameters()]
    for p, grad in zip(network.parameters(), gradients(network, 0), strict=True):
        p.grad = grad
    optimiser.step(torch.tensor([0.1, 0.1]).double(), torch.tensor([True, False]))
    for p, old in zip(network.parameters(), before, strict=True):
        assert torch.equal(p[1], old[1])
        assert not torch.equal(p[0], old[0])


def test_clipping_bounds_each_fit_alone() -> None:
    network = MLP(units=(5,)).build(2, InputShape(1, 4, 3, "table"))
    for fit in range(2):
        network.initialise(fit, torch.Generator().manual_seed(fit))
    optimiser = OPTIMISERS["sgd"](network, Training(optimizer="sgd", clip_norm=1.0))
    small = [0.001 * g for g in gradients(network, 0)]
    for p, grad in zip(network.parameters(), small, strict=True):
        p.grad = grad.clone()
        p.grad[0] *= 1e6
    before = [p.detach().clone() for p in network.parameters()]
    optimiser.step(torch.tensor([1.0, 1.0]).double(), torch.tensor([True, True]))
    moved = [p.detach() - q for p, q in zip(network.parameters(), before, strict=True)]
    norms = [float(torch.cat([m[f].flatten() for m in moved]).norm()) for f in range(2)]
    assert norms[0] == pytest.approx(1.9, rel=1e-4)  # Nesterov's first step is 1.9 gradients
    assert norms[1] < 0.1
