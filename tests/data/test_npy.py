"""Signals on the disk are mapped, and what is wrong with them is said."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest

import auscult
from auscult.data.npy import read_npy
from auscult.errors import InputError


def saved(folder: Path, X: object, y: object) -> Path:
    np.save(folder / "X.npy", np.asarray(X))
    np.save(folder / "y.npy", np.asarray(y))
    return folder / "X.npy"


def signals(n: int = 40) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 20)).astype(np.float32)


def test_signals_are_mapped_and_classes_named(tmp_path: Path) -> None:
    X = signals()
    dataset = read_npy(saved(tmp_path, X, np.arange(40) % 2))
    assert dataset.classes == ("0", "1")
    assert isinstance(dataset.X.base, np.memmap) or isinstance(dataset.X, np.memmap)
    np.testing.assert_array_equal(dataset.X[:, 0], X)


def test_a_study_of_mapped_signals_is_that_of_the_same_in_memory(tmp_path: Path) -> None:
    X = signals()
    y = (X[:, 3] > 0).astype(int)
    mapped = auscult.compare(saved(tmp_path, X, y), models="fcn:filters=4+4+4", epochs=2, repeats=1)
    np.savez(tmp_path / "all.npz", X=X[:, None, :], y=y)
    memory = auscult.compare(tmp_path / "all.npz", models="fcn:filters=4+4+4", epochs=2, repeats=1)
    for a, b in zip(mapped.models, memory.models, strict=True):
        np.testing.assert_array_equal(a.predictions.probability, b.predictions.probability)


def test_a_test_file_keeps_the_training_codes(tmp_path: Path) -> None:
    X = signals()
    np.save(tmp_path / "X_train.npy", X)
    np.save(tmp_path / "y_train.npy", np.array(["b", "a"] * 20))
    np.save(tmp_path / "X_test.npy", X[:6])
    np.save(tmp_path / "y_test.npy", np.array(["b"] * 6))
    result = auscult.compare(
        tmp_path / "X_train.npy", test=tmp_path / "X_test.npy", models="logistic"
    )
    assert set(result.winner.predictions.true.tolist()) == {1}


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [
        (np.zeros((4, 5)), [0, 1, 0, 1], "float32"),
        (np.zeros((4, 5), np.float32), [0, 1, 0], "4 classes are wanted"),
        (np.full((4, 5), np.nan, np.float32), [0, 1, 0, 1], "not finite"),
        (np.zeros((200, 2), np.float32), np.arange(200), "measurements"),
        (np.array([{}], dtype=object), [0], "no array of numbers"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, X: object, y: object, said: str) -> None:
    path = tmp_path / "X.npy"
    np.save(path, np.asarray(X), allow_pickle=True)
    np.save(tmp_path / "y.npy", np.asarray(y))
    with pytest.raises(InputError, match=said):
        read_npy(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04" + b"\0" * 40, b"\x93NUMPY\x01\x00"],
    ids=["nothing", "the start of an archive", "the start of an array"],
)
def test_a_file_of_something_else_is_refused_and_closed(tmp_path: Path, content: bytes) -> None:
    path = saved(tmp_path, signals(), np.arange(40) % 2)
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"X\.npy: is no array of numbers"):
        read_npy(path)
    gc.collect()  # a file that was left open would be told now


def test_an_archive_of_arrays_is_no_array(tmp_path: Path) -> None:
    path = saved(tmp_path, signals(), np.arange(40) % 2)
    with path.open("wb") as file:
        np.savez(file, X=signals())
    with pytest.raises(InputError, match=r"X\.npy: is no array of numbers"):
        read_npy(path)


def test_a_missing_file_of_classes_is_named(tmp_path: Path) -> None:
    np.save(tmp_path / "X.npy", signals())
    with pytest.raises(InputError, match=r"y\.npy"):
        read_npy(tmp_path / "X.npy")
