"""scikit-learn's own checks of every estimator that takes tables."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from auscult.models.table import MODELS, model_class
from auscult.train.estimator import NetworkClassifier, estimator_class

pytestmark = pytest.mark.usefixtures("one_thread")

# Small and quick, yet enough to learn the checks' blobs.
NETWORK = {
    "epochs": 6,
    "batch_size": 64,
    "learning_rate": 0.03,
    "early_stopping": False,
    "random_state": 0,
}
QUICK: dict[str, dict[str, Any]] = {
    "random-forest": {"n_estimators": 5},
    "gradient-boosting": {"max_iter": 5, "min_samples_leaf": 1},
    "mlp": NETWORK | {"units": (16,)},
    "rnn": NETWORK | {"units": (8,)},
    "gru": NETWORK | {"units": (8,)},
    "lstm": NETWORK | {"units": (8,)},
    "transformer": NETWORK | {"width": 8, "heads": 2, "layers": 1},
}
SUBSETS = "check_methods_subset_invariance"
TABLE_MODELS = [name for name in MODELS if model_class(name).tags.tables]


def expected_failures(estimator: Any) -> dict[str, str]:
    if "class_weight" not in estimator.get_params():
        return {}
    return {
        "check_class_weight_classifiers": "a network's class_weight names a rule (balanced, "
        "effective), it is no dictionary of weights"
    }


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [estimator_class(name)(**QUICK.get(name, {})) for name in TABLE_MODELS],
    expected_failed_checks=expected_failures,
)
def test_check(estimator: Any, check: Any) -> None:
    if isinstance(estimator, NetworkClassifier) and check.func.__name__ == SUBSETS:
        pytest.skip("a network counts in float32: equal to 1e-6 (test_conformance), not to 1e-7")
    check(estimator)
