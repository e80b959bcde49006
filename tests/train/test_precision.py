"""Training steps in bf16: every network learns, and what is measured is measured in float32."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.train.test_checkpoint import same
from tests.train.test_data_parallel import by
from tests.train.test_stack import SIGNALS, TABLE, parts, trained

from auscult.models.convolution.run import choose_backend, convolve
from auscult.models.layers import Context
from auscult.models.table import model_class
from auscult.train.run import Fitted
from auscult.types import InputShape

pytestmark = pytest.mark.usefixtures("one_thread")

BF16: dict[str, Any] = {"precision": "bf16", "optimizer": "sgd", "learning_rate": 0.01, "epochs": 3}
EPSILON = 2.0**-8


def test_a_network_that_multiplies_is_shortened_and_learns() -> None:
    for name in [*TABLE, *SIGNALS]:
        whole, short = (
            trained(name, parts(2), **BF16 | {"precision": p}) for p in ("float32", "bf16")
        )
        for one, other in zip(whole, short, strict=True):
            differs = [k for k, v in one.weights.items() if not torch.equal(v, other.weights[k])]
            assert differs, f"{name}: nothing is shortened"
            assert all(v.dtype == torch.float32 for v in other.weights.values())
            for a, b in zip(one.history.curves["loss"], other.history.curves["loss"], strict=True):
                assert b == pytest.approx(a, rel=4 * EPSILON), name


def test_the_same_seed_gives_the_same_bits() -> None:
    for name in ("resnet-1d", "lstm-fcn", "transformer"):
        same(trained(name, parts(2), **BF16), trained(name, parts(2), **BF16))


def test_a_validation_loss_is_that_of_the_network_that_is_kept() -> None:
    part = parts(1)[0]
    fit: Fitted = trained("resnet-1d", [part], **BF16)[0]
    network = model_class("resnet-1d")(**SIGNALS["resnet-1d"]).build(
        1, InputShape(1, 9, 2, "signals")
    )
    network.load_state_dict(fit.weights)
    with torch.no_grad():
        scores = network.eval()(torch.tensor(part.X[part.validation])[None], Context())[0]
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(part.y[part.validation]))
    told = fit.history.curves["val_loss"][fit.history.best_epoch]
    assert told == pytest.approx(float(loss), rel=1e-5)


def test_two_that_train_it_together_do_as_one() -> None:
    given = parts(2)
    one = trained("resnet-1d", given, **BF16, batch_size=32)
    first, second = by(2, "resnet-1d", given, {}, BF16)
    same(first, second)
    for a, b in zip(one, first, strict=True):
        for key, tensor in a.weights.items():
            torch.testing.assert_close(b.weights[key], tensor, rtol=2 * EPSILON, atol=2 * EPSILON)


def test_long_narrow_filters_stay_with_the_kernels_of_float32() -> None:
    x = torch.ones(64, 32, 500, dtype=torch.bfloat16)
    with torch.autocast("cpu", torch.bfloat16):
        for taps, backend, dtype in ((5, "torch", torch.bfloat16), (20, "fused", torch.float32)):
            weight = torch.ones(1, 32, 32, taps)
            assert choose_backend(x, weight) in ("torch", backend)  # other processors have none
            y = convolve(x, weight, (0, taps - 1), backend=backend)  # type: ignore[arg-type]
            assert y.dtype == dtype
            assert y[0, 0, 0] == 32 * taps
