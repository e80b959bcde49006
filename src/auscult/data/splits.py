"""Ways to part cases: stratified folds, folds of whole groups, and a part cut from given cases."""

from __future__ import annotations

from typing import Final

import numpy as np

from auscult.types import BoolArray, FloatArray, IntArray

MIN_TRAINING = 100
"""With fewer training cases a fit has no validation part: they are worth more in training."""
MIN_OF_CLASS = 5
"""A validation part that holds fewer cases of some class says too little to stop by."""
RARE: Final = 0.01
"""A class with a smaller share of the training cases may be missing from a validation part: the
loss that is watched hardly hears it."""


def stratified_kfold(y: IntArray, folds: int, rng: np.random.Generator) -> IntArray:
    """The fold each case is tested in, every class spread evenly.

    Parameters
    ----------
    y
        ``(n_cases,)`` class codes.
    folds
        Number of folds.
    rng
        Shuffles the cases of each class.

    Returns
    -------
    IntArray
        ``(n_cases,)`` folds from 0. Each class, and the fold as a whole, is within one case of
        an even share.
    """
    fold = np.empty(len(y), dtype=np.int64)
    start = int(rng.integers(folds))
    for code in np.unique(y):
        cases = rng.permutation(np.flatnonzero(y == code))
        fold[cases] = (start + np.arange(len(cases))) % folds
        start += len(cases)
    return fold


def grouped_kfold(
    y: IntArray, groups: IntArray, folds: int, rng: np.random.Generator, *, tries: int = 20
) -> IntArray:
    """The fold each case is tested in, whole groups together, class shares as even as they allow.

    Groups are shuffled, sorted by size (largest first) and each is put where it raises the
    squared class shares of the folds least. Another shuffle is tried while a class stands in
    one fold only, since the fit that tests that fold could not learn it.

    Parameters
    ----------
    y, groups
        ``(n_cases,)`` class codes; codes of the groups.
    folds
        Number of folds, at most the number of groups.
    rng
        Shuffles the groups.
    tries
        Shuffles before a class that stands in one fold only is let be.

    Returns
    -------
    IntArray
        ``(n_cases,)`` folds from 0; none is empty.
    """
    counts, group_of = _group_counts(y, groups)
    fold: IntArray = np.zeros(len(counts), dtype=np.int64)
    for _ in range(tries):
        fold = _deal(counts, folds, rng)
        if _every_class_in_two_folds(counts, fold, folds):
            break
    return fold[group_of]


def cut(
    y: IntArray, groups: IntArray | None, fraction: float, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Cut a part from given cases: stratified, in whole groups where groups are given.

    Parameters
    ----------
    y, groups
        ``(n_cases,)`` class codes; codes of the groups, or None.
    fraction
        The share of each class to cut; with groups, as near to it as whole groups come.
    rng
        Chooses.

    Returns
    -------
    tuple of IntArray
        Sorted positions of the cases that stay and of the cases cut. Every class keeps at
        least one case among those that stay.
    """
    if groups is None:
        chosen = _cut_cases(y, fraction, rng)
    else:
        chosen = _cut_groups(y, groups, fraction, rng)
    return np.flatnonzero(~chosen), np.flatnonzero(chosen)


def validation_pays(y: IntArray, fraction: float) -> bool:
    """Whether a validation part of this share is worth the training cases it takes.

    Not with fewer than :data:`MIN_TRAINING` cases, nor where it would hold fewer than
    :data:`MIN_OF_CLASS` of some class that is not :func:`rare`.
    """
    counts = np.unique(y, return_counts=True)[1]
    if fraction <= 0 or len(y) < MIN_TRAINING:
        return False
    return bool(part_sizes(counts, fraction)[~rare(counts)].min() >= MIN_OF_CLASS)


def rare(class_counts: IntArray) -> BoolArray:
    """``(n_classes,)`` which classes a validation part may do without; never the two largest.

    Parameters
    ----------
    class_counts
        ``(n_classes,)`` training cases of each class.
    """
    few: BoolArray = class_counts < RARE * class_counts.sum()
    few[np.argsort(-class_counts, kind="stable")[:2]] = False
    return few


def part_sizes(class_counts: IntArray, fraction: float) -> IntArray:
    """How many cases of each class :func:`cut` takes where there are no groups."""
    wanted = np.floor(fraction * class_counts + 0.5).astype(np.int64)
    sizes: IntArray = np.minimum(wanted, np.maximum(class_counts - 1, 0))
    return sizes


def _group_counts(y: IntArray, groups: IntArray) -> tuple[IntArray, IntArray]:
    """``(n_groups, n_classes)`` cases, and ``(n_cases,)`` the row of each case's group."""
    names, group_of = np.unique(groups, return_inverse=True)
    classes, code = np.unique(y, return_inverse=True)
    flat = np.bincount(group_of * len(classes) + code, minlength=len(names) * len(classes))
    return flat.reshape(len(names), len(classes)), group_of


def _deal(counts: IntArray, folds: int, rng: np.random.Generator) -> IntArray:
    """Deal groups to folds, the largest first, each to the fold that has least of its classes."""
    order = rng.permutation(len(counts))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    weights = 1.0 / counts.sum(axis=0) ** 2
    held = np.zeros((folds, counts.shape[1]))
    size = np.zeros(folds)
    fold = np.empty(len(counts), dtype=np.int64)
    for group in order:
        row: FloatArray = counts[group] * weights
        # The sum of squared shares grows by this much, up to what is equal for all folds;
        # equal costs go to the smallest fold, so that none stays empty.
        fold[group] = f = int(np.lexsort((size, held @ row))[0])
        held[f] += counts[group]
        size[f] += counts[group].sum()
    return fold


def _every_class_in_two_folds(counts: IntArray, fold: IntArray, folds: int) -> bool:
    present = np.zeros((folds, counts.shape[1]), dtype=np.bool_)
    np.logical_or.at(present, fold, counts > 0)
    return bool((present.sum(axis=0) >= 2).all())


def _cut_cases(y: IntArray, fraction: float, rng: np.random.Generator) -> BoolArray:
    chosen = np.zeros(len(y), dtype=np.bool_)
    classes, counts = np.unique(y, return_counts=True)
    for code, size in zip(classes, part_sizes(counts, fraction), strict=True):
        chosen[rng.permutation(np.flatnonzero(y == code))[:size]] = True
    return chosen


def _cut_groups(
    y: IntArray, groups: IntArray, fraction: float, rng: np.random.Generator, *, tries: int = 20
) -> BoolArray:
    """Take groups in random order, each only where it brings the class shares nearer.

    Another order is tried while the part holds too few cases of some class. Rare classes have no
    say: their handful of cases lies in a group or two.
    """
    counts, group_of = _group_counts(y, groups)
    heard = ~rare(counts.sum(axis=0))
    for _ in range(tries):
        taken = _taken(counts, heard, fraction, rng)
        if (counts[taken].sum(axis=0)[heard] >= MIN_OF_CLASS).all():
            break
    return taken[group_of]


def _taken(
    counts: IntArray, heard: BoolArray, fraction: float, rng: np.random.Generator
) -> BoolArray:
    """``(n_groups,)`` which groups one random order takes."""
    shares = (counts / counts.sum(axis=0))[:, heard]
    gap = np.full(shares.shape[1], fraction)
    left = counts.sum(axis=0)
    taken = np.zeros(len(counts), dtype=np.bool_)
    for group in rng.permutation(len(counts)):
        after = gap - shares[group]
        if after @ after < gap @ gap and (left > counts[group]).all():
            gap, left, taken[group] = after, left - counts[group], True
    return taken
