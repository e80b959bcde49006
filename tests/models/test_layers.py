"""The stacked layers equal torch's own, fit by fit."""

from __future__ import annotations

from typing import TypeVar

import pytest
import torch
from torch import nn

from auscult.models.batch_norm import BatchNorm1d
from auscult.models.layers import (
    Context,
    Conv1d,
    Dropout,
    LayerNorm,
    Linear,
    StackedLayer,
    from_channels,
    to_channels,
)
from auscult.models.noise import Noise
from auscult.models.recurrent import last_state, mean_state, reverse

Layer = TypeVar("Layer", bound=StackedLayer)


def drawn(layer: Layer, fits: int) -> Layer:
    for fit in range(fits):
        layer.initialise(fit, torch.Generator().manual_seed(fit))
    return layer


def test_linear_is_one_linear_a_fit() -> None:
    layer = drawn(Linear(3, 5, 2), 3)
    x = torch.randn(3, 7, 4, 5)
    y = layer(x)
    for fit in range(3):
        assert layer.bias is not None
        expected = nn.functional.linear(x[fit], layer.weight[fit], layer.bias[fit])
        torch.testing.assert_close(y[fit], expected)


def test_conv1d_is_one_convolution_a_fit_and_keeps_the_length() -> None:
    layer = drawn(Conv1d(2, 3, 4, 8), 2)
    x = torch.randn(2, 5, 3, 20)
    y = from_channels(layer(to_channels(x)), 2)
    assert y.shape == (2, 5, 4, 20)
    for fit in range(2):
        expected = nn.functional.conv1d(nn.functional.pad(x[fit], (3, 4)), layer.weight[fit])
        torch.testing.assert_close(y[fit], expected)


def test_batch_norm_of_ragged_batches_ignores_padding() -> None:
    ragged, alone = BatchNorm1d(2, 3), BatchNorm1d(1, 3)
    x = torch.randn(2, 6, 3, 10)
    y = from_channels(ragged(to_channels(x), Context(sizes=[6, 4])), 2)
    expected = alone(to_channels(x[1:, :4]), Context(sizes=[4]))
    torch.testing.assert_close(y[1, :4], expected)
    torch.testing.assert_close(ragged.running_mean[1], alone.running_mean[0])
    torch.testing.assert_close(ragged.running_var[1], alone.running_var[0])


def test_batch_norm_of_a_fit_without_cases_keeps_its_statistics() -> None:
    norm = BatchNorm1d(2, 3)
    norm(torch.randn(6, 6, 10), Context(sizes=[6, 0]))
    assert bool((norm.running_mean[1] == 0).all())
    assert bool((norm.running_var[1] == 1).all())


def test_layer_norm_is_torchs() -> None:
    layer = drawn(LayerNorm(2, 6), 2)
    x = torch.randn(2, 3, 4, 6)
    torch.testing.assert_close(layer(x), nn.functional.layer_norm(x, (6,)))


def test_dropout_draws_the_same_for_a_fit_whatever_stands_beside_it() -> None:
    dropout = Dropout(0.5)
    x = torch.ones(2, 6, 50)
    both, alone = Noise.seeded([1, 2]), Noise.seeded([2])
    for _ in range(3):
        together = dropout(x, Context(sizes=[6, 4], noise=both))
        single = dropout(x[1:, :4], Context(sizes=[4], noise=alone))
        torch.testing.assert_close(together[1, :4], single[0])


def test_dropout_keeps_the_mean_and_rests_outside_training() -> None:
    dropout = Dropout(0.8)
    x = torch.ones(1, 300, 300)
    y = dropout(x, Context(noise=Noise.seeded([0])))
    assert float(y.mean()) == pytest.approx(1.0, abs=0.02)
    assert sorted(y.unique().tolist()) == pytest.approx([0.0, 5.0])
    dropout.eval()
    assert dropout(x, Context()) is x


def test_streams_are_even_and_unlike() -> None:
    like = torch.ones(3, 1000, 20)
    masks = Noise.seeded([0, 1, 2**61]).mask(like, 0.5, None).flatten(1) / 2
    assert masks.mean(1).tolist() == pytest.approx([0.5] * 3, abs=0.02)
    agree = float((masks[0] == masks[1]).float().mean())
    assert agree == pytest.approx(0.5, abs=0.02)
    lagged = float((masks[0, 1:] == masks[0, :-1]).float().mean())
    assert lagged == pytest.approx(0.5, abs=0.02)


def test_reverse_turns_each_signal_within_its_length() -> None:
    x = torch.arange(4.0).view(1, 1, 4, 1).expand(1, 2, 4, 1)
    y = reverse(x, torch.tensor([[4, 2]]))
    assert y[0, 0, :, 0].tolist() == [3, 2, 1, 0]
    assert y[0, 1, :2, 0].tolist() == [1, 0]


def test_pooling_sees_real_time_points_only() -> None:
    h = torch.arange(4.0).view(1, 1, 4, 1).expand(1, 2, 4, 1)
    lengths = torch.tensor([[4, 2]])
    assert last_state(h, lengths).flatten().tolist() == [3, 1]
    assert mean_state(h, lengths).flatten().tolist() == [1.5, 0.5]
