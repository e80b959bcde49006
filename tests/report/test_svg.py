"""Pictures are well-formed, their text is text, and figures that are not finite draw nothing."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from auscult.report.scale import Scale, nice_ticks, padded, tick_labels
from auscult.report.svg import Frame, Svg, path_data, short_label, shortened, stairs, text_width

HOSTILE = "<script>alert('1')</script> & \"x\" \x00\x1b[31m 正常"


def test_hostile_text_is_text_everywhere() -> None:
    svg = Svg(100, 50, HOSTILE, "plot")
    svg.text((1, 2), HOSTILE, "label", title=HOSTILE, aside=(HOSTILE, "aside"))
    svg.bar((0, 0), 5, 5, HOSTILE, title=HOSTILE, strength=0.5)
    svg.dot((1, 1), 2, "mark", title=HOSTILE)
    root = ElementTree.fromstring(str(svg.render()))
    assert {e.tag for e in root.iter()} == {"svg", "title", "text", "tspan", "rect", "circle"}
    assert "<script>alert('1')</script>" in "".join(root.itertext())
    assert "正常" in root.attrib["aria-label"]
    assert root.attrib["role"] == "img"
    assert root.attrib["viewBox"] == "0 0 100 50"


def test_what_is_not_finite_draws_nothing() -> None:
    svg = Svg(10, 10, "empty")
    nan = math.nan
    svg.line((0, nan), (1, 1), "x")
    svg.dot((nan, 1), 2, "x")
    svg.diamond((1, math.inf), 2, "x")
    svg.bar((0, 0), nan, 1, "x")
    svg.path([(nan, nan)], "x")
    assert [e.tag for e in ElementTree.fromstring(str(svg.render()))] == ["title"]


def test_path_breaks_at_gaps_and_does_not_drift() -> None:
    assert path_data([(0, 0), (1, 1), (math.nan, 2), (3, 3)]) == "M0 0l1 1M3 3"
    data = path_data([(i / 30, 0) for i in range(3001)])
    ends = sum(float(step.split()[0]) for step in data.split("l")[1:])
    assert ends == pytest.approx(100, abs=0.051)


def test_stairs_go_level_first() -> None:
    assert stairs([(0, 0), (1, 1), (2, 3)]) == [(0, 0), (1, 0), (1, 1), (2, 1), (2, 3)]


def test_wide_letters_count_as_wide() -> None:
    assert text_width("正常", 10) == 20
    assert text_width("ab", 10) < 12
    assert shortened("正常正常正常", 35, 10) == "正常…"
    assert shortened("ab", 100) == "ab"


def test_a_cut_label_keeps_what_tells_it_from_its_like() -> None:
    for label in ("Seasonal naive (season 96)", "Seasonal naive (season 672)"):
        shown = short_label(label, 160)
        assert shown.endswith(label[label.index(" (") :])
        assert text_width(shown) <= 160
    assert short_label("LSTM (a very long setting indeed)", 100).endswith("…")
    assert short_label("Line (a)", 100) == "Line (a)"


def test_a_short_scale_of_powers_has_marks_between() -> None:
    assert Scale(23, 394, 0, 100, log=True).ticks() == [50, 100, 200]
    assert Scale(23, 394, 0, 100, log=True).ticks(2) == [100]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.47, 0.93, [0.5, 0.6, 0.7, 0.8, 0.9]),
        (0.0, 1139.0, [0.0, 250.0, 500.0, 750.0, 1000.0]),
        (2.0, 2.0, [2.0]),
    ],
)
def test_ticks_are_round_and_inside(low: float, high: float, ticks: list[float]) -> None:
    assert nice_ticks(low, high) == ticks


def test_tick_labels_have_equal_decimals() -> None:
    assert tick_labels([0.0, 0.25, 0.5]) == ["0.00", "0.25", "0.50"]
    assert tick_labels([-1.0, 0.0]) == ["−1", "0"]
    assert tick_labels([1e-5, 1e-4]) == ["1e-05", "0.0001"]


def test_axis_holds_its_figures_and_stays_within() -> None:
    low, high = padded([0.5, math.nan, 0.99], within=(0.0, 1.0))
    assert 0 < low < 0.5
    assert high == 1.0
    assert padded([math.nan], within=(0.0, 1.0)) == (0.0, 1.0)
    low, high = padded([3.0])
    assert low < 3 < high
    low, high = padded([1.0, 1.0], within=(0.0, 1.0))
    assert low < high


def test_logarithmic_scale() -> None:
    scale = Scale(1e-4, 1e-2, 0, 100, log=True)
    assert scale(1e-3) == pytest.approx(50)
    assert scale.ticks() == [1e-4, 1e-3, 1e-2]
    assert math.isnan(scale(0))


def test_frame_names_its_axes() -> None:
    svg = Svg(100, 100, "plot")
    frame = Frame(svg, Scale(0, 1, 10, 90), Scale(0, 1, 90, 10))
    frame.axes("epoch", "loss")
    frame.steps([0, 1], [0, 1], "curve")
    text = "".join(ElementTree.fromstring(str(svg.render())).itertext())
    assert "epoch" in text
    assert "loss" in text
