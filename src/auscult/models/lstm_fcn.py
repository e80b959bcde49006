"""LSTM beside a fully convolutional network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from auscult.models.fcn import ConvolutionalBlocks, require_kernels
from auscult.models.layers import Context, Dropout, Linear
from auscult.models.network import Architecture, Network
from auscult.models.recurrent import RecurrentLayer
from auscult.types import InputShape, Tags


@dataclass(frozen=True)
class LSTMFCN(Architecture):
    """LSTM-FCN (Karim, Majumdar, Darabi & Chen, IEEE Access 2018).

    Two views of one signal, joined before the head: three convolutional blocks and the mean over
    time; and an LSTM behind a *dimension shuffle*, which reads each channel as one step of
    ``n_timepoints`` features, then dropout.

    Parameters
    ----------
    cells
        Units of the LSTM.
    filters, kernels
        Number and length (time points) of the filters of each convolutional block.
    dropout
        Share of the LSTM's output that is dropped in training.
    """

    label: ClassVar[str] = "LSTM-FCN"
    tags: ClassVar[Tags] = Tags(tables=False, network=True)
    training: ClassVar = {"batch_size": 16, "epochs": 200, "schedule": "cosine"}
    widest: ClassVar[int] = 1

    cells: int = 8
    filters: tuple[int, ...] = (128, 256, 128)
    kernels: tuple[int, ...] = (8, 5, 3)
    dropout: float = 0.8

    def __post_init__(self) -> None:
        super().__post_init__()
        require_kernels(self.filters, self.kernels)

    def build(self, fits: int, shape: InputShape) -> Network:
        return LSTMFCNNetwork(fits, shape, self)


class LSTMFCNNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: LSTMFCN) -> None:
        super().__init__(fits, shape)
        self.lstm = RecurrentLayer(fits, "lstm", shape.n_timepoints, settings.cells, "tanh")
        self.dropout = Dropout(settings.dropout)
        self.blocks = ConvolutionalBlocks(
            fits, shape.n_channels, settings.filters, settings.kernels
        )
        self.head = Linear(fits, settings.cells + settings.filters[-1], shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        # The dimension shuffle: (F, B, C, T) is read as C steps of T features.
        memory = self.dropout(self.lstm(x)[:, :, -1], context)  # (F, B, cells)
        return self.head(torch.cat([memory, self.blocks(x, context)], dim=-1))  # type: ignore[no-any-return]

    def maps(self, x: Tensor, context: Context) -> Tensor:
        """Feature maps ``(F, B, K, T)``; the head reads their means over time behind the LSTM."""
        return self.blocks.maps(x, context)
