"""What every model of the table keeps to, whatever it is made of."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from auscult.models.table import MODELS, model_class
from auscult.train.estimator import estimator_class
from auscult.types import FloatArray, Tags

pytestmark = pytest.mark.usefixtures("one_thread")

QUICK = {"epochs": 2, "batch_size": 16}
SMALL: dict[str, dict[str, Any]] = {
    "random-forest": {"n_estimators": 5},
    "gradient-boosting": {"max_iter": 5, "min_samples_leaf": 2},
    "knn-dtw": {"n_jobs": 1},
    "mlp": QUICK | {"units": (8,)},
    "rnn": QUICK | {"units": (6,)},
    "gru": QUICK | {"units": (6,)},
    "lstm": QUICK | {"units": (6,)},
    "fcn": QUICK | {"filters": (4, 6, 4)},
    "lstm-fcn": QUICK | {"cells": 3, "filters": (4, 6, 4)},
    "transformer": QUICK | {"width": 8, "heads": 2, "layers": 1},
    "lenet": QUICK | {"units": (8,)},
    "vgg": QUICK | {"filters": (4, 6), "convolutions": 1, "units": 8},
    "googlenet": QUICK | {"filters": (16, 16), "blocks": 1},
    "resnet": QUICK | {"filters": (4, 6), "blocks": 1},
    "resnet-1d": QUICK | {"filters": (4, 6), "kernels": (5, 3)},
    "inception-time": QUICK | {"filters": 4, "depth": 3, "kernels": (6, 3)},
}
N_CASES, N_TIMEPOINTS = 24, 10

Check = Callable[[str], None]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    CHECKS.append(function)
    return function


def make(name: str, **settings: Any) -> Any:
    cls = estimator_class(name)
    given = SMALL.get(name, {}) | settings
    if "random_state" in cls().get_params():
        given.setdefault("random_state", 0)
    return cls(**given)


def tags_of(name: str) -> Tags:
    found: Tags = model_class(name).tags
    return found


def data(name: str, n_channels: int = 1, seed: int = 0) -> tuple[FloatArray, Any]:
    """Two classes that a model can tell apart, a table where the model takes one."""
    rng = np.random.default_rng(seed)
    y = np.arange(N_CASES) % 2
    X = rng.normal(size=(N_CASES, n_channels, N_TIMEPOINTS)) + y[:, None, None]
    return (X[:, 0] if tags_of(name).tables and n_channels == 1 else X), y


def signals(n_channels: int = 1) -> tuple[FloatArray, Any]:
    X, y = data("knn-dtw", n_channels)
    return X.astype(np.float32), y


def require_probabilities(model: Any, X: FloatArray) -> None:
    probability = model.predict_proba(X)
    assert probability.shape == (len(X), len(model.classes_))
    assert probability.min() >= 0
    assert probability.max() <= 1
    np.testing.assert_allclose(probability.sum(axis=1), 1, atol=1e-6)


@check
def can_be_cloned(name: str) -> None:
    model = make(name)
    copy = clone(model)
    assert copy is not model
    assert copy.get_params() == model.get_params()
    assert type(model)(**model.get_params()).get_params() == model.get_params()


@check
def a_setting_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=r"untis|no arguments"):
        estimator_class(name)(untis=3)


@check
def inputs_stay_as_they_are(name: str) -> None:
    X, y = data(name)
    for dtype in (np.float32, np.float64):
        given, labels = np.ascontiguousarray(X, dtype), y.copy()
        given.setflags(write=False)
        labels.setflags(write=False)
        before = given.copy()
        make(name).fit(given, labels).predict_proba(given)
        np.testing.assert_array_equal(given, before)


@check
def same_seed_same_output(name: str) -> None:
    X, y = data(name)
    first, second = (make(name).fit(X, y).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@check
def another_seed_another_network(name: str) -> None:
    if not tags_of(name).network:
        return
    X, y = data(name)
    first, second = (make(name, random_state=s).fit(X, y).predict_proba(X) for s in (1, 2))
    assert (first != second).any()


@check
def fitting_again_forgets(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X, y)
    first = model.predict_proba(X)
    model.fit(-X, y)
    np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), first)


@check
def global_random_states_play_no_part(name: str) -> None:
    import torch  # noqa: PLC0415

    X, y = data(name)
    outputs = []
    for seed in (1, 2):
        np.random.seed(seed)  # noqa: NPY002
        torch.manual_seed(seed)
        outputs.append(make(name).fit(X, y).predict_proba(X))
    np.testing.assert_array_equal(*outputs)


@check
def probabilities_are_probabilities(name: str) -> None:
    X, y = data(name)
    require_probabilities(make(name).fit(X, y), X)


@check
def three_classes(name: str) -> None:
    X, _ = data(name)
    model = make(name).fit(X, np.arange(N_CASES) % 3)
    assert model.classes_.tolist() == [0, 1, 2]
    require_probabilities(model, X)


@check
def predicts_the_most_probable(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X, y)
    expected = model.classes_[model.predict_proba(X).argmax(axis=1)]
    np.testing.assert_array_equal(model.predict(X), expected)


@check
def a_case_alone_or_among_others(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X, y)
    alone = np.concatenate([model.predict_proba(X[i : i + 1]) for i in range(N_CASES)])
    np.testing.assert_allclose(alone, model.predict_proba(X), atol=1e-6)


@check
def labels_of_any_type(name: str) -> None:
    X, y = data(name)
    for labels in (
        y,
        y * 2 - 1,
        y == 1,
        np.array(["healthy", "ill"])[y],
        np.array(["健康", "病"], dtype=object)[y],
        y.astype(np.int8),
        y.astype(np.float64),
    ):
        model = make(name).fit(X, labels)
        predicted = model.predict(X)
        assert predicted.dtype == labels.dtype
        assert predicted.shape == labels.shape
        assert set(predicted.tolist()) <= set(labels.tolist())
        assert model.classes_.tolist() == sorted(set(labels.tolist()))


@check
def lists_will_do(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X.tolist(), y.tolist())
    np.testing.assert_array_equal(model.predict(X.tolist()), make(name).fit(X, y).predict(X))


@check
def one_channel(name: str) -> None:
    X, y = signals()
    require_probabilities(make(name).fit(X, y), X)


@check
def several_channels(name: str) -> None:
    X, y = signals(3)
    if tags_of(name).multichannel:
        require_probabilities(make(name).fit(X, y), X)
        return
    with pytest.raises(ValueError, match="channel"):
        make(name).fit(X, y)


@check
def other_channels_at_predict(name: str) -> None:
    X, y = signals(2)
    model = make(name).fit(X, y)
    with pytest.raises(ValueError, match=r"2 .*\b1\b|1 .*\b2\b"):
        model.predict(X[:, :1])
    # The same number of values in another shape is no less wrong.
    with pytest.raises(ValueError, match=r"2 .*\b4\b|4 .*\b2\b"):
        model.predict_proba(X.reshape(N_CASES, 4, N_TIMEPOINTS // 2))


@check
def another_length_at_predict(name: str) -> None:
    X, y = signals()
    model = make(name).fit(X, y)
    if name == "knn-dtw":  # warps any length on any other
        require_probabilities(model, X[..., :-3])
        return
    with pytest.raises(ValueError, match=r"10 .*\b7\b"):
        model.predict(X[..., :-3])


@check
def another_width_at_predict(name: str) -> None:
    if not tags_of(name).tables:
        return
    X, y = data(name)
    model = make(name).fit(X, y)
    with pytest.raises(ValueError, match=r"7 features.*10 features"):
        model.predict(X[:, :7])


@check
def shapes_that_are_none(name: str) -> None:
    X, y = data(name)
    for wrong in (X[0].ravel(), X.reshape(N_CASES, 1, 1, -1), np.float64(3), X[:0]):
        with pytest.raises(ValueError, match=r"(?i)dim|array|case"):
            make(name).fit(wrong, y[: np.shape(wrong)[0] if np.ndim(wrong) else 0])


@check
def as_many_classes_as_cases(name: str) -> None:
    X, y = data(name)
    with pytest.raises(ValueError, match=r"24.*23|23.*24"):
        make(name).fit(X, y[:-1])


@check
def unequal_lengths(name: str) -> None:
    X, y = signals()
    X[::3, :, 6:] = np.nan
    if tags_of(name).unequal_length or tags_of(name).missing:
        require_probabilities(make(name).fit(X, y), X)
        return
    with pytest.raises(ValueError, match="NaN"):
        make(name).fit(X, y)


@check
def padding_plays_no_part(name: str) -> None:
    if not tags_of(name).unequal_length:
        return
    X, y = signals()
    padded = np.pad(X, ((0, 0), (0, 0), (0, 4)), constant_values=np.nan)
    padded[0, :, 5:] = np.nan
    longer = np.pad(padded, ((0, 0), (0, 0), (0, 7)), constant_values=np.nan)
    a, b = (make(name).fit(one, y).predict_proba(one) for one in (padded, longer))
    np.testing.assert_allclose(a, b, atol=1e-6)


@check
def missing_values(name: str) -> None:
    X, y = data(name)
    X[3, ..., 4] = np.nan
    if tags_of(name).missing:
        require_probabilities(make(name).fit(X, y), X)
        return
    with pytest.raises(ValueError, match=r"NaN|missing"):
        make(name).fit(X, y)
    model = make(name).fit(data(name)[0], y)
    with pytest.raises(ValueError, match=r"NaN|missing"):
        model.predict(X)


@check
def infinity_is_refused(name: str) -> None:
    X, y = data(name)
    X[3, ..., 4] = np.inf
    with pytest.raises(ValueError, match=r"infinit|large"):
        make(name).fit(X, y)


@check
def one_class_is_refused(name: str) -> None:
    X, _ = data(name)
    with pytest.raises(ValueError, match="class"):
        make(name).fit(X, np.ones(N_CASES, dtype=np.int64))


@check
def fewer_than_two_cases(name: str) -> None:
    X, y = data(name)
    for n in (0, 1):
        with pytest.raises(ValueError, match=r"class|sample|case"):
            make(name).fit(X[:n], y[:n])


@check
def two_cases_are_enough(name: str) -> None:
    X, y = data(name)
    require_probabilities(make(name).fit(X[:2], y[:2]), X)


@check
def constant_features(name: str) -> None:
    X, y = data(name)
    X[..., 2] = 7.0
    require_probabilities(make(name).fit(X, y), X)
    require_probabilities(make(name).fit(np.ones_like(X), y), X)


@check
def not_fitted_is_said(name: str) -> None:
    from sklearn.exceptions import NotFittedError  # noqa: PLC0415

    X, _ = data(name)
    for method in ("predict", "predict_proba"):
        with pytest.raises(NotFittedError):
            getattr(make(name), method)(X)


@check
def tables_or_signals_by_its_tags(name: str) -> None:
    tags = tags_of(name)
    assert tags.tables or tags.signals
    X, y = data(name)
    assert X.ndim == (2 if tags.tables else 3)
    require_probabilities(make(name).fit(X, y), X)


@check
def pickles_and_copies(name: str) -> None:
    X, y = data(name)
    for fitted in (False, True):
        model = make(name).fit(X, y) if fitted else make(name)
        for copy in (pickle.loads(pickle.dumps(model)), deepcopy(model)):
            assert type(copy) is type(model)
            assert copy.get_params() == model.get_params()
            if fitted:
                np.testing.assert_array_equal(copy.predict_proba(X), model.predict_proba(X))


@check
def counts_its_parameters(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X, y)
    if name == "knn-dtw":  # keeps cases, learns no numbers
        assert not hasattr(model, "n_parameters_")
        return
    assert isinstance(model.n_parameters_, int)
    assert model.n_parameters_ > 0


@check
def tells_its_learning_curves(name: str) -> None:
    if not tags_of(name).network:
        return
    X, y = data(name)
    curves = make(name).fit(X, y).history_.curves
    assert {"loss", "accuracy", "roc_auc", "learning_rate"} <= set(curves)
    assert all(len(values) == QUICK["epochs"] for values in curves.values())


@check
def is_quick_on_little(name: str) -> None:
    X, y = data(name)
    make(name).fit(X, y).predict(X)  # compiles what there is to compile
    started = time.process_time()
    make(name).fit(X, y).predict(X)
    assert time.process_time() - started < 2.0


@check
def has_a_label_and_a_story(name: str) -> None:
    cls = estimator_class(name)
    assert isinstance(cls.label, str)
    assert cls.__doc__
    assert "\n" in cls.__doc__


@pytest.mark.parametrize(
    ("name", "one"),
    [pytest.param(m, c, id=f"{m}:{c.__name__}") for m in MODELS for c in CHECKS],
)
def test_model(name: str, one: Check) -> None:
    one(name)
