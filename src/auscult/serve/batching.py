"""Concurrent requests answered together: what waits is one batch, computed off the event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from auscult.bundle.answers import BundleAnswers
from auscult.serve.refusals import Refused
from auscult.types import FloatArray, IntArray

MOST_CASES = 512


@dataclass(frozen=True, eq=False)
class Answered:
    """Answers, and the ids that a history gave the cases (none without one)."""

    answers: BundleAnswers
    ids: tuple[str, ...] = ()


Compute = Callable[[FloatArray, IntArray | None], Answered]


@dataclass(frozen=True, eq=False)
class _Asked:
    X: FloatArray
    lengths: IntArray | None
    answered: asyncio.Future[Answered]


class Batcher:
    """Collects the cases of requests that arrive while a batch is being computed.

    Nobody waits for company: a request that finds the model idle is computed at the end of the
    event loop's turn, with whatever came in the same turn. What comes meanwhile is the next batch.

    Parameters
    ----------
    compute
        Answers for ``(n_cases, …)`` cases; runs in a thread, one batch at a time.
    executor
        Where it runs.
    observe
        Called with the number of cases of each batch.
    """

    def __init__(
        self, compute: Compute, executor: Executor, observe: Callable[[int], object]
    ) -> None:
        self._compute = compute
        self._executor = executor
        self._observe = observe
        self._waiting: deque[_Asked] = deque()
        self._working: asyncio.Task[None] | None = None

    async def answer(self, X: FloatArray, lengths: IntArray | None = None) -> Answered:
        """Answers for cases; of many, a part at a time, so that others come in between."""
        parts = []
        for start in range(0, max(len(X), 1), MOST_CASES):
            part = slice(start, start + MOST_CASES)
            parts.append(await self._ask(X[part], None if lengths is None else lengths[part]))
        return parts[0] if len(parts) == 1 else _joined(parts)

    async def _ask(self, X: FloatArray, lengths: IntArray | None) -> Answered:
        asked = _Asked(X, lengths, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await asked.answered

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = self._next_batch()
                if batch:
                    self._observe(sum(len(asked.X) for asked in batch))
                    await self._run(batch)
        finally:
            self._working = None

    def _next_batch(self) -> list[_Asked]:
        batch: list[_Asked] = []
        size = 0
        while self._waiting and (not batch or size + len(self._waiting[0].X) <= MOST_CASES):
            asked = self._waiting.popleft()
            # Whoever has gone away is not computed for.
            if not asked.answered.done():
                batch.append(asked)
                size += len(asked.X)
        return batch

    async def _run(self, batch: Sequence[_Asked]) -> None:
        loop = asyncio.get_running_loop()
        try:
            answered = await loop.run_in_executor(self._executor, self._compute, *_stacked(batch))
        except Exception as error:
            await self._after_failure(batch, error)
            return
        start = 0
        for asked in batch:
            _give(asked, _part(answered, slice(start, start + len(asked.X))))
            start += len(asked.X)

    async def _after_failure(self, batch: Sequence[_Asked], error: Exception) -> None:
        # One request's bad case must not cost the others their answer.
        if len(batch) > 1 and not isinstance(error, Refused):
            for asked in batch:
                await self._run([asked])
            return
        for asked in batch:
            if not asked.answered.done():
                asked.answered.set_exception(error)


def _stacked(batch: Sequence[_Asked]) -> tuple[FloatArray, IntArray | None]:
    if len(batch) == 1:
        return batch[0].X, batch[0].lengths
    X = np.concatenate([asked.X for asked in batch])
    if all(asked.lengths is None for asked in batch):
        return X, None
    return X, np.concatenate([_lengths(asked) for asked in batch])


def _lengths(asked: _Asked) -> IntArray:
    if asked.lengths is not None:
        return asked.lengths
    return np.full(len(asked.X), asked.X.shape[-1], dtype=np.int64)


def _give(asked: _Asked, answered: Answered) -> None:
    if not asked.answered.done():
        asked.answered.set_result(answered)


def _part(answered: Answered, cases: slice) -> Answered:
    whole = answered.answers
    part = replace(
        whole,
        probability=whole.probability[cases],
        predicted=whole.predicted[cases],
        sets=None if whole.sets is None else whole.sets[cases],
    )
    return Answered(part, answered.ids[cases])


def _joined(parts: Sequence[Answered]) -> Answered:
    answers = [part.answers for part in parts]
    sets = [one.sets for one in answers if one.sets is not None]
    whole = replace(
        answers[0],
        probability=np.concatenate([one.probability for one in answers]),
        predicted=np.concatenate([one.predicted for one in answers]),
        sets=np.concatenate(sets) if sets else None,
    )
    # A history that could not keep a part has no id for each case.
    ids = tuple(one for part in parts for one in part.ids) if all(p.ids for p in parts) else ()
    return Answered(whole, ids)
