"""The compiled convolution as a function that torch can differentiate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from auscult.models.convolution import direct, minimal, slopes
from auscult.models.convolution.plain import convolve_torch
from auscult.models.convolution.tiles import ROWS
from auscult.models.recurrence.code import LANES
from auscult.models.recurrence.work import Buffer, Shares, run

_WORTH_A_THREAD = 4_000_000  # multiplications that one core does in about 0.1 ms
_GROUP_BYTES = 1 << 20


def convolve_fused(x: Tensor, weight: Tensor, pad: tuple[int, int]) -> Tensor:
    """See :func:`auscult.models.convolution.run.convolve`. On the CPU, float32 and float64.

    The bits of the result depend on neither the number of threads nor the other fits or cases.
    """
    fits, n_out, n_in, taps = weight.shape
    call = _Call(fits, x.shape[0], n_in, n_out, x.shape[2], taps, pad[0])
    out: Tensor = _Convolution.apply(call, x, weight)  # type: ignore[no-untyped-call]
    return out


@dataclass(frozen=True)
class _Call:
    """The sizes of one use of the layer."""

    fits: int
    batch: int
    n_in: int
    n_out: int
    steps: int
    taps: int
    left: int

    @property
    def threads(self) -> int:
        cost = self.fits * self.batch * self.n_in * self.n_out * self.steps * self.taps
        return torch.get_num_threads() if cost > _WORTH_A_THREAD else 1

    def share(self, items: int, kernel: Callable[..., None], *arguments: Any) -> None:
        flat = [_flat(a) for a in arguments]
        run(lambda first, last: kernel(first, last, *flat), Shares(items, 1, self.threads))

    def filter(self, x: Tensor, weight: Tensor, turned: bool) -> Tensor:
        """Through the filters; ``turned``, a slope of the output back to one of the input."""
        n_in, n_out = (self.n_out, self.n_in) if turned else (self.n_in, self.n_out)
        left = self.taps - 1 - self.left if turned else self.left
        blocks = self.fits * -(-n_out // ROWS)
        kernels = minimal if self.minimal else direct
        packed = Buffer(blocks * ROWS * n_in * self.columns, x.dtype)
        sizes = (self.n_out, self.n_in, self.taps)
        self.share(blocks, kernels.pack, *sizes, turned, weight, packed)
        group = self._group(n_in, x.element_size())
        shape = (self.fits, self.batch, n_in, n_out, self.steps, self.taps, left, group)
        y = x.new_empty(self.batch, self.fits * n_out, self.steps)
        self.share(self.fits * -(-self.batch // group), kernels.convolve, shape, x, packed, y)
        return y

    def _group(self, n_in: int, bytes_each: int) -> int:
        """Cases that go through the filters one behind the other, so that few vectors are empty."""
        pitch = _distance(self)
        room = max(1, _GROUP_BYTES // (n_in * pitch * bytes_each))
        pieces = 1 if self.threads == 1 else 2 * self.threads
        spread_out = max(1, self.fits * self.batch // pieces)

        def vectors(group: int) -> int:
            whole, rest = divmod(self.batch, group)
            lanes = 2 * LANES if self.minimal else LANES
            return whole * -(-group * pitch // lanes) + -(-rest * pitch // lanes)

        return min(range(1, min(self.batch, room, spread_out) + 1), key=vectors)

    @property
    def minimal(self) -> bool:
        """Whether minimal filtering pays: what it adds to a signal is shared by its filters."""
        return self.taps > 1 and min(self.n_in, self.n_out) >= LANES

    @property
    def columns(self) -> int:
        """Numbers that stand for the taps of a filter."""
        if not self.minimal:
            return self.taps
        twos = (0, 2, 1)[self.taps % 3]
        return (self.taps - 2 * twos) // 3 * 4 + 3 * twos

    def weight_slopes(self, x: Tensor, dy: Tensor) -> Tensor:
        # The columns of a signal are long, and shared by the filters; those of long filters many.
        if self.minimal and self.n_out >= 2 * self.columns:
            return self._minimal_slopes(x, dy)
        return self._direct_slopes(x, dy)

    def _direct_slopes(self, x: Tensor, dy: Tensor) -> Tensor:
        by_tap = self.n_in * -(-self.taps // LANES) < self.taps * -(-self.n_in // LANES)
        padded = self.steps + self.taps + LANES
        count = self.n_in if by_tap else -(-self.n_in // LANES)
        plane = -(-(padded + 2 * LANES) // LANES) * LANES if by_tap else padded * LANES
        wide = Buffer(self.fits * self.batch * count * plane, x.dtype)
        shape = (self.n_in, self.steps, self.left)
        self.share(self.batch * self.fits, direct.spread, shape, by_tap, plane, x, wide)
        dw = x.new_empty(self.fits, self.n_out, self.n_in, self.taps)
        sizes = (self.fits, self.batch, self.n_in, self.n_out, self.steps, self.taps)
        blocks = self.fits * -(-self.n_out // ROWS)
        self.share(blocks, direct.slopes, sizes, by_tap, plane, wide, dy, dw)
        return dw

    def _minimal_slopes(self, x: Tensor, dy: Tensor) -> Tensor:
        half, count = -(-self.steps // 2), -(-self.n_in // LANES)
        wide = Buffer(self.fits * self.batch * count * self.columns * half * LANES, x.dtype)
        shape = (self.fits, self.batch, self.n_in, self.steps, self.taps, self.left)
        self.share(self.fits * self.batch, slopes.spread, shape, x, wide)
        dm = Buffer(self.fits * self.n_out * 4 * self.batch * half, x.dtype)
        self.share(self.fits * self.n_out, slopes.combine, self.batch, self.steps, dy, dm)
        dw = x.new_empty(self.fits, self.n_out, self.n_in, self.taps)
        sizes = (self.batch, self.n_in, self.n_out, self.steps, self.taps)
        self.share(self.fits * -(-self.n_out // ROWS), slopes.slopes, sizes, wide, dm, dw)
        return dw


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, call: _Call, x: Tensor, weight: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.call = call
        return call.filter(x, weight, turned=False)

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, ...]:
        call: _Call = ctx.call
        x, weight = ctx.saved_tensors
        _, need_x, need_weight = ctx.needs_input_grad
        if torch.is_grad_enabled():
            return None, *_differentiable(call, x, weight, ctx.needs_input_grad[1:], dy)
        dx = call.filter(dy, weight, turned=True) if need_x else None
        return None, dx, call.weight_slopes(x, dy) if need_weight else None


def _distance(call: _Call) -> int:
    n: int = direct.distance.py_func(call.steps, call.taps, call.left)
    return n


def _flat(argument: Any) -> Any:
    if isinstance(argument, Buffer):
        return argument.array
    if isinstance(argument, Tensor):
        return argument.detach().contiguous().reshape(-1).numpy()
    return argument


def _differentiable(
    call: _Call, x: Tensor, weight: Tensor, needs: tuple[bool, bool], dy: Tensor
) -> list[Tensor | None]:
    """The gradients as functions of their own inputs, for whoever differentiates them again."""
    needed = [t for t, need in zip((x, weight), needs, strict=True) if need]
    y = convolve_torch(x, weight, (call.left, call.taps - 1 - call.left))
    found = iter(torch.autograd.grad(y, needed, dy, create_graph=True))
    return [next(found) if need else None for need in needs]
