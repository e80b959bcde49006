"""Progress of a download, on a terminal only."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class DownloadBar:
    """A progress bar in pooch's protocol (``total``, ``update``, ``reset``, ``close``).

    Shown on standard error when that is a terminal, and gone when the download is done.
    """

    def __init__(self, label: str, *, quiet: bool = False) -> None:
        self._label = label
        self._progress: Progress | None = None
        self._quiet = quiet or not sys.stderr.isatty()
        self._total = 0

    def __enter__(self) -> DownloadBar:
        if not self._quiet:
            self._progress = _progress()
            self._task = self._progress.add_task(self._label, total=None)
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress:
            self._progress.stop()

    def __bool__(self) -> bool:
        return True

    def describe(self, what: str) -> None:
        """Name the file that is being downloaded."""
        if self._progress:
            self._progress.update(self._task, description=f"{self._label} {what}")

    @property
    def total(self) -> int:
        """Bytes to come; 0 where the server does not say."""
        return self._total

    @total.setter
    def total(self, n_bytes: int) -> None:
        self._total = n_bytes
        if self._progress:
            self._progress.reset(self._task, total=n_bytes or None)

    def update(self, n_bytes: int) -> None:
        if self._progress:
            self._progress.advance(self._task, n_bytes)

    def reset(self) -> None:
        if self._progress:
            self._progress.update(self._task, completed=0)

    def close(self) -> None:
        """Nothing: the bar closes with its context, after the last file."""


def _progress() -> Progress:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        Progress,
        Task,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.text import Text  # noqa: PLC0415

    class Bytes(DownloadColumn):
        def render(self, task: Task) -> Text:
            return super().render(task) if task.total else Text()

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        Bytes(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
