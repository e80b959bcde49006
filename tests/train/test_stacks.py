"""Fits are dealt to stacks and stacks to cores; what comes back is what went in, in order."""

from __future__ import annotations

import threading

import pytest
import torch
from tests.train.test_stack import parts

from auscult.models.fcn import FCN
from auscult.models.lstm import LSTM
from auscult.models.mlp import MLP
from auscult.train.settings import Training
from auscult.train.stack import fit_stack
from auscult.train.stacks import deal, fit_parts
from auscult.types import InputShape

TABLE = InputShape(1, 9, 2, "table")
SIGNALS = InputShape(1, 9, 2, "signals")


def test_every_part_is_in_one_stack_and_shapes_do_not_mix() -> None:
    other = InputShape(1, 8, 2, "table")
    shapes = [TABLE, other] * 20
    stacks = deal(MLP(), shapes, Training(), cores=2)
    assert sorted(i for members in stacks for i in members) == list(range(40))
    assert all(len({shapes[i] for i in members}) == 1 for members in stacks)


def test_small_steps_stand_in_one_stack_and_arithmetic_in_narrow_ones() -> None:
    assert len(deal(MLP(), [TABLE] * 50, Training(), cores=2)) == 1
    assert len(deal(FCN(), [SIGNALS] * 6, Training(), cores=2)) == 6


def test_a_stack_stays_within_the_cache_and_no_core_gets_one_more() -> None:
    stacks = deal(LSTM(feed="features"), [TABLE] * 50, Training(), cores=4)
    assert len(stacks) % 4 == 0
    assert max(len(s) for s in stacks) - min(len(s) for s in stacks) <= 1
    assert max(len(s) for s in stacks) <= 32


def test_results_come_back_in_order_and_equal_one_stack() -> None:
    given = parts(5)
    training = Training(epochs=3, optimizer="sgd")
    architecture = FCN(filters=(4, 4, 4))
    dealt = fit_parts(architecture, [SIGNALS] * 5, given, training)
    together = fit_stack(architecture, SIGNALS, given, training)
    for a, b in zip(dealt, together, strict=True):
        for key, value in a.weights.items():
            torch.testing.assert_close(value, b.weights[key], rtol=1e-4, atol=1e-5)


def test_progress_rises_to_one_whatever_the_stacks() -> None:
    told: list[float] = []
    lock = threading.Lock()

    def progress(done: float, detail: str) -> None:
        assert "epoch" in detail
        with lock:
            told.append(done)

    architecture = FCN(filters=(4, 4, 4))
    fit_parts(architecture, [SIGNALS] * 4, parts(4), Training(epochs=3), progress=progress)
    assert told[-1] == pytest.approx(1.0)
    assert told == sorted(told)


def test_an_error_stops_the_other_stacks_and_arrives() -> None:
    def progress(done: float, detail: str) -> None:
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        fit_parts(
            FCN(filters=(4, 4, 4)),
            [SIGNALS] * 4,
            parts(4),
            Training(epochs=50),
            progress=progress,
        )
    assert threading.active_count() <= before + 1


def test_threads_are_given_back() -> None:
    before = torch.get_num_threads()
    fit_parts(MLP(), [TABLE] * 2, parts(2), Training(epochs=1))
    assert torch.get_num_threads() == before
