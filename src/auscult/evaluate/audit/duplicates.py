"""Cases that stand in the data twice, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.audit.view import View, cases, identical_cases
from auscult.evaluate.result import Split
from auscult.types import Finding, IntArray


def duplicates(dataset: Dataset) -> int:
    """How many cases repeat an earlier one."""
    return dataset.n_cases - len(np.unique(identical_cases(dataset)))


def duplicate_cases(view: View) -> Iterator[Finding]:
    """Cases that repeat another, and how many are tested on a model that knows their twin."""
    dataset, kinds = view.dataset, view.kinds
    repeats = dataset.n_cases - len(np.unique(kinds))
    if not repeats:
        return
    share = repeats / dataset.n_cases
    verb = "repeats" if repeats == 1 else "repeat"
    count = f"{cases(repeats)} of {dataset.n_cases} ({share:.1%}) {verb} an earlier one exactly"
    crossing = _with_twin(view.splits, kinds)
    if not crossing:
        where = "; none is tested on a model that trained on its twin" if view.splits else ""
        yield Finding("duplicate-cases", f"{count}{where}.", "note")
        return
    yield Finding(
        "duplicate-cases",
        f"{count}. {crossing} of {len(view.tested)} tested cases "
        f"{'has' if crossing == 1 else 'have'} a twin "
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


def disagreeing(view: View) -> Iterator[Finding]:
    """Identical cases with different classes."""
    dataset, kinds = view.dataset, view.kinds
    known = dataset.y >= 0
    pairs = np.unique(np.stack([kinds[known], dataset.y[known]]), axis=1)
    of, n_classes = np.unique(pairs[0], return_counts=True)
    torn = of[n_classes > 1]
    if len(torn):
        count = int(np.isin(kinds, torn).sum())
        yield Finding(
            "duplicates-disagree",
            f"{cases(count)} are identical to another in every column and differ in "
            f"'{dataset.target}'. No model can get all of them right.",
            mend="Check how the classes were given.",
        )
