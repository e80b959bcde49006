"""Cases of a file to predict, some at a time, and what is odd about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from auscult.types import FloatArray, IntArray

PIECE_CELLS: Final = 2_000_000
"""Values that are answered for together, about."""


@dataclass(frozen=True, eq=False)
class Remark:
    """Something odd about one column of some cases.

    Parameters
    ----------
    code
        ``missing``, ``unseen-category``, ``far-outside`` or ``unknown-class``.
    column
        Its name.
    places
        ``(n,)`` the cases, as indices into the block.
    texts
        ``(n,)`` what is odd, a short sentence for each case without its full stop.
    causes
        ``(n,)`` what would explain it, where something would; or empty.
    """

    code: str
    column: str
    places: IntArray
    texts: Sequence[str]
    causes: Sequence[str | None] = ()

    def within(self, start: int, stop: int) -> Remark | None:
        """The part about cases ``start`` to ``stop``, counted from there."""
        low, high = np.searchsorted(self.places, (start, stop)).tolist()
        if low == high:
            return None
        causes = self.causes[low:high] if self.causes else ()
        return replace(
            self, places=self.places[low:high] - start, texts=self.texts[low:high], causes=causes
        )


@dataclass(frozen=True, eq=False)
class Cases:
    """Some cases in the order of their file.

    Parameters
    ----------
    X
        As of :meth:`auscult.bundle.bundle.Bundle.answer`.
    names
        What the cases are called in an answer: a column's name to ``(n_cases,)`` values.
    true
        ``(n_cases,)`` class codes, -1 where not known; None where the file has no classes.
    lengths
        ``(n_cases,)`` true lengths of signals, or None.
    remarks
        What is odd.
    unit
        What the cases belong to together (their record), where they do.
    share
        Of the input that is behind when these are done.
    """

    X: FloatArray
    names: Mapping[str, NDArray[Any] | Sequence[str]]
    true: IntArray | None = None
    lengths: IntArray | None = None
    remarks: tuple[Remark, ...] = field(default=())
    unit: str | None = None
    share: float = 1.0

    @property
    def n_cases(self) -> int:
        return len(self.X)

    def pieces(self) -> Iterator[Cases]:
        """The same cases, so few at a time that answers of theirs fit in memory."""
        width = int(np.prod(self.X.shape[1:], dtype=np.int64))
        size = max(1, min(65_536, PIECE_CELLS // max(1, width)))
        if self.n_cases <= size:
            yield self
            return
        for start in range(0, self.n_cases, size):
            yield self._part(start, min(start + size, self.n_cases))

    def _part(self, start: int, stop: int) -> Cases:
        remarks = (remark.within(start, stop) for remark in self.remarks)
        return replace(
            self,
            X=self.X[start:stop],
            names={name: values[start:stop] for name, values in self.names.items()},
            true=None if self.true is None else self.true[start:stop],
            lengths=None if self.lengths is None else self.lengths[start:stop],
            remarks=tuple(remark for remark in remarks if remark is not None),
            share=self.share * stop / self.n_cases if self.share == 1.0 else self.share,
        )
