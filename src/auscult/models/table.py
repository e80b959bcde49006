"""The one table of models. A new model is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from auscult.errors import InputError, MissingExtraError, did_you_mean
from auscult.types import DataKind, Tags

MODELS: dict[str, str] = {
    "majority": "auscult.models.majority:Majority",
    "logistic": "auscult.models.logistic:Logistic",
    "random-forest": "auscult.models.random_forest:RandomForest",
    "gradient-boosting": "auscult.models.gradient_boosting:GradientBoosting",
    "knn-dtw": "auscult.models.knn_dtw:KNNDTW",
    "mlp": "auscult.models.mlp:MLP",
    "rnn": "auscult.models.rnn:RNN",
    "gru": "auscult.models.gru:GRU",
    "lstm": "auscult.models.lstm:LSTM",
    "fcn": "auscult.models.fcn:FCN",
    "lstm-fcn": "auscult.models.lstm_fcn:LSTMFCN",
    "transformer": "auscult.models.transformer:Transformer",
    "lenet": "auscult.models.lenet:LeNet",
    "vgg": "auscult.models.vgg:VGG",
    "googlenet": "auscult.models.googlenet:GoogLeNet",
    "resnet": "auscult.models.resnet:ResNet",
    "resnet-1d": "auscult.models.resnet1d:ResNet1D",
    "inception-time": "auscult.models.inception_time:InceptionTime",
}

BASELINES = ("majority", "logistic")

# What a study of signals compares unless told otherwise: a recurrent network that walks a long
# signal point by point costs minutes and, on these data, wins nothing. `--models all` has it.
SIGNAL_DEFAULTS = (
    "majority",
    "logistic",
    "random-forest",
    "knn-dtw",
    "mlp",
    "fcn",
    "lstm-fcn",
)

PREDICTING: dict[DataKind, str] = {"table": "gradient-boosting", "signals": "fcn"}
"""What predicts new cases unless told otherwise, by the kind of data."""


def model_class(name: str) -> Any:
    """The class behind a name of the table: an estimator, or an architecture of networks.

    Raises
    ------
    InputError
        The table has no such name.
    MissingExtraError
        What the model needs is not installed.
    """
    return resolve(MODELS, name, "model", "training")


def resolve(table: Mapping[str, str], name: str, noun: str, purpose: str) -> Any:
    """What stands in a table of ``module:attribute`` under a name, loaded only now.

    Raises
    ------
    InputError
        The table has no such name.
    MissingExtraError
        What it needs is not installed.
    """
    if name not in table:
        raise InputError(f"no {noun} is called '{name}'. {did_you_mean(name, table)}")
    module, _, attribute = table[name].partition(":")
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("auscult"):
            raise
        raise MissingExtraError(
            f"{purpose} needs the package '{error.name}': pip install 'auscult[train]'"
        ) from error


def fits_data(tags: Tags, kind: DataKind) -> bool:
    """Whether a model takes this kind of data at all."""
    return tags.tables if kind == "table" else tags.signals


def default_models(kind: DataKind) -> tuple[str, ...]:
    """What is compared when nobody says: every model of tables, the quick ones of signals."""
    if kind == "signals":
        return SIGNAL_DEFAULTS
    return tuple(name for name in MODELS if fits_data(model_class(name).tags, kind))
