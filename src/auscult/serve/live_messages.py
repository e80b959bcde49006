"""What a client may send to ``/live``, and the line that refuses anything else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from auscult.bundle.bundle import Bundle
from auscult.bundle.json_document import json_document
from auscult.bundle.limits import Limits as JsonLimits
from auscult.data.ecg.beats import TARGET_RATE
from auscult.errors import InputError, did_you_mean
from auscult.types import FloatArray

RECIPES: Final = ("live", "kaggle", "window")
MILLIVOLTS: Final[Mapping[str, float]] = {"mV": 1.0, "uV": 1e-3, "µV": 1e-3, "V": 1e3}
SLOWEST: Final = 60.0
FASTEST: Final = 2_000.0
_MOST_MILLIVOLTS: Final = 1e6
_LONGEST_REASON: Final = 123


class Refusal(Exception):
    """A stream ends: a close code of RFC 6455 and one line.

    1007 is a message that cannot be read, 1008 one that is not allowed, 1009 one too large, 1013
    a service that is busy.
    """

    def __init__(self, code: int, line: str) -> None:
        super().__init__(line)
        self.code = code
        self.line = " ".join(line.encode("utf-8", "replace").decode().split())[:500]

    @property
    def reason(self) -> str:
        """The line as far as it fits into a close frame."""
        return self.line.encode()[:_LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True)
class Hello:
    """The first message of a stream: Hz, what a sample of 1 is in mV, the lead's name."""

    sampling_rate: float
    millivolts: float
    lead: str | None


def live_bundles(bundles: Mapping[str, Bundle]) -> dict[str, Bundle]:
    """The bundles that can label beats of a stream: of one lead, by a recipe that looks ahead."""
    return {name: bundle for name, bundle in bundles.items() if _is_live(bundle)}


def read_hello(
    message: Mapping[str, Any], bundles: Mapping[str, Bundle], most: int
) -> tuple[Hello, str, Bundle]:
    """What the first message asks for.

    Raises
    ------
    Refusal
        As said there.
    """
    content = _json(message, most)
    known = ("sampling_rate", "unit", "lead", "bundle")
    for key in content:
        if key not in known:
            raise Refusal(1007, f"'{key[:40]}' is not known; say {', '.join(known)}")
    name = _bundle_name(content.get("bundle"), bundles)
    rate = _rate(content.get("sampling_rate"))
    _require_rate(bundles[name], rate)
    unit = content.get("unit", "mV")
    if not isinstance(unit, str) or unit not in MILLIVOLTS:
        raise Refusal(1007, f"'unit' is one of {', '.join(MILLIVOLTS)}")
    lead = content.get("lead")
    if lead is not None and (not isinstance(lead, str) or len(lead) > 100):
        raise Refusal(1007, "'lead' is a text of at most 100 characters")
    return Hello(rate, MILLIVOLTS[unit], lead), name, bundles[name]


def read_samples(message: Mapping[str, Any], hello: Hello, most: int) -> FloatArray | None:
    """``(n_samples,)`` in mV, NaN in gaps; None where the client says that it is the end.

    Raises
    ------
    Refusal
        The message holds something else.
    """
    data = message.get("bytes")
    if data is None:
        samples = _listed(_json(message, most))
        if samples is None:
            return None
    else:
        if len(data) > most:
            raise Refusal(1009, f"a message has at most {most:,} bytes")
        if len(data) % 4:
            raise Refusal(1007, f"float32 samples have 4 bytes each; {len(data):,} bytes came")
        samples = np.frombuffer(data, dtype="<f4").astype(np.float64)
    samples = samples * hello.millivolts
    if (np.abs(samples) > _MOST_MILLIVOLTS).any():
        raise Refusal(1007, "a sample is larger than any voltage of a heart")
    return samples


def _listed(content: Mapping[str, Any]) -> FloatArray | None:
    if content == {"end": True}:
        return None
    values = content.get("samples")
    if len(content) != 1 or not isinstance(values, list):
        raise Refusal(1007, 'send float32 samples, {"samples": […]} or {"end": true}')
    if not set(map(type, values)) <= {int, float, type(None)}:
        raise Refusal(1007, "'samples' are numbers, null in gaps")
    try:
        return np.array([math.nan if v is None else float(v) for v in values], dtype=np.float64)
    except OverflowError:
        raise Refusal(1007, "a sample is larger than any voltage of a heart") from None


def _json(message: Mapping[str, Any], most: int) -> dict[str, Any]:
    text = message.get("text")
    if text is None:
        raise Refusal(1007, 'the first message is JSON: {"sampling_rate": 360, "unit": "mV"}')
    body = text.encode("utf-8", "surrogatepass")
    if len(body) > most:
        raise Refusal(1009, f"a message has at most {most:,} bytes")
    try:
        return json_document(body, "message", JsonLimits(json_bytes=most, json_depth=4))
    except InputError as error:
        raise Refusal(1007, str(error)) from None


def _bundle_name(asked: object, bundles: Mapping[str, Bundle]) -> str:
    if asked is not None:
        if isinstance(asked, str) and asked in bundles:
            return asked
        hint = did_you_mean(str(asked)[:100], bundles) if bundles else ""
        raise Refusal(1008, f"no bundle of that name labels beats of a stream. {hint}")
    if len(bundles) != 1:
        said = f"'bundle' is one of {', '.join(bundles)}" if bundles else _NONE
        raise Refusal(1008, said)
    return next(iter(bundles))


_NONE: Final = "no bundle here labels beats of a stream; train one on --recipe live"


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(1007, "'sampling_rate' is a number of Hz")
    if not SLOWEST <= value <= FASTEST:
        raise Refusal(1008, f"'sampling_rate' is from {SLOWEST:g} to {FASTEST:,.0f} Hz")
    return float(value)


def _require_rate(bundle: Bundle, rate: float) -> None:
    """Rows of the recipe ``kaggle`` have the recording's rate, divided by a whole number."""
    document = bundle.document
    if (document.recipe or {}).get("recipe") in ("live", "window"):
        return
    made = rate / max(1, round(rate / TARGET_RATE))
    if document.sampling_rate is not None and not math.isclose(made, document.sampling_rate):
        raise Refusal(
            1008,
            f"beats would have {made:g} Hz; the model learned from {document.sampling_rate:g} Hz",
        )


def _is_live(bundle: Bundle) -> bool:
    document = bundle.document
    recipe = (document.recipe or {}).get("recipe") or "kaggle"
    n_leads = document.n_channels - (0 if recipe == "kaggle" else 3)
    of_signals = document.kind == "signals" and document.recipe is not None
    return of_signals and recipe in RECIPES and n_leads == 1
