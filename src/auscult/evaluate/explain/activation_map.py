"""Class activation maps: where in time a network with global average pooling saw its class."""

from __future__ import annotations

from typing import Protocol, cast

import torch
from torch import Tensor
from torch.nn import functional as fn

from auscult.evaluate.explain.gradients import margin
from auscult.models.layers import Context, Linear
from auscult.models.network import Network
from auscult.types import FloatArray, IntArray


class Mapped(Protocol):
    """A network whose head reads means over time of feature maps, as its last inputs."""

    head: Linear

    def maps(self, x: Tensor, context: Context) -> Tensor:
        """Feature maps ``(F, B, K, time)`` of standardised input."""


def has_maps(network: Network) -> bool:
    """Whether class activation maps can be drawn of it."""
    return hasattr(network, "maps")


@torch.no_grad()
def class_activation_maps(network: Network, X: FloatArray) -> FloatArray:
    """Class activation maps (Zhou et al., CVPR 2016): the head's weights on the maps, before means.

    ``M_c(t) = Σ_k w_ck A_k(t)``. Its mean over time is the logit of the class without the head's
    bias and, in LSTM-FCN, without what the LSTM adds.

    Parameters
    ----------
    network
        One fit, with the method ``maps``.
    X
        ``(n_cases, n_channels, n_timepoints)``, raw.

    Returns
    -------
    FloatArray
        ``(n_cases, n_classes, time)`` float64; ``time`` is shorter where the network pools.
    """
    mapped, context = cast(Mapped, network), Context()
    x = torch.as_tensor(X, dtype=network.standardise.mean.dtype).unsqueeze(0)
    maps = mapped.maps(network.standardise(x, context), context)[0].double()
    weight = mapped.head.weight[0, :, -maps.shape[1] :].double()
    found: FloatArray = torch.einsum("ck,bkt->bct", weight, maps).numpy()
    return found


def margin_map(network: Network, X: FloatArray, classes: IntArray) -> FloatArray:
    """How much each moment speaks for ``classes`` over the others; ``(n_cases, 1, n_timepoints)``.

    The class's map minus the mean of the others', stretched to the signal's length.
    """
    maps = torch.as_tensor(class_activation_maps(network, X)).transpose(1, 2)
    over = margin(maps, torch.as_tensor(classes)[:, None]).unsqueeze(1)
    if over.shape[2] != X.shape[2]:
        over = fn.interpolate(over, size=X.shape[2], mode="linear", align_corners=False)
    found: FloatArray = over.numpy()
    return found
