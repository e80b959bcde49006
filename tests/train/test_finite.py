"""A fit that leaves the finite numbers stops there, by name; the others do not notice."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from tests.train.test_stack import parts
from torch import Tensor

from auscult.models.table import model_class
from auscult.train.finite import note_divergence
from auscult.train.parts import Part
from auscult.train.run import Fitted, Weights, weights_of
from auscult.train.settings import Training
from auscult.train.stack import Stack, fit_stack
from auscult.types import InputShape

pytestmark = pytest.mark.usefixtures("one_thread")

SHAPE = InputShape(1, 9, 2, "table")


class Poison:
    """Lets the gradient of one fit be ``value`` at one step, and keeps its weights of before.

    Parameters
    ----------
    fit, step
        Both from 0; steps are those of the whole training.
    name
        Of the parameter.
    """

    def __init__(self, fit: int, step: int, name: str, value: float) -> None:
        self.fit, self.step, self.name, self.value = fit, step, name, value
        self.done = 0
        self.before: list[Weights] = []

    def begin(self, stack: Stack) -> None:
        parameter = dict(stack.network.named_parameters())[self.name]
        self.before.append(weights_of(stack.network, self.fit))

        def poisoned(grad: Tensor) -> Tensor:
            if self.done == self.step:
                grad = grad.clone(memory_format=torch.contiguous_format)
                grad[self.fit].view(-1)[0] = self.value
            return grad

        parameter.register_hook(poisoned)  # type: ignore[no-untyped-call]

    def stepped(self, stack: Stack) -> None:
        self.done += 1
        if self.done <= self.step:
            self.before.append(weights_of(stack.network, self.fit))


def train(given: list[Part], poison: Poison | None = None, **settings: Any) -> list[Fitted]:
    training = Training(**{"epochs": 4, "batch_size": 32, **settings})
    return fit_stack(model_class("mlp")(), SHAPE, given, training, watcher=poison)


def finite(fitted: Fitted) -> bool:
    return all(bool(torch.isfinite(tensor).all()) for tensor in fitted.weights.values())


def close(one: Fitted, other: Fitted) -> None:
    assert one.failure is other.failure is None
    assert one.history.best_epoch == other.history.best_epoch
    for name, tensor in one.weights.items():
        torch.testing.assert_close(tensor, other.weights[name], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop", "adadelta", "adamw"])
@pytest.mark.parametrize("clip_norm", [0.0, 1.0])
def test_a_gradient_stops_one_fit_at_its_step(
    value: float, optimizer: str, clip_norm: float
) -> None:
    given = parts(3, validation=False)
    poison = Poison(1, 4, "head.weight", value)
    settings: dict[str, Any] = {"optimizer": optimizer, "clip_norm": clip_norm}
    fitted = train(given, poison, **settings)
    assert fitted[1].failure is not None
    assert "the gradient of 'head.weight' was not finite at epoch 2, step 2" in fitted[1].failure
    assert "learning_rate" in fitted[1].failure
    for name, tensor in fitted[1].weights.items():
        assert torch.equal(tensor, poison.before[-1][name]), name  # not moved by it
    assert finite(fitted[1])
    alone = train([given[0], given[2]], **settings)
    close(fitted[0], alone[0])
    close(fitted[2], alone[1])


def test_cases_that_are_too_large_stop_one_fit_in_its_first_step() -> None:
    given = parts(3)
    X = given[1].X.copy()
    X[given[1].train[:20]] = np.inf
    given[1] = replace(given[1], X=X, scaled=True)
    fitted = train(given)
    assert fitted[1].failure is not None
    assert "the loss was not finite" in fitted[1].failure
    assert "at epoch 1" in fitted[1].failure
    assert finite(fitted[1])
    alone = train([given[0], given[2]])
    close(fitted[0], alone[0])
    close(fitted[2], alone[1])


def test_a_learning_rate_that_is_too_large_is_told() -> None:
    fitted = train(parts(2), optimizer="sgd", learning_rate=1e30, epochs=8)
    for one in fitted:
        assert one.failure is not None
        assert "was not finite" in one.failure
        assert finite(one)


def test_what_failed_keeps_its_best_epoch() -> None:
    """With a validation part its weights are those of the best epoch before."""
    fitted = train(parts(2), Poison(0, 7, "head.bias", math.nan), epochs=6)
    assert "the gradient of 'head.bias'" in str(fitted[0].failure)
    assert len(fitted[0].history.curves["loss"]) == 3  # it left the stack with that epoch
    assert fitted[0].history.best_epoch in (0, 1)
    assert len(fitted[1].history.curves["loss"]) == 6


def test_sound_numbers_are_left_alone() -> None:
    class Seen(Poison):
        def stepped(self, stack: Stack) -> None:
            assert not any(run.failure for run in stack.runs)
            losses = torch.zeros(len(stack.runs))
            note_divergence(stack.runs, losses, stack.network, 0, 0)
            assert not any(run.failure for run in stack.runs)

    train(parts(2), Seen(0, -1, "head.weight", 0.0), epochs=1)
