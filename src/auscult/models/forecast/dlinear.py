"""A linear network of trend and remainder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn import functional as fn

from auscult.models.layers import Context, Linear
from auscult.models.network import Architecture, Network
from auscult.types import InputShape, Tags


@dataclass(frozen=True)
class DLinear(Architecture):
    """Two linear maps of the window, one of its trend, one of the remainder (Zeng et al. 2023).

    The trend is the centred mean of ``kernel`` points, the ends repeated. The calendar enters
    linearly, as it stands at the last point of the window.

    Parameters
    ----------
    kernel
        Points of the moving mean; an even number counts as the next odd one.
    """

    label: ClassVar[str] = "DLinear"
    tags: ClassVar[Tags] = Tags(network=True, tables=False)

    kernel: int = 25

    def uses(self, shape: InputShape) -> int:
        return 1

    def build(self, fits: int, shape: InputShape) -> Network:
        return DLinearNetwork(fits, shape, self)


class DLinearNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: DLinear) -> None:
        super().__init__(fits, shape)
        self.beside = settings.kernel // 2
        self.trend = Linear(fits, shape.n_timepoints, shape.n_outputs)
        self.rest = Linear(fits, shape.n_timepoints, shape.n_outputs)
        self.calendar = (
            Linear(fits, shape.n_channels - 1, shape.n_outputs, bias=False)
            if shape.n_channels > 1
            else None
        )

    def logits(self, x: Tensor, context: Context) -> Tensor:
        points = x[:, :, 0]  # (F, B, T)
        padded = fn.pad(points, (self.beside, self.beside), mode="replicate")
        trend = fn.avg_pool1d(padded, 2 * self.beside + 1, stride=1)
        found: Tensor = self.trend(trend) + self.rest(points - trend)
        return found if self.calendar is None else found + self.calendar(x[:, :, 1:, -1])
