"""The report's tables."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from tests.report import sample

from auscult.evaluate.result import Predictions
from auscult.report import tables
from auscult.types import Column


def test_leaderboard_has_every_metric_and_equal_decimals() -> None:
    found = tables.leaderboard_table(sample.result(epochs=2, folds=2))
    assert {len(row) for row in found.rows} == {len(found.head)}
    assert [c.text for c in found.head[:2]] == ["model", "accuracy"]
    column = [row[1] for row in found.rows]
    assert {len(c.text) for c in column} == {5}
    assert all(c.aside.startswith("(0.") and c.kind == "num" for c in column)


def test_hardest_cases_are_those_with_the_least_probability_over_repeats() -> None:
    study = sample.result(epochs=2, folds=2)
    given = [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.5, 0.5]]
    predictions = Predictions(
        case=np.array([7, 9, 7, 9]),
        repeat=np.array([0, 0, 1, 1]),
        fold=np.zeros(4, dtype=np.int64),
        true=np.array([1, 1, 1, 1]),
        probability=np.array(given),
    )
    best = replace(study.winner, predictions=predictions)
    found = tables.hardest_cases(replace(study, models=(best,)))
    assert found is not None
    assert [[c.text for c in row] for row in found.rows] == [
        ["7", "1", "0", "0.400", "0.600"],
        ["9", "1", "1", "0.650", "0.650"],
    ]


def test_comparisons_show_the_difference_and_both_p() -> None:
    study = sample.result(epochs=2, folds=2)
    found = tables.comparison_table(study)
    assert found is not None
    assert len(found.rows) == len(study.comparisons)
    assert "−" in found.rows[0][0].text
    assert tables.comparison_table(replace(study, comparisons=())) is None


def test_columns_show_ranges_and_categories() -> None:
    columns = [
        Column("bp", "numeric", 3, (), -94.0, 200.0, 49),
        Column("kind", "categorical", categories=tuple("abcdefghij")),
        Column("empty", "numeric", 9),
    ]
    found = tables.column_table(columns, 10)
    assert found is not None
    assert [row[-1].text for row in found.rows] == [
        "−94 to 200",
        "a, b, c, d, e, f, g, h and 2 more",
        "–",
    ]
    assert found.rows[0][2].aside == "(30\u00a0%)"
    assert tables.column_table([], 10) is None


def test_per_class_without_figures() -> None:
    study = sample.result(epochs=2, folds=2)
    assert math.isfinite(float(tables.per_class_table(study).rows[0][2].text))  # type: ignore[union-attr]
    bare = replace(study.winner, per_class=())
    assert tables.per_class_table(replace(study, models=(bare,))) is None
