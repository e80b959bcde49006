"""Trees that never end, share their branches, or lead out of their arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray
from tests.bundle.attacks.corpus import Attack, Files, one_file

from auscult.bundle.arrays import read_arrays, write_arrays

NAME = "weights.safetensors"
Arrays = Mapping[str, NDArray[Any]]


def attacks(kind: str, files: Files) -> Iterator[Attack]:
    """``files`` are a bundle of the four nodes of :data:`~tests.bundle.attacks.sound.COMB`."""
    sound = read_arrays(files[NAME])
    value = "share" if kind == "forest" else "value"
    for name, changed in _changes(sound).items():
        make = partial(write_arrays, {**sound, **changed})
        yield one_file(f"tree: {kind} {name}", kind, files, NAME, make)
    chains = {"10,001 levels deep": (10_001, 1), "1,000,000 levels deep": (1_000_000, 1)}
    for name, size in chains.items():
        make = partial(_chains, sound, value, *size)
        yield one_file(f"tree: {kind} {name}", kind, files, NAME, make)
    large = {"9,999 levels deep": (9_999, 1), "fifty, each 2,000 deep": (2_000, 50)}
    for name, size in large.items():
        make = partial(_chains, sound, value, *size)
        yield one_file(f"tree: {kind} {name}", kind, files, NAME, make, "any")
    for n_trees, must in ((20_000, "any"), (300_000, "refused")):
        many = {"roots": np.full(n_trees, -1, np.int32)}
        make = partial(write_arrays, {**sound, **_no_nodes(sound), **many})
        name = f"tree: {kind} {n_trees:,} trees of a leaf"
        yield one_file(name, kind, files, NAME, make, cast(Literal["refused", "any"], must))


def _changes(sound: Arrays) -> dict[str, Arrays]:
    def links(name: str, *values: int) -> Arrays:
        return {name: np.array(values, np.int32)}

    n_leaves = len(sound["left"]) + 1
    return {
        "a node under itself": links("left", 0, -1, 3, -3),
        "a circle of two": links("left", 1, 0, 3, -3),
        "a circle through both sides": {**links("left", 1, -1, 3, 2), **links("right", 0, 0, 2, 2)},
        "a circle away from any root": {**links("roots", 0, -1), **links("left", 1, -1, 3, 2)},
        "a child before its parent": links("left", 1, -1, 1, -3),
        "a branch of two parents": links("left", 1, -1, 1, 3),
        "a branch twice of one parent": links("right", 1, -3, -4, -5),
        "a root that is a branch": links("roots", 0, 1, 2),
        "a root twice": links("roots", 0, 0, 2),
        "a node of no parent": links("left", -1, -1, 3, -3),
        "a link past the nodes": links("left", 1, -1, 4, -3),
        "a link of 2^31 - 1": links("left", 1, -1, 2**31 - 1, -3),
        "a link of -2^31": links("left", 1, -1, 3, -(2**31)),
        "a leaf past the leaves": links("right", -2, -3, -4, -n_leaves - 1),
        "a root past the nodes": links("roots", 0, 2, 4),
        "a root past the leaves": links("roots", 0, 2, -n_leaves - 1),
        "no trees": links("roots"),
        "a feature past the features": links("feature", 0, 1, 2, 5),
        "a feature below 0": links("feature", 0, 1, 2, -1),
        "a feature of 2^31 - 1": links("feature", 0, 1, 2, 2**31 - 1),
        "a threshold of NaN": {"threshold": np.array([0.1, np.nan, 1.0, 0.5])},
        "a threshold less": {"threshold": np.zeros(3)},
        "a threshold more": {"threshold": np.zeros(5)},
        "a side less": links("right", -2, -3, -4),
        "nodes without links": _no_nodes(sound) | {"feature": sound["feature"]},
        "links of 64 bits": {"left": sound["left"].astype(np.int64)},
        "links of fractions": {"left": sound["left"].astype(np.float64)},
        "links in two rows": {"left": sound["left"].reshape(2, 2)},
        "gaps that go both ways": {"missing_left": np.full(4, 2, np.uint8)},
    }


def _no_nodes(sound: Arrays) -> dict[str, NDArray[Any]]:
    names = ("feature", "threshold", "left", "right", "missing_left")
    return {name: sound[name][:0] for name in names}


def _chains(sound: Arrays, value: str, depth: int, n_trees: int) -> bytes:
    """Trees of which every node has a leaf on its right and the next node on its left."""
    n = depth * n_trees
    left = np.arange(1, n + 1, dtype=np.int32)
    left[depth - 1 :: depth] = -1
    changed = {
        "roots": np.arange(0, n, depth, dtype=np.int32),
        "feature": np.zeros(n, np.int32),
        "threshold": np.full(n, np.inf),
        "left": left,
        "right": np.full(n, -1, np.int32),
        "missing_left": np.ones(n, np.bool_),
    }
    return write_arrays({**sound, **changed, value: sound[value]})
