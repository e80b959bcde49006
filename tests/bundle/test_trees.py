"""Trees as arrays: walked as scikit-learn walks them, refused where they are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from tests.kept import make_table_bundle

from auscult.bundle.bundle import load_bundle
from auscult.bundle.keep.trees import boosted_tree, forest_tree, tree_arrays
from auscult.bundle.predictors.boosting import BoostingPredictor
from auscult.bundle.predictors.forest import ForestPredictor
from auscult.bundle.predictors.predictor import Parts
from auscult.bundle.predictors.trees import Trees, read_trees
from auscult.errors import InputError
from auscult.types import FloatArray, IntArray

Arrays = dict[str, NDArray[Any]]


def cases(n: int, n_classes: int, gaps: bool = True) -> tuple[FloatArray, IntArray]:
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, 7)).astype(np.float32)
    y = np.digitize(X[:, 0] + X[:, 1] * X[:, 2], np.linspace(-1, 1, n_classes - 1))
    if gaps:
        X[rng.random(X.shape) < 0.1] = np.nan
    return X, y


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("gaps", [False, True])
def test_boosting_to_the_last_bit(n_classes: int, gaps: bool) -> None:
    X, y = cases(600, n_classes, gaps)
    model = HistGradientBoostingClassifier(max_iter=15, early_stopping=False).fit(X[:400], y[:400])
    arrays, value = tree_arrays([boosted_tree(t.nodes) for step in model._predictors for t in step])
    start = model._baseline_prediction.ravel()
    found = BoostingPredictor(Trees(**arrays), start, value).probability(X)
    assert np.array_equal(found, model.predict_proba(X.astype(np.float64)))


@pytest.mark.parametrize("gaps", [False, True])
def test_a_forest_to_the_last_bit(gaps: bool) -> None:
    X, y = cases(500, 3, gaps)
    model = RandomForestClassifier(30, random_state=1).fit(X[:300], y[:300])
    arrays, share = tree_arrays([forest_tree(tree.tree_) for tree in model.estimators_])
    found = ForestPredictor(Trees(**arrays), share).probability(X)
    model.n_jobs = 1
    assert np.array_equal(found, model.predict_proba(X))


def test_one_case_has_the_answer_that_it_has_among_many() -> None:
    X, y = cases(300, 3)
    model = RandomForestClassifier(9, random_state=1).fit(X, y)
    arrays, share = tree_arrays([forest_tree(tree.tree_) for tree in model.estimators_])
    predictor = ForestPredictor(Trees(**arrays), share)
    together = predictor.probability(X)
    alone = np.concatenate([predictor.probability(X[i : i + 1]) for i in range(20)])
    assert np.array_equal(alone, together[:20])


def chain(n_nodes: int) -> Arrays:
    """A tree whose right children are leaves."""
    links = np.arange(1, n_nodes + 1, dtype=np.int32)
    links[-1] = -1
    return {
        "roots": np.zeros(1, dtype=np.int32),
        "feature": np.zeros(n_nodes, dtype=np.int32),
        "threshold": np.zeros(n_nodes),
        "left": links,
        "right": np.full(n_nodes, -2, dtype=np.int32),
        "missing_left": np.zeros(n_nodes, dtype=np.bool_),
    }


def changed(**changes: Any) -> Arrays:
    arrays = chain(4)
    for name, (place, value) in changes.items():
        arrays[name][place] = value
    return arrays


BROKEN: dict[str, Arrays] = {
    "a node is its own child": changed(left=(1, 1)),
    "a child stands before its parent": changed(left=(2, 0)),
    "two parents": changed(right=(0, 3)),
    "no parent": changed(left=(2, -1)),
    "a link beyond the nodes": changed(left=(3, 9)),
    "a leaf beyond the leaves": changed(right=(3, -9)),
    "a root beyond the nodes": changed(roots=(0, 4)),
    "a feature beyond the columns": changed(feature=(1, 7)),
    "a feature below 0": changed(feature=(1, -1)),
    "a threshold that is no number": changed(threshold=(1, np.nan)),
    "no trees": {**chain(4), "roots": np.zeros(0, dtype=np.int32)},
    "deeper than a tree": chain(10_001),
    "another dtype": {**chain(4), "left": chain(4)["left"].astype(np.int64)},
    "too few": {**chain(4), "right": chain(3)["right"]},
    "not there": {k: v for k, v in chain(4).items() if k != "missing_left"},
}


def parts(arrays: Arrays, bundle: Path) -> Parts:
    document = load_bundle(bundle).document
    return Parts(document, arrays, {}, 7, bundle)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_trees_are_refused(name: str, heart_bundle: Path) -> None:
    with pytest.raises(InputError, match=r"weights\.safetensors"):
        read_trees(parts(BROKEN[name], heart_bundle), n_leaves=3)


def test_a_long_chain_is_walked(heart_bundle: Path) -> None:
    trees = read_trees(parts(chain(9_999), heart_bundle), n_leaves=2)
    X = np.zeros((2, 7), dtype=np.float32)
    X[1] = 1
    assert trees.leaves(X).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("model", "array", "value"),
    [
        ("gradient-boosting", "value", np.inf),
        ("gradient-boosting", "start", np.nan),
        ("random-forest", "share", 1.5),
        ("random-forest", "share", np.nan),
        ("logistic", "coef", np.nan),
        ("logistic", "scale", 0.0),
        ("majority", "prior", -0.5),
    ],
)
def test_numbers_that_no_model_has_are_refused(
    model: str, array: str, value: float, tmp_path: Path
) -> None:
    from auscult.bundle.arrays import read_arrays, write_arrays  # noqa: PLC0415
    from auscult.bundle.container import read_container, write_container  # noqa: PLC0415

    path = make_table_bundle(tmp_path, model)
    files = dict(read_container(path).files)
    arrays = {k: v.copy() for k, v in read_arrays(files["weights.safetensors"]).items()}
    arrays[array].flat[0] = value
    files["weights.safetensors"] = write_arrays(arrays)
    write_container(path, files)
    with pytest.raises(InputError, match=f"'{array}' must be"):
        load_bundle(path)
