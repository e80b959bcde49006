"""What the checks look at: the cases, their splits, and what is worked out of them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from shlex import quote

import numpy as np

from auscult.data.beside import Beside
from auscult.data.dataset import Dataset
from auscult.data.ecg.relative import RHYTHM
from auscult.evaluate.result import Split
from auscult.types import BoolArray, FloatArray, IntArray

SHOWN = 5
_POINTS = 128
_BINS = 64


class NotRun(Exception):
    """A check has nothing to look at; says why, as the end of a sentence."""


@dataclass(frozen=True, eq=False)
class View:
    """A dataset and the fits of its plan, for the checks.

    Parameters
    ----------
    dataset
        All cases, those of a given test file with them.
    splits
        The fits of the plan; empty to look at the data alone.
    beside
        Columns of the file that are no features: ids, dates, texts.
    seed
        Where the chance of the deep checks starts.
    """

    dataset: Dataset
    splits: Sequence[Split] = ()
    beside: Sequence[Beside] = ()
    seed: int = 0

    @cached_property
    def kinds(self) -> IntArray:
        """As :func:`identical_cases`."""
        return identical_cases(self.dataset)

    @property
    def is_table(self) -> bool:
        return self.dataset.kind == "table"

    @property
    def derived(self) -> bool:
        """Whether the columns are measures that auscult took from signals."""
        names = {column.name for column in self.dataset.columns}
        return self.is_table and names.issuperset(RHYTHM)

    @cached_property
    def known(self) -> IntArray:
        """Indices of the cases whose class is known."""
        return np.flatnonzero(self.dataset.y >= 0)

    @cached_property
    def tested(self) -> IntArray:
        """Indices of the cases that some fit is tested on."""
        if not self.splits:
            return np.empty(0, dtype=np.int64)
        return np.unique(np.concatenate([split.test for split in self.splits]))

    @cached_property
    def halves(self) -> tuple[IntArray, IntArray]:
        """Training cases and test cases of a single split.

        Raises
        ------
        NotRun
            The plan has several fits, or none.
        """
        if len(self.splits) != 1:
            raise NotRun("there is no test file; folds are drawn from the same cases")
        split = self.splits[0]
        return np.sort(np.concatenate([split.train, split.validation])), split.test

    @cached_property
    def numeric(self) -> IntArray:
        """Indices of the numeric columns of a table; none of signals."""
        if not self.is_table:
            return np.empty(0, dtype=np.int64)
        kinds = [column.kind == "numeric" for column in self.dataset.columns]
        return np.flatnonzero(kinds)

    @cached_property
    def points(self) -> FloatArray:
        """``(n_cases, n_dimensions)`` standardised columns, gaps filled; categories as 0 and 1."""
        return standardised(self.features)

    @cached_property
    def features(self) -> FloatArray:
        """``(n_cases, n_dimensions)`` columns as they are, gaps filled with medians."""
        X = self.dataset.X
        if not self.is_table:
            flat = np.nan_to_num(np.asarray(X, dtype=np.float64)).reshape(len(X), -1)
            step = max(1, flat.shape[1] // _POINTS)
            width = flat.shape[1] // step * step
            return np.asarray(flat[:, :width].reshape(len(X), -1, step).mean(axis=2))
        parts = [filled(X[:, self.numeric])] if len(self.numeric) else []
        for j, column in enumerate(self.dataset.columns):
            if column.kind == "categorical":
                codes = np.arange(min(len(column.categories), 50))
                parts.append((X[:, j : j + 1] == codes).astype(np.float64))
        return np.concatenate(parts, axis=1)

    def learned(self, index: IntArray) -> FloatArray:
        """``(n_cases, n_dimensions)`` what a plain model is given of these cases.

        Of signals their log spectra too: they do not depend on where a beat begins.
        """
        if self.is_table:
            return self.features[index]
        signals = np.nan_to_num(np.asarray(self.dataset.X[index], dtype=np.float64))
        power = np.abs(np.fft.rfft(signals, axis=2))[:, :, 1 : _BINS + 1]
        spectra = np.log(power + 1e-3 * power.max(axis=2, keepdims=True) + 1e-12)
        return np.concatenate([self.features[index], spectra.reshape(len(index), -1)], axis=1)

    def crosses(self, pairs: IntArray) -> BoolArray:
        """``(n_pairs,)`` whether some fit trains on one case of a pair and tests the other.

        Parameters
        ----------
        pairs
            ``(n_pairs, 2)`` indices of cases.
        """
        crossing = np.zeros(len(pairs), dtype=np.bool_)
        for split in self.splits:
            side = np.zeros(self.dataset.n_cases, dtype=np.int8)
            side[split.train] = side[split.validation] = 1
            side[split.test] = 2
            crossing |= (side[pairs].min(axis=1) == 1) & (side[pairs].max(axis=1) == 2)
        return crossing


def identical_cases(dataset: Dataset) -> IntArray:
    """``(n_cases,)`` numbers that identical cases share: all values the same, the class aside."""
    seen: dict[bytes, int] = {}
    numbers = (
        seen.setdefault(blake2b(row, digest_size=16).digest(), len(seen))
        for block in dataset.blocks
        for row in _comparable(block)
    )
    return np.fromiter(numbers, dtype=np.int64, count=dataset.n_cases)


def _comparable(X: FloatArray) -> FloatArray:
    """Rows that are the same bytes where they are the same values."""
    # Adding zero turns -0.0 into 0.0; one NaN stands for all of them.
    same = np.where(np.isnan(X), np.nan, X + 0.0)
    return np.ascontiguousarray(same.reshape(len(X), -1))


def filled(X: FloatArray) -> FloatArray:
    """Columns with the median where a value is missing, zero where all are."""
    gaps = np.isnan(X)
    if not gaps.any():
        return np.asarray(X, dtype=np.float64)
    empty = gaps.all(axis=0)
    medians = np.nanmedian(np.where(empty, 0.0, X), axis=0)
    return np.where(gaps, medians, X)


def standardised(X: FloatArray) -> FloatArray:
    """Columns with mean 0 and standard deviation 1; a column of one value becomes zeros."""
    spread = X.std(axis=0)
    points: FloatArray = (X - X.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return points


def cases(count: int) -> str:
    """``1 case``, ``2 cases``."""
    return f"{count} case{'' if count == 1 else 's'}"


def flag(option: str, name: str) -> str:
    """An option with a column's name, as a shell takes it."""
    return f"{option} {quote(name)}"


def listed(names: Sequence[str]) -> str:
    """The first names in quotes, and how many more there are."""
    shown = ", ".join(f"'{name}'" for name in names[:SHOWN])
    return shown + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
