"""What the bars of readers share: on standard error, on a terminal only, gone at the end."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn


class Bar:
    """Ends with its context, whether it was begun or not."""

    def __init__(self) -> None:
        self._progress: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress:
            self._progress.stop()

    @property
    def seen(self) -> bool:
        """Whether anyone would see it."""
        return sys.stderr.isatty()

    def _begin(
        self, text: str, total: float | None, *columns: ProgressColumn, **named: Any
    ) -> None:
        """Show it: what is done, the bar, and then the columns."""
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            *columns,
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(text, total=total, **named)
        self._progress.start()
