"""Requests that wait are answered together, each with its own cases."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from auscult.bundle.answers import BundleAnswers
from auscult.errors import InputError
from auscult.serve.batching import MOST_CASES, Answered, Batcher
from auscult.serve.refusals import Refused
from auscult.types import FloatArray, IntArray


class Model:
    """Says of a case the number it is, slowly enough that others come meanwhile."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.threads: set[int] = set()

    def __call__(self, X: FloatArray, lengths: IntArray | None) -> Answered:
        self.threads.add(threading.get_ident())
        self.batches.append(len(X))
        threading.Event().wait(0.02)
        if (X < 0).any():
            raise InputError("a negative case")
        if (X > 1e9).any():
            raise Refused(503, "no history")
        weight = X[:, 0] if lengths is None else lengths.astype(np.float64)
        sets = np.column_stack([X[:, 0] > 5, X[:, 0] <= 5])
        codes = (X[:, 0] > 5).astype(np.int64)
        answers = BundleAnswers(("a", "b"), np.column_stack([weight, 1 - weight]), codes, sets)
        return Answered(answers, tuple(str(int(x)) for x in X[:, 0]))


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def cases(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float64)[:, None]


def test_what_waits_is_one_batch(executor: ThreadPoolExecutor) -> None:
    model = Model()

    async def ask() -> list[Answered]:
        batcher = Batcher(model, executor, lambda _: None)
        first = asyncio.create_task(batcher.answer(cases(0)))
        await asyncio.sleep(0.005)
        rest = [asyncio.create_task(batcher.answer(cases(i, i + 0.5))) for i in range(1, 40)]
        return [await first, *await asyncio.gather(*rest)]

    answered = asyncio.run(ask())
    assert model.batches == [1, 78]
    assert threading.get_ident() not in model.threads
    for i, one in enumerate(answered):
        assert one.answers.probability[:, 0].tolist() == ([0] if i == 0 else [i, i + 0.5])
        assert one.answers.sets is not None
        assert len(one.answers.sets) == len(one.answers.predicted) == len(one.ids)


def test_one_bad_case_costs_only_its_own_request(executor: ThreadPoolExecutor) -> None:
    async def ask() -> list[Answered | BaseException]:
        batcher = Batcher(Model(), executor, lambda _: None)
        several = [batcher.answer(cases(value)) for value in (1, -1, 2)]
        return await asyncio.gather(*several, return_exceptions=True)

    first, second, third = asyncio.run(ask())
    assert isinstance(first, Answered)
    assert isinstance(second, InputError)
    assert isinstance(third, Answered)
    assert third.ids == ("2",)


def test_a_refusal_is_for_all(executor: ThreadPoolExecutor) -> None:
    model = Model()

    async def ask() -> list[Answered | BaseException]:
        batcher = Batcher(model, executor, lambda _: None)
        several = [batcher.answer(cases(value)) for value in (1, 1e10)]
        return await asyncio.gather(*several, return_exceptions=True)

    assert all(isinstance(one, Refused) for one in asyncio.run(ask()))
    assert model.batches == [2]


def test_many_cases_let_others_in_between(executor: ThreadPoolExecutor) -> None:
    model = Model()

    async def ask() -> Answered:
        batcher = Batcher(model, executor, lambda _: None)
        many = asyncio.create_task(batcher.answer(cases(*range(3 * MOST_CASES + 7))))
        await asyncio.sleep(0.005)
        await batcher.answer(cases(3))
        return await many

    answered = asyncio.run(ask())
    assert answered.answers.probability[:, 0].tolist() == list(range(3 * MOST_CASES + 7))
    assert answered.ids[-1] == str(3 * MOST_CASES + 6)
    assert model.batches == [MOST_CASES, 1, MOST_CASES, MOST_CASES, 7]


def test_who_goes_away_is_not_computed_for(executor: ThreadPoolExecutor) -> None:
    model = Model()

    async def ask() -> None:
        batcher = Batcher(model, executor, lambda _: None)
        first = asyncio.create_task(batcher.answer(cases(1)))
        await asyncio.sleep(0.005)
        gone = asyncio.create_task(batcher.answer(cases(2)))
        await asyncio.sleep(0)
        gone.cancel()
        await first
        await batcher.answer(cases(3))

    asyncio.run(ask())
    assert model.batches == [1, 1]


def test_lengths_are_filled_in_beside_others(executor: ThreadPoolExecutor) -> None:
    async def ask() -> tuple[Answered, Answered]:
        batcher = Batcher(Model(), executor, lambda _: None)
        return await asyncio.gather(
            batcher.answer(cases(1)), batcher.answer(cases(2, 3), np.array([7, 8]))
        )

    first, second = asyncio.run(ask())
    assert first.answers.probability[:, 0].tolist() == [1]
    assert second.answers.probability[:, 0].tolist() == [7, 8]
