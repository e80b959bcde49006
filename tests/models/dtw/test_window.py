"""Leave-one-out accuracy of every window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.models.dtw.plain import padded, plain_dtw

from auscult.errors import InputError
from auscult.models.dtw.neighbours import nearest
from auscult.models.dtw.references import lay_references
from auscult.models.dtw.signals import as_signals
from auscult.models.dtw.window import best_window


@pytest.mark.parametrize("cost", ["squared", "absolute"])
@pytest.mark.parametrize("shortest", [7, 12])
def test_equals_a_search_with_each_window(cost: str, shortest: int) -> None:
    rng = np.random.default_rng(5)
    signals = [
        rng.integers(-2, 3, (1, rng.integers(shortest, 13))).astype(np.float64) for _ in range(18)
    ]
    labels = rng.integers(0, 3, 18)
    choice = best_window(padded(signals), labels, cost=cost, windows=(0, 1, 2, 3, 5, 8, 12))
    for k, window in enumerate(choice.windows):
        for case, signal in enumerate(signals):
            others = [plain_dtw(signal, s, cost == "squared", window) for s in signals]
            others[case] = np.inf
            assert choice.nearest[case, k] == np.argmin(others)
        found = labels[choice.nearest[:, k]] == labels
        assert choice.accuracies[k] == found.mean()
    assert choice.window == choice.windows[int(np.argmax(choice.accuracies))]


def test_equals_the_search_on_real_signals(shared: Path) -> None:
    table = np.loadtxt(shared / "ecg200" / "ECG200_TRAIN.tsv")
    X, y = table[:, 1:], table[:, 0]
    choice = best_window(X, y)
    assert (choice.window, choice.accuracy) == (0, 0.86)
    signals = as_signals(X)
    references = lay_references(signals, one_length=True)
    for k in range(0, len(choice.windows), 7):
        _, cases = nearest(signals, references, window=choice.windows[k], leave_out=True)
        np.testing.assert_array_equal(choice.nearest[:, k], cases[:, 0])


def test_refuses_what_it_cannot_leave_out() -> None:
    with pytest.raises(InputError, match="two cases with a label each"):
        best_window(np.zeros((1, 5)), [0])
    with pytest.raises(InputError, match="windows is empty"):
        best_window(np.zeros((2, 5)), [0, 1], windows=[])
    with pytest.raises(InputError, match=r"window is 1\.5"):
        best_window(np.zeros((2, 5)), [0, 1], windows=[1.5])
