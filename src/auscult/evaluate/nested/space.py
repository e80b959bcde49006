"""What a search may set: for each model its settings, and the values that make sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from auscult.evaluate.grid import parse_grid
from auscult.models.spec import ModelSpec
from auscult.train.estimator import NetworkClassifier, estimator_class


@dataclass(frozen=True)
class Span:
    """All numbers from ``low`` to ``high``; whole ones, or even on a logarithmic scale."""

    low: float
    high: float
    log: bool = False
    whole: bool = False


Values = Span | tuple[Any, ...]
Space = Mapping[str, Values]

_NETWORK: Space = MappingProxyType(
    {
        "learning_rate": Span(1e-4, 1e-2, log=True),
        "batch_size": (16, 32, 64),
        "dropout": Span(0.0, 0.6),
        "weight_decay": Span(1e-6, 1e-2, log=True),
    }
)
SPACES: Mapping[str, Space] = MappingProxyType(
    {
        "logistic": {"C": Span(1e-3, 1e2, log=True)},
        "random-forest": {"min_samples_leaf": Span(1, 20, log=True, whole=True)},
        "gradient-boosting": {
            "learning_rate": Span(0.01, 0.3, log=True),
            "max_iter": Span(30, 300, log=True, whole=True),
            "max_leaf_nodes": Span(4, 64, log=True, whole=True),
            "min_samples_leaf": Span(5, 50, log=True, whole=True),
        },
        "knn-dtw": {"k": (1, 3, 5, 7, 9), "window": (0.0, 0.05, 0.1, 0.2, None)},
    }
)
"""Of the models that are no networks. Every network has the same, as far as it has them."""


def space_of(spec: ModelSpec, grid: str | None = None) -> Space:
    """What may be set of a model; nothing that its spec sets already.

    Parameters
    ----------
    spec
        The model as it was named.
    grid
        Values to choose from instead, as of :func:`~auscult.evaluate.grid.parse_grid`; a model
        that has not all of these settings has none.
    """
    cls = estimator_class(spec.name)
    known = cls().get_params()
    if grid is not None:
        asked = {_full(name, known): values for name, values in parse_grid(grid).items()}
        return asked if asked.keys() <= known.keys() - spec.params.keys() else {}
    network = isinstance(cls, type) and issubclass(cls, NetworkClassifier)
    space = _NETWORK if network else SPACES.get(spec.name, {})
    return {
        name: values for name, values in space.items() if name in known and name not in spec.params
    }


def _full(short: str, known: Mapping[str, Any]) -> str:
    begun = [name for name in known if name.startswith(short)]
    return short if short in known or len(begun) != 1 else begun[0]
