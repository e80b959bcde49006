"""The section on what a model looks at: pictures well formed, names as text, nothing without it."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from markupsafe import Markup
from tests.report import sample

from auscult.evaluate.explain.result import (
    Attributions,
    ExplainedCase,
    Explanation,
    Importance,
    Memory,
    Neighbour,
)
from auscult.evaluate.result import Result
from auscult.report.charts.ecg import Paper, ecg_with_weight
from auscult.report.charts.importance import needed
from auscult.report.charts.memory import gain
from auscult.report.charts.swarm import _marks
from auscult.report.charts.time_axis import TimeAxis
from auscult.report.explained import explained_parts
from auscult.report.html import render
from auscult.types import Column, Estimate

HOSTILE = "<script>alert(1)</script>"
COLUMNS = ("age", "sex", "chol", "血压", "oldpeak")


def table(name: str = "oldpeak") -> Result:
    result = sample.result(epochs=3, folds=3)
    rng = np.random.default_rng(0)
    columns = (*COLUMNS[:4], name)
    values = rng.normal(size=(40, 5))
    found = Attributions(
        method="tree-shap",
        unit="log odds",
        towards=1,
        columns=columns,
        mean=tuple(np.abs(values).mean(axis=0).tolist()),
        values=tuple(map(tuple, values.tolist())),
        inputs=tuple((50.0 + i, i % 2, math.nan, i % 5, 0.0) for i in range(40)),
        n_cases=606,
    )
    importance = tuple(
        Importance(c, Estimate(0.05 - 0.02 * j, 0.03 - 0.02 * j, 0.08), channel=j)
        for j, c in enumerate(columns)
    )
    explained = Explanation(result.best, "accuracy", importance, 5, found)
    other = Explanation("lstm", "accuracy", importance, 5, None, note="No attributions.")
    data = replace(
        result.data,
        columns=tuple(
            replace(c, name=n) for c, n in zip(result.data.columns, columns, strict=True)
        ),
    )
    return replace(result, data=data, explanations=(explained, other))


def remembered(cell: str, decay: float) -> Memory:
    curve = tuple(decay**k for k in range(60))
    gates = (1.0,) + (0.0,) * 59 if cell == "rnn" else tuple((0.9 * decay) ** k for k in range(60))
    step = (*(decay for _ in range(59)), math.nan)
    return Memory(cell, 64, curve, curve, gates, step, step, step, 20)


def signals(rate: float | None = 125.0) -> Result:
    result = sample.result(epochs=3, folds=3)
    time = np.arange(60)
    trace = tuple(np.exp(-(((time - 25) / 3.0) ** 2)).tolist())
    rhythm = (0.8,) * 60
    weight = tuple(np.sin(time / 5).tolist())
    case = ExplainedCase(
        3, 0, 0, 1, 0.87, "surest wrong", (trace, rhythm), "class-activation-map", (weight,)
    )
    path = tuple((t, t) for t in range(60))
    near = Neighbour(9, 1, 2.5, (trace, rhythm), path)
    warped = replace(case, method="warping-path", weight=(), neighbour=near)
    importance = tuple(
        Importance("MLII", Estimate(0.1, 0.05, 0.2), 0, t, t + 5) for t in range(0, 60, 5)
    )
    rhythm_part = Importance("RR local mean", Estimate(0.2, 0.1, 0.3), 1, 0, 60)
    importance = (*importance, rhythm_part)
    data = replace(
        result.data,
        kind="signals",
        sampling_rate=rate,
        columns=(Column("MLII", "numeric"), Column("RR local mean", "numeric")),
    )
    explanations = (
        Explanation(result.best, "accuracy", importance, 3, cases=(case,)),
        Explanation("knn", "accuracy", importance, 3, cases=(warped,)),
        Explanation("lstm", "accuracy", importance, 3, memory=remembered("lstm", 0.98)),
        Explanation("gru", "accuracy", importance, 3, memory=remembered("rnn", 0.5)),
    )
    return replace(result, data=data, explanations=explanations)


@pytest.mark.parametrize("result", [table(), signals(), signals(None)], ids=["table", "ecg", "ucr"])
def test_pictures_are_well_formed_and_described(result: Result) -> None:
    text = render(result)
    part = text[text.index("What it looks at") : text.index("Hardest cases")]
    pictures = re.findall(r"<svg.*?</svg>", part, flags=re.DOTALL)
    assert len(pictures) >= 3
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        assert root.attrib["role"] == "img"
        assert len(root.attrib["aria-label"]) > 40
        assert "nan" not in picture.lower()


def test_a_study_without_explanations_has_no_section() -> None:
    assert explained_parts(sample.result(epochs=2)) == {"explained": None}
    assert "What it looks at" not in render(sample.result(epochs=2))


def test_names_stand_as_text() -> None:
    text = render(table(HOSTILE), ids=[HOSTILE] * 400)
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text
    assert "No attributions." in text


def test_the_section_names_its_methods_and_the_cases_by_their_ids() -> None:
    text = render(signals(), ids=[f"100:{i}" for i in range(400)])
    for said in (
        "class activation maps",
        "Case 100:3: true &#39;0&#39;, said &#39;1&#39; (87\u00a0%)",
        "nearest is case 100:9",
        "surest wrong",
        "How far back the recurrent networks look",
        "MLII, 0–40 ms",
    ):
        assert said in text, said


def test_a_rhythm_beside_the_signal_is_one_part() -> None:
    parts = explained_parts(signals())["explained"]
    assert len(parts["in_time"][0]) == 1
    assert "most for &#x27;RR local mean&#x27;" in parts["forests"][0]
    assert parts["importance_table"].rows[-1][0].text == "RR local mean"


def paper(rate: float | None, millivolts: bool) -> Paper:
    return Paper(rate, millivolts, ("MLII", "RR local mean"), ("0", "1"))


def squares(picture: Markup) -> int:
    return picture.count('class="square')


def test_paper_has_squares_where_the_units_are_known() -> None:
    case = signals().explanations[0].cases[0]
    on_paper = ecg_with_weight(case, paper(125.0, True), "x")
    assert "MLII, mV" in on_paper
    assert ">ms<" in on_paper
    # 472 ms: every 40 and every 200; −0.08 to 1.08 mV: every 0.1 and every 0.5
    assert squares(on_paper) == 12 + 3 + 11 + 3
    bare = ecg_with_weight(case, paper(None, False), "x")
    assert "mV" not in bare
    assert ">time point<" in bare
    assert "RR local mean" not in bare  # constant in time


def test_time_points_are_milliseconds_where_the_rate_is_known() -> None:
    assert TimeAxis(125.0).stretch(10, 15) == "80–120 ms"
    assert TimeAxis(None).stretch(10, 15) == "points 10–14"


def test_marks_of_values() -> None:
    numbers = _marks([1.0, 2.0, 3.0, math.nan], Column("x", "numeric"))
    assert numbers == [("low", "1"), ("mid", "2"), ("high", "3"), ("mid", "missing")]
    two = _marks([0.0, 1.0, 0.0], Column("x", "categorical", categories=("no", "yes")))
    assert two == [("low", "no"), ("high", "yes"), ("low", "no")]
    three = _marks([0.0, 2.0], Column("x", "categorical", categories=("a", "b", "c")))
    assert three == [("mid", "a"), ("mid", "c")]
    rare = _marks([0.0] * 9 + [1.0], Column("x", "numeric"))
    assert [kind for kind, _ in rare] == ["low"] * 9 + ["high"]


def test_a_part_is_needed_where_its_interval_lies_above_zero() -> None:
    assert needed(Importance("a", Estimate(0.1, 0.01, 0.2)))
    assert not needed(Importance("a", Estimate(0.1, 0.0, 0.2)))
    assert not needed(Importance("a", Estimate(0.1, math.nan, math.nan)))


def test_gains_in_words() -> None:
    assert gain(0.5) == "0.50 times as large"
    assert gain(3e-11) == "3e−11 times as large"
    assert gain(math.nan) == "to an unknown share"
