"""The convolution by torch: on any device, of any type."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as fn


def convolve_torch(x: Tensor, weight: Tensor, pad: tuple[int, int]) -> Tensor:
    """See :func:`auscult.models.convolution.run.convolve`."""
    fits, _, n_in, taps = weight.shape
    flat = weight.reshape(-1, n_in, taps)
    if pad[0] == pad[1]:
        return fn.conv1d(x, flat, padding=pad[0], groups=fits)
    return fn.conv1d(fn.pad(x, pad), flat, groups=fits)
