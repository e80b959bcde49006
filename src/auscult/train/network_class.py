"""A class of estimators for one architecture, with a signature of its own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from auscult.models.network import Architecture


def network_estimator(
    architecture: type[Architecture], base: type[Any], defaults: Mapping[str, Any]
) -> type[Any]:
    """A subclass of ``base`` whose parameters are ``defaults``, as scikit-learn reads them.

    It is found under the architecture's name in ``auscult``, which is how it is pickled.
    """

    def __init__(self: Any, **given: Any) -> None:
        unknown = given.keys() - defaults.keys()
        if unknown:
            raise TypeError(f"{architecture.__name__} has no parameter '{sorted(unknown)[0]}'.")
        for key, default in defaults.items():
            setattr(self, key, given.get(key, default))

    keyword = inspect.Parameter.KEYWORD_ONLY
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    rest = [inspect.Parameter(k, keyword, default=v) for k, v in defaults.items()]
    __init__.__signature__ = inspect.Signature([own, *rest])  # type: ignore[attr-defined]
    body = {
        "__init__": __init__,
        "__doc__": architecture.__doc__,
        "__module__": "auscult",
        "architecture_class": architecture,
        "label": architecture.label,
        "tags": getattr(base, "tags", architecture.tags),
    }
    return type(architecture.__name__, (base,), body)
