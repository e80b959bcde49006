"""Charts of forecasts hold the numbers of the study."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from markupsafe import Markup
from tests.report.forecast import sample

from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import ForecastResult
from auscult.report.charts.learning import learning_curves
from auscult.report.forecast import page
from auscult.report.forecast.charts.autocorrelation import autocorrelation, autocorrelation_chart
from auscult.report.forecast.charts.coverage import coverage, coverage_chart
from auscult.report.forecast.charts.group_errors import group_errors
from auscult.report.forecast.charts.plan import fit_spans, forecast_plan_picture
from auscult.report.forecast.charts.step_errors import step_errors
from auscult.report.forecast.charts.track import last_stretch, track
from auscult.report.forecast.groups import groupings
from auscult.report.forecast.time import point_ticks, point_times, span, stamps

pytestmark = pytest.mark.usefixtures("one_thread")
BOTH = pytest.mark.parametrize("wide", [True, False])


@pytest.fixture(scope="module")
def one() -> ForecastResult:
    return sample.study()


@pytest.fixture(scope="module")
def day() -> ForecastResult:
    return sample.study(plan=ForecastPlan(horizon=24, test=240))


@pytest.fixture(scope="module")
def panel() -> ForecastResult:
    data = sample.series(3, step=None, lengths=(300, 330, 360))
    return sample.study(data, ForecastPlan(horizon=6, test=90, step=3, gap=2, refit=10), seasons=24)


def parsed(picture: Markup) -> ElementTree.Element:
    assert "nan" not in str(picture).lower()
    root = ElementTree.fromstring(str(picture))
    assert root.attrib["aria-label"]
    return root


def marks(root: ElementTree.Element, *kinds: str) -> list[ElementTree.Element]:
    return [e for e in root.iter() if set(kinds) <= set(e.attrib.get("class", "").split())]


def words(root: ElementTree.Element) -> str:
    return "\n".join(root.itertext())


def points(path: ElementTree.Element) -> int:
    return path.attrib["d"].count("l") + path.attrib["d"].count("M")


@BOTH
def test_the_forest_marks_best_baseline_and_leak(one: ForecastResult, wide: bool) -> None:
    found = sample.with_network(one, 0.5, leaky=True)
    root = parsed(page.leaderboard(found)["forests"][0 if wide else 1])
    assert len(marks(root, "mark")) == len(found.models)
    assert len(marks(root, "mark", "leaky")) == 1
    base = found[found.best_baseline].metrics["mae"].value
    assert f"best baseline {base:.3f}" in words(root)
    assert "MAE on later points of 'load', ← better" in words(root)


def test_the_forest_of_errors_many_times_apart_is_logarithmic(one: ForecastResult) -> None:
    root = parsed(page.leaderboard(sample.with_network(one, 500.0))["forests"][0])
    assert "(log scale)" in words(root)
    places = {
        e[0].text.split(":")[0]: float(e.attrib.get("cx", "nan"))
        for e in marks(root, "mark")
        if e.tag == "circle" and e[0].text
    }
    assert places["LSTM"] < 832 - 172


@BOTH
def test_the_track_draws_the_last_tested_points(one: ForecastResult, wide: bool) -> None:
    row = one.winner
    stretch = last_stretch(one, 0)
    assert (stretch.first, stretch.last) == (432, 599)  # seven seasons of 24
    np.testing.assert_array_equal(stretch.true, one.tested.true[-168:, 0])
    root = parsed(track(one, row, wide=wide))
    (truth,) = marks(root, "truth")
    assert points(truth) == 168
    assert len(marks(root, "curve", "best")) == 1  # one step ahead: all in one line
    assert len(marks(root, "band")) == 2  # around the forecast, and around the error
    assert "2024" in words(root)


@BOTH
def test_the_track_of_many_steps_has_a_piece_an_origin_and_a_fan(
    day: ForecastResult, wide: bool
) -> None:
    fan = sample.beyond(day)
    root = parsed(track(day, day.winner, ahead=fan, wide=wide))
    stretch = last_stretch(day, 0)
    assert len(stretch.rows) == 7
    pieces = marks(root, "curve", "best")
    assert len(pieces) == 7 + 1
    assert all(points(piece) == 24 for piece in pieces)
    assert len(marks(root, "ahead")) == 1
    assert "beyond the data" in words(root)
    # The fan starts right behind the last point.
    ends = [float(e.attrib["d"][1:].split("l")[0].split()[0]) for e in pieces[-2:]]
    assert ends[0] < ends[1]


def test_origins_that_overlap_are_drawn_without(panel: ForecastResult) -> None:
    stretch = last_stretch(panel, 1)
    origins = panel.tested.origin[stretch.rows]
    assert (np.diff(origins) >= 6).all()
    assert set(panel.tested.series[stretch.rows]) == {1}
    assert np.isfinite(stretch.true).all()
    parsed(track(panel, panel.winner, 1, ahead=sample.beyond(panel)))


def test_groups_of_stamps(one: ForecastResult) -> None:
    hours, days = groupings(one)
    assert (hours.names[0], days.names[0]) == ("00", "Mon")
    times = point_times(one.data, 0, 600)
    assert times is not None
    error = np.abs(one.winner.predictions.forecast - one.tested.true)[:, 0]
    stamp = times[one.tested.origin].tolist()
    at = [t.hour if hasattr(t, "hour") else (t // 3_600_000_000_000) % 24 for t in stamp]
    expected = [error[np.array(at) == h].mean() for h in range(24)]
    np.testing.assert_allclose(hours.mae(one, one.winner), expected)
    # 1 January 2024 was a Monday; points 400 to 599 are tested.
    weekday = (one.tested.origin // 24) % 7
    monday = error[weekday == 0].mean()
    assert days.mae(one, one.winner)[0] == pytest.approx(monday)


def test_groups_without_stamps_are_places_in_seasons(panel: ForecastResult) -> None:
    (season,) = groupings(panel)
    assert season.title == "By place in the season of 24 points"
    assert len(season.names) == 24
    assert season.counts.sum() == panel.tested.true.size


def test_months_have_no_weekday() -> None:
    data = sample.series(lengths=(240,))
    times = stamps("2000-01-01", 240, "MS").copy()
    monthly = replace(data, series=(replace(data.series[0], times=times),), step=None, freq="MS")
    found = sample.study(monthly, ForecastPlan(horizon=12, test=60), seasons=12)
    assert [g.title for g in groupings(found)] == ["By month"]


@BOTH
def test_bars_are_as_high_as_their_errors(one: ForecastResult, wide: bool) -> None:
    hours = groupings(one)[0]
    root = parsed(group_errors(one, hours, wide=wide))
    bars = marks(root, "bar", "best")[:-1]  # the last one is the key's
    heights = np.array([float(e.attrib["height"]) for e in bars])
    mae = hours.mae(one, one.winner)
    np.testing.assert_allclose(heights / heights.max(), mae / mae.max(), atol=0.01)
    assert len(marks(root, "dash")) == 25


@BOTH
def test_errors_by_step_have_a_line_a_model(day: ForecastResult, wide: bool) -> None:
    root = parsed(step_errors(day, wide=wide))
    assert len(marks(root, "curve")) == len(day.models)
    assert all(points(e) == 24 for e in marks(root, "curve"))
    assert len(marks(root, "curve", "best")) == 1
    assert "steps ahead, 1 hour each" in words(root)
    heights = [float(e.attrib["y"]) for e in marks(root, "note")]
    if wide:
        assert len(heights) == len(day.models)
        assert np.diff(sorted(heights)).min() >= 14.9


def test_autocorrelation_is_that_of_the_errors(one: ForecastResult, day: ForecastResult) -> None:
    found = autocorrelation(one, one.winner)
    assert found is not None
    error = (one.winner.predictions.forecast - one.tested.true)[:, 0]
    error = error - error.mean()
    expected = [error[k:] @ error[:-k] / (error @ error) for k in range(1, 49)]
    np.testing.assert_allclose(found.values, expected)  # two seasons of 24
    assert found.bound == pytest.approx(1.96 / np.sqrt(200))
    root = parsed(autocorrelation_chart(one, found))
    assert len(marks(root, "stem")) == 48
    assert len(marks(root, "stem", "outside")) == found.outside
    assert autocorrelation(day, day.winner) is None  # ten origins say nothing


def test_coverage_by_step_and_by_tenth(one: ForecastResult, day: ForecastResult) -> None:
    by_step = coverage(day)
    assert by_step is not None
    assert day.winner.intervals is not None
    assert by_step.held == day.winner.intervals.by_step
    assert np.mean(by_step.width) == pytest.approx(day.winner.intervals.width)
    root = parsed(coverage_chart(day, by_step))
    assert len(marks(root, "baseline")) == 1
    tenths = coverage(one)
    assert tenths is not None
    assert one.winner.intervals is not None
    assert len(tenths.held) == 10
    assert np.mean(tenths.held) == pytest.approx(one.winner.intervals.coverage)
    parsed(coverage_chart(one, tenths, wide=False))
    bare = replace(one.winner, intervals=None)
    rows = tuple(bare if r.model == bare.model else r for r in one.models)
    assert coverage(replace(one, models=rows)) is None


def test_the_plan_shows_where_training_ends(panel: ForecastResult, one: ForecastResult) -> None:
    (fit,) = fit_spans(one)
    assert (fit.start, fit.end, fit.first, fit.last) == (0, 400, 400, 600)
    spans = fit_spans(panel)
    assert len(spans) == panel.plan.folds
    assert all(s.first - s.end == 2 for s in spans)  # the gap
    root = parsed(forecast_plan_picture(one))
    train, test = (
        next(float(e.attrib["width"]) for e in marks(root, "part", kind) if e[:])
        for kind in ("train", "test")
    )
    assert train / test == pytest.approx(2, abs=0.01)
    parsed(forecast_plan_picture(panel, wide=False))


def test_learning_curves_of_a_forecast(one: ForecastResult) -> None:
    drawn = learning_curves(sample.with_network(one, 2.0)["lstm"])
    assert drawn is not None
    assert len(drawn.panels) == 2  # loss and MAE; the rate never changes
    assert "MAE" in words(parsed(drawn.panels[1]))
    assert "learning rate 0.01" in drawn.note


@pytest.mark.parametrize(
    ("freq", "steps", "text"),
    [
        ("15min", 1, "15 minutes"),
        ("15min", 96, "1 day"),
        ("h", 36, "36 hours"),
        ("MS", 12, "12 months"),
        ("B", 5, "5 working days"),
        ("QS-JAN", 1, "1 quarter"),
        ("2MS", 2, "4 months"),
        (None, 3, ""),
        ("row", 3, ""),
    ],
)
def test_steps_in_words(freq: str | None, steps: int, text: str) -> None:
    assert span(freq, steps) == text


def test_marks_along_time() -> None:
    quarters = stamps("2014-01-01", 35_040, "15min")
    week = point_ticks(quarters, 34_368, 35_039, 9)
    assert [shown for _, shown in week][:2] == ["25 Dec", "26 Dec"]
    assert [at for at, _ in week] == list(range(34_368, 35_040, 96))
    year = [shown for _, shown in point_ticks(quarters, 0, 35_039, 8)]
    assert year == ["Jan 2014", "Apr 2014", "Jul 2014", "Oct 2014"]
    months = point_ticks(stamps("1949-01-01", 144, "MS"), 0, 143, 4)
    assert [shown for _, shown in months] == ["1950", "1955", "1960"]
    assert point_ticks(None, 3, 98, 5)[0] == (20.0, "20")
    part = point_ticks(quarters, 5, 29, 4)
    assert [shown for _, shown in part] == ["03:00", "06:00"]


def test_a_zone_is_the_clock_of_the_hours() -> None:
    winter = stamps("2024-01-01", 2, "h", "Asia/Tokyo")
    assert str(winter[0])[:13] == "2024-01-01T09"
