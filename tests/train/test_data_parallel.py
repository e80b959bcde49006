"""A fit trained by several, each on a share of every batch, is the fit trained by one.

Here they are threads, each with a group of its own, as processes have: the same steps over the
same sockets. ``workers/test_together.py`` has the processes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.train.test_checkpoint import same
from tests.train.test_stack import SIGNALS, TABLE, cases, parts

from auscult.models.table import model_class
from auscult.train.meeting import Meeting
from auscult.train.parts import Part
from auscult.train.peers import Peers
from auscult.train.run import Fitted
from auscult.train.settings import Training
from auscult.train.stack import fit_stack
from auscult.train.threads import one_thread
from auscult.types import InputShape

pytestmark = pytest.mark.usefixtures("one_thread")


def trained(
    name: str,
    given: Sequence[Part],
    own: dict[str, Any],
    settings: dict[str, Any],
    *,
    peers: Peers | None = None,
) -> list[Fitted]:
    kind = "signals" if name in SIGNALS or given[0].lengths is not None else "table"
    classes = 2 if given[0].y.ndim == 1 else given[0].y.shape[1]
    shape = InputShape(1, given[0].X.shape[2], classes, kind)  # type: ignore[arg-type]
    architecture = model_class(name)(**{**SIGNALS.get(name, {}), **own})
    training = Training(**{"epochs": 2, "batch_size": 32, "learning_rate": 0.01, **settings})
    return fit_stack(architecture, shape, given, training, peers=peers)


def by(size: int, *what: Any) -> list[list[Fitted]]:
    """The fits as each of so many has them."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(size) as pool:

        def one(rank: int) -> list[Fitted]:
            with one_thread():
                meeting = Meeting(Path(folder) / "file", rank, size)
                return trained(*what, peers=meeting.peers("cpu"))

        return [coming.result(60) for coming in [pool.submit(one, rank) for rank in range(size)]]


def alike(one: Sequence[Fitted], other: Sequence[Fitted], tolerance: float) -> None:
    for a, b in zip(one, other, strict=True):
        assert a.history.best_epoch == b.history.best_epoch
        assert a.history.curves.keys() == b.history.curves.keys()
        for key, values in a.history.curves.items():
            counted = key.endswith(("accuracy", "roc_auc"))  # a tie may fall to the other side
            near = 0.01 if counted else tolerance
            np.testing.assert_allclose(values, b.history.curves[key], rtol=near, atol=near)
        for key, tensor in a.weights.items():
            torch.testing.assert_close(tensor, b.weights[key], rtol=tolerance, atol=tolerance)


def check(size: int, *what: Any, tolerance: float = 1e-5) -> None:
    together = by(size, *what)
    for other in together[1:]:
        same(together[0], other)
    alike(trained(*what), together[0], tolerance)


def dropping(name: str) -> dict[str, Any]:
    has = "dropout" in getattr(model_class(name), "__dataclass_fields__", {})
    return {"dropout": 0.3} if has else {}


@pytest.mark.parametrize("name", [*TABLE, *SIGNALS])
def test_two_train_every_network_as_one_does(name: str) -> None:
    check(2, name, parts(3), dropping(name), {"optimizer": "sgd"})


@pytest.mark.parametrize("name", ["mlp", "lstm-fcn", "resnet"])
def test_shares_that_are_uneven_or_empty_change_nothing(name: str) -> None:
    few = [replace(part, train=part.train[:11]) for part in parts(2)]
    for batch in (2, 5):  # of two cases one of three processes has none; of five, one has one
        check(3, name, few, dropping(name), {"optimizer": "sgd", "batch_size": batch})


@pytest.mark.parametrize(
    "own",
    [
        {"units": (5, 4), "bidirectional": True, "dropout": 0.2},
        {"units": (5,), "pooling": "mean"},
        {"units": (5,), "pooling": "attention"},
    ],
)
def test_signals_of_unequal_length(own: dict[str, Any]) -> None:
    X, y = cases()
    lengths = np.random.default_rng(0).integers(3, 10, size=len(X))
    X[np.arange(9) >= lengths[:, None, None]] = np.nan
    order = np.random.default_rng(1).permutation(len(X))
    given = [Part(X, y, order[: 70 + k], order[90:], k, lengths) for k in range(2)]
    for size in (2, 3):
        check(size, "gru", given, own, {"optimizer": "sgd"})


def test_values_are_learnt_as_classes_are() -> None:
    X, _ = cases()
    y = X[:, 0, :3] * 2
    order = np.arange(len(X))
    given = [Part(X, y, order[: 80 + k], order[90:], k, scaled=True) for k in range(2)]
    check(2, "lstm", given, {"units": (6,)}, {"optimizer": "sgd", "loss": "huber"})


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adam", "class_weight": "balanced", "clip_norm": 1.0},
        {"optimizer": "adamw", "sampling": "balanced", "schedule": "cosine"},
        {"optimizer": "rmsprop", "label_smoothing": 0.1, "schedule": "plateau"},
        {"optimizer": "adadelta", "loss": "focal"},
    ],
)
def test_every_setting_means_the_whole_batch(settings: dict[str, Any]) -> None:
    # Adam and its kin turn the rounding of small gradients into steps.
    check(2, "mlp", parts(2), {"dropout": 0.2}, {"epochs": 3, **settings}, tolerance=1e-4)


def test_fits_stop_at_the_same_epochs() -> None:
    settings = {"epochs": 40, "patience": 3, "learning_rate": 0.02, "optimizer": "sgd"}
    what: tuple[Any, ...] = ("mlp", parts(4), {}, settings)
    alone, together = trained(*what), by(2, *what)
    ends = [len(fit.history.curves["loss"]) for fit in alone]
    assert [len(fit.history.curves["loss"]) for fit in together[0]] == ends
    assert len(set(ends)) > 1
    alike(alone, together[0], 1e-4)
    same(together[0], together[1])


def test_one_that_diverges_is_told_as_of_one_process() -> None:
    X, y = cases()
    X[40] = np.inf
    bad = Part(X, y, np.arange(60), np.arange(60, 90), 0)
    what: tuple[Any, ...] = ("mlp", [bad, *parts(1)], {}, {"optimizer": "sgd"})
    alone, together = trained(*what), by(2, *what)
    assert alone[0].failure is not None
    assert [fit.failure for fit in together[0]] == [fit.failure for fit in alone]
    assert [fit.failure for fit in together[1]] == [fit.failure for fit in alone]


def test_the_same_number_gives_the_same_bits() -> None:
    what: tuple[Any, ...] = ("lstm-fcn", parts(2), dropping("lstm-fcn"), {"optimizer": "adam"})
    same(by(3, *what)[0], by(3, *what)[0])
