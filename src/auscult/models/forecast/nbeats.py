"""N-BEATS."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

from auscult.models.layers import Context, Linear
from auscult.models.network import Architecture, Network
from auscult.types import InputShape, Tags


@dataclass(frozen=True)
class NBEATS(Architecture):
    """Generic N-BEATS (Oreshkin et al., ICLR 2020): blocks that explain and take away.

    Each block reads what the blocks before left of the window, subtracts what it explains, and
    adds its share to the forecast. The calendar, as it stands at the last point of the window,
    is read by every block.

    Parameters
    ----------
    blocks
        Number of blocks.
    layers, width
        Dense layers of a block and their width.
    """

    label: ClassVar[str] = "N-BEATS"
    tags: ClassVar[Tags] = Tags(network=True, tables=False)

    blocks: int = 3
    layers: int = 2
    width: int = 128

    def uses(self, shape: InputShape) -> int:
        return 1

    def build(self, fits: int, shape: InputShape) -> Network:
        return NBEATSNetwork(fits, shape, self)


class Block(nn.Module):
    """``(F, B, T)`` and the calendar to what is explained, ``(F, B, T)``, and ``(F, B, H)``."""

    def __init__(self, fits: int, shape: InputShape, settings: NBEATS) -> None:
        super().__init__()
        n_points = shape.n_timepoints
        widths = [n_points + shape.n_channels - 1, *[settings.width] * settings.layers]
        self.dense = nn.ModuleList(Linear(fits, a, b) for a, b in pairwise(widths))
        self.explain = Linear(fits, widths[-1], n_points)
        self.say = Linear(fits, widths[-1], shape.n_outputs)

    def forward(self, points: Tensor, calendar: Tensor) -> tuple[Tensor, Tensor]:
        h = torch.cat([points, calendar], dim=-1)
        for layer in self.dense:
            h = torch.relu(layer(h))
        return self.explain(h), self.say(h)


class NBEATSNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: NBEATS) -> None:
        super().__init__(fits, shape)
        self.blocks = nn.ModuleList(Block(fits, shape, settings) for _ in range(settings.blocks))

    def logits(self, x: Tensor, context: Context) -> Tensor:
        points, calendar = x[:, :, 0], x[:, :, 1:, -1]
        found: Tensor | None = None
        for block in self.blocks:
            explained, said = block(points, calendar)
            points = points - explained
            found = said if found is None else found + said
        assert found is not None
        return found
