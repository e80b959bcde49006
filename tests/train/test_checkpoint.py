"""A stack that is stopped and begun again ends at the bits of one that never was."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
import torch
from tests.train.test_stack import SIGNALS, TABLE, parts

from auscult.models.table import model_class
from auscult.train.checkpoint import Cancelled, Keeper, fitted_entry, fitted_of
from auscult.train.parts import Part
from auscult.train.run import Fitted
from auscult.train.settings import Training
from auscult.train.stack import Stack, fit_stack
from auscult.train.stacks import fit_parts
from auscult.train.store import Checkpoint, FitStore, keeping_fits
from auscult.types import InputShape

pytestmark = pytest.mark.usefixtures("one_thread")

SETTINGS: list[dict[str, Any]] = [
    {},
    {"optimizer": "sgd", "schedule": "plateau", "patience": 2},
    {"optimizer": "rmsprop", "schedule": "cosine", "sampling": "balanced"},
    {"optimizer": "adadelta", "class_weight": "balanced", "clip_norm": 1.0},
    {"optimizer": "adamw", "weight_decay": 0.01, "patience": 1, "learning_rate": 0.05},
]


class StopAfter(Keeper):
    """Stops a stack behind so many steps."""

    def __init__(self, checkpoint: Checkpoint, steps: int) -> None:
        self.event = Event()
        super().__init__(checkpoint, self.event)
        self.left = steps

    def stepped(self, stack: Stack) -> None:
        self.left -= 1
        if self.left <= 0:
            self.event.set()
        super().stepped(stack)


def train(
    name: str, given: list[Part], keeper: Keeper | None = None, **settings: Any
) -> list[Fitted]:
    shape = InputShape(1, 9, 2, "signals" if name in SIGNALS else "table")
    own = dict(SIGNALS.get(name, {}))
    if "dropout" in getattr(model_class(name), "__dataclass_fields__", {}):
        own["dropout"] = 0.3
    training = Training(**{"epochs": 4, "batch_size": 32, **settings})
    return fit_stack(model_class(name)(**own), shape, given, training, watcher=keeper)


def same(a: list[Fitted], b: list[Fitted]) -> None:
    assert len(a) == len(b)
    for one, other in zip(a, b, strict=True):
        assert one.failure == other.failure
        assert one.history.best_epoch == other.history.best_epoch
        assert one.history.curves.keys() == other.history.curves.keys()
        for key, values in one.history.curves.items():
            np.testing.assert_array_equal(values, other.history.curves[key])
        assert one.weights.keys() == other.weights.keys()
        for key, tensor in one.weights.items():
            assert torch.equal(tensor, other.weights[key]), key


def stopped_every(steps: list[int], name: str, folder: Path, **settings: Any) -> list[Fitted]:
    """Trained in as many pieces as there are stops, each from the last one's checkpoint."""
    store = FitStore(folder)
    for count in steps:
        keeper = StopAfter(Checkpoint(store, "fit"), count)
        try:
            return train(name, parts(3), keeper, **settings)
        except Cancelled:
            continue
    return train(name, parts(3), Keeper(Checkpoint(store, "fit")), **settings)


@pytest.mark.parametrize("precision", ["float32", "bf16"])
@pytest.mark.parametrize("name", [*TABLE, *SIGNALS])
def test_every_network_goes_on_to_the_same_bits(name: str, precision: str, tmp_path: Path) -> None:
    whole = train(name, parts(3), precision=precision)
    # Stopped within epochs and at their ends.
    same(whole, stopped_every([1, 2, 3, 1], name, tmp_path, precision=precision))


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("seed", range(3))
def test_every_setting_goes_on_to_the_same_bits(
    settings: dict[str, Any], seed: int, tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    given = {**settings, "epochs": 8}
    whole = train("mlp", parts(3), **given)
    steps = rng.integers(1, 9, size=4).tolist()
    same(whole, stopped_every(steps, "mlp", tmp_path, **given))


def test_a_finished_fit_comes_back_as_it_was(tmp_path: Path) -> None:
    fitted = train("gru", parts(3))
    store = FitStore(tmp_path)
    store.finish("a", fitted_entry(fitted))
    kept = store.finished("a")
    assert kept is not None
    same(fitted, fitted_of(kept))


def test_a_damaged_file_is_no_fit(tmp_path: Path) -> None:
    store = FitStore(tmp_path)
    store.finish("a", fitted_entry(train("mlp", parts(2))))
    path = next(tmp_path.iterdir())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert store.finished("a") is None
    path.write_bytes(bytes(content[:100]))
    assert store.finished("a") is None


def test_stacks_are_taken_from_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shape = InputShape(1, 9, 2, "table")
    architecture, training = model_class("mlp")(), Training(epochs=3)
    with keeping_fits(FitStore(tmp_path)):
        first = fit_parts(architecture, [shape] * 3, parts(3), training)
        monkeypatch.setattr("auscult.train.stack_work.fit_stack", None)  # nothing is trained again
        same(first, fit_parts(architecture, [shape] * 3, parts(3), training))
    monkeypatch.undo()
    other = parts(3)
    other[0].y.setflags(write=True)
    other[0].y[:] = 1 - other[0].y
    with keeping_fits(FitStore(tmp_path)):
        changed = fit_parts(architecture, [shape] * 3, other, training)
    assert not torch.equal(first[0].weights["head.weight"], changed[0].weights["head.weight"])
