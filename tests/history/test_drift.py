"""Drift from counts, against what is known of it by hand."""

from __future__ import annotations

import numpy as np
import pytest

from auscult.bundle.shares import binned, deciles_of, edges_of, magnitudes, shares_of
from auscult.history.drift import OUTSIDE, chi_squared, drift, population_stability
from auscult.history.entries import KnownBundle, KnownColumn
from auscult.types import Estimate, FloatArray


def known(values: FloatArray, categories: tuple[str, ...] = ()) -> KnownBundle:
    deciles = () if categories else deciles_of(values)
    shares = shares_of(values, deciles, len(categories))
    column = KnownColumn("chol", "mg/dl", categories, deciles, shares)
    figure = Estimate(0.84, 0.8, 0.88)
    return KnownBundle(
        "a" * 64, "heart", "table", "ill", ("0", "1"), (5, 5), len(values), figure, (column,)
    )


def counted(bundle: KnownBundle, values: FloatArray) -> dict[str, dict[int, int]]:
    column = bundle.columns[0]
    places = binned(values, column.deciles, len(column.categories))
    counts = dict(enumerate(np.bincount(places).tolist()))
    if column.deciles:
        outside = (values < column.deciles[0]) | (values > column.deciles[-1])
        counts[OUTSIDE] = int(outside.sum())
    return {"chol": counts}


def test_the_index_by_hand() -> None:
    expected, observed = np.array([99.5, 99.5]), np.array([49.5, 149.5])
    # Half a case a bin: shares 1/2, 1/2 and 1/4, 3/4.
    by_hand = -0.25 * np.log(0.5) + 0.25 * np.log(1.5)
    assert population_stability(expected, observed) == pytest.approx(by_hand, rel=1e-9)
    assert population_stability(expected, expected) == 0


@pytest.mark.parametrize(("degrees", "quantile"), [(1, 3.841), (4, 9.488), (11, 19.675)])
def test_chi_squared_is_that_of_the_tables(degrees: int, quantile: float) -> None:
    assert chi_squared(0.95, degrees) == pytest.approx(quantile, rel=0.03)


def test_the_bins_hold_what_the_training_had() -> None:
    values = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 3, np.nan, np.nan])
    deciles = deciles_of(values)
    shares = shares_of(values, deciles, 0)
    assert edges_of(deciles).tolist() == [0, 1, 2]
    assert np.allclose(np.array(shares) * 12, [6, 2, 1, 1, 2])
    assert binned(np.array([-5, 0, 0.5, 99, np.nan]), deciles, 0).tolist() == [0, 0, 1, 3, 4]
    assert binned(np.array([0, 1, 2, -1, np.nan]), (), 2).tolist() == [0, 1, 2, 2, 2]
    assert shares_of(np.array([np.nan]), deciles_of(np.array([np.nan])), 0) == ()


def test_of_cases_like_the_training_one_in_twenty_columns_is_told_at_most() -> None:
    rng = np.random.default_rng(0)
    bundle = known(rng.normal(240, 50, 300))
    told = [drift(bundle, counted(bundle, rng.normal(240, 50, 100)))[0].verdict for _ in range(300)]
    assert told.count("usual") > 0.95 * len(told)


def test_a_wrong_unit_is_far() -> None:
    rng = np.random.default_rng(1)
    bundle = known(rng.normal(240, 50, 300))
    (found,) = drift(bundle, counted(bundle, rng.normal(240, 50, 60) / 38.7))
    assert found.verdict == "far"
    assert found.ks > 0.85
    assert found.outside > 0.95
    assert found.psi > 5 * found.psi_by_chance


def test_the_distance_is_that_of_the_samples_at_the_edges() -> None:
    rng = np.random.default_rng(2)
    trained, since = rng.normal(0, 1, 500), rng.normal(0.4, 1, 400)
    bundle = known(trained)
    (found,) = drift(bundle, counted(bundle, since))
    edges = edges_of(bundle.columns[0].deciles)
    by_hand = max(abs((trained <= e).mean() - (since <= e).mean()) for e in edges)
    assert found.ks == pytest.approx(by_hand)
    assert found.verdict in ("moved", "far")


def test_categories_and_gaps() -> None:
    rng = np.random.default_rng(3)
    codes = rng.integers(3, size=300).astype(float)
    bundle = known(codes, ("a", "b", "c"))
    later = np.where(rng.random(200) < 0.4, np.nan, 0.0)
    (found,) = drift(bundle, counted(bundle, later))
    assert found.verdict == "far"
    assert np.isnan(found.ks)
    assert np.isnan(found.outside)
    assert found.gaps == pytest.approx(np.isnan(later).mean())


def test_few_cases_tell_nothing() -> None:
    rng = np.random.default_rng(4)
    bundle = known(rng.normal(240, 50, 300))
    assert drift(bundle, counted(bundle, np.full(5, 1e9)))[0].verdict == "few"
    assert drift(bundle, {})[0].verdict == "few"
    column = KnownColumn("x", None, (), (), ())
    unknown = KnownBundle(
        "b" * 64, "old", "table", "y", ("0", "1"), (5, 5), 10, bundle.accuracy, (column,)
    )
    assert drift(unknown, {})[0].verdict == "unknown"


def test_a_channel_is_told_by_its_magnitude() -> None:
    X = np.array([[[1.0, -3.0], [0.5, 0.5]], [[np.nan, 2.0], [np.nan, np.nan]]])
    assert np.array_equal(magnitudes(X), [[2.0, 0.5], [2.0, np.nan]], equal_nan=True)
