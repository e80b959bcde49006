"""The pieces of the pages that need no service."""

from __future__ import annotations

import base64
import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kept import write_recordings

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.bundle import Bundle
from auscult.data.ecg.dataset import BeatOptions, read_beats
from auscult.data.ecg.records import Recording, read_record
from auscult.data.raw import Request
from auscult.errors import InputError
from auscult.serve.pages import pictures
from auscult.serve.pages.answer import answers_of
from auscult.serve.pages.beats import CutBeats, beats_of
from auscult.serve.pages.export import answers_csv, link
from auscult.serve.pages.form import number
from auscult.serve.pages.language import words
from auscult.serve.pages.recording import clock, trace
from auscult.serve.pages.signal_file import read_signal


@pytest.mark.parametrize(
    ("text", "value"),
    [("12.5", 12.5), ("12,5", 12.5), ("−3", -3.0), (" 1e3 ", 1000.0), (".5", 0.5), ("5.", 5.0),
     ("", None), ("abc", None), ("nan", None), ("inf", None), ("1_0", None), ("1e999", None),
     ("1,2,3", None), ("0x10", None), ("1e39", None), ("9" * 61, None)],
)  # fmt: skip
def test_numbers_as_people_type_them(text: str, value: float | None) -> None:
    assert number(text) == value


@given(st.text(max_size=30))
def test_number_never_raises(text: str) -> None:
    value = number(text)
    assert value is None or abs(value) <= 3e38


def made(probability: list[list[float]], sets: list[list[bool]] | None) -> BundleAnswers:
    p = np.array(probability)
    held = None if sets is None else np.array(sets)
    return BundleAnswers(("no", "yes", "maybe"), p, p.argmax(axis=1), held)


def test_an_answer_says_what_is_plausible() -> None:
    t = words("en")
    sure, open_, unlike = answers_of(
        made(
            [[0.1, 0.8, 0.1], [0.4, 0.35, 0.25], [0.3, 0.3, 0.4]],
            [[False, True, False], [True, True, False], [False, False, False]],
        ),
        t,
    )
    assert (sure.headline(t), sure.plausible) == ("yes", ("yes",))
    assert (open_.headline(t), open_.plausible) == ("Not sure", ("no", "yes"))
    assert (unlike.headline(t), unlike.plausible) == ("Not sure", ())
    assert sure.bars[0].name == "yes"
    assert answers_of(made([[0.1, 0.8, 0.1]], None), t)[0].plausible is None


def test_the_csv_holds_no_formula_and_every_case() -> None:
    answers = made([[0.1, 0.8, 0.1], [1, 0, 0]], [[False, True, False], [True, True, False]])
    text = answers_csv(answers, ["case"], [["=1+1"], ["@b"]])
    head, first, second = csv.reader(io.StringIO(text))
    assert head == ["case", "predicted", "p_no", "p_yes", "p_maybe", "prediction_set", "unsure"]
    assert first == ["'=1+1", "yes", "0.1", "0.8", "0.1", "yes", "0"]
    assert second[0] == "'@b"
    assert second[-2:] == ["no | yes", "1"]
    held = link(text)
    assert held is not None
    assert base64.b64decode(held.partition(",")[2]).decode("utf-8-sig") == text
    assert link("x" * 2_000_000) is None


def test_beats_are_cut_as_for_training(beat_model: Bundle, tmp_path: Path) -> None:
    folder = write_recordings(tmp_path / "r", 1)
    for annotated in (True, False):
        if not annotated:
            (folder / "made0.atr").unlink()
        cut = beats_of(beat_model.document, read_record(folder / "made0.hea"))
        told = read_beats(
            folder / "made0.hea", Request(labelled=False), BeatOptions("window")
        ).dataset
        np.testing.assert_array_equal(cut.X, told.X)
        assert told.ids is not None
        assert [int(name.split(":")[1]) for name in told.ids] == cut.samples.tolist()


def test_bundles_of_other_things_cut_no_beats(heart_model: Bundle, tmp_path: Path) -> None:
    folder = write_recordings(tmp_path / "r", 1)
    with pytest.raises(InputError, match="not trained on beats"):
        beats_of(heart_model.document, read_record(folder / "made0.hea"))


