"""The convolution over time of a stack of fits, and the choice of how it is computed."""

from __future__ import annotations

from functools import cache
from typing import Literal

import torch
from torch import Tensor

from auscult.models.convolution.plain import convolve_torch

Backend = Literal["auto", "torch", "fused"]


def convolve(
    x: Tensor, weight: Tensor, pad: tuple[int, int], *, backend: Backend = "auto"
) -> Tensor:
    """Convolve over time to the same length, for every fit of the stack.

    Parameters
    ----------
    x
        ``(B, F·C_in, T)``: cases, the channels of all fits side by side, time.
    weight
        ``(F, C_out, C_in, k)``: fits, filters, channels, taps.
    pad
        Zeros before the first and behind the last point in time, ``k - 1`` in all.
    backend
        How it is computed; the result is the same to rounding. ``torch`` is
        :func:`torch.nn.functional.conv1d`, on any device. ``fused`` is compiled, on the CPU only.
        ``auto`` takes ``fused`` where it can and where it is faster, see :func:`choose_backend`.

    Returns
    -------
    Tensor
        ``(B, F·C_out, T)``.

    Raises
    ------
    ValueError
        When the shapes do not fit together, or ``fused`` is asked for what it cannot do.

    Notes
    -----
    With 16 or more channels on both sides ``fused`` takes differences and sums of neighbouring
    points in time before it multiplies (minimal filtering, Winograd 1980; Lavin & Gray 2016), so
    that an infinite or missing number also reaches outputs one step beyond the filter's length.
    """
    _check_shapes(x, weight, pad)
    if backend == "auto":
        backend = choose_backend(x, weight)
    if backend == "torch":
        return convolve_torch(x, weight, pad)
    if torch.is_autocast_enabled("cpu"):  # a layer before may have given less
        x = x.to(weight.dtype)
    if not _compiled(x) or x.dtype != weight.dtype:
        raise ValueError(f"convolve(backend='fused'): {x.dtype} on {x.device} needs 'torch'")
    # Numba takes a moment to load; a machine that only looks at the table of models is spared it.
    from auscult.models.convolution.fused import convolve_fused  # noqa: PLC0415

    return convolve_fused(x, weight, pad)


def choose_backend(x: Tensor, weight: Tensor) -> Literal["torch", "fused"]:
    """``fused`` for float32 on a CPU with vectors of 512 bits, unless there is little to do.

    That is: more than one tap, from 256 points in time in all cases and a million multiplications
    on. Measured against ``torch`` on one core of such a CPU, forward and backward: 1.3 to 1.4 times
    faster on the wide layers of a fully convolutional network and 1.1 to 1.4 on its first, 1.1 to 2
    on those of residual and Inception networks with filters of up to 40 taps. Below the bounds
    transforming the filters, or calling the kernels, costs more than is won. In mixed precision
    ``torch`` multiplies bf16, which is 1.2 to 2.7 times faster still, save with 10 or more taps
    between 16 and 63 channels, where ``fused`` in float32 is.
    """
    fits, n_out, n_in, taps = weight.shape
    points = x.shape[0] * x.shape[2]
    worth = taps > 1 and points >= 256 and points * fits * n_out * n_in * taps >= 1_000_000
    if torch.is_autocast_enabled("cpu"):
        fitting = taps >= 10 and 16 <= min(n_in, n_out) < 64
    else:
        fitting = x.dtype == torch.float32
    fitting &= x.device.type == "cpu" and weight.dtype == torch.float32
    return "fused" if worth and fitting and _wide_vectors() else "torch"


@cache
def _wide_vectors() -> bool:
    """Whether a tile of sums fits into the registers."""
    import llvmlite.binding as llvm  # type: ignore[import-untyped]  # noqa: PLC0415

    return bool(llvm.get_host_cpu_features().get("avx512f", False))


def _compiled(x: Tensor) -> bool:
    return x.device.type == "cpu" and x.dtype in (torch.float32, torch.float64)


def _check_shapes(x: Tensor, weight: Tensor, pad: tuple[int, int]) -> None:
    fits, _, n_in, taps = weight.shape if weight.dim() == 4 else (0, 0, 0, 0)
    if (
        x.dim() != 3
        or x.shape[1] != fits * n_in
        or 0 in (*x.shape, *weight.shape)
        or min(pad) < 0
        or sum(pad) != taps - 1
    ):
        raise ValueError(
            f"convolve: x {tuple(x.shape)}, weight {tuple(weight.shape)} and pad {pad} need "
            "(B, F·C_in, T), (F, C_out, C_in, k) and k - 1 zeros, none of them empty"
        )
