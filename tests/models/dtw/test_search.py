"""The search: its bounds hold, and its neighbours are those of every pair compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.models.dtw.plain import padded, plain_dtw, plain_neighbours

from auscult.errors import InputError
from auscult.models.dtw.block import lay_query
from auscult.models.dtw.lanes import LANES
from auscult.models.dtw.margin import exact_at_most, margin, rounded_at_most
from auscult.models.dtw.neighbours import lanes_of, n_threads, nearest, task_for
from auscult.models.dtw.references import lay_references
from auscult.models.dtw.search import bound_all, make_scratch
from auscult.models.dtw.signals import as_signals

Float64 = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A search, small enough to compare every pair."""

    queries: list[Float64]
    references: list[Float64]
    k: int
    squared: bool
    window: int | None


@st.composite
def searches(draw: st.DrawFn) -> Case:
    """Equal or unequal lengths, up to three channels, coarse values that tie or fine ones."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    channels, longest = draw(st.integers(1, 3)), draw(st.integers(1, 13))
    n_queries, n_references = draw(st.integers(1, 3)), draw(st.integers(1, 2 * LANES + 3))
    shortest = draw(st.sampled_from([longest, 1]))
    steps, size = draw(st.sampled_from([1, 3, 10**6])), draw(st.sampled_from([1e-3, 1.0, 1e4]))
    offset = draw(st.sampled_from([0.0, 1e5]))

    def signal() -> Float64:
        n = int(rng.integers(shortest, longest + 1))
        return offset + size * rng.integers(-steps, steps + 1, (channels, n)) / steps

    return Case(
        [signal() for _ in range(n_queries)],
        [signal() for _ in range(n_references)],
        draw(st.integers(1, n_references)),
        draw(st.booleans()),
        draw(st.one_of(st.none(), st.integers(0, 14))),
    )


def search(case: Case) -> tuple[Float64, NDArray[np.int64]]:
    references = lay_references(
        as_signals(padded(case.references)), one_length=case.window is not None
    )
    queries = as_signals(padded(case.queries))
    return nearest(queries, references, case.k, squared=case.squared, window=case.window)


@given(searches())
@settings(max_examples=150, deadline=None)
def test_neighbours_are_those_of_every_pair_compared(case: Case) -> None:
    distances, cases = search(case)
    expected = plain_neighbours(case.queries, case.references, case.k, case.squared, case.window)
    np.testing.assert_array_equal(distances, expected[0])
    np.testing.assert_array_equal(cases, expected[1])


@pytest.mark.parametrize("squared", [True, False])
@pytest.mark.parametrize("window", [None, 0, 2, 9])
def test_pruning_loses_no_neighbour_among_many(squared: bool, window: int | None) -> None:
    rng = np.random.default_rng(0)
    walks = rng.standard_normal((140, 1, 30)).cumsum(axis=2)
    case = Case(list(walks[:4]), list(walks[4:]), 3, squared, window)
    distances, cases = search(case)
    expected = plain_neighbours(case.queries, case.references, 3, squared, window)
    np.testing.assert_array_equal(cases, expected[1])
    np.testing.assert_array_equal(distances, expected[0])


def test_neighbours_that_float32_cannot_tell_apart_are_told_apart() -> None:
    base = np.linspace(0, 1, 20)
    references = [base[None] + 1e-3 + shift * 1e-12 for shift in (3, 1, 2)]
    _, cases = search(Case([base[None]], references, 3, True, None))
    assert cases.tolist() == [[1, 2, 0]]


def test_equal_neighbours_come_in_the_order_of_the_references() -> None:
    same = np.ones((1, 5))
    distances, cases = search(Case([same], [same] * 40, 40, True, None))
    assert cases.tolist() == [list(range(40))]
    assert not distances.any()


def test_queries_of_another_size_are_searched_exactly() -> None:
    rng = np.random.default_rng(1)
    references = list(rng.standard_normal((20, 1, 8)))
    queries = [rng.standard_normal((1, 8)) * 1e14]
    _, cases = search(Case(queries, references, 20, False, None))
    expected = plain_neighbours(queries, references, 20, False, None)[1]
    np.testing.assert_array_equal(cases, expected)


@given(searches())
@settings(max_examples=60, deadline=None)
def test_bounds_hold(case: Case) -> None:
    queries, references = as_signals(padded(case.queries)), as_signals(padded(case.references))
    laid = lay_references(references, one_length=True)
    lanes = lanes_of(laid)
    task = task_for(queries, laid, 1, case.squared, case.window)
    unit = laid.scale**2 if case.squared else laid.scale
    scratch = make_scratch(lanes, queries.n_timepoints, 1)
    for query, values, length in zip(case.queries, queries.values, queries.lengths, strict=True):
        lay_query(values[:length], lanes.offset, lanes.scale, scratch.query)
        bound_all(lanes, scratch.query, int(length), task, -1, scratch)
        exact = [plain_dtw(query, r, case.squared, case.window) for r in case.references]
        for other, distance in enumerate(exact):
            assert scratch.floor[other] <= rounded_at_most(distance * unit, task.bound)
        reach = exact_at_most(scratch.likely[0], task.bound)
        assert min(exact) * unit <= reach


@pytest.mark.parametrize("squared", [True, False])
def test_the_margin_covers_what_float32_does(squared: bool) -> None:
    rng = np.random.default_rng(2)
    bound = margin(400, 1.0, squared)
    for _ in range(200):
        x, y = rng.uniform(-1, 1, (2, 200))
        exact, rounded = np.abs(x - y), np.abs(x.astype(np.float32) - y.astype(np.float32))
        power = 2 if squared else 1
        true = float((exact**power).sum())
        found = float(np.cumsum(rounded**power, dtype=np.float32)[-1])
        assert found <= rounded_at_most(true, bound)
        assert true <= exact_at_most(found, bound)


def test_leaves_each_case_out_of_its_own_neighbours() -> None:
    signals = as_signals(np.random.default_rng(3).standard_normal((20, 9)))
    references = lay_references(signals, one_length=False)
    _, cases = nearest(signals, references, 19, leave_out=True)
    for case, others in enumerate(cases):
        assert sorted(others) == [c for c in range(20) if c != case]


def test_threads_change_nothing() -> None:
    rng = np.random.default_rng(4)
    queries, signals = (as_signals(rng.standard_normal((n, 25))) for n in (70, 50))
    references = lay_references(signals, one_length=False)
    one, two = (nearest(queries, references, 4, n_jobs=n) for n in (1, 2))
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


def test_n_jobs_counts_as_scikit_learn_does() -> None:
    assert n_threads(None) >= 1
    assert n_threads(-1) == n_threads(None)
    assert n_threads(3) == 3
    with pytest.raises(InputError, match="n_jobs is 0"):
        n_threads(0)


def test_refuses_more_neighbours_than_there_are() -> None:
    signals = as_signals(np.zeros((3, 4)))
    references = lay_references(signals, one_length=False)
    with pytest.raises(InputError, match="4 neighbours asked, but there are 3"):
        nearest(signals, references, 4)
