"""Progress of reading many records, on a terminal only."""

from __future__ import annotations

from auscult.data.bar import Bar


class ReadingBar(Bar):
    """Called with how many records are read, of how many."""

    def __call__(self, done: int, total: int) -> None:
        if self._progress is None:
            if not self.seen or total < 2:
                return
            from rich.progress import MofNCompleteColumn, TimeRemainingColumn  # noqa: PLC0415

            self._begin("reading records", total, MofNCompleteColumn(), TimeRemainingColumn())
        if self._progress:
            self._progress.update(self._task, completed=done)
