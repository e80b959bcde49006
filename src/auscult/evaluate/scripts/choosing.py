"""Taking the best of several: ``max(scores)``, ``np.argmin(losses)``, rounding to classes."""

from __future__ import annotations

from dataclasses import replace

from auscult.evaluate.scripts.called import Call, Handler, plain
from auscult.evaluate.scripts.frames import subject
from auscult.evaluate.scripts.state import State
from auscult.evaluate.scripts.value import NOTHING, UNKNOWN, Value, bundle, join

_FIGURES = frozenset({"score", "history"})


def _best(called: Call, state: State) -> Value | None:
    """The largest or smallest: of scores it is a choice."""
    values = (called.receiver,) if called.receiver is not None else called.args
    value = join([v for v in values if v is not None])
    if value.marks & _FIGURES:
        if not state.quiet and value.parts:
            state.event("choose", called.node, name=called.name, value=value)
        return plain(value.data())
    if called.name == "max" and _along(called):
        return _largest(called)
    return None


def _place_of_best(called: Call, state: State) -> Value | None:
    """``argmax``: classes along an axis of outputs, else the place of the best."""
    value = subject(called)
    if value.marks & _FIGURES and not _along(called):
        if not state.quiet and value.parts:
            state.event("choose", called.node, name=called.name, value=value)
        return Value(marks=frozenset({"choice"}))
    if _along(called) or "predicted" in value.marks:
        return replace(plain(value.data()), columns=None).also("hard", "predicted")
    return Value(marks=frozenset({"choice"}), made=value.made, parts=value.parts)


def _along(called: Call) -> bool:
    """Whether an axis is named."""
    place = 0 if called.receiver is not None else 1
    given = called.given(place, "axis", "dim").constant
    return given is not UNKNOWN and type(given) is int


def _largest(called: Call) -> Value:
    """``torch.max(outputs, 1)`` gives values and classes."""
    data = replace(plain(subject(called).data()), columns=None)
    return bundle([data, data.also("hard", "predicted")])


def _rounded(called: Call, state: State) -> Value | None:
    value = subject(called)
    if "predicted" not in value.marks:
        return None
    digits = called.given(0 if called.receiver is not None else 1, "decimals")
    if digits is not NOTHING:
        return None
    return plain(value.data()).also("hard")


_BEST = ["max", "min", "amax", "amin", "nanmax", "nanmin"]
_PLACE = ["argmax", "argmin", "nanargmax", "nanargmin", "idxmax", "idxmin"]
HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(_BEST, _best),
    **dict.fromkeys(_PLACE, _place_of_best),
    **dict.fromkeys(["round", "rint", "round_"], _rounded),
}
