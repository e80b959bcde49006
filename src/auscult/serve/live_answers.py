"""What the service says on ``/live``."""

from __future__ import annotations

from typing import Any

from auscult.bundle.bundle import Bundle
from auscult.data.ecg.stream import BeatStream, StreamBeat
from auscult.serve.answers import NOTICE
from auscult.serve.batching import Answered
from auscult.serve.live_messages import Hello


def ready_message(name: str, bundle: Bundle, stream: BeatStream, hello: Hello) -> dict[str, Any]:
    """The first thing the service says: who answers, and what it needs to know of a beat."""
    document = bundle.document
    trained = document.columns[0].name
    notes = []
    if hello.lead and hello.lead != trained:
        notes.append(f"The model learned on lead {trained}; this one is {hello.lead}.")
    return {
        "type": "ready",
        "bundle": {"name": name, "sha256": bundle.sha256},
        "target": document.target,
        "classes": list(document.classes),
        "recipe": stream.recipe,
        "needs": stream.needs,
        "notes": notes,
        "notice": NOTICE,
    }


def beat_message(beat: StreamBeat, rate: float, seconds: float) -> dict[str, Any]:
    """A beat that was found, not labelled yet; ``seconds`` is what it took to compute."""
    return {
        "type": "beat",
        "sample": beat.sample,
        "time": round(beat.sample / rate, 4),
        "label": None,
        "late": beat.searched_back,
        "after_peak_ms": round(1000 * (beat.needed - beat.sample) / rate, 1),
        "computed_ms": round(1000 * seconds, 1),
    }


def label_of(answered: Answered, place: int) -> dict[str, Any]:
    """What is added to a beat once the bundle answered it."""
    answers = answered.answers
    classes = answers.classes
    held = None if answers.sets is None else answers.sets[place].tolist()
    return {
        "label": classes[int(answers.predicted[place])],
        "probability": dict(zip(classes, answers.probability[place].tolist(), strict=True)),
        "set": None
        if held is None
        else [c for c, is_in in zip(classes, held, strict=True) if is_in],
        "unsure": bool(answers.unsure[place]),
        "id": answered.ids[place] if answered.ids else None,
    }
