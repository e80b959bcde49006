"""Training that left the finite numbers is found at the step in which it did."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from auscult.models.network import Network
from auscult.train.run import Run

_MEND = "a smaller learning_rate or clip_norm=1 often mends it"


def note_divergence(
    runs: Sequence[Run], losses: Tensor, network: Network, epoch: int, step: int
) -> None:
    """Mark the fits whose loss or gradient is not finite as failed, before they are moved by it.

    Their last finite weights stay. A gradient is looked at through its sum, which no infinity and
    no NaN leaves finite; what it costs is one pass over memory.

    Parameters
    ----------
    runs
        The fits of the stack.
    losses
        ``(F,)`` of this step.
    network
        With the gradients of this step.
    epoch, step
        Counted from 0.
    """
    moved = [(name, p.grad) for name, p in network.named_parameters() if p.grad is not None]
    sums = {name: grad.flatten(1).sum(1) for name, grad in moved}
    together = torch.stack([losses, *(total.to(losses) for total in sums.values())])
    if bool(torch.isfinite(together).all()):
        return
    where = f"at epoch {epoch + 1}, step {step + 1}; {_MEND}"
    for i, run in enumerate(runs):
        if run.failure is not None:
            continue
        loss = float(losses[i])
        broken = [name for name, total in sums.items() if not math.isfinite(float(total[i]))]
        if not math.isfinite(loss):
            run.failure = f"the loss was not finite ({loss}) {where}"
        elif broken:
            run.failure = f"the gradient of '{broken[0]}' was not finite {where}"
    failed = [i for i, run in enumerate(runs) if run.failure is not None]
    for _, grad in moved:
        grad[failed] = 0.0  # nothing times "not finite" would not be nothing
