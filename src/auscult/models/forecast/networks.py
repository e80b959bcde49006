"""Networks that tell classes too, with what suits forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from auscult.models.gru import GRU
from auscult.models.lstm import LSTM
from auscult.models.mlp import MLP
from auscult.models.recurrence.run import Activation
from auscult.models.rnn import RNN
from auscult.models.transformer import Transformer


@dataclass(frozen=True)
class MLPForecast(MLP):
    """Dense layers over the window; see :class:`~auscult.models.mlp.MLP`."""

    units: tuple[int, ...] = (128, 64)
    dropout: float = 0.0


@dataclass(frozen=True)
class RNNForecast(RNN):
    """Simple recurrent cells over the window; see :class:`~auscult.models.rnn.RNN`."""

    units: tuple[int, ...] = (32,)
    dropout: float = 0.0


@dataclass(frozen=True)
class GRUForecast(GRU):
    """Gated recurrent units over the window; see :class:`~auscult.models.gru.GRU`."""

    units: tuple[int, ...] = (32,)
    dropout: float = 0.0


@dataclass(frozen=True)
class LSTMForecast(LSTM):
    """Long short-term memory over the window; see :class:`~auscult.models.lstm.LSTM`."""

    units: tuple[int, ...] = (32,)
    dropout: float = 0.0


@dataclass(frozen=True)
class PublishedLSTM(LSTM):
    """The LSTM of a published program for electricity load, setting for setting.

    Two layers of ten units with ReLU read 96 points scaled to 0–1; 30 epochs of Adam at a rate of
    0.01, 512 windows a step, squared error, and nothing that watches for overfitting.
    """

    label: ClassVar[str] = "published LSTM"
    training: ClassVar[Mapping[str, Any]] = {
        "epochs": 30,
        "batch_size": 512,
        "learning_rate": 0.01,
        "schedule": "constant",
        "clip_norm": 0.0,
        "lags": 96,
        "scaling": "range",
        "calendar": False,
    }

    units: tuple[int, ...] = (10, 10)
    activation: Activation = "relu"
    dropout: float = 0.0


@dataclass(frozen=True)
class TransformerForecast(Transformer):
    """Patches of the window (Nie et al., ICLR 2023) under a Transformer's encoder.

    See :class:`~auscult.models.transformer.Transformer`.
    """

    dropout: float = 0.1
