"""Live progress of a study: a bar a model with its ETA, or a line a model where it is piped."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from auscult.report.words import plain, plural

_ETA_WIDTH = 60


class Progress:
    """Tells a person how far a study is; what a study calls is its ``StudyProgress``.

    On a terminal every running model has a bar with the time it still needs; a finished one
    leaves a line. Elsewhere only the finished ones print, so that a log stays short.

    Parameters
    ----------
    console
        Where it is printed.

    Examples
    --------
    >>> from rich.console import Console
    >>> with Progress(Console()) as progress:
    ...     progress.model_started("lstm", 10)
    ...     progress.advanced("lstm", 0.5, "epoch 34, loss 0.412")
    ...     progress.model_finished("lstm", "3.1 s")
    lstm: 3.1 s
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = _bars(console) if console.is_terminal else None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Progress:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars is not None:
            for task in self._tasks.values():
                self._bars.remove_task(task)
            self._bars.stop()
        self._tasks.clear()

    def model_started(self, name: str, n_fits: int) -> None:
        """A model's fits begin."""
        if self._bars is not None and name not in self._tasks:
            detail = plural(n_fits, "fit")
            self._tasks[name] = self._bars.add_task(plain(name), total=1.0, detail=detail)

    def advanced(self, name: str, done: float, detail: str) -> None:
        """The share ``done``, from 0 to 1, of the model's work is behind; ``detail`` says where."""
        if self._bars is None or name not in self._tasks:
            return
        share = min(max(done, 0.0), 1.0)
        self._bars.update(self._tasks[name], completed=share, detail=plain(detail))

    def model_finished(self, name: str, text: str) -> None:
        """The model's fits are done, or failed; its bar gives way to a line."""
        task = self._tasks.pop(name, None)
        if self._bars is not None and task is not None:
            self._bars.remove_task(task)
        line = Text(f"{plain(name)}: {plain(text)}")
        self._console.print(line, soft_wrap=not self._console.is_terminal, highlight=False)


def _bars(console: Console) -> Bars:
    def words(template: str, ratio: int) -> TextColumn:
        column = Column(no_wrap=True, overflow="ellipsis", ratio=ratio, min_width=8)
        return TextColumn(template, markup=False, table_column=column)

    name, detail = words("{task.description}", 2), words("{task.fields[detail]}", 3)
    share = TextColumn("{task.percentage:>3.0f} %", markup=False)
    wide = [BarColumn(bar_width=16)] if console.width >= _ETA_WIDTH else []
    return Bars(
        name,
        *wide,
        share,
        TimeRemainingColumn(),
        detail,
        console=console,
        transient=True,
        expand=True,
    )
