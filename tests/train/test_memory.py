"""The memory that a network takes: known before it is made, and told where there is too little."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from tests.train.test_stack import SIGNALS, TABLE, parts

from auscult.errors import InputError
from auscult.models.fcn import FCN
from auscult.models.lstm import LSTM
from auscult.models.mlp import MLP
from auscult.models.table import model_class
from auscult.train import stacks
from auscult.train.memory import n_parameters
from auscult.train.parts import Part
from auscult.train.settings import Training
from auscult.train.stacks import fit_parts
from auscult.types import InputShape

SHAPE = InputShape(1, 9, 2, "table")


@pytest.mark.parametrize("name", [*TABLE, *SIGNALS])
def test_it_is_the_size_of_the_network_that_is_built(name: str) -> None:
    shape = InputShape(1, 96, 3, "signals" if name in SIGNALS else "table")
    architecture = model_class(name)()
    assert n_parameters(architecture, shape) == architecture.build(1, shape).n_parameters


@pytest.mark.parametrize("units", [10**8, 10**13])
def test_what_no_machine_holds_is_refused_before_it_is_made(units: int) -> None:
    with pytest.raises(InputError, match="the LSTM of these settings is too large"):
        fit_parts(LSTM(units=(units,)), [SHAPE], parts(1), Training())


def test_the_line_says_how_large_it_is() -> None:
    line = (
        r"It has 1\d\d,\d{3},\d{3},\d{3} parameters, and to train them takes \d,\d{3} GB of \d+\."
    )
    with pytest.raises(InputError, match=line):
        n_parameters(MLP(units=(10**10,)), SHAPE)


def test_batches_that_no_memory_holds_are_told() -> None:
    X = np.zeros((4, 1, 1_000_000), np.float32)  # a million filters of a million points: 16 TB
    y, order = np.arange(4) % 2, np.arange(4)
    part = Part(X, y, order, order[:0], 0)
    architecture, shape = FCN(filters=(1_000_000, 1, 1)), InputShape(1, 1_000_000, 2)
    with pytest.raises(InputError, match="the FCN of these settings ran out of memory"):
        fit_parts(architecture, [shape], [part], Training(epochs=1))


@pytest.mark.parametrize("room", [1, 2])
def test_fits_that_fill_the_memory_are_trained_one_at_a_time(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    architecture, shape = FCN(filters=(4, 4, 4)), InputShape(1, 9, 2, "signals")
    monkeypatch.setattr(stacks, "n_cores", lambda: 2)
    monkeypatch.setattr(stacks, "fits_at_once", lambda _: room)
    threads = set()

    def progress(*_: object) -> None:
        threads.add(threading.current_thread())

    fit_parts(architecture, [shape] * 4, parts(4), Training(epochs=1), progress=progress)
    assert threads == {threading.main_thread()} if room == 1 else len(threads) == 2
