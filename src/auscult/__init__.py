"""auscult: from a file of patients, ECGs or a series to a model and a figure you can trust.

Everything is loaded when it is first asked for, so that ``import auscult`` costs nothing.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

# OpenMP's threads otherwise spin behind every product, on cores that the next kernel wants. It is
# read when torch is first loaded, and whoever set it knows better.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__version__ = "0.1.0"

_LAZY = {
    "read": "auscult.api:read",
    "compare": "auscult.api:compare",
    "audit": "auscult.auditing:audit",
    "load": "auscult.runs:load",
    "load_bundle": "auscult.bundles:load_bundle",
    "predict": "auscult.prediction:predict",
    "forecast": "auscult.forecasting:forecast",
    "forecaster": "auscult.forecasting:forecaster",
    "predict_ahead": "auscult.runs:predict_ahead",
    "predict_bundle": "auscult.bundles:predict_bundle",
    "read_series": "auscult.data.series.named:read_series",
    "Result": "auscult.studies:StudyResult",
    "ForecastResult": "auscult.forecasting:ForecastStudyResult",
    "Dataset": "auscult.data.dataset:Dataset",
    "Plan": "auscult.evaluate.plan:Plan",
    "InputError": "auscult.errors:InputError",
}

_TABLES = {
    "auscult.models.table:MODELS": "auscult.train.estimator:estimator_class",
    "auscult.models.forecast.table:FORECASTERS": "auscult.train.forecasters:forecaster_class",
}
"""Tables of classes that are reached by their name, and what makes an estimator of a line."""

__all__ = [
    "Dataset",
    "ForecastResult",
    "InputError",
    "Plan",
    "Result",
    "__version__",
    "audit",
    "compare",
    "forecast",
    "forecaster",
    "load",
    "load_bundle",
    "predict",
    "predict_ahead",
    "predict_bundle",
    "read",
    "read_series",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        module, _, attribute = _LAZY[name].partition(":")
        return getattr(import_module(module), attribute)
    for table, maker in _TABLES.items():
        module, _, attribute = table.partition(":")
        for key, path in getattr(import_module(module), attribute).items():
            if path.endswith(f":{name}"):
                module, _, attribute = maker.partition(":")
                return getattr(import_module(module), attribute)(key)
    raise AttributeError(f"module 'auscult' has no attribute '{name}'")


def __dir__() -> list[str]:
    models = import_module("auscult.models.table").MODELS
    return sorted([*__all__, *(path.partition(":")[2] for path in models.values())])
