"""What is found in a training script, and where."""

from __future__ import annotations

from dataclasses import dataclass

from auscult.types import Severity


@dataclass(frozen=True, order=True)
class ScriptFinding:
    """A step of a script that makes its figures better than they are.

    Parameters
    ----------
    line
        The line it stands in, 1-based; of a notebook the line within its cell.
    code
        A stable kebab-case name, e.g. ``fit-before-split``.
    message
        One or two plain sentences.
    mend
        What to write instead.
    severity
        ``warning`` changes how a figure should be read; ``note`` is worth knowing.
    source
        The line as it is written.
    cell
        The code cell of a notebook, 1-based; ``None`` in a script.
    """

    line: int
    code: str
    message: str
    mend: str
    severity: Severity = "warning"
    source: str = ""
    cell: int | None = None

    @property
    def where(self) -> str:
        """``line 12``, or ``cell 3, line 4``."""
        return f"line {self.line}" if self.cell is None else f"cell {self.cell}, line {self.line}"
