"""What the page and the terminal say of calibration, sets, thresholds and subgroups."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console
from tests.report import sample

from auscult.evaluate.calibration.figures import calibration
from auscult.evaluate.calibration.result import (
    ChosenSensitivity,
    DecisionCurve,
    PredictionSets,
    Recalibration,
    Subgroup,
)
from auscult.evaluate.result import Result
from auscult.report.charts.decision import decision_chart, worth
from auscult.report.charts.sets import sets_chart, shares
from auscult.report.html import render
from auscult.report.trust_terminal import print_trust
from auscult.types import Estimate

E = Estimate(0.9, 0.85, 0.94)
HOSTILE = "<script>alert(1)</script>"


def sets(accuracy: float = 0.95) -> PredictionSets:
    share = Estimate(0.2, 0.15, 0.25)
    right = Estimate(accuracy, accuracy, accuracy)
    return PredictionSets(
        "lac", 0.9, False, "90 % of cases", "validation parts", E, (E, E), E, share, right,
        (0.0, 0.8, 0.2),
    )  # fmt: skip


def study(name: str = "sex") -> Result:
    plain = sample.result(epochs=3, models=sample.MODELS[:2], folds=3)
    change = Estimate(-0.01, -0.02, 0.0)
    figures = ("ece", "log_loss", "brier", "accuracy", "roc_auc")
    done = Recalibration(
        "temperature", "validation parts",
        dict.fromkeys(figures, E), dict.fromkeys(figures, change),
        (0.8, 1.4), ((0.2, 0.1), (0.8, 0.9)),
    )  # fmt: skip
    rows = []
    for row in plain.models:
        told = calibration(row.predictions)
        assert told is not None
        chosen = ChosenSensitivity("1", 0.95, "validation parts", E, E, E, E)
        rows.append(
            replace(
                row,
                calibration=replace(told, recalibration=done),
                sets=sets(),
                chosen_sensitivity=chosen,
            )
        )
    metrics = dict.fromkeys(("accuracy", "roc_auc", "in_the_large"), E)
    part = Subgroup(name, name, 40, (20, 20), metrics, metrics, {"accuracy": 0.01})
    return replace(plain, models=tuple(rows), subgroups=(part,))


def test_sections_stand_where_they_were_asked() -> None:
    page = render(study())
    for head in ("worth acting on", "wanted sensitivity", "does not know", "By subgroup"):
        assert head in page
    assert "temperature scaling (Guo et al. 2017)" in page
    assert "run from 0.80 to 1.40" in page
    assert "0.900 → 0.890" in page


def test_and_nowhere_else() -> None:
    page = render(sample.result(epochs=3, models=sample.MODELS[:2], folds=3))
    for head in ("worth acting on", "wanted sensitivity", "does not know", "By subgroup", "ECE"):
        assert head not in page


def test_names_are_text_whatever_they_hold() -> None:
    hostile = study(HOSTILE)
    rows = tuple(replace(row, label=HOSTILE + row.model) for row in hostile.models)
    assert "<script" not in render(replace(hostile, models=rows))


def test_pictures_are_sound_and_say_what_they_show() -> None:
    drawn = [decision_chart(study()), sets_chart(study())]
    for picture in drawn:
        assert picture is not None
        root = ElementTree.fromstring(str(picture))
        assert len(root.attrib["aria-label"]) > 40
    assert "net benefit" in str(drawn[0])
    assert "76\u00a0% of test cases rightly" in str(drawn[1])


def test_shares_of_sets_sum_to_one_even_where_nothing_is_decided() -> None:
    assert sum(shares(sets())) == pytest.approx(1)
    nothing = replace(sets(float("nan")), abstained=Estimate(1.0, 1.0, 1.0))
    assert shares(nothing) == (0.0, 0.0, 1.0)


def test_where_a_model_is_worth_acting_on() -> None:
    t = (0.1, 0.2, 0.3, 0.4, 0.5)
    benefit, everyone = (0.3, 0.25, 0.1, 0.1, -0.1), (0.3, 0.2, 0.05, -0.2, -0.5)
    curve = DecisionCurve(t, benefit, benefit, benefit, everyone)
    assert worth(curve) == (0.2, 0.4)
    assert worth(replace(curve, net_benefit=everyone)) is None


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_terminal_says_it_in_as_many_columns_as_fit(width: int) -> None:
    out = io.StringIO()
    print_trust(study(), Console(file=out, width=width))
    said = out.getvalue()
    assert "Calibrated (temperature" in said
    assert "by subgroup" in said
    tables = [line for line in said.splitlines() if re.search(r"\(0\.\d+–", line)]
    assert tables
    assert ("more columns in the report" in said) == (width < 200)


def test_the_terminal_is_silent_where_nothing_was_asked() -> None:
    out = io.StringIO()
    print_trust(sample.result(epochs=3, folds=3), Console(file=out, width=80))
    assert out.getvalue() == ""


def test_a_reliability_diagram_shows_what_was_before() -> None:
    assert "before calibration" in render(study())
    assert np.isfinite(study().winner.calibration.ece.value)  # type: ignore[union-attr]
