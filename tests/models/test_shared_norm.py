"""Batch normalisation over shares: slopes, and the whole batch's figures from its parts."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import torch
from torch import Tensor
from torch.nn import functional as fn

from auscult.models.batch_norm import BatchNorm1d
from auscult.models.layers import Context
from auscult.models.share import Share
from auscult.models.shared_norm import SharedNorm


def test_its_slopes_are_those_of_differences() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, 3, 5, dtype=torch.float64, generator=generator)
    weight, bias = torch.rand(2, 3, dtype=torch.float64, generator=generator)
    for real in (None, (torch.arange(4) < 3).double().view(4, 1, 1).expand(4, 3, 1)):
        count = torch.full((3,), 20 if real is None else 15)

        def normed(*given: Tensor, real: Tensor | None = real, count: Tensor = count) -> Tensor:
            y: Tensor = SharedNorm.apply(*given, real, count, Tensor.clone, 1e-3)[0]  # type: ignore[no-untyped-call]
            return y if real is None else y * real

        given = tuple(t.clone().requires_grad_() for t in (x, weight, bias))
        assert torch.autograd.gradcheck(normed, given)


class Sums:
    """What threads sum together."""

    def __init__(self, size: int) -> None:
        self.barrier, self.given = Barrier(size), [torch.empty(0)] * size

    def of(self, rank: int) -> Callable[[Tensor], Tensor]:
        def total(x: Tensor) -> Tensor:
            self.given[rank] = x.detach().clone()
            self.barrier.wait(30)
            found = torch.stack(self.given).sum(0)
            self.barrier.wait(30)
            return found

        return total


def test_shares_have_the_figures_of_the_whole_batch() -> None:
    """Two fits of 7 and 5 cases, by 3 processes of 3 cases each."""
    x = torch.randn(9, 8, 6, generator=torch.Generator().manual_seed(1)) * 3 + 2
    sizes, norms, outputs = [7, 5], [BatchNorm1d(2, 4) for _ in range(3)], [x[:3]] * 3
    sums = Sums(3)

    def run(rank: int) -> None:
        own = [min(max(size - 3 * rank, 0), 3) for size in sizes]
        context = Context(sizes=own, share=Share(3 * rank, sizes, sums.of(rank)))
        outputs[rank] = norms[rank](x[3 * rank : 3 * rank + 3], context).detach()

    threads = [Thread(target=run, args=(rank,)) for rank in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    y = torch.cat(outputs)
    for fit, size in enumerate(sizes):
        own = slice(4 * fit, 4 * fit + 4)
        mean, var = torch.zeros(4), torch.ones(4)
        expected = fn.batch_norm(x[:size, own], mean, var, training=True, momentum=0.1, eps=1e-3)
        torch.testing.assert_close(y[:size, own], expected, rtol=1e-5, atol=1e-6)
        for norm in norms:
            torch.testing.assert_close(norm.running_mean[fit], mean, rtol=1e-5, atol=1e-6)
            torch.testing.assert_close(norm.running_var[fit], var, rtol=1e-5, atol=1e-6)
