"""What a name says of the data it holds: weak evidence, used where there is no other."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal["train", "validation", "test", "rest"]

_WORDS: dict[str, Role] = {
    "train": "train",
    "training": "train",
    "trn": "train",
    "test": "test",
    "testing": "test",
    "tst": "test",
    "holdout": "test",
    "heldout": "test",
    "unseen": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "rest": "rest",
    "remaining": "rest",
    "temp": "rest",
    "tmp": "rest",
}
# Too short to be told from other words unless they stand beside X or y.
_SHORT: dict[str, Role] = {
    "tr": "train",
    "te": "test",
    "va": "validation",
    "vl": "validation",
    "dev": "validation",
    "eval": "validation",
}
_DATA = {"x", "y", "xs", "ys", "data", "df", "set", "ds", "loader", "dl", "idx", "ix", "index"}
_NOT_DATA = {"size", "frac", "fraction", "ratio", "time", "split", "len", "n", "num", "mode"}
_PREDICTION = re.compile(
    r"^(?:pred|preds|predicted|predictions?|predict|hat|yhat|forecasts?|fcst)$"
)
_PERSON = re.compile(r"^(?:patients?|subjects?|participants?|persons?|pid|mrn|hadm|pids)$")
_RECORD = re.compile(r"^(?:records?|recordings?|rec)$")
_DATE = re.compile(r"^(?:date|time|datetime|timestamp|ds|month|day|week|year|hour|utc)$")


def words(name: str) -> list[str]:
    """The words of a name: ``X_trainScaled2`` → ``x, train, scaled``."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    found = [w for w in re.split(r"[^A-Za-z]+", parted.lower()) if w]
    return [part for word in found for part in _glued(word)]


def _glued(word: str) -> list[str]:
    """``xtrain`` and ``testx`` hold two words."""
    if word[:1] in "xy" and word[1:] in _WORDS:
        return [word[0], word[1:]]
    if word[-1:] in "xy" and word[:-1] in _WORDS:
        return [word[:-1], word[-1]]
    return [word]


def role_of(name: str) -> Role | None:
    """The part of the data that a name says it holds, if it says one."""
    said = words(name)
    if any(word in _NOT_DATA for word in said):
        return None
    roles = {_WORDS[word] for word in said if word in _WORDS}
    if roles == {"validation", "test"}:
        return "rest"
    if "train" in roles and "validation" in roles and "test" not in roles:
        return "train"  # X_trainval holds both
    if not roles and len(said) > 1 and any(word in _DATA for word in said):
        roles = {_SHORT[word] for word in said if word in _SHORT}
    return roles.pop() if len(roles) == 1 else None


def says_prediction(name: str) -> bool:
    """Whether a name says that it holds what a model predicted."""
    return any(_PREDICTION.match(word) for word in words(name))


def says_person(name: str) -> bool:
    """Whether a name says patient, subject or the like."""
    return any(_PERSON.match(word) for word in words(name))


def says_recording(name: str) -> bool:
    """Whether a name says patient or recording."""
    return says_person(name) or any(_RECORD.match(word) for word in words(name))


def says_date(name: str) -> bool:
    """Whether a name says a point in time."""
    return any(_DATE.match(word) for word in words(name))
