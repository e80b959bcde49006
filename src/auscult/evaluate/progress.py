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
