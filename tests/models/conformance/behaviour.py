"""How every model behaves on data that it takes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import deepcopy

import numpy as np
import pytest
from sklearn.base import clone
from tests.models.conformance.making import (
    N_CASES,
    QUICK,
    data,
    make,
    require_probabilities,
    tags_of,
)

from auscult.train.estimator import estimator_class


def can_be_cloned(name: str) -> None:
    model = make(name)
    copy = clone(model)
    assert copy is not model
    assert copy.get_params() == model.get_params()
    assert type(model)(**model.get_params()).get_params() == model.get_params()


def a_setting_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=r"untis|no arguments"):
        estimator_class(name)(untis=3)


def inputs_stay_as_they_are(name: str) -> None:
    X, y = data(name)
    for dtype in (np.float32, np.float64):
        given, labels = np.ascontiguousarray(X, dtype), y.copy()
        given.setflags(write=False)
        labels.setflags(write=False)
        before = given.copy()
        make(name).fit(given, labels).predict_proba(given)
        np.testing.assert_array_equal(given, before)


def same_seed_same_output(name: str) -> None:
    X, y = data(name)
    first, second = (make(name).fit(X, y).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def another_seed_another_network(name: str) -> None:
    if not tags_of(name).network:
        return
    X, y = data(name)
    first, second = (make(name, random_state=s).fit(X, y).predict_proba(X) for s in (1, 2))
    assert (first != second).any()


def fitting_again_forgets(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X, y)
    first = model.predict_proba(X)
    model.fit(-X, y)
    np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), first)


def global_random_states_play_no_part(name: str) -> None:
    import torch  # noqa: PLC0415

    X, y = data(name)
    outputs = []
    for seed in (1, 2):
        np.random.seed(seed)  # noqa: NPY002
        torch.manual_seed(seed)
        outputs.append(make(name).fit(X, y).predict_proba(X))
    np.testing.assert_array_equal(*outputs)


def probabilities_are_probabilities(name: str) -> None:
    X, y = data(name)
    require_probabilities(make(name).fit(X, y), X)


def three_classes(name: str) -> None:
    X, _ = data(name)
    model = make(name).fit(X, np.arange(N_CASES) % 3)
    assert model.classes_.tolist() == [0, 1, 2]
    require_probabilities(model, X)


def predicts_the_most_probable(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X, y)
    expected = model.classes_[model.predict_proba(X).argmax(axis=1)]
    np.testing.assert_array_equal(model.predict(X), expected)


def a_case_alone_or_among_others(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X, y)
    alone = np.concatenate([model.predict_proba(X[i : i + 1]) for i in range(N_CASES)])
    np.testing.assert_allclose(alone, model.predict_proba(X), atol=1e-6)


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


def lists_will_do(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X.tolist(), y.tolist())
    np.testing.assert_array_equal(model.predict(X.tolist()), make(name).fit(X, y).predict(X))


def not_fitted_is_said(name: str) -> None:
    from sklearn.exceptions import NotFittedError  # noqa: PLC0415

    X, _ = data(name)
    for method in ("predict", "predict_proba"):
        with pytest.raises(NotFittedError):
            getattr(make(name), method)(X)


def tables_or_signals_by_its_tags(name: str) -> None:
    tags = tags_of(name)
    assert tags.tables or tags.signals
    X, y = data(name)
    assert X.ndim == (2 if tags.tables else 3)
    require_probabilities(make(name).fit(X, y), X)


def pickles_and_copies(name: str) -> None:
    X, y = data(name)
    for fitted in (False, True):
        model = make(name).fit(X, y) if fitted else make(name)
        for copy in (pickle.loads(pickle.dumps(model)), deepcopy(model)):
            assert type(copy) is type(model)
            assert copy.get_params() == model.get_params()
            if fitted:
                np.testing.assert_array_equal(copy.predict_proba(X), model.predict_proba(X))


def counts_its_parameters(name: str) -> None:
    X, y = data(name)
    model = make(name).fit(X, y)
    if name == "knn-dtw":  # keeps cases, learns no numbers
        assert not hasattr(model, "n_parameters_")
        return
    assert isinstance(model.n_parameters_, int)
    assert model.n_parameters_ > 0


def tells_its_learning_curves(name: str) -> None:
    if not tags_of(name).network:
        return
    X, y = data(name)
    curves = make(name).fit(X, y).history_.curves
    assert {"loss", "accuracy", "roc_auc", "learning_rate"} <= set(curves)
    assert all(len(values) == QUICK["epochs"] for values in curves.values())


def has_a_label_and_a_story(name: str) -> None:
    cls = estimator_class(name)
    assert isinstance(cls.label, str)
    assert cls.__doc__
    assert "\n" in cls.__doc__


CHECKS: tuple[Callable[[str], None], ...] = (
    can_be_cloned,
    a_setting_that_is_not_there_is_refused,
    inputs_stay_as_they_are,
    same_seed_same_output,
    another_seed_another_network,
    fitting_again_forgets,
    global_random_states_play_no_part,
    probabilities_are_probabilities,
    three_classes,
    predicts_the_most_probable,
    a_case_alone_or_among_others,
    labels_of_any_type,
    lists_will_do,
    not_fitted_is_said,
    tables_or_signals_by_its_tags,
    pickles_and_copies,
    counts_its_parameters,
    tells_its_learning_curves,
    has_a_label_and_a_story,
)
