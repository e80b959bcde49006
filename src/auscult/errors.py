"""Errors that a person can mend.

Anything a person did or owns that is wrong (a file, a column, a flag) raises an
:class:`InputError`; the command line prints its one line and exits with 2, a service
answers with a 4xx. Everything else that escapes is a bug of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


class AuscultError(Exception):
    """Root of every error that auscult raises on purpose."""


class InputError(AuscultError, ValueError):
    """The input is wrong: one line that says what, where and how to mend it.

    Parameters
    ----------
    message
        What happened and, where one is known, the first thing to try.
    where
        The file, row, column or flag it happened in; printed in front.
    """

    def __init__(self, message: str, *, where: str | None = None) -> None:
        text = f"{where}: {message}" if where else message
        super().__init__(" ".join(text.split()))


class Terminated(BaseException):
    """SIGTERM came; what a person reads of it, if anything, is its text."""


class DiskError(OSError):
    """What is to be kept cannot be written: one line that says where, why and how to go on.

    It ends a study, where a model that fails does not: nothing after it could be kept.

    Parameters
    ----------
    cause
        What the system said.
    where
        The folder.
    """

    def __init__(self, cause: OSError, where: object) -> None:
        self.text = (
            f"{where}: cannot be written ({cause.strerror or cause}). What was finished before is "
            "kept: make room, or name another folder with --out, and give the same command again."
        )
        super().__init__(self.text)

    def __str__(self) -> str:
        return self.text


class DivergedError(AuscultError, ArithmeticError):
    """A training met a loss that is not finite; says the epoch and the step."""


class ClusterError(ConnectionError):
    """A cluster cannot go on: one line. It ends a study, where a model that fails does not."""


class WorkerLostError(AuscultError, RuntimeError):
    """A fit ended the process that did it, again and again; says what is known of why."""


class MissingExtraError(AuscultError, ImportError):
    """An optional part of auscult is not installed; says the command that installs it."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that names the closest known words, or lists them all when none is close.

    A word whose parts begin with the letters of ``word`` is the closest: ``ce`` means
    ``cross_entropy``.
    """
    choices = [str(k) for k in known]
    spelt = [k for k in choices if "".join(re.findall(r"(?:^|[_ -])(.)", k)) == word != k[:1]]
    close = list(dict.fromkeys(spelt + get_close_matches(word, choices, n=3, cutoff=0.6)))[:3]
    if close:
        return f"Did you mean {' or '.join(repr(c) for c in close)}?"
    shown = ", ".join(choices[:20]) + (", …" if len(choices) > 20 else "")
    return f"Known: {shown}."
