"""Nearest neighbours of many queries, over threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from auscult.errors import InputError
from auscult.models.dtw.exact import search_part
from auscult.models.dtw.lanes import LANES
from auscult.models.dtw.margin import margin
from auscult.models.dtw.references import References, lay_references
from auscult.models.dtw.search import Lanes, Task
from auscult.models.dtw.signals import Float64, Int64, Signals

# A part is as many queries as keep the float64 lanes busy, and enough parts for even work.
_FEWEST = 16
_PARTS_A_THREAD = 8
_LARGEST = 1e12


def nearest(
    queries: Signals,
    references: References,
    k: int = 1,
    *,
    squared: bool = True,
    window: int | None = None,
    n_jobs: int | None = None,
    leave_out: bool = False,
) -> tuple[Float64, Int64]:
    """The k nearest references of every query by DTW distance.

    Exactly those of a float64 search of all pairs; ties go to the lower index.

    Parameters
    ----------
    queries, references
        Signals with equal numbers of channels.
    k
        How many neighbours.
    squared, window
        The cost, and how far from the diagonal a match may lie (None: any distance).
    n_jobs
        Threads; None for all processors this process may use.
    leave_out
        Whether the queries are the references: no case is then its own neighbour.

    Returns
    -------
    distances, cases
        ``(n_queries, k)`` float64 and int64, nearest first.

    Raises
    ------
    InputError
        More neighbours than references, or unequal numbers of channels.
    """
    _require_enough(queries, references, k, leave_out)
    references = fitting_layout(queries, references, window)
    task = task_for(queries, references, k, squared, window)
    distances = np.empty((queries.n_cases, k))
    cases = np.empty((queries.n_cases, k), dtype=np.int64)
    skip = np.arange(queries.n_cases) if leave_out else np.full(queries.n_cases, -1)
    lanes = lanes_of(references)

    def search(part: slice) -> None:
        values, lengths = queries.values[part], queries.lengths[part]
        search_part(values, lengths, lanes, task, skip[part], distances[part], cases[part])

    run_parts(search, queries.n_cases, n_jobs)
    return distances, cases


def fitting_layout(queries: Signals, references: References, window: int | None) -> References:
    """References laid out anew where the window or the queries' size asks for it."""
    signals = references.signals
    banded = window is not None and window < signals.n_timepoints
    size = magnitude(queries, references)
    if (banded and not references.one_length) or size > _LARGEST:
        return lay_references(signals, one_length=banded, largest=size / references.scale)
    return references


def magnitude(queries: Signals, references: References) -> float:
    """The largest value of the queries, in the scale of the references."""
    values, middle = queries.values, references.offset
    if queries.lengths.min(initial=queries.n_timepoints) < queries.n_timepoints:
        inside = np.arange(queries.n_timepoints) < queries.lengths[:, None]
        values = np.where(inside[..., None], values, middle)
    low = values.min(axis=(0, 1), initial=np.inf)
    high = values.max(axis=(0, 1), initial=-np.inf)
    if not queries.n_cases:
        return 0.0
    return float(np.maximum(high - middle, middle - low).max() * references.scale)


def task_for(
    queries: Signals, references: References, k: int, squared: bool, window: int | None
) -> Task:
    """The search's settings with the margin that its float32 distances need."""
    longest = max(queries.n_timepoints, references.signals.n_timepoints)
    steps = (queries.n_timepoints + references.signals.n_timepoints) * queries.n_channels
    bound = margin(steps, magnitude(queries, references), squared)
    band = longest if window is None else min(window, longest)
    return Task(k, band, squared, bound)


def lanes_of(references: References) -> Lanes:
    """The references as the kernels see them."""
    signals, members = references.signals, references.members
    place = np.empty(signals.n_cases, dtype=np.int64)
    filled = np.flatnonzero(members.ravel() >= 0)
    place[members.ravel()[filled]] = filled
    return Lanes(
        signals.values,
        signals.lengths,
        references.blocks,
        references.blocks.reshape(len(members), -1, LANES),
        members,
        place,
        references.offset,
        references.scale,
    )


def run_parts(work: Callable[[slice], None], n_items: int, n_jobs: int | None) -> None:
    """Hand parts to threads as they get free; the kernels hold no interpreter lock."""
    threads = n_threads(n_jobs)
    size = max(_FEWEST, -(-n_items // (threads * _PARTS_A_THREAD)))
    parts = [slice(start, start + size) for start in range(0, n_items, size)]
    if min(threads, len(parts)) <= 1:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, parts):
            pass


def n_threads(n_jobs: int | None) -> int:
    """How many threads ``n_jobs`` means here: None and negative numbers count from all."""
    affinity = getattr(os, "sched_getaffinity", None)
    available = len(affinity(0)) if affinity else os.cpu_count() or 1
    if n_jobs is None:
        return available
    if n_jobs == 0 or not isinstance(n_jobs, (int, np.integer)):
        raise InputError(
            f"n_jobs is {n_jobs!r}. Use a number of threads, or None for all processors."
        )
    return n_jobs if n_jobs > 0 else max(1, available + 1 + n_jobs)


def _require_enough(queries: Signals, references: References, k: int, leave_out: bool) -> None:
    signals = references.signals
    if queries.n_channels != signals.n_channels:
        raise InputError(
            f"X has {queries.n_channels} channel(s), the training signals have {signals.n_channels}"
        )
    others = signals.n_cases - leave_out
    if k > others:
        raise InputError(f"{k} neighbours asked, but there are {others}. Lower k.")
