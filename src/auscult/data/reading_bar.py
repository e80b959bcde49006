"""Progress of reading many records, on a terminal only."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class ReadingBar:
    """Called with how many records are read, of how many.

    Shown on standard error when that is a terminal, and gone when all are read.
    """

    def __init__(self) -> None:
        self._progress: Progress | None = None

    def __enter__(self) -> ReadingBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, done: int, total: int) -> None:
        if self._progress is None:
            if not sys.stderr.isatty() or total < 2:
                return
            self._progress = _progress()
            self._task = self._progress.add_task("reading records", total=total)
            self._progress.start()
        self._progress.update(self._task, completed=done)


def _progress() -> Progress:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
