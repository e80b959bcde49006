"""Integrated gradients add up, and class activation maps average to the logits."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from auscult.evaluate.explain.activation_map import class_activation_maps, has_maps, margin_map
from auscult.evaluate.explain.gradients import (
    integrated_gradients,
    margin,
    margin_of,
    network_attributions,
)
from auscult.models.layers import Context, Dropout
from auscult.models.network import Network
from auscult.train.estimator import estimator_class
from auscult.types import InputShape

MAPPED = ("fcn", "lstm-fcn", "resnet-1d:pool=2", "inception-time")
SHAPE = InputShape(2, 24, 3)


def network(name: str, shape: InputShape = SHAPE, seed: int = 0) -> Network:
    """A network with drawn weights, and batch norms that are not the identity."""
    kind, _, setting = name.partition(":")
    params = {setting.split("=")[0]: int(setting.split("=")[1])} if setting else {}
    built: Network = estimator_class(kind)(**params).architecture().build(1, shape)
    generator = torch.Generator().manual_seed(seed)
    built.initialise(0, generator)
    for name_of, buffer in built.named_buffers():
        draw = torch.rand(buffer.shape, generator=generator)
        buffer.copy_(draw + 0.5 if "var" in name_of or "scale" in name_of else draw - 0.5)
    return built.eval()


def cases(shape: InputShape = SHAPE, n: int = 4) -> np.ndarray:
    rng = np.random.default_rng(1)
    return rng.normal(size=(n, shape.n_channels, shape.n_timepoints)).astype(np.float32)


def logits(built: Network, X: np.ndarray) -> Tensor:
    with torch.no_grad():
        return built(torch.as_tensor(X)[None], Context())[0]  # type: ignore[no-any-return]


def test_attributions_of_a_linear_function_are_its_terms() -> None:
    weight = np.array([1.0, -2.0, 0.5])
    X, baseline = np.array([[1.0, 1.0, 4.0], [0.0, 3.0, 0.0]]), np.array([0.5, 0.0, 2.0])
    found = integrated_gradients(lambda x: x @ torch.as_tensor(weight), X, baseline)
    np.testing.assert_allclose(found, (X - baseline) * weight)


def test_a_product_is_shared_between_its_factors() -> None:
    found = integrated_gradients(lambda x: x[:, 0] * x[:, 1], np.array([[2.0, 3.0]]), np.zeros(2))
    np.testing.assert_allclose(found, [[3.0, 3.0]])


@pytest.mark.parametrize("name", ["mlp", "rnn", "gru", "lstm", "fcn", "transformer", "lenet"])
def test_attributions_are_complete(name: str) -> None:
    built, X = network(name), cases()
    codes, baseline = np.array([0, 1, 2, 0]), X.mean(axis=0)
    found = network_attributions(built, X, codes, baseline)
    function = margin_of(built, codes)
    with torch.no_grad():
        change = function(torch.as_tensor(X)) - function(
            torch.as_tensor(baseline).expand(len(X), -1, -1)
        )
    np.testing.assert_allclose(found.sum(axis=(1, 2)), change.numpy(), rtol=0.01, atol=0.01)


def test_a_short_signal_is_explained_up_to_its_end() -> None:
    built, X = network("gru"), cases()
    X[1, :, 15:] = np.nan
    found = network_attributions(built, X, np.zeros(4, dtype=np.int64), np.zeros((2, 24)))
    assert not found[1, :, 15:].any()
    alone = network_attributions(built, X[1:2, :, :15], np.zeros(1, dtype=int), np.zeros((2, 15)))
    np.testing.assert_allclose(found[1, :, :15], alone[0], atol=1e-6)


def test_margin_is_the_log_odds_of_two_classes_and_ignores_a_shift() -> None:
    z = torch.tensor([[1.0, 4.0], [2.0, -1.0]])
    np.testing.assert_allclose(margin(z, torch.tensor([1, 1])), [3.0, -3.0])
    z = torch.randn(5, 4, dtype=torch.float64)
    codes = torch.tensor([0, 1, 2, 3, 0])
    np.testing.assert_allclose(margin(z + 7, codes), margin(z, codes))


@pytest.mark.parametrize("name", MAPPED)
def test_maps_average_to_the_logits(name: str) -> None:
    built, X = network(name), cases()
    assert has_maps(built)
    means = class_activation_maps(built, X).mean(axis=2)
    head = built.head
    rest = head.bias[0].detach() if name != "lstm-fcn" else _with_the_lstm(built, X)  # type: ignore[union-attr, index]
    np.testing.assert_allclose(means + np.asarray(rest), logits(built, X), atol=1e-4)


def _with_the_lstm(built: Network, X: np.ndarray) -> Tensor:
    """The head's bias and what it reads from the LSTM."""
    with torch.no_grad():
        x = built.standardise(torch.as_tensor(X)[None], Context())
        states = built.lstm(x)[:, :, -1]  # type: ignore[operator]
        head = built.head
        cells = states.shape[-1]
        return states[0] @ head.weight[0, :, :cells].T + head.bias[0]  # type: ignore


@pytest.mark.parametrize("name", MAPPED)
def test_the_margin_map_is_as_long_as_the_signal(name: str) -> None:
    assert margin_map(network(name), cases(), np.array([0, 1, 2, 0])).shape == (4, 1, 24)


def test_networks_without_pooling_have_no_maps() -> None:
    assert not any(has_maps(network(name)) for name in ("mlp", "lstm", "lenet"))
    assert isinstance(network("mlp").dropout, Dropout)
