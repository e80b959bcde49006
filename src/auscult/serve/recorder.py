"""Where predictions are kept: what the service asks of a history, and none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from auscult.bundle.answers import BundleAnswers
from auscult.types import FloatArray


class Recorder(Protocol):
    """A history, as the service sees it. Called from worker threads, never from the event loop."""

    def record(
        self, bundle_sha256: str, rows: FloatArray, answers: BundleAnswers, at: datetime
    ) -> Sequence[str]:
        """Keep predictions, all or none.

        Parameters
        ----------
        bundle_sha256
            Which bundle answered.
        rows
            ``(n_cases, …)`` the cases as the bundle took them (``X``).
        answers
            What it answered.
        at
            When, in UTC.

        Returns
        -------
        Sequence[str]
            An id for each case, or nothing where none is kept.
        """

    def name(self, ids: Sequence[str], cases: Sequence[str]) -> None:
        """Say what the cases of predictions are called; from the event loop, so at once."""

    def close(self) -> None:
        """Let go of what is open."""


class NoRecorder:
    """Keeps nothing."""

    def record(
        self, bundle_sha256: str, rows: FloatArray, answers: BundleAnswers, at: datetime
    ) -> Sequence[str]:
        return ()

    def name(self, ids: Sequence[str], cases: Sequence[str]) -> None:
        pass

    def close(self) -> None:
        pass
