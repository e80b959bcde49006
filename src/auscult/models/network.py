"""What every network is: settings that build a stack of fits, and the stack itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from auscult.models.layers import Context, StackedLayer, Standardise
from auscult.models.settings import check_settings
from auscult.types import InputShape, Tags


class Network(nn.Module, ABC):
    """A stack of ``F`` fits of one architecture: ``(F, B, C, T)`` to ``(F, B, n_outputs)``.

    A concrete network is one class: its layers in ``__init__``, its equations in :meth:`logits`.
    """

    def __init__(self, fits: int, shape: InputShape) -> None:
        super().__init__()
        self.shape = shape
        table = shape.kind == "table"
        self.standardise = Standardise(
            fits, 1 if table else shape.n_channels, shape.n_timepoints if table else 1
        )

    @property
    def fits(self) -> int:
        return self.standardise.mean.shape[0]

    def forward(self, x: Tensor, context: Context) -> Tensor:
        return self.logits(self.standardise(x, context), context)

    @abstractmethod
    def logits(self, x: Tensor, context: Context) -> Tensor:
        """Outputs of standardised input ``(F, B, C, T)``; a table has ``C = 1``.

        Logits of classes, or the scaled steps of a forecast.
        """

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        """Draw the weights of one fit, layer by layer, from its own generator."""
        for layer in self.modules():
            if isinstance(layer, StackedLayer):
                layer.initialise(fit, generator)

    def keep(self, fits: Tensor) -> None:
        """Drop all fits but these, in place: a fit that stopped costs nothing more."""
        for module in self.modules():
            for name, parameter in module.named_parameters(recurse=False):
                kept = nn.Parameter(parameter.data[fits].contiguous())
                setattr(module, name, kept)
            for name, buffer in module.named_buffers(recurse=False):
                setattr(module, name, buffer[fits].contiguous())

    @property
    def n_parameters(self) -> int:
        """Trained numbers of one fit."""
        return sum(p[0].numel() for p in self.parameters())


class Architecture(ABC):
    """Settings of a network, and nothing else: frozen, comparable, printable.

    Concrete architectures are frozen dataclasses. ``training`` holds the training settings that
    suit the architecture where they differ from the defaults.
    """

    label: ClassVar[str]
    tags: ClassVar[Tags] = Tags(network=True)
    training: ClassVar[Mapping[str, Any]] = {}
    widest: ClassVar[int] = 64
    """The most fits of a stack that pay: where one keeps a core busy, a wider stack only waits."""

    def __post_init__(self) -> None:
        check_settings(self, f"the {self.label}")

    @abstractmethod
    def build(self, fits: int, shape: InputShape) -> Network:
        """A stack of ``fits`` networks for cases of this shape, weights not yet drawn."""

    def uses(self, shape: InputShape) -> int:
        """How often a weight is used in one case, about: once, or once a time point."""
        return shape.n_timepoints if shape.kind == "signals" else 1

    def settings(self) -> dict[str, Any]:
        return asdict(self)  # type: ignore[call-overload,no-any-return]
