"""The processes that train one fit together, each on its share of every batch.

All of them go the same steps with the same seeds. A network computes its outputs for the own share
only; the outputs are gathered, so that losses, figures and every decision are those of the whole
batch, in every process. Gradients are summed before the optimiser's step. What is summed and
gathered has the same bits everywhere, so weights do too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor

from auscult.models.layers import Context
from auscult.models.network import Network
from auscult.models.share import Share
from auscult.train.parts import Batch
from auscult.train.run import Fitted
from auscult.train.store import Checkpoint

if TYPE_CHECKING:
    from torch.distributed import ProcessGroup  # some builds of torch are without


@dataclass(frozen=True, eq=False)
class Peers:
    """One process's view of those that train with it.

    Parameters
    ----------
    group
        What sums and gathers.
    rank, size
        The number of this process, from 0, and how many there are.
    direct
        Whether ``group`` reaches the device's own memory; tensors go by way of the CPU's otherwise.
    """

    group: ProcessGroup
    rank: int
    size: int
    direct: bool = True

    def outputs(self, compute: Callable[[Tensor, Context], Tensor], batch: Batch) -> Tensor:
        """``(F, B, n_outputs)`` of the whole batch, each process computing its share."""
        width = batch.x.shape[1]
        share = -(-width // self.size)
        first = share * self.rank
        # Shares are equally wide. What is missing at the end is the last case again, as padding.
        places = torch.arange(first, first + share, device=batch.x.device).clamp(max=width - 1)
        output = compute(batch.x[:, places], self._context(batch.context, first, places))
        gathered: Tensor = _Gather.apply(output, self)  # type: ignore[no-untyped-call]
        return gathered[:, :width]

    def _context(self, whole: Context, first: int, places: Tensor) -> Context:
        assert whole.sizes is not None, "a batch says how many of its cases are real"
        return Context(
            sizes=[min(max(size - first, 0), len(places)) for size in whole.sizes],
            noise=whole.noise,
            lengths=None if whole.lengths is None else whole.lengths[:, places],
            share=Share(first, whole.sizes, self.sum),
        )

    def sum_gradients(self, network: Network) -> None:
        """Put into each parameter the gradient of the whole batch."""
        grads = [p.grad for p in network.parameters() if p.grad is not None]
        summed = self.sum(torch.cat([grad.flatten() for grad in grads]))
        parts = torch.split(summed, [grad.numel() for grad in grads])
        for grad, own in zip(grads, parts, strict=True):
            grad.copy_(own.view_as(grad))

    def sum(self, x: Tensor) -> Tensor:
        """The sum over all processes."""
        there = x.clone() if self.direct else x.cpu()
        self.group.allreduce([there]).wait()
        return there.to(x.device)

    def gather(self, x: Tensor) -> list[Tensor]:
        """The tensors of all processes, by rank; all of one shape."""
        there = x if self.direct else x.cpu()
        found = [torch.empty_like(there) for _ in range(self.size)]
        self.group.allgather([found], [there]).wait()
        return [one.to(x.device) for one in found]


class _Gather(torch.autograd.Function):
    """Everyone's ``(F, b, n)`` side by side, ``(F, size · b, n)``.

    Everyone computes the same loss of it, so the gradient of the own part is whole already.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, peers: Peers) -> Tensor:
        ctx.first, ctx.width = peers.rank * x.shape[1], x.shape[1]
        return torch.cat(peers.gather(x.contiguous()), dim=1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        return grad[:, ctx.first : ctx.first + ctx.width], None


class Team(Protocol):
    """Processes that train each fit together, this one among them.

    ``size`` is how many, ``threads`` how many threads each has.
    """

    size: int
    threads: int

    def train(self, work: Any, checkpoint: Checkpoint | None, *how: Any) -> list[Fitted]:
        """Train a :class:`~auscult.train.stack_work.StackWork`."""


_CURRENT: ContextVar[Team | None] = ContextVar("team", default=None)


def current_team() -> Team | None:
    """Who trains each fit together at present; None where one process does it."""
    return _CURRENT.get()


@contextmanager
def training_with(team: Team | None) -> Iterator[None]:
    """Train the networks that come up inside together."""
    token = _CURRENT.set(team)
    try:
        yield
    finally:
        _CURRENT.reset(token)
