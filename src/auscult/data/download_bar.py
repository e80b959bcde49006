"""Progress of a download, on a terminal only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from auscult.data.bar import Bar

if TYPE_CHECKING:
    from rich.progress import ProgressColumn


class DownloadBar(Bar):
    """A progress bar in pooch's protocol (``total``, ``update``, ``reset``, ``close``)."""

    def __init__(self, label: str, *, quiet: bool = False) -> None:
        super().__init__()
        self._label = label
        self._quiet = quiet
        self._total = 0

    def __enter__(self) -> Self:
        if not self._quiet and self.seen:
            self._begin(self._label, None, *_columns())
        return self

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


def _columns() -> tuple[ProgressColumn, ProgressColumn]:
    from rich.progress import DownloadColumn, Task, TimeElapsedColumn  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class Bytes(DownloadColumn):
        def render(self, task: Task) -> Text:
            return super().render(task) if task.total else Text()

    return Bytes(), TimeElapsedColumn()
