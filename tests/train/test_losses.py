"""Losses and class weights against torch and by hand."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as fn

from auscult.errors import InputError
from auscult.train.losses import case_losses, class_weights, fit_losses
from auscult.train.settings import Training


def test_cross_entropy_and_smoothing_are_torchs() -> None:
    logits, y = torch.randn(2, 5, 3), torch.randint(3, (2, 5))
    for smoothing in (0.0, 0.1):
        ours = case_losses(logits.log_softmax(-1), y, Training(label_smoothing=smoothing))
        plain = fn.cross_entropy(
            logits.flatten(0, 1), y.flatten(), reduction="none", label_smoothing=smoothing
        )
        torch.testing.assert_close(ours.flatten(), plain)


def test_focal_loss_without_focus_is_cross_entropy() -> None:
    logits, y = torch.randn(1, 5, 3), torch.randint(3, (1, 5))
    focal = case_losses(logits.log_softmax(-1), y, Training(loss="focal", focal_gamma=0.0))
    torch.testing.assert_close(focal, case_losses(logits.log_softmax(-1), y, Training()))
    assert bool((case_losses(logits.log_softmax(-1), y, Training(loss="focal")) < focal).all())


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_bce_is_the_plain_formula(smoothing: float) -> None:
    logits = torch.randn(2, 5, 4, dtype=torch.float64, requires_grad=True)
    y = torch.randint(4, (2, 5))
    training = Training(loss="bce", label_smoothing=smoothing)
    ours = case_losses(logits.log_softmax(-1), y, training)
    truth = fn.one_hot(y, 4).double() * (1 - smoothing) + smoothing / 4
    plain = fn.binary_cross_entropy(logits.softmax(-1), truth, reduction="none").mean(-1)
    torch.testing.assert_close(ours, plain)
    gradients = [torch.autograd.grad(loss.sum(), logits)[0] for loss in (ours, plain)]
    torch.testing.assert_close(*gradients)
    assert torch.autograd.gradcheck(lambda z: case_losses(z.log_softmax(-1), y, training), logits)


def test_bce_of_two_classes_is_cross_entropy() -> None:
    log_p, y = torch.randn(3, 5, 2).log_softmax(-1), torch.randint(2, (3, 5))
    bce, ce = (case_losses(log_p, y, Training(loss=n)) for n in ("bce", "cross_entropy"))
    torch.testing.assert_close(bce, ce)


def test_bce_is_finite_where_a_probability_rounds_to_one() -> None:
    logits = torch.tensor([[[200.0, 0.0, -200.0]]], requires_grad=True)
    loss = case_losses(logits.log_softmax(-1), torch.tensor([[2]]), Training(loss="bce"))
    assert loss.item() == pytest.approx((400 + 200) / 3)
    (gradient,) = torch.autograd.grad(loss.sum(), logits)
    assert bool(torch.isfinite(gradient).all())


def test_a_wrong_loss_says_what_was_meant() -> None:
    with pytest.raises(InputError, match=r"'loss' .* Did you mean 'cross_entropy' or 'bce'"):
        Training(loss="ce")  # type: ignore[arg-type]


def test_padding_and_empty_fits_weigh_nothing() -> None:
    losses = torch.tensor([[1.0, 3.0, 99.0], [5.0, 5.0, 5.0]])
    weight = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    assert fit_losses(losses, weight).tolist() == [2.0, 0.0]


@pytest.mark.parametrize("kind", ["none", "balanced", "effective"])
def test_class_weights_have_mean_one_over_the_cases(kind: str) -> None:
    counts = torch.tensor([90, 10])
    weight = class_weights(counts, Training(class_weight=kind))  # type: ignore[arg-type]
    assert float((weight * counts).sum()) == pytest.approx(100.0)
    if kind == "balanced":
        assert float(weight[1] / weight[0]) == pytest.approx(9.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"optimizer": "adm"},
        {"epochs": 0},
        {"learning_rate": -1},
        {"batch_size": 2.5},
        {"patience": "x"},
        {"learning_rate": float("nan")},
    ],
)
def test_wrong_settings_are_refused_by_name(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        Training(**wrong)  # type: ignore[arg-type]
