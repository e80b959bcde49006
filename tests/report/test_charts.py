"""Every chart draws what it should and survives what it should not get."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from markupsafe import Markup
from tests.report import sample

from auscult.evaluate.result import ModelResult, Predictions, Result
from auscult.report.charts.balance import class_balance
from auscult.report.charts.confusion import confusion_matrix
from auscult.report.charts.forest import forest
from auscult.report.charts.learning import learning_curves, median_curve, outline
from auscult.report.charts.plan import plan_picture
from auscult.report.charts.precision_recall import precision_recall_chart
from auscult.report.charts.reliability import reliability_chart
from auscult.report.charts.roc import roc_chart
from auscult.types import Estimate, History

NAN = math.nan
CURVES = (roc_chart, precision_recall_chart, reliability_chart)
NAMES = ("正常", "<script>alert(1)</script>", "심실")


def parsed(picture: Markup | None) -> ElementTree.Element:
    assert picture is not None
    assert "nan" not in str(picture).lower().split()
    return ElementTree.fromstring(str(picture))


def words(root: ElementTree.Element) -> str:
    return "\n".join(root.itertext())


def marks(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [e for e in root.iter() if kind in e.attrib.get("class", "").split()]


@pytest.fixture(scope="module")
def two() -> Result:
    return sample.result(epochs=20)


@pytest.fixture(scope="module")
def three() -> Result:
    return sample.result(classes=NAMES, epochs=5, folds=3, repeats=1)


def with_predictions(result: Result, predictions: Predictions) -> Result:
    rows = [replace(r, predictions=predictions) for r in result.models]
    return replace(result, models=tuple(rows))


@pytest.mark.parametrize("wide", [True, False])
def test_forest_has_a_row_a_model_and_the_baseline_through_all(two: Result, wide: bool) -> None:
    root = parsed(forest(two, wide=wide))
    assert len(marks(root, "mark")) == len(two.models)
    # On a phone the line is in pieces: words stand between the marks.
    assert len(marks(root, "baseline")) == (1 if wide else len(two.models))
    assert len(marks(root, "best")) == 4  # whisker, its two ends, dot
    assert "Majority class" in words(root)
    assert "linear baseline" in words(root)


def test_forest_says_leaky_beside_a_hollow_mark(two: Result) -> None:
    rows = [replace(r, leaky="tuned on test" if r.model == "gru" else None) for r in two.models]
    root = parsed(forest(replace(two, models=tuple(rows))))
    assert len([m for m in marks(root, "leaky") if m.tag == "circle"]) == 1
    assert "leaky" in words(root)
    plan = replace(two.plan, leaky="patients on both sides")
    root = parsed(forest(replace(two, plan=plan)))
    assert len(marks(root, "leaky-word")) == len(two.models)
    assert not marks(root, "best")


def test_forest_without_intervals_or_figures(two: Result) -> None:
    bare = {r.model: (0.8, NAN, NAN) for r in two.models}
    assert not marks(parsed(forest(sample.with_headline(two, bare))), "whisker")
    none = {r.model: (NAN, NAN, NAN) for r in two.models}
    assert not marks(parsed(forest(sample.with_headline(two, none))), "mark")
    parsed(forest(replace(two, models=())))


def test_forest_of_a_loss_points_the_other_way(two: Result) -> None:
    assert "← better" in words(parsed(forest(replace(two, headline="log_loss"))))


@pytest.mark.parametrize("kind", ["kfold", "grouped", "given"])
def test_plan_bars_are_as_wide_as_their_cases(kind: str) -> None:
    plan = sample.result(kind=kind, folds=5, repeats=2, epochs=2, models=sample.MODELS[:1]).plan
    root = parsed(plan_picture(plan))
    bars = [float(e.attrib["width"]) for e in marks(root, "test")][:-1]
    assert len(bars) == (1 if kind == "given" else 5)
    whole = next(float(e.attrib["width"]) for e in marks(root, "train"))
    assert bars[0] / whole == pytest.approx(60 / 303, abs=0.002)


def test_plan_without_splits_or_validation(two: Result) -> None:
    parsed(plan_picture(replace(two.plan, splits=())))
    split = {"repeat": 0, "fold": 0, "train": 23, "validation": 0, "test": 1139}
    root = parsed(plan_picture(replace(two.plan, kind="given", splits=(split,)), wide=False))
    assert "validation" not in words(root)
    parsed(plan_picture(replace(two.plan, splits=({**split, "train": 0, "test": 0},))))


def test_learning_curves_draw_fits_median_and_best_epoch(two: Result) -> None:
    drawn = learning_curves(two["lstm"])
    assert drawn is not None
    assert len(drawn.panels) == 4
    loss = parsed(drawn.panels[0])
    assert len(marks(loss, "thin")) == 20  # ten fits, training and validation
    assert len(marks(loss, "thick")) == 2
    assert len(marks(loss, "best-epoch")) == 1
    assert "epoch" in words(loss)
    assert "10 of 20 fits drawn" in drawn.note


@pytest.mark.parametrize(
    "histories",
    [
        (),
        (History(),),
        (History({"loss": ()}, 0),),
        (History({"loss": (NAN, NAN)}, 0),),
    ],
)
def test_no_learning_curves(two: Result, histories: tuple[History, ...]) -> None:
    assert learning_curves(replace(two["lstm"], histories=histories)) is None


@pytest.mark.parametrize(
    "curves",
    [
        {"loss": (0.5,)},
        {"loss": (0.5, NAN, 0.3), "val_loss": (NAN, 0.4, NAN)},
        {"loss": (0.0, 0.0), "learning_rate": (0.0, 0.0)},
        {"learning_rate": (1e-2, 1e-3, 1e-5)},
        {"loss": (1e30, 1e-30), "accuracy": (1.0, 1.0)},
        {"val_accuracy": (0.5, 0.6)},
    ],
)
def test_odd_learning_curves(two: Result, curves: dict[str, tuple[float, ...]]) -> None:
    drawn = learning_curves(replace(two["lstm"], histories=(History(curves),)))
    assert drawn is not None
    assert [parsed(p) for p in drawn.panels]


def test_outline_keeps_ends_and_spikes() -> None:
    curve = [0.0] * 1000
    curve[537] = 9.0
    kept = outline(curve, 48)
    assert len(kept) <= 50
    assert {0, 537, 999} <= set(kept)
    assert outline([1.0, 2.0], 48) == [0, 1]


def test_median_goes_as_far_as_half_of_the_fits() -> None:
    assert median_curve([(1.0, 2.0, 3.0), (3.0, 4.0), (5.0,), (7.0,)]) == [4.0, 3.0]
    assert math.isnan(median_curve([(NAN,)])[0])


def test_confusion_matrix_has_counts_and_row_shares() -> None:
    root = parsed(confusion_matrix([[22, 6], [6, 27]], ["no", "yes"], "LSTM"))
    text = words(root).replace("\u00a0", " ")
    for shown in ("22", "79 %", "21 %", "27", "82 %", "predicted", "true"):
        assert shown in text
    averaged = words(parsed(confusion_matrix([[22.5, 6], [6, 27]], ["no", "yes"], "x")))
    assert "6.0" in averaged.split()


def test_confusion_matrix_of_odd_sizes() -> None:
    assert "–" in words(parsed(confusion_matrix([[0, 0], [1, 3]], ["a", "b"], "x")))
    names = [f"class {i} {'正' * 30}" for i in range(12)]
    parsed(confusion_matrix(np.eye(12).tolist(), names, "x"))
    assert confusion_matrix(np.eye(21).tolist(), [str(i) for i in range(21)], "x") is None
    assert confusion_matrix([], [], "x") is None


@pytest.mark.parametrize("chart", CURVES)
def test_curves_of_two_and_more_classes(
    chart: Callable[[Result], Markup | None], two: Result, three: Result
) -> None:
    best = words(parsed(chart(two)))
    assert "Random forest" in best
    assert "Logistic regression" in best
    parsed(chart(three))


def test_roc_names_each_of_several_classes(three: Result) -> None:
    text = words(parsed(roc_chart(three)))
    assert "正常 0." in text
    assert "<script>alert(1)</script>" in text


def test_roc_marks_the_operating_point(two: Result) -> None:
    root = parsed(roc_chart(two))
    (dot,) = [e for e in marks(root, "mark") if e.tag == "circle"]
    (tn, fp), _ = two.winner.confusion_matrix
    assert float(dot.attrib["cx"]) == pytest.approx(34 + fp / (tn + fp) * 314, abs=0.1)


def hopeless(probability: list[list[float]], true: list[int]) -> Predictions:
    n = len(true)
    zeros = np.zeros(n, dtype=np.int64)
    shape = np.asarray(probability, dtype=np.float64).reshape(n, 2)
    return Predictions(np.arange(n), zeros, zeros, np.asarray(true, dtype=np.int64), shape)


@pytest.mark.parametrize("chart", CURVES)
@pytest.mark.parametrize(
    "predictions",
    [
        hopeless([], []),
        hopeless([[NAN, NAN]], [1]),
        hopeless([[0.4, 0.6]], [1]),
        hopeless([[0.4, 0.6], [0.4, 0.6]], [0, 0]),
        hopeless([[0.5, 0.5]] * 4, [0, 1, 0, 1]),
        hopeless([[1.0, 0.0], [0.0, 1.0]], [0, 1]),
    ],
)
def test_curves_of_degenerate_predictions(
    chart: Callable[[Result], Markup | None], two: Result, predictions: Predictions
) -> None:
    picture = chart(with_predictions(two, predictions))
    assert picture is None or len(parsed(picture))


def test_operating_point_without_positives(two: Result) -> None:
    def empty(row: ModelResult) -> ModelResult:
        return replace(row, confusion_matrix=((0.0, 0.0), (0.0, 0.0)))

    found = replace(two, models=tuple(empty(r) for r in two.models))
    assert not marks(parsed(roc_chart(found)), "mark")


def test_class_balance() -> None:
    root = parsed(class_balance(NAMES, (10, 5, 0)))
    assert "10 (66.7\u00a0%)" in words(root)
    assert class_balance((), ()) is None
    assert class_balance(("a",), (0,)) is None


def test_estimates_of_one_fit() -> None:
    one = sample.result(folds=1, repeats=1, kind="given", epochs=3, n_cases=40)
    row = replace(one.models[0], metrics={"accuracy": Estimate(1.0, 1.0, 1.0)})
    root = parsed(forest(replace(one, models=(row,), best=row.model)))
    assert len(marks(root, "mark")) == 1
