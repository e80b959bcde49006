"""A fit ends the same alone or beside others; what each fit owns stays its own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from auscult.models.layers import Context
from auscult.models.table import model_class
from auscult.train.parts import Part
from auscult.train.run import Fitted
from auscult.train.settings import Training
from auscult.train.stack import fit_stack
from auscult.types import DataKind, FloatArray, InputShape, IntArray

pytestmark = pytest.mark.usefixtures("one_thread")

TABLE = ["mlp", "rnn", "gru", "lstm", "transformer"]
SIGNALS: dict[str, dict[str, Any]] = {
    "fcn": {"filters": (8, 8, 8)},
    "lstm-fcn": {"filters": (8, 8, 8)},
    "lenet": {"units": (8,)},
    "vgg": {"filters": (4, 6), "units": 8},
    "googlenet": {"filters": (16, 16), "blocks": 1},
    "resnet": {"filters": (4, 6), "blocks": 1},
    "resnet-1d": {"filters": (4, 6), "kernels": (4, 3)},
    "inception-time": {"filters": 3, "depth": 3, "kernels": (6, 3)},
}


def cases(seed: int = 0, n: int = 120, width: int = 9) -> tuple[FloatArray, IntArray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 1, width)).astype(np.float32)
    y = (X[:, 0, 0] + X[:, 0, 1] > 0).astype(np.int64)
    return X, y


def parts(n_fits: int = 4, validation: bool = True) -> list[Part]:
    X, y = cases()
    rng = np.random.default_rng(1)
    made = []
    for seed in range(n_fits):
        order = rng.permutation(len(X))
        train, held = order[: 80 + seed % 3], order[90:]  # sizes differ: last batches are ragged
        made.append(Part(X, y, train, held if validation else held[:0], seed))
    return made


def trained(name: str, given: list[Part], **settings: Any) -> list[Fitted]:
    kind: DataKind = "signals" if name in SIGNALS else "table"
    shape = InputShape(1, given[0].X.shape[2], 2, kind)
    architecture = model_class(name)(**SIGNALS.get(name, {}))
    training = Training(**{"epochs": 5, "batch_size": 32, **settings})
    return fit_stack(architecture, shape, given, training)


@pytest.mark.parametrize("name", [*TABLE, *SIGNALS])
def test_a_stack_equals_single_fits(name: str) -> None:
    given = parts()
    together = trained(name, given, optimizer="sgd", learning_rate=0.01)
    for part, one in zip(given, together, strict=True):
        alone = trained(name, [part], optimizer="sgd", learning_rate=0.01)[0]
        assert alone.history.best_epoch == one.history.best_epoch
        for key, value in alone.weights.items():
            torch.testing.assert_close(one.weights[key], value, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["mlp", "rnn", "lstm"])
def test_a_stack_equals_single_fits_with_adam(name: str) -> None:
    given = parts()
    together = trained(name, given)
    for part, one in zip(given, together, strict=True):
        alone = trained(name, [part])[0]
        for key, value in alone.weights.items():
            torch.testing.assert_close(one.weights[key], value, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", [*TABLE, *SIGNALS])
def test_the_same_seed_gives_the_same_bits(name: str) -> None:
    first, second = trained(name, parts(2)), trained(name, parts(2))
    for a, b in zip(first, second, strict=True):
        assert all(torch.equal(a.weights[k], b.weights[k]) for k in a.weights)
        assert a.history == b.history


def test_fits_stop_on_their_own_and_return_their_best_weights() -> None:
    given = parts(4)
    fitted = trained("mlp", given, epochs=60, patience=3, learning_rate=0.05)
    lengths = [len(f.history.curves["loss"]) for f in fitted]
    assert len(set(lengths)) > 1, "early stopping should end these fits at different epochs"
    for fit in fitted:
        losses = fit.history.curves["val_loss"]
        assert fit.history.best_epoch == int(np.argmin(losses))
        assert len(losses) - 1 - fit.history.best_epoch <= 3


def test_balanced_sampling_ends_the_same_alone_or_in_a_stack() -> None:
    given = parts()
    settings = {"sampling": "balanced", "optimizer": "sgd", "learning_rate": 0.01}
    together = trained("mlp", given, **settings)
    for part, one in zip(given, together, strict=True):
        alone = trained("mlp", [part], **settings)[0]
        for key, value in alone.weights.items():
            torch.testing.assert_close(one.weights[key], value, rtol=1e-4, atol=1e-5)


def test_balanced_sampling_finds_the_rare_class_more_often() -> None:
    rng = np.random.default_rng(3)
    y = (np.arange(400) % 20 == 0).astype(np.int64)
    X = (rng.normal(size=(400, 1, 4)) + y[:, None, None]).astype(np.float32)
    part = Part(X, y, np.arange(400), np.arange(0), 0)
    of_rare, of_others = {}, {}
    shape = InputShape(1, 4, 2, "table")
    for sampling in ("all", "balanced"):
        training = Training(epochs=20, sampling=sampling, learning_rate=0.01)
        network = model_class("mlp")().build(1, shape)
        network.load_state_dict(fit_stack(model_class("mlp")(), shape, [part], training)[0].weights)
        logits = network.eval()(torch.from_numpy(X)[None], Context())[0]
        found = logits.argmax(-1).numpy() == 1
        of_rare[sampling], of_others[sampling] = found[y == 1].mean(), found[y == 0].mean()
    assert of_rare["balanced"] > of_rare["all"]
    assert of_others["balanced"] > of_others["all"]


def test_compaction_leaves_the_others_as_they_were() -> None:
    given = parts(4)
    together = trained("mlp", given, epochs=40, patience=3, learning_rate=0.02, optimizer="sgd")
    for part, one in zip(given, together, strict=True):
        alone = trained("mlp", [part], epochs=40, patience=3, learning_rate=0.02, optimizer="sgd")[
            0
        ]
        torch.testing.assert_close(
            one.weights["head.weight"], alone.weights["head.weight"], rtol=1e-3, atol=1e-4
        )


def test_without_a_validation_part_the_last_weights_are_kept() -> None:
    fitted = trained("mlp", parts(2, validation=False))
    for fit in fitted:
        assert fit.history.best_epoch == 4
        assert "val_loss" not in fit.history.curves


def test_curves_hold_every_figure_of_every_epoch() -> None:
    curves = trained("mlp", parts(1))[0].history.curves
    expected = {"loss", "accuracy", "roc_auc", "learning_rate"}
    expected |= {"val_loss", "val_accuracy", "val_roc_auc"}
    assert set(curves) == expected
    assert {len(v) for v in curves.values()} == {5}


def test_a_network_learns() -> None:
    fit = trained("mlp", parts(1), epochs=40)[0]
    assert fit.history.curves["val_accuracy"][fit.history.best_epoch] > 0.85


def test_a_loss_that_is_not_finite_stops_its_fit_only() -> None:
    good = parts(2)
    X = good[0].X.copy()
    X[good[0].train[0]] = np.inf
    bad = Part(X, good[0].y, good[0].train, good[0].validation, 7)
    fitted = trained("mlp", [good[0], bad, good[1]], learning_rate=0.01)
    assert fitted[1].failure is not None
    assert "epoch 1, step" in fitted[1].failure
    assert fitted[0].failure is None
    assert fitted[2].failure is None


def test_different_arrays_stand_in_one_stack() -> None:
    shared = parts(2)
    own = [Part(p.X.copy(), p.y, p.train, p.validation, p.seed) for p in shared]
    for a, b in zip(trained("mlp", shared), trained("mlp", own), strict=True):
        assert torch.equal(a.weights["head.weight"], b.weights["head.weight"])


@pytest.mark.parametrize("schedule", ["constant", "cosine", "plateau"])
def test_schedules_start_at_the_given_rate_and_never_rise(schedule: str) -> None:
    fit = trained("mlp", parts(1), schedule=schedule, epochs=12, patience=4)[0]
    rates = fit.history.curves["learning_rate"]
    assert rates[0] == pytest.approx(1e-3)
    assert all(a >= b for a, b in pairwise(rates))
