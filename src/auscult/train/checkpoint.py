"""A stack of fits under way, kept so that it goes on to the same bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Event
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from auscult.train.run import Fitted, Run, Weights
from auscult.train.stack import Stack
from auscult.train.store import Checkpoint, Entry
from auscult.types import History


class Cancelled(Exception):
    """Another stack failed, or the person stopped the study; what was begun is kept."""


class Keeper:
    """Keeps a stack every so often, and when it is told to stop.

    Parameters
    ----------
    checkpoint
        Where; None keeps nothing.
    stop
        Set when the training is to end behind the step under way.
    """

    def __init__(self, checkpoint: Checkpoint | None, *stop: Event) -> None:
        self._checkpoint, self._stop = checkpoint, stop

    def begin(self, stack: Stack) -> None:
        entry = self.begun()
        if entry is not None:
            restore(stack, entry)

    def begun(self) -> Entry | None:
        """What was kept of it."""
        return self._checkpoint.begun() if self._checkpoint else None

    def stepped(self, stack: Stack) -> None:
        stopped = any(event.is_set() for event in self._stop)
        if self._checkpoint and (stopped or self._checkpoint.due):
            self._checkpoint.keep(state_of(stack))
        if stopped:
            raise Cancelled


class Follower:
    """Goes on from the checkpoint that it is told, and keeps none.

    Parameters
    ----------
    told
        Gives it, or None.
    """

    def __init__(self, told: Callable[[], Entry | None]) -> None:
        self._told = told

    def begin(self, stack: Stack) -> None:
        entry = self._told()
        if entry is not None:
            restore(stack, entry)

    def stepped(self, stack: Stack) -> None:
        """Stops with the others."""


def state_of(stack: Stack) -> Entry:
    """Weights, moments, random states, order and place in the epoch, figures, early stopping."""
    arrays = {f"network.{name}": t for name, t in stack.network.state_dict().items()}
    for i, moments in enumerate(stack.optimiser.moments):
        arrays |= {f"moment.{i}.{j}": t for j, t in enumerate(moments)}
    arrays["steps"] = stack.optimiser.steps
    arrays |= {f"figures.{name}": t for name, t in stack.figures.state().items()}
    for place, run in enumerate(stack.runs):
        arrays[f"generator.{place}"] = run.generator.get_state()
        arrays |= _named(f"best.{place}", run.best_weights)
        if stack.orders is not None:
            arrays[f"order.{place}"] = stack.orders[place]
    for number, fitted in stack.finished.items():
        arrays |= _named(f"finished.{number}", fitted.weights)
    plain = {name: t.detach().cpu().numpy() for name, t in arrays.items()}
    plain |= {"seeds": stack.noise.seeds, "drawn": stack.noise.drawn}
    meta = {
        "epoch": stack.epoch,
        "start": stack.start,
        "under_way": stack.orders is not None,
        "runs": [_run_state(run) for run in stack.runs],
        "finished": {str(n): _told(one) for n, one in stack.finished.items()},
    }
    return Entry(plain, meta)


def restore(stack: Stack, entry: Entry) -> None:
    """Bring a stack that was just begun to where it was left."""
    arrays, meta = entry.arrays, entry.meta
    numbers = [state["number"] for state in meta["runs"]]
    fits = torch.tensor(numbers)
    stack.network.keep(fits)
    stack.network.load_state_dict(_tensors(arrays, "network."))
    stack.optimiser.keep(stack.network, fits)
    for i, moments in enumerate(stack.optimiser.moments):
        for j, moment in enumerate(moments):
            moment.copy_(torch.from_numpy(arrays[f"moment.{i}.{j}"]))
    stack.optimiser.steps = torch.from_numpy(arrays["steps"])
    stack.noise.seeds, stack.noise.drawn = arrays["seeds"], arrays["drawn"]
    stack.runs = [stack.runs[number] for number in numbers]
    for place, (run, state) in enumerate(zip(stack.runs, meta["runs"], strict=True)):
        _restore_run(run, place, state, arrays)
    stack.finished = dict(_finished(entry))
    stack.epoch, stack.start = meta["epoch"], meta["start"]
    if meta["under_way"]:
        stack.orders = [torch.from_numpy(arrays[f"order.{p}"]) for p in range(len(numbers))]
        stack.figures.restore(_tensors(arrays, "figures."))


def fitted_entry(fitted: Sequence[Fitted]) -> Entry:
    """Finished fits as the store keeps them."""
    arrays: dict[str, Tensor] = {}
    for number, one in enumerate(fitted):
        arrays |= _named(f"finished.{number}", one.weights)
    plain = {name: t.detach().cpu().numpy() for name, t in arrays.items()}
    return Entry(plain, {"finished": {str(n): _told(one) for n, one in enumerate(fitted)}})


def fitted_of(entry: Entry) -> list[Fitted]:
    """Finished fits as they were."""
    return [one for _, one in sorted(_finished(entry))]


def _finished(entry: Entry) -> Iterator[tuple[int, Fitted]]:
    for number, told in entry.meta["finished"].items():
        weights = _tensors(entry.arrays, f"finished.{number}.")
        curves = {name: tuple(values) for name, values in told["curves"].items()}
        yield int(number), Fitted(weights, History(curves, told["best_epoch"]), told["failure"])


def _told(fitted: Fitted) -> dict[str, Any]:
    history = fitted.history
    curves = {name: list(values) for name, values in history.curves.items()}
    return {"curves": curves, "best_epoch": history.best_epoch, "failure": fitted.failure}


_RUN = ("number", "best_loss", "best_epoch", "waited", "failure", "stopped")
_SCHEDULE = ("factor", "lowest", "waited")


def _run_state(run: Run) -> dict[str, Any]:
    state = {name: getattr(run, name) for name in _RUN}
    schedule = {name: getattr(run.schedule, name) for name in _SCHEDULE}
    return {**state, "schedule": schedule, "curves": run.curves.values}


def _restore_run(
    run: Run, place: int, state: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    for name in _RUN:
        setattr(run, name, state[name])
    for name in _SCHEDULE:
        setattr(run.schedule, name, state["schedule"][name])
    run.curves.values = {name: list(values) for name, values in state["curves"].items()}
    run.generator.set_state(torch.from_numpy(arrays[f"generator.{place}"]))
    run.best_weights = _tensors(arrays, f"best.{place}.") or None


def _named(prefix: str, weights: Weights | None) -> Weights:
    return {f"{prefix}.{name}": t for name, t in (weights or {}).items()}


def _tensors(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Weights:
    return {
        name.removeprefix(prefix): torch.from_numpy(np.ascontiguousarray(array))
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