@pytest.mark.parametrize(
    "text",
    [
        "0.1\n0.2\n0.3\n",
        "mV\n0.1\n0.2\n0.3",
        "0.1,0.2,0.3",
        "time;lead II\n0;0.1\n1;0.2\n2;0.3",
        "\ufeffsample,MLII,V5\r\n0,0.1,9\r\n1,0.2,9\r\n2,0.3,9\r\n",
        "0\t0.1\n1\t0.2\n2\t0.3",
    ],
)
def test_a_signal_in_many_forms(text: str, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    found = read_signal(path, 250.0)
    np.testing.assert_allclose(found.signals[:, 0], [0.1, 0.2, 0.3], rtol=1e-6)
    assert found.sampling_rate == 250.0
    micro = read_signal(path, 250.0, "uV")
    np.testing.assert_allclose(micro.signals, found.signals / 1000, rtol=1e-6)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "holds nothing"), (b"1\nx\n", "row 2: 'x' is no number"), (b"a,b\n1,2\n3\n", "row 3"),
     (b"\xff\xfe\x00", "is no text"), (b"mV\n", "no numbers"),
     (b"0,12\n0,15\n0,11\n", "decimal comma")],
)  # fmt: skip
def test_a_signal_that_is_none(content: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=why):
        read_signal(path, 250.0)


@pytest.mark.parametrize("head", ["", "MLII\n"])
def test_a_long_signal_is_read_as_a_short_one(head: str, tmp_path: Path) -> None:
    told = np.round(np.sin(np.arange(5000) / 7), 4)
    path = tmp_path / "s.csv"
    path.write_text(head + "\n".join(f"{v:g}" for v in told) + "\n")
    found = read_signal(path, 250.0)
    np.testing.assert_allclose(found.signals[:, 0], told, atol=1e-6)
    assert found.channels == (head.strip() or "signal",)
    path.write_text(head + "\n".join(f"{v:g}" for v in told) + "\nx\n")
    with pytest.raises(InputError, match="'x' is no number"):
        read_signal(path, 250.0)


def test_a_class_cannot_end_the_script_that_holds_the_trace() -> None:
    nasty = "</script><img src=x>"
    answers = BundleAnswers((nasty, "b"), np.array([[0.9, 0.1]]), np.array([0]), None)
    signal = np.array([[np.nan], [0.5], [99.0]], dtype=np.float32)
    recording = Recording("r", signal, (nasty,), 100.0, None)
    text = trace(CutBeats(np.zeros((1, 1, 1)), np.array([1]), recording, 0), answers)
    assert "<" not in text
    told = json.loads(text)
    assert told["classes"][0] == nasty
    samples = np.frombuffer(base64.b64decode(told["samples"]), dtype="<i2")
    assert samples.tolist() == [-32768, 500, 32000]


def test_a_gap_breaks_the_line_and_the_paper_has_its_squares() -> None:
    signal = np.sin(np.arange(100) / 5)
    signal[40:45] = np.nan
    drawn = pictures.ecg(signal, signal, name="II", sampling_rate=125.0, millivolts=True)
    assert drawn.trace.count("M") == 2
    upright = drawn.large.count("V")
    assert upright == 1 + int(99 * 8 / 200)
    assert drawn.strips
    assert "nan" not in drawn.trace + drawn.lane_for + drawn.lane_against
    plain = pictures.ecg(signal, None, name="II", sampling_rate=None, millivolts=False)
    assert not plain.large
    assert plain.height < drawn.height


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_any_signal_can_be_drawn(values: list[float]) -> None:
    signal = np.array(values)
    drawn = pictures.ecg(signal, signal, name="", sampling_rate=100.0, millivolts=True)
    assert "nan" not in drawn.trace


def test_heart_rate_and_clock() -> None:
    np.testing.assert_allclose(pictures.heart_rate(np.array([0.0, 1.0, 1.5])), [60.0, 120.0])
    assert [clock(s) for s in (0.04, 59.96, 83.2, 3723.4)] == [
        "0:00.0", "1:00.0", "1:23.2", "1:02:03.4",
    ]  # fmt: skip
