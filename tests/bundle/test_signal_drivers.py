"""What drove the answer for a signal is where the signal says it."""

from __future__ import annotations

import numpy as np

from auscult.bundle.signal_drivers import map_margin, signal_drivers
from auscult.types import FloatArray, IntArray


def bump_here(X: FloatArray, lengths: IntArray | None) -> FloatArray:
    """The second class's probability is how high the signal stands at points 30 to 33."""
    second = np.clip(np.nan_to_num(X[:, 0, 30:34]).mean(axis=1), 0, 1)
    return np.column_stack([1 - second, second])


def test_occlusion_finds_what_is_looked_at() -> None:
    X = np.zeros((2, 2, 60), np.float32)
    X[1, :, 28:36] = 0.9
    X[1, :, 5:9] = 0.9
    found = signal_drivers(X, None, np.array([0, 1]), bump_here)
    assert found.kind == "signals"
    assert found.values.shape == (2, 60)
    assert np.abs(found.values[0]).max() < 1e-6
    assert 28 <= int(found.values[1].argmax()) <= 35
    assert found.values[1, 5:9].max() < 1e-6
    assert "falls" in found.how


def test_occlusion_of_a_shorter_signal_stays_inside_it() -> None:
    X = np.full((2, 1, 60), np.nan, np.float32)
    X[0, :, :40], X[1, :, :1] = 0.9, 0.2
    X[0, :, :26] = 0.0
    seen: list[IntArray | None] = []

    def probability(cases: FloatArray, lengths: IntArray | None) -> FloatArray:
        seen.append(lengths)
        return bump_here(cases, lengths)

    found = signal_drivers(X, np.array([40, 1]), np.array([1, 0]), probability)
    assert np.isfinite(found.values).all()
    assert not found.values[0, 40:].any()
    assert not found.values[1].any()
    assert [set(np.asarray(lengths).tolist()) for lengths in seen] == [{40}, {1}]


def test_maps_are_stretched_and_compared() -> None:
    maps = np.zeros((1, 3, 4), np.float32)
    maps[0, 1] = [0, 3, 0, 0]
    maps[0, 2] = [0, 0, 0, 2]
    found = signal_drivers(
        np.zeros((1, 1, 8), np.float32),
        None,
        np.array([1]),
        bump_here,
        lambda _: maps,
    )
    assert found.code.tolist() == [1]
    assert found.values.shape == (1, 8)
    assert int(found.values[0].argmax()) in (2, 3)
    np.testing.assert_allclose(found.values[0, -1], -1)
    np.testing.assert_allclose(map_margin(maps, np.array([1]), 4), [[0, 3, 0, -1]])


def test_models_without_maps_are_hidden_from() -> None:
    X = np.zeros((1, 1, 60), np.float32)
    found = signal_drivers(X, None, np.array([1]), bump_here, lambda _: None)
    assert found.values.shape == (1, 60)
