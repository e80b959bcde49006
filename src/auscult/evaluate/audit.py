"""What in the data or its splits changes how a figure should be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.plan_checks import overlapping_groups
from auscult.evaluate.result import Split
from auscult.evaluate.telling import telling_columns
from auscult.types import Finding, FloatArray, IntArray

IMBALANCE = 0.8
FEW_TESTED = 30
FEW_OF_CLASS = 10
FEW_GROUPS = 10

_SHOWN = 5


def audit(dataset: Dataset, splits: Sequence[Split]) -> tuple[Finding, ...]:
    """Findings, warnings first.

    Looks for duplicate cases and where they stand, columns that say nothing or too much,
    classes and test parts that are too small, groups on both sides of a split, and missing
    values. The time is that of sorting each column once.

    Parameters
    ----------
    dataset
        All cases, those of a given test file with them.
    splits
        The fits of the plan; empty to look at the data alone.
    """
    kinds = identical_cases(dataset)
    found = [
        *_duplicates(dataset, splits, kinds),
        *_disagreeing(dataset, kinds),
        *_overlap(dataset, splits),
        *telling_columns(dataset),
        *_small_test(splits),
        *_small_classes(dataset, splits),
        *_few_groups(dataset, splits),
        *_imbalance(dataset),
        *_constant(dataset),
        *_missing(dataset),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity != "warning"))


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


def duplicates(dataset: Dataset) -> int:
    """How many cases repeat an earlier one."""
    return dataset.n_cases - len(np.unique(identical_cases(dataset)))


def _duplicates(dataset: Dataset, splits: Sequence[Split], kinds: IntArray) -> Iterator[Finding]:
    repeats = dataset.n_cases - len(np.unique(kinds))
    if not repeats:
        return
    share = repeats / dataset.n_cases
    verb = "repeats" if repeats == 1 else "repeat"
    count = f"{_cases(repeats)} of {dataset.n_cases} ({share:.1%}) {verb} an earlier one exactly"
    crossing = _with_twin(splits, kinds)
    if not crossing:
        where = "; none is tested on a model that trained on its twin" if splits else ""
        yield Finding("duplicate-cases", f"{count}{where}.", "note")
        return
    tested = len(np.unique(np.concatenate([split.test for split in splits])))
    yield Finding(
        "duplicate-cases",
        f"{count}. {crossing} of {tested} tested cases {'has' if crossing == 1 else 'have'} a twin "
        "among the cases their model trained on, which it may know by heart.",
        mend="Leave repeats out of the file"
        + (", or name the patient's column with --group." if dataset.groups is None else "."),
    )


def _with_twin(splits: Sequence[Split], kinds: IntArray) -> int:
    """How many cases are tested in some fit that trained on an identical one."""
    crossing: set[int] = set()
    for split in splits:
        trained = np.zeros(int(kinds.max()) + 1, dtype=np.bool_)
        trained[kinds[split.train]] = trained[kinds[split.validation]] = True
        crossing.update(split.test[trained[kinds[split.test]]].tolist())
    return len(crossing)


def _disagreeing(dataset: Dataset, kinds: IntArray) -> Iterator[Finding]:
    known = dataset.y >= 0
    pairs = np.unique(np.stack([kinds[known], dataset.y[known]]), axis=1)
    of, n_classes = np.unique(pairs[0], return_counts=True)
    torn = of[n_classes > 1]
    if len(torn):
        count = int(np.isin(kinds, torn).sum())
        yield Finding(
            "duplicates-disagree",
            f"{_cases(count)} are identical to another in every column and differ in "
            f"'{dataset.target}'. No model can get all of them right.",
            mend="Check how the classes were given.",
        )


def _overlap(dataset: Dataset, splits: Sequence[Split]) -> Iterator[Finding]:
    shared = overlapping_groups(splits, dataset)
    if shared:
        stand = "1 group stands" if shared == 1 else f"{shared} groups stand"
        yield Finding(
            "group-overlap",
            f"{stand} on both sides of a split ('{dataset.group_name}'), so the models are tested "
            "on what they partly know.",
            mend="leave out --plan and --test; then whole groups are tested",
        )


def _small_test(splits: Sequence[Split]) -> Iterator[Finding]:
    if not splits:
        return
    tested = len(np.unique(np.concatenate([split.test for split in splits])))
    if tested < FEW_TESTED:
        yield Finding(
            "small-test",
            f"Only {_cases(tested)} {'is' if tested == 1 else 'are'} tested: each is worth "
            f"{1 / tested:.1%} of the accuracy.",
            mend="Test on more cases, or cross-validate all of them.",
        )


def _small_classes(dataset: Dataset, splits: Sequence[Split]) -> Iterator[Finding]:
    if not splits:
        return
    present = np.flatnonzero(dataset.class_counts)
    tested = _counts(dataset, np.unique(np.concatenate([split.test for split in splits])))
    trained = np.min([_counts(dataset, split.train) for split in splits], axis=0)
    parts = np.min([_counts(dataset, split.test) for split in splits], axis=0)
    for code in present:
        if tested[code] >= FEW_OF_CLASS and trained[code] >= FEW_OF_CLASS and parts[code]:
            continue
        counts = (int(trained[code]), int(tested[code]), int(parts[code]))
        yield _small_class(dataset.classes[code], *counts, n_splits=len(splits))


def _small_class(name: str, trained: int, tested: int, part: int, *, n_splits: int) -> Finding:
    """What few cases of a class mean: figures that are a guess, or fits that hardly saw it."""
    if n_splits == 1:
        count = f"{_cases(trained)} to train on and {tested} to test"
    else:
        count = f"{_cases(tested)}: as few as {trained} to train a fit on and {part} to test it"
    guess = "What is said of it is a guess."
    if tested >= FEW_OF_CLASS and part:
        guess = "Other training cases could give quite another figure."
    folds = "" if n_splits == 1 else ", or use other --folds"
    join = "join it to another class" if folds else "or join it to another class"
    return Finding(
        "small-class",
        f"Class '{name}' has {count}. {guess}",
        mend=f"Get more cases of it, {join}{folds}.",
    )


def _few_groups(dataset: Dataset, splits: Sequence[Split]) -> Iterator[Finding]:
    if dataset.groups is None or not splits:
        return
    tested = np.unique(dataset.groups[np.concatenate([split.test for split in splits])])
    if len(tested) < FEW_GROUPS:
        yield Finding(
            "few-groups",
            f"Only {len(tested)} groups of '{dataset.group_name}' are tested. The intervals count "
            "groups, and of so few they come out too narrow.",
        )


def _imbalance(dataset: Dataset) -> Iterator[Finding]:
    counts = dataset.class_counts
    share = counts.max() / max(1, counts.sum())
    if share >= IMBALANCE:
        name = dataset.classes[int(counts.argmax())]
        yield Finding(
            "class-imbalance",
            f"{share:.0%} of cases are of class '{name}': always saying so has an accuracy of "
            f"{share:.3f}. Look at balanced_accuracy instead.",
        )


def _constant(dataset: Dataset) -> Iterator[Finding]:
    values = dataset.X.reshape(dataset.n_cases, len(dataset.columns), -1)
    missing = np.isnan(values)
    low = np.where(missing, np.inf, values).min(axis=(0, 2))
    high = np.where(missing, -np.inf, values).max(axis=(0, 2))
    names = [c.name for c, still in zip(dataset.columns, low >= high, strict=True) if still]
    if names:
        what = "column has" if len(names) == 1 else "columns have"
        yield Finding(
            "constant-column",
            f"{len(names)} {what} one value only and tell nothing: {_listed(names)}.",
            "note",
        )


def _missing(dataset: Dataset) -> Iterator[Finding]:
    told = any(finding.code == "missing-values" for finding in dataset.findings)
    missing, values = _missing_by_column(dataset)
    if told or not missing.any():
        return
    shares = missing.sum(axis=0) / np.maximum(values, 1)
    worst = int(shares.argmax())
    yield Finding(
        "missing-values",
        f"{missing.sum() / max(1, values.sum()):.1%} of values are missing; most in "
        f"'{dataset.columns[worst].name}' ({shares[worst]:.1%}).",
        "note",
    )


def _missing_by_column(dataset: Dataset) -> tuple[IntArray, IntArray]:
    """Missing values a case and column, and how many values a column should have."""
    values = dataset.n_cases * int(np.prod(dataset.X.shape[2:], dtype=np.int64))
    if dataset.lengths is not None:
        values = int(dataset.lengths.sum())
    return dataset.gaps(), np.full(len(dataset.columns), values)


def _counts(dataset: Dataset, cases: IntArray) -> IntArray:
    y = dataset.y[cases]
    return np.bincount(y[y >= 0], minlength=len(dataset.classes))


def _cases(count: int) -> str:
    return f"{count} case{'' if count == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
