"""Auditing a file of cases: everything that would make a figure better than it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from auscult.api import plan_of, read_study
from auscult.data.beside import read_beside
from auscult.data.dataset import Dataset
from auscult.errors import InputError, did_you_mean
from auscult.evaluate.audit.result import AuditResult
from auscult.evaluate.audit.run import Progress, audit_data
from auscult.evaluate.audit.table import CHECKS
from auscult.evaluate.result import Split
from auscult.studies import Loaded


def audit(
    data: str | Path | Dataset | Loaded,
    *,
    test: str | Path | None = None,
    plan: str | None = None,
    folds: int = 5,
    repeats: int = 1,
    seed: int = 0,
    deep: bool = True,
    only: Sequence[str] = (),
    progress: Progress | None = None,
    **options: Any,
) -> AuditResult:
    """Look for leaks and faults in data and in how it is split.

    Parameters
    ----------
    data
        A file, a catalog name, or what :func:`auscult.api.read` and
        :func:`auscult.api.read_study` give.
    test
        A test file; without one, the folds of a cross-validation are audited.
    plan, folds, repeats, seed
        As of :func:`auscult.api.compare`.
    deep
        Whether models are trained and neighbours are searched, which takes seconds; without it
        the checks are those that every study makes.
    only
        Names of checks to make; see :data:`auscult.evaluate.audit.table.CHECKS`.
    progress
        Told what happens.
    **options
        Of :func:`auscult.api.read`.

    Returns
    -------
    AuditResult
        Every check with what came of it.

    Raises
    ------
    InputError
        The data or the plan are wrong, or no check has such a name.
    """
    require_checks(only)
    if isinstance(data, Dataset):
        data = Loaded(data)
    loaded = data if isinstance(data, Loaded) else read_study(data, test, **options)
    splits = _splits(loaded, plan, folds, repeats, seed)
    dataset = loaded.dataset
    beside = read_beside(loaded.files, dataset, loaded.options) if loaded.files else ()
    return audit_data(
        dataset, splits, beside=beside, deep=deep, only=only, seed=seed, progress=progress
    )


def require_checks(names: Sequence[str]) -> None:
    """Refuse names that are no checks, before anything is read."""
    for name in names:
        if name not in CHECKS:
            raise InputError(
                f"no check is called '{name}'. {did_you_mean(name, CHECKS)}", where="--check"
            )


def _splits(
    loaded: Loaded, plan: str | None, folds: int, repeats: int, seed: int
) -> tuple[Split, ...]:
    """The fits of the plan; of a test file even those that a study refuses."""
    named = plan_of(loaded, plan, folds, repeats, seed)
    if loaded.test_cases is None:
        return named.splits(loaded.dataset)
    known = np.flatnonzero(loaded.dataset.y >= 0)
    test = np.intersect1d(known, loaded.test_cases)
    train = np.setdiff1d(known, test)
    if not len(test) or not len(train):
        part = "test" if not len(test) else "training"
        raise InputError(f"no {part} case has a known class.", where=loaded.dataset.name)
    return (Split(0, 0, train, np.empty(0, dtype=np.int64), test),)
