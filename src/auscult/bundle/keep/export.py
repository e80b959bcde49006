"""A fitted estimator as numbers: what a predictor of the bundle is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from auscult.bundle.keep.trees import boosted_tree, forest_tree, tree_arrays
from auscult.bundle.network.onnx_file import FILE
from auscult.bundle.predictors.vote import network_file
from auscult.errors import InputError, MissingExtraError
from auscult.evaluate.inputs import FitInput
from auscult.models.dtw.distance import is_squared
from auscult.models.gradient_boosting import GradientBoosting
from auscult.models.knn_dtw import KNNDTW
from auscult.models.logistic import Logistic
from auscult.models.majority import Majority
from auscult.models.random_forest import RandomForest
from auscult.train.estimator import NetworkClassifier


@dataclass(frozen=True, eq=False)
class Exported:
    """A predictor on its way into a bundle.

    Parameters
    ----------
    predictor
        What ``bundle.json`` says of it: its ``kind`` and what that kind needs.
    arrays
        For ``weights.safetensors``.
    files
        Further files.
    factors
        On the classes' probabilities, or None.
    n_parameters
        Of the model.
    """

    predictor: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    files: Mapping[str, bytes] = field(default_factory=dict)
    factors: tuple[float, ...] | None = None
    n_parameters: int | None = None


def exported(estimator: Any, one: FitInput, n_classes: int) -> Exported:
    """The numbers of a fitted model of the table.

    Raises
    ------
    InputError
        No bundle holds a model of this kind.
    """
    for kind, export in _EXPORTS.items():
        if isinstance(estimator, kind):
            return export(estimator, one, n_classes)
    raise InputError(f"no bundle holds a {type(estimator).__name__} yet.", where="--keep")


def exported_vote(
    how: str, weights: Sequence[float] | None, members: Sequence[tuple[str, str, Exported]]
) -> Exported:
    """Several models in one bundle, each a name, a label and its numbers."""
    told = [
        {"model": name, "label": label, "predictor": dict(one.predictor), "factors": one.factors}
        for name, label, one in members
    ]
    parts = [one for _, _, one in members]
    arrays = {f"{i}/{key}": a for i, one in enumerate(parts) for key, a in one.arrays.items()}
    files = {network_file(i): one.files[FILE] for i, one in enumerate(parts) if FILE in one.files}
    sizes = [one.n_parameters for one in parts if one.n_parameters is not None]
    about = {"kind": "vote", "how": how, "weights": weights, "members": told}
    n_parameters = sum(sizes) if len(sizes) == len(parts) else None
    return Exported(about, arrays, files, n_parameters=n_parameters)


def _of_classes(estimator: Any, n_classes: int) -> dict[str, Any]:
    """Which classes the model knows, where it does not know all of them."""
    codes = [int(code) for code in estimator.classes_]
    return {} if len(codes) == n_classes else {"codes": codes}


def _majority(estimator: Any, one: FitInput, n_classes: int) -> Exported:
    prior = np.asarray(estimator.inner_.class_prior_, dtype=np.float64)
    about = {"kind": "majority", **_of_classes(estimator, n_classes)}
    return Exported(about, {"prior": prior}, n_parameters=estimator.n_parameters_)


def _logistic(estimator: Any, one: FitInput, n_classes: int) -> Exported:
    scaler, regression = (step for _, step in estimator.inner_.steps)
    arrays = {
        "mean": scaler.mean_,
        "scale": scaler.scale_,
        "coef": regression.coef_,
        "intercept": regression.intercept_,
    }
    about = {"kind": "logistic", **_of_classes(estimator, n_classes)}
    held = {name: np.ascontiguousarray(a, dtype=np.float64) for name, a in arrays.items()}
    return Exported(about, held, n_parameters=estimator.n_parameters_)


def _forest(estimator: Any, one: FitInput, n_classes: int) -> Exported:
    trees = [forest_tree(tree.tree_) for tree in estimator.inner_.estimators_]
    arrays, share = tree_arrays(trees)
    about = {"kind": "forest", **_of_classes(estimator, n_classes)}
    held = {**arrays, "share": np.asarray(share, dtype=np.float64)}
    return Exported(about, held, n_parameters=estimator.n_parameters_)


def _boosting(estimator: Any, one: FitInput, n_classes: int) -> Exported:
    inner = estimator.inner_
    arrays, value = tree_arrays([boosted_tree(t.nodes) for step in inner._predictors for t in step])
    start = np.asarray(inner._baseline_prediction, dtype=np.float64).ravel()
    about = {"kind": "boosting", **_of_classes(estimator, n_classes)}
    held = {**arrays, "start": start, "value": np.asarray(value, dtype=np.float64)}
    return Exported(about, held, n_parameters=estimator.n_parameters_)


def _knn(estimator: Any, one: FitInput, n_classes: int) -> Exported:
    signals = estimator._references.signals
    arrays = {
        "references": signals.values.transpose(0, 2, 1).astype(np.float32),
        "lengths": signals.lengths.astype(np.int64),
        "codes": np.asarray(estimator._codes, dtype=np.int64),
    }
    about = {
        "kind": "knn",
        "k": int(estimator.k),
        "squared": is_squared(estimator.cost),
        "window": estimator._window,
        **_of_classes(estimator, n_classes),
    }
    return Exported(about, arrays)


def _network(estimator: Any, one: FitInput, n_classes: int) -> Exported:
    try:
        from auscult.bundle.keep.network import export_network  # noqa: PLC0415  (heavy)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"keeping a network needs the package '{error.name}': pip install 'auscult[train]'"
        ) from error
    state = estimator.network_.state_dict()
    arrays = {name: value[0].cpu().numpy().copy() for name, value in state.items()}
    architecture = estimator.architecture()
    settings = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(architecture).items()}
    about = {"kind": "network", "settings": settings}
    files = {FILE: export_network(estimator, one.stacked[one.training])}
    factors = None if estimator.factors_ is None else tuple(estimator.factors_.tolist())
    return Exported(about, arrays, files, factors, estimator.n_parameters_)


_EXPORTS: Final[dict[type[Any], Callable[[Any, FitInput, int], Exported]]] = {
    Majority: _majority,
    Logistic: _logistic,
    RandomForest: _forest,
    GradientBoosting: _boosting,
    KNNDTW: _knn,
    NetworkClassifier: _network,
}
