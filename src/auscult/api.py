"""The few calls that do everything: ``read``, ``compare``, ``load``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from auscult.data.catalog import known_traps, locate, terms_of
from auscult.data.dataset import Dataset, join
from auscult.data.read import read as read_file
from auscult.data.read import read_like
from auscult.errors import InputError
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.result import Result
from auscult.evaluate.serialize import load as load_result
from auscult.evaluate.serialize import write as write_result
from auscult.evaluate.study import run_study
from auscult.models.spec import parse_models
from auscult.report.html import write as write_report
from auscult.types import IntArray


@dataclass(frozen=True)
class StudyResult(Result):
    """A finished study, with what a person does next."""

    @classmethod
    def of(cls, result: Result) -> Self:
        return cls(**{field.name: getattr(result, field.name) for field in fields(Result)})

    def report(self, path: str | Path = "report.html") -> Path:
        """Write the report, one self-contained HTML file, and return where it is."""
        target = Path(path)
        write_report(self, target)
        return target

    def save(self, folder: str | Path) -> Path:
        """Write ``result.json``, ``predictions.csv`` and ``report.html`` into a run folder."""
        target = Path(folder)
        write_result(self, target)
        self.report(target / "report.html")
        return target


@dataclass(frozen=True)
class Loaded:
    """What a study is made of: the cases, and which of them a given test file holds."""

    dataset: Dataset
    test_cases: IntArray | None = None
    terms: str | None = None


def read(path: str | Path, **options: Any) -> Dataset:
    """Read a file, or a dataset of the catalog by its name.

    Parameters
    ----------
    path
        A file, or a name that ``auscult data list`` knows (its training part).
    **options
        ``target``, ``group``, ``id``, ``drop``, ``categorical``, ``sheet``, ``signals``,
        ``encoding``, as of :func:`auscult.data.read.read`.

    Raises
    ------
    InputError
        The file cannot be read, or holds something that a table or signals cannot.
    """
    return read_study(path, None, **options).dataset


def read_study(data: str | Path, test: str | Path | None, **options: Any) -> Loaded:
    """Read a training file and, where there is one, its test file."""
    given = {key: value for key, value in options.items() if value not in (None, (), False)}
    path, terms, name = Path(data), None, None
    if not path.exists() and path.suffix == "" and path.name == str(data):
        entry = locate(str(data))
        path, name, terms = entry.train, str(data), terms_of(str(data))
        test = test if test is not None else entry.test
        given = {**entry.options, **given}
    train = _known(read_file(path, **given))
    if name:
        train = replace(train, name=name)
    if test is None:
        return Loaded(train, None, terms)
    joined, test_cases = join(train, read_like(test, train, **given))
    return Loaded(joined, test_cases, terms)


def _known(dataset: Dataset) -> Dataset:
    """Add what the catalog knows of a file with this hash."""
    return replace(dataset, findings=dataset.findings + known_traps(dataset.sha256))


def compare(
    data: str | Path | Dataset | Loaded,
    *,
    test: str | Path | None = None,
    models: str | Sequence[str] | None = None,
    folds: int = 5,
    repeats: int = 2,
    seed: int = 0,
    epochs: int | None = None,
    metric: str = "accuracy",
    out: str | Path | None = None,
    command: str = "",
    progress: StudyProgress | None = None,
    **options: Any,
) -> StudyResult:
    """Train models on parts of the data and tell what each is worth on the rest.

    Parameters
    ----------
    data
        A file, a catalog name, or a dataset that was read.
    test
        A test file; without one, repeated stratified k-fold, by group where ``group`` is named.
    models
        Names of the table with settings, as ``"logistic,lstm:units=64"``; ``"all"``; or None for
        the defaults. The baselines are always among them.
    folds, repeats, seed
        Of cross-validation.
    epochs
        The most epochs of the networks.
    metric
        What the leaderboard is sorted by.
    out
        A run folder to write.
    command
        What the report names as the way to repeat the study.
    progress
        Told what happens.
    **options
        Of :func:`read`: ``target``, ``group``, ``id``, ``drop``, …

    Returns
    -------
    StudyResult
        Figures with intervals, predictions, warnings.

    Raises
    ------
    InputError
        The data, the plan or a model's settings are wrong.
    """
    if isinstance(data, Dataset):
        data = Loaded(data)
    loaded = data if isinstance(data, Loaded) else read_study(data, test, **options)
    if out is not None:
        _require_folder(Path(out))
    dataset = loaded.dataset
    result = run_study(
        dataset,
        _plan(loaded, folds, repeats, seed),
        parse_models(models, dataset.kind),
        test_cases=loaded.test_cases,
        headline=metric,
        epochs=epochs,
        command=command,
        terms=loaded.terms,
        progress=progress,
    )
    study = StudyResult.of(result)
    if out is not None:
        study.save(out)
    return study


def load(folder: str | Path) -> StudyResult:
    """The result of a run folder that an earlier study wrote."""
    return StudyResult.of(load_result(Path(folder)))


def _plan(loaded: Loaded, folds: int, repeats: int, seed: int) -> Plan:
    group = loaded.dataset.group_name
    if loaded.test_cases is not None:
        return Plan("given", folds=folds, repeats=repeats, seed=seed, group=group)
    kind = "kfold" if loaded.dataset.groups is None else "grouped"
    return Plan(kind, folds=folds, repeats=repeats, seed=seed, group=group)  # type: ignore[arg-type]


def _require_folder(folder: Path) -> None:
    """Refuse a place that cannot be written before hours are spent on figures for it."""
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise InputError("is a file, not a folder. Name another with --out.", where=str(nearest))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError("cannot be written. Name another folder with --out.", where=str(nearest))
