"""Single checks: what they must not take for a leak, and what they say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.evaluate.audit.clean import correlated, folded, halved, mixed, table, waves, with_X
from tests.evaluate.audit.kept_back import steps
from tests.evaluate.audit.planted_cases import visits

from auscult.data.beside import Beside
from auscult.data.dataset import Dataset
from auscult.data.ecg.relative import names
from auscult.evaluate.audit.near_duplicates import near_duplicates
from auscult.evaluate.audit.neighbours import DENSE, nearest, too_near
from auscult.evaluate.audit.result import Outcome
from auscult.evaluate.audit.run import audit_data
from auscult.evaluate.audit.table import CHECKS
from auscult.evaluate.audit.view import View
from auscult.evaluate.plan import Plan
from auscult.types import Finding, FloatArray


def outcome(
    check: str, data: Dataset, given: bool = False, beside: tuple[Beside, ...] = ()
) -> Outcome:
    subject = halved(data, 0) if given else folded(data, 0)
    return audit_data(subject.data, subject.splits, beside=beside, only=(check,)).outcomes[0]


def codes(found: Outcome) -> set[str]:
    return {one.code for one in found.findings}


def normal(n: int = 200, d: int = 6, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).standard_normal((n, d)) * 3 + 10


def labels(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.random.default_rng(5).permutation(np.arange(n) % 2).astype(np.int64)


def test_many_points_have_the_neighbours_that_few_have() -> None:
    points = np.random.default_rng(0).standard_normal((DENSE + 500, 20))
    points[7] = points[4000] + 1e-9
    distance, near = nearest(points, 3)
    assert near[7, 0] == 4000
    assert distance[7, 0] == pytest.approx(1e-9 * np.sqrt(20), rel=1e-3)
    exact, _ = nearest(points[:400], 3)
    apart = np.linalg.norm(points[:400, None] - points[None, :400], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert np.allclose(exact, np.sort(apart, axis=1)[:, :3])


def test_a_shifted_and_scaled_signal_is_named_with_its_twin() -> None:
    data = waves(200, 4)
    X = np.array(data.X)
    X[150, 0] = 3 * np.roll(X[20, 0], 9) + 5
    X[150, 0, :9] = X[150, 0, 9]
    X[151, 0] = -2 * X[21, 0]  # upside down is another signal
    X[152, 0] = 0.5 * X[22, 0] - 3
    X[153, 0] = 2 * np.roll(X[23, 0], -5)
    X[153, 0, -5:] = X[153, 0, -6]
    data = replace(data, X=X)
    (found,) = near_duplicates(View(data, Plan(repeats=1).splits(data)))
    assert "6 cases of 200" in found.message
    assert "cases 21 and 151 of the file" in found.message


def test_a_grid_makes_no_synthetic_cases() -> None:
    X = np.random.default_rng(0).integers(0, 9, (400, 4)).astype(np.float64)
    assert outcome("oversampling", table("t", X, labels(400))).status == "ok"


def test_synthetic_cases_of_the_training_file_alone_are_no_leak() -> None:
    subject = halved(correlated(300, 1), 0)
    X, y = subject.data.X, subject.data.y
    at = np.flatnonzero(y[:150] == 0)[:30]
    made = X[at] + 0.37 * (X[at[::-1]] - X[at])
    data = replace(subject.data, X=np.concatenate([made, X]), y=np.concatenate([y[at], y]))
    given = np.arange(len(made) + len(X) - 60, len(made) + len(X))
    splits = Plan("given").splits(data, given)
    assert audit_data(data, splits, only=("oversampling",)).outcomes[0].status == "ok"


def test_strong_columns_of_large_data_were_not_chosen() -> None:
    y = np.arange(40_000) % 2
    X = normal(40_000, 10) + 3 * y[:, None]
    assert outcome("selection", table("t", X, y)).status == "ok"


def test_a_scaler_of_training_cases_is_none_of_test_cases() -> None:
    subject = halved(correlated(300, 1), 0)
    X = subject.data.X
    train = X[: 300 - len(subject.given if subject.given is not None else ())]
    for scaled in ((X - train.mean(axis=0)) / train.std(axis=0),
                   (X - train.min(axis=0)) / np.ptp(train, axis=0)):  # fmt: skip
        data = with_X(subject.data, scaled)
        splits = replace(subject, data=data).splits
        assert audit_data(data, splits, only=("scaling",)).outcomes[0].status == "ok"


def test_one_file_scaled_as_a_whole_is_a_note() -> None:
    X = normal()
    found = outcome("scaling", table("t", (X - X.mean(axis=0)) / X.std(axis=0), labels(200)))
    assert [(one.code, one.severity) for one in found.findings] == [("scaled-before-split", "note")]


def test_measures_that_were_taken_from_signals_are_not_blamed() -> None:
    called = list(names(["lead 1"]))
    y = labels(300)
    X = normal(300, len(called))
    X[:, 6] = y + 0.01 * X[:, 6]
    assert outcome("telling-columns", table("mitdb", X, y, called)).status == "not run"
    assert codes(outcome("telling-columns", table("t", X, y))) == {"illegitimate-feature"}


def test_an_easy_class_is_a_note() -> None:
    y = labels(300)
    X = normal(300, 5)
    X[:, :3] += 12 * y[:, None]
    found = outcome("telling-columns", table("t", X, y))
    assert [(one.code, one.severity) for one in found.findings] == [("easy-class", "note")]


def test_an_id_in_order_of_chance_and_one_that_tells() -> None:
    data = mixed(400, 3)
    by_chance = np.random.default_rng(0).permutation(400).astype(np.float64)
    subject = replace(folded(data, 0), beside=(Beside("id", "number", by_chance),))
    splits = subject.splits
    ran = audit_data(subject.data, splits, beside=subject.beside, only=("identities",))
    assert ran.outcomes[0].status == "ok"
    by_class = np.argsort(np.argsort(subject.data.y, kind="stable")).astype(np.float64)
    ran = audit_data(subject.data, splits, beside=(Beside("id", "number", by_class),))
    assert "id-predicts" in {one.code for one in ran.findings}


def test_names_of_the_outcome_are_told_only_where_they_tell() -> None:
    y = labels(300)
    X = normal(300, 3)
    X[:, 1] += 2 * y
    found = outcome("names", table("t", X, y, ["treatment", "discharge_days", "family_treatment"]))
    (one,) = found.findings
    assert "'discharge_days'" in one.message
    assert one.mend is not None
    assert one.mend.startswith("--drop discharge_days")


def test_dates_of_the_training_file_before_those_of_the_test_file() -> None:
    subject = halved(mixed(300, 1), 0)
    days = Beside("visit", "date", np.arange(300, dtype=np.float64))
    splits = subject.splits
    before = audit_data(subject.data, splits, beside=(days,), only=("time",)).outcomes[0]
    assert before.status == "ok"
    after = audit_data(
        subject.data, splits, beside=(replace(days, values=days.values[::-1]),), only=("time",)
    ).outcomes[0]
    assert codes(after) == {"trained-on-later"}


def test_grouping_tells_what_knowing_the_patient_gains() -> None:
    data, who = visits(correlated(300, 1), 0.9, np.random.default_rng(0))
    data = replace(data, y=np.random.default_rng(1).integers(0, 2, 1000)[who])
    data = replace(data, groups=who, group_name="patient")
    torn = Plan("kfold", repeats=1).splits(data)
    found = audit_data(data, torn, only=("grouping", "groups")).findings
    assert {one.code for one in found if one.severity == "warning"} == {
        "grouping-matters",
        "group-overlap",
    }
    kept = Plan("grouped", repeats=1).splits(data)
    (note,) = audit_data(data, kept, only=("grouping", "groups")).findings
    assert (note.code, note.severity, note.mend) == ("grouping-matters", "note", None)


def test_hard_cases_are_not_called_wrong_labels() -> None:
    found = outcome("label-noise", mixed(600, 0))
    assert found.status == "not run"
    assert "hard case" in str(found.why)


def test_tails_are_no_other_unit() -> None:
    X = np.exp(np.random.default_rng(0).normal(0, 1.2, (500, 20)))
    assert outcome("units", table("t", X, labels(500))).status == "ok"
    X[:25, 3] = 180 + X[:25, 3]
    X[25:, 3] = 1.8 + 0.01 * X[25:, 3]
    found = outcome("units", table("t", X, labels(500)))
    assert "25 cases have 'x3' above" in found.findings[0].message


def test_no_test_part() -> None:
    data = mixed(100, 0)
    (found,) = audit_data(data, (), only=("test-set",)).findings
    assert found.code == "no-test-set"


def test_the_result_is_json_and_names_what_was_not_run() -> None:
    data = mixed(200, 0)
    titles: list[str] = []
    result = audit_data(
        data,
        Plan(repeats=1).splits(data),
        deep=False,
        progress=lambda title, *_: titles.append(title),
    )
    assert len(titles) == len(result.outcomes) == sum(check.brief for check in CHECKS.values())
    written = json.loads(json.dumps(result.as_dict()))
    assert written["data"] == "synthetic mixed"
    statuses = {one["check"]: one["status"] for one in written["outcomes"]}
    assert statuses["groups"] == "not run"
    assert statuses["missing-values"] == "finding"


def test_a_thin_tail_of_a_cloud_is_no_copy() -> None:
    rng = np.random.default_rng(3)
    dense = rng.standard_normal((600, 2)) @ rng.standard_normal((2, 6))
    cloud = np.concatenate([dense, 4 * rng.standard_normal((600, 6))])
    distance, _ = nearest(cloud, 10)
    assert too_near(distance)[1] == 0.0
    copied = np.concatenate([cloud, cloud[:12] + 1e-3 * rng.standard_normal((12, 6))])
    distance, _ = nearest(copied, 10)
    ratio, bound = too_near(distance)
    assert set(np.flatnonzero(ratio < bound)) >= {*range(12), *range(1200, 1212)}


def test_copies_that_a_group_keeps_together_are_a_note() -> None:
    data, who = visits(correlated(300, 1), 0.999, np.random.default_rng(0))
    data = replace(data, groups=who, group_name="patient")
    for kind, severity in (("kfold", "warning"), ("grouped", "note")):
        splits = Plan(kind, repeats=1).splits(data)  # type: ignore[arg-type]
        (found,) = audit_data(data, splits, only=("near-duplicates",)).findings
        assert (found.code, found.severity) == ("near-duplicates", severity)


def test_what_no_plain_model_learns_is_said_to_be_not_run() -> None:
    X, y = normal(300, 6), labels(300)
    for check in ("inverted-labels", "label-noise"):
        found = outcome(check, table("t", X, y), given=True)
        assert (found.status, found.findings) == ("not run", ())
        assert found.why


def test_labels_of_a_test_file_of_waves_with_any_phase() -> None:
    data = steps(260, 100)
    subject = halved(data, 0)
    assert subject.given is not None
    y = np.array(subject.data.y)
    y[subject.given] = 1 - y[subject.given]
    turned = replace(subject, data=replace(subject.data, y=y))
    ran = audit_data(turned.data, turned.splits, only=("inverted-labels",)).outcomes[0]
    assert codes(ran) == {"labels-inverted"}
    kept = audit_data(subject.data, subject.splits, only=("inverted-labels",)).outcomes[0]
    assert kept.status == "ok"


def test_what_the_reader_told_is_not_denied() -> None:
    told = Finding("missing-values", "1 cell is missing, in 'age'.", "note")
    found = outcome("missing-values", replace(mixed(200, 0), findings=(told,)))
    assert (found.status, found.why) == ("not run", "what is missing was told as the file was read")
    assert outcome("few-groups", mixed(200, 0)).status == "not run"
