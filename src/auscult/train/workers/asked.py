"""The workers that a person asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from auscult.errors import InputError
from auscult.train.jobs import Workers, working_with


@contextmanager
def asked_workers(
    jobs: int | None, cluster: str | None, slurm: bool = False, ddp: int | None = None
) -> Iterator[None]:
    """Let processes of this machine, or a cluster, do the fits made inside.

    Parameters
    ----------
    jobs
        Processes; None fits in this one, or where the fits around these are made.
    cluster
        Address of a Dask scheduler.
    slurm
        Whether SLURM begins workers (:func:`~auscult.train.workers.slurm.slurm`).
    ddp
        Processes that train each network together, this one among them.

    Raises
    ------
    InputError
        Several are asked for, or what is asked for cannot be had.
    """
    asked = {"--jobs": jobs is not None, "--cluster": cluster is not None, "--slurm": slurm}
    asked["--ddp"] = ddp is not None
    named = [flag for flag, given in asked.items() if given]
    if len(named) > 1:
        raise InputError(f"stands beside {named[1]}. Leave one of the two out.", where=named[0])
    if not named:
        yield  # whoever was asked for around this does them
        return
    with ExitStack() as stack:
        if ddp is not None:
            _train_together(stack, ddp)
            yield
            return
        stack.enter_context(working_with(_workers(stack, jobs, cluster)))
        yield


def _train_together(stack: ExitStack, size: int) -> None:
    from auscult.train.peers import training_with  # noqa: PLC0415
    from auscult.train.workers.together import Together  # noqa: PLC0415

    team = stack.enter_context(Together(size))
    stack.enter_context(training_with(team if size > 1 else None))


def _workers(stack: ExitStack, jobs: int | None, address: str | None) -> Workers:
    if jobs is not None:
        from auscult.train.workers.processes import Processes  # noqa: PLC0415

        return stack.enter_context(Processes(jobs))
    from auscult.train.workers.cluster import Cluster  # noqa: PLC0415
    from auscult.train.workers.slurm import MOST, slurm  # noqa: PLC0415

    if address is not None:
        return stack.enter_context(Cluster(address))
    found, queue = stack.enter_context(slurm())
    return stack.enter_context(Cluster(found, to_come=MOST, awaited=lambda: queue.waits))
