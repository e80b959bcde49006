"""What a person asks of a model's probabilities: calibration, sets, a sensitivity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auscult.errors import InputError, did_you_mean
from auscult.evaluate.calibration.scaling import METHODS, Method
from auscult.evaluate.conformal.measure import SetsAsked
from auscult.evaluate.conformal.scores import SCORES, Score


@dataclass(frozen=True)
class SensitivityAsked:
    """A sensitivity wanted for a class."""

    code: int
    name: str
    share: float


@dataclass(frozen=True)
class Asked:
    """What is learned on cases kept aside; nothing, unless asked."""

    calibrate: Method | None = None
    sets: SetsAsked | None = None
    sensitivity: SensitivityAsked | None = None

    @property
    def keeps(self) -> bool:
        """Whether fits must keep cases aside."""
        return any((self.calibrate, self.sets, self.sensitivity))


def parse_asked(
    calibrate: str | None, sets: str | None, sensitivity: str | None, classes: Sequence[str]
) -> Asked:
    """What the flags say.

    Parameters
    ----------
    calibrate
        ``temperature``, ``platt`` or ``isotonic``.
    sets
        A coverage, with ``aps``, ``by-class`` and ``cv+`` behind it as wanted:
        ``0.9:aps:by-class``.
    sensitivity
        A share, of the second of two classes, or ``CLASS=SHARE``.
    classes
        The names of the classes.

    Raises
    ------
    InputError
        A flag says something else.
    """
    return Asked(_method(calibrate), _sets(sets), _sensitivity(sensitivity, classes))


def _method(word: str | None) -> Method | None:
    found = next((known for known in METHODS if known == word), None)
    if word is not None and found is None:
        raise InputError(
            f"no calibration is called '{word}'. {did_you_mean(word, METHODS)}",
            where="--calibrate",
        )
    return found


def _sets(text: str | None) -> SetsAsked | None:
    if text is None:
        return None
    number, *words = str(text).split(":")
    known = (*SCORES, "by-class", "cv+")
    for word in words:
        if word not in known:
            raise InputError(
                f"no prediction set is called '{word}'. {did_you_mean(word, known)}",
                where="--sets",
            )
    score: Score = "aps" if "aps" in words else "lac"
    return SetsAsked(_share(number, "--sets", "0.9"), score, "by-class" in words, "cv+" in words)


def _sensitivity(text: str | None, classes: Sequence[str]) -> SensitivityAsked | None:
    if text is None:
        return None
    name, named, number = str(text).rpartition("=")
    share = _share(number, "--sensitivity", "0.95")
    if not named:
        if len(classes) != 2:
            raise InputError(
                f"there are {len(classes)} classes. Name the one to find, as "
                f"--sensitivity '{classes[-1]}={number}'.",
                where="--sensitivity",
            )
        return SensitivityAsked(1, classes[1], share)
    if name not in classes:
        raise InputError(
            f"no class is called '{name}'. {did_you_mean(name, classes)}", where="--sensitivity"
        )
    return SensitivityAsked(classes.index(name), name, share)


def _share(text: str, where: str, example: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = float("nan")
    if not 0.5 <= share < 1:
        raise InputError(
            f"needs a share from 0.5 to less than 1, not '{text}'. Try {example}.", where=where
        )
    return share
