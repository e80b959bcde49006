"""What a trained network says of cases, batch by batch."""

from __future__ import annotations

import torch

from auscult.models.layers import Context
from auscult.models.network import Network
from auscult.types import FloatArray, IntArray


@torch.no_grad()
def network_outputs(
    network: Network, X: FloatArray, lengths: IntArray | None, batch: int = 1024
) -> torch.Tensor:
    """``(n_cases, n_outputs)`` on the CPU, from a stack of one, batch by batch.

    In the precision of the network's weights.
    """
    precision = network.standardise.mean.dtype
    parts = []
    for start in range(0, max(len(X), 1), batch):
        x = torch.tensor(X[start : start + batch], dtype=precision)
        context = Context()
        if lengths is not None:
            context.lengths = torch.from_numpy(lengths[start : start + batch]).unsqueeze(0)
        parts.append(network(x.unsqueeze(0), context)[0])
    return torch.cat(parts)


def probabilities(network: Network, X: FloatArray, lengths: IntArray | None) -> FloatArray:
    """``(n_cases, n_classes)`` softmax of the logits, float64; the network is in ``eval`` mode."""
    shares: FloatArray = network_outputs(network, X, lengths).double().softmax(-1).numpy()
    return shares
