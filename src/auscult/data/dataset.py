"""The one frozen form that every file becomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from auscult.errors import InputError
from auscult.types import Column, DataKind, Finding, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Dataset:
    """Cases with their true classes.

    Parameters
    ----------
    name
        What the person calls it: the file's stem or the catalog name.
    kind
        ``table`` or ``signals``.
    X
        ``(n_cases, n_features)`` float64 for a table, categorical columns as codes into
        ``columns[j].categories``; ``(n_cases, n_channels, n_timepoints)`` float32 for signals.
        Missing values are NaN; a signal shorter than the longest is NaN-padded at its end.
    y
        ``(n_cases,)`` int64 codes into ``classes``; -1 where the class is not known.
    classes
        The names of the classes, as they stand in the file, sorted (as numbers if they are).
    columns
        One entry a feature (tables) or a channel (signals).
    target
        The name of the column that holds the class.
    ids, groups
        ``(n_cases,)`` strings that name a case; int64 codes of what must not stand on both
        sides of a split (the patient). ``group_name`` says which column it was.
    lengths
        ``(n_cases,)`` true lengths of signals, or None when all are equal.
    sampling_rate
        Hz, where it is known.
    sha256
        Hash of the file (or of the files' hashes, joined by newlines).
    findings
        What the reader noticed, dropped or decided.
    """

    name: str
    kind: DataKind
    X: FloatArray
    y: IntArray
    classes: tuple[str, ...]
    columns: tuple[Column, ...]
    target: str = "class"
    ids: tuple[str, ...] | None = None
    groups: IntArray | None = None
    group_name: str | None = None
    lengths: IntArray | None = None
    sampling_rate: float | None = None
    sha256: str = ""
    findings: tuple[Finding, ...] = field(default=())

    def __post_init__(self) -> None:
        for array in (self.X, self.y, self.groups, self.lengths):
            if array is not None:
                array.setflags(write=False)

    @property
    def n_cases(self) -> int:
        return int(self.X.shape[0])

    @property
    def class_counts(self) -> IntArray:
        """``(n_classes,)`` number of cases of each class."""
        return np.bincount(self.y[self.y >= 0], minlength=len(self.classes))

    @property
    def blocks(self) -> Iterator[FloatArray]:
        """``X`` a few thousand cases at a time: signals may be mapped and larger than memory."""
        for start in range(0, self.n_cases, 8192):
            yield self.X[start : start + 8192]

    def gaps(self) -> IntArray:
        """``(n_cases, n_columns)`` missing values of each column or channel.

        What is past a shorter signal's end is not missing.
        """
        counts = []
        for block in self.blocks:
            counts.append(np.isnan(block).reshape(len(block), len(self.columns), -1).sum(axis=2))
        missing = np.concatenate(counts)
        if self.lengths is not None:
            missing = missing - (self.X.shape[2] - self.lengths)[:, None]
        return missing

    def take(self, cases: IntArray | Sequence[int]) -> Dataset:
        """The same dataset with only these cases, in this order."""
        index = np.asarray(cases, dtype=np.int64)
        return replace(
            self,
            X=self.X[index],
            y=self.y[index],
            ids=None if self.ids is None else tuple(self.ids[i] for i in index),
            groups=None if self.groups is None else self.groups[index],
            lengths=None if self.lengths is None else self.lengths[index],
        )

    def require_known_classes(self) -> None:
        """Refuse a dataset that cannot be diagnosed: one class only, or unknown classes."""
        present = np.flatnonzero(self.class_counts)
        if len(present) < 2:
            only = self.classes[int(present[0])] if len(present) else "none"
            raise InputError(
                f"column '{self.target}' has one class only ({only}). "
                "A diagnosis needs at least two. Name another column with --target.",
                where=self.name,
            )


def join(train: Dataset, test: Dataset) -> tuple[Dataset, IntArray]:
    """One dataset of both, and the indices of the test's cases in it.

    The test must have been read like the training part (same columns and classes); shorter
    signals are NaN-padded to the longest of both.
    """
    X_train, X_test, lengths = train.X, test.X, None
    if train.kind == "signals":
        longest = max(train.X.shape[2], test.X.shape[2])
        X_train, X_test = _padded(train.X, longest), _padded(test.X, longest)
        both = np.concatenate([_true_lengths(train), _true_lengths(test)])
        lengths = both if (both < longest).any() else None
    ids = None if train.ids is None or test.ids is None else train.ids + test.ids
    groups = None
    if train.groups is not None and test.groups is not None:
        groups = np.concatenate([train.groups, test.groups])
    joined = replace(
        train,
        X=np.concatenate([X_train, X_test]),
        y=np.concatenate([train.y, test.y]),
        ids=ids,
        groups=groups,
        lengths=lengths,
        sha256=f"{train.sha256}\n{test.sha256}",
        findings=tuple(dict.fromkeys(train.findings + test.findings)),
    )
    return joined, np.arange(train.n_cases, joined.n_cases)


def _true_lengths(dataset: Dataset) -> IntArray:
    if dataset.lengths is not None:
        return dataset.lengths
    return np.full(dataset.n_cases, dataset.X.shape[2], dtype=np.int64)


def _padded(X: FloatArray, length: int) -> FloatArray:
    extra = length - X.shape[2]
    return np.pad(X, ((0, 0), (0, 0), (0, extra)), constant_values=np.nan) if extra else X
