"""A recording: its beats labelled on the trace, counted, and with the rhythm between them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.bundle import Bundle
from auscult.serve.pages.answer import Answer, answers_of
from auscult.serve.pages.beats import CutBeats
from auscult.serve.pages.export import answers_csv, link
from auscult.serve.pages.files import Picture, counted, pictures
from auscult.serve.pages.language import Words
from auscult.serve.pages.pictures import RhythmPicture, heart_rate, rhythm
from auscult.types import FloatArray

MOST_BEATS: Final = 500
"""Beats that the page lists; the CSV has all."""

_GAP: Final = -32768
_MOST_MILLIVOLTS: Final = 32.0
_MOST_EXAMPLES: Final = 6


@dataclass(frozen=True)
class ListedBeat:
    """A row of the list of beats."""

    number: int
    time: str
    rate: str
    answer: Answer


@dataclass(frozen=True)
class HeartRate:
    """Beats a minute: the mean, and what nine of ten intervals lie between."""

    mean: int
    low: int
    high: int


def usual_class(answers: BundleAnswers) -> int:
    """The code of the class of most beats."""
    return int(np.bincount(answers.predicted, minlength=len(answers.classes)).argmax())


def heart_rate_of(cut: CutBeats) -> HeartRate | None:
    """The heart rate of a recording; None for a single beat."""
    if len(cut.samples) < 2:
        return None
    seconds = cut.seconds
    mean = 60 * (len(seconds) - 1) / max(float(seconds[-1] - seconds[0]), 1e-3)
    low, high = np.quantile(heart_rate(seconds), (0.05, 0.95))
    return HeartRate(round(mean), round(float(low)), round(float(high)))


def rhythms(cut: CutBeats, answers: BundleAnswers) -> tuple[RhythmPicture, RhythmPicture] | None:
    """The rhythm strip for a wide page and for a phone; None for a single beat."""
    if len(cut.samples) < 2:
        return None
    usual = usual_class(answers)
    wide, narrow = (rhythm(cut.seconds, answers.predicted, usual, width=w) for w in (832.0, 340.0))
    return wide, narrow


def clock(seconds: float) -> str:
    """``0:03.2``, ``1:02:03.4``: hours where there are some, minutes and seconds."""
    tenths = round(10 * seconds)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{head}:{rest // 10:02d}.{rest % 10}"


def listed_beats(cut: CutBeats, answers: BundleAnswers, t: Words) -> list[ListedBeat]:
    """The first beats with their answers and the heart rate since the beat before."""
    part = BundleAnswers(
        answers.classes,
        answers.probability[:MOST_BEATS],
        answers.predicted[:MOST_BEATS],
        None if answers.sets is None else answers.sets[:MOST_BEATS],
    )
    rates = ["–", *(f"{rate:.0f}" for rate in heart_rate(cut.seconds[:MOST_BEATS]))]
    rows = zip(cut.seconds.tolist(), rates, answers_of(part, t), strict=False)
    return [ListedBeat(i, clock(s), rate, a) for i, (s, rate, a) in enumerate(rows, 1)]


def beats_csv(cut: CutBeats, answers: BundleAnswers) -> str:
    """Every beat as CSV: its sample and time in the recording, and its answer."""
    seconds = (f"{s:.3f}" for s in cut.seconds.tolist())
    cells = zip(range(1, len(cut.samples) + 1), cut.samples.tolist(), seconds, strict=True)
    return answers_csv(answers, ["beat", "sample", "seconds"], cells)


def examples(bundle: Bundle, cut: CutBeats, answers: BundleAnswers, t: Words) -> list[Picture]:
    """A beat of each class, the most certain one, drawn with what its moments spoke for."""
    if bundle.document.kind != "signals":
        return []
    chosen = _surest(answers)[:_MOST_EXAMPLES]
    part = BundleAnswers(
        answers.classes,
        answers.probability[chosen],
        answers.predicted[chosen],
        None if answers.sets is None else answers.sets[chosen],
    )
    titles = [t("beat-at", n=beat + 1, time=clock(float(cut.seconds[beat]))) for beat in chosen]
    return pictures(bundle, cut.X[chosen], None, titles, answers_of(part, t))


def _surest(answers: BundleAnswers) -> list[int]:
    found = []
    for code in range(len(answers.classes)):
        mine = np.flatnonzero(answers.predicted == code)
        if len(mine):
            found.append(int(mine[answers.probability[mine, code].argmax()]))
    return found


def trace(cut: CutBeats, answers: BundleAnswers) -> str:
    """What the viewer draws, as JSON: samples in µV as base64 of 16 bits, beats and classes."""
    codes = answers.predicted
    shares = answers.probability[np.arange(len(codes)), codes]
    content: dict[str, Any] = {
        "rate": cut.recording.sampling_rate,
        "samples": _microvolts(cut.recording.signals[:, 0]),
        "beats": cut.samples.tolist(),
        "codes": codes.tolist(),
        "shares": np.rint(100 * shares).astype(int).tolist(),
        "unsure": answers.unsure.astype(int).tolist(),
        "classes": list(answers.classes),
        "usual": usual_class(answers),
        "lead": cut.recording.channels[0],
    }
    # Inside a script element only this could end it.
    return json.dumps(content, separators=(",", ":")).replace("<", "\\u003c")


def _microvolts(signal: FloatArray) -> str:
    clipped = np.clip(signal, -_MOST_MILLIVOLTS, _MOST_MILLIVOLTS)
    whole = np.where(np.isnan(clipped), _GAP, np.rint(1000 * np.nan_to_num(clipped)))
    return base64.b64encode(whole.astype("<i2").tobytes()).decode()


def told(bundle: Bundle, cut: CutBeats, answers: BundleAnswers, t: Words) -> dict[str, Any]:
    """What the page of a recording shows."""
    seconds = len(cut.recording.signals) / cut.recording.sampling_rate
    return {
        "n_beats": len(cut.samples),
        "n_unsure": int(answers.unsure.sum()),
        "n_gaps": cut.n_gaps,
        "other_rate": cut.other_rate,
        "duration": clock(seconds),
        "lead": cut.recording.channels[0],
        "annotated": cut.recording.annotations is not None,
        "rate": heart_rate_of(cut),
        "counts_list": counted(answers, t),
        "usual": answers.classes[usual_class(answers)],
        "rhythms": rhythms(cut, answers),
        "rows": listed_beats(cut, answers, t),
        "pictures_list": examples(bundle, cut, answers, t),
        "trace": trace(cut, answers),
        "csv": link(beats_csv(cut, answers)),
    }
