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
