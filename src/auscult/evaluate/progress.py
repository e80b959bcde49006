"""How a study tells what it is doing."""

from __future__ import annotations

from typing import Protocol


class StudyProgress(Protocol):
    """What a study calls while it works; the terminal draws bars, a library call nothing."""

    def model_started(self, name: str, n_fits: int) -> None: ...

    def advanced(self, name: str, done: float, detail: str) -> None: ...

    def model_finished(self, name: str, text: str) -> None: ...


class Silent:
    """Tells nothing."""

    def model_started(self, name: str, n_fits: int) -> None:
        pass

    def advanced(self, name: str, done: float, detail: str) -> None:
        pass

    def model_finished(self, name: str, text: str) -> None:
        pass


class Within:
    """Tells the progress of a part of the work on a model as a part of the whole.

    Parameters
    ----------
    progress
        Who is told.
    name
        What the work is on.
    part
        Where in the whole, from 0 to 1, the part starts and ends.
    words
        What the part is.
    """

    def __init__(
        self, progress: StudyProgress, name: str, part: tuple[float, float], words: str
    ) -> None:
        self._progress, self._name, self._words = progress, name, words
        self._start, self._end = part

    def advanced(self, name: str, done: float, detail: str) -> None:
        behind = self._start + (self._end - self._start) * done
        self._progress.advanced(self._name, behind, f"{self._words}: {detail}")

    def model_started(self, name: str, n_fits: int) -> None:
        pass

    def model_finished(self, name: str, text: str) -> None:
        pass
