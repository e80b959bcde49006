"""An epoch has as many cases as there are, and of the classes what was asked for."""

from __future__ import annotations

import numpy as np
import torch

from auscult.train.sampling import chances, epoch_order
from auscult.train.settings import Training

Y = np.repeat([0, 1, 3], [900, 90, 10])  # the third of four classes has no training case


def orders(training: Training, n_epochs: int = 20, seed: int = 5) -> torch.Tensor:
    generator, chance = torch.Generator().manual_seed(seed), chances(Y, training)
    return torch.stack([epoch_order(len(Y), chance, generator) for _ in range(n_epochs)])


def test_every_case_comes_once_an_epoch_in_another_order() -> None:
    drawn = orders(Training())
    assert torch.equal(drawn.sort(1).values, torch.arange(len(Y)).expand(20, -1))
    assert not torch.equal(drawn[0], drawn[1])


def test_balanced_classes_are_equally_likely_and_so_are_the_cases_of_one() -> None:
    drawn = orders(Training(sampling="balanced"))
    assert drawn.shape == (20, len(Y))
    shares = np.bincount(Y[drawn.flatten().numpy()], minlength=4) / drawn.numel()
    np.testing.assert_allclose(shares, [1 / 3, 1 / 3, 0, 1 / 3], atol=0.02)
    of_rare = np.bincount(drawn.flatten().numpy(), minlength=len(Y))[Y == 3]
    np.testing.assert_allclose(of_rare / of_rare.mean(), 1, atol=0.2)


def test_the_generator_decides() -> None:
    training = Training(sampling="balanced")
    assert torch.equal(orders(training), orders(training))
    assert not torch.equal(orders(training), orders(training, seed=6))
