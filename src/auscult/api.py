"""The few calls that do everything: ``read``, ``compare``, ``load``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from auscult.data.catalog import catalog, entry_of, known_traps
from auscult.data.dataset import Dataset, join
from auscult.data.fetch import locate
from auscult.data.read import read as read_file
from auscult.data.read import read_pair
from auscult.data.series.named import looks_like_series
from auscult.errors import InputError
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.serialize import load as load_result
from auscult.evaluate.study import run_study
from auscult.evaluate.under_way import under_way
from auscult.models.spec import parse_models
from auscult.report.run_folder import case_names
from auscult.studies import Loaded, StudyResult
from auscult.train.workers.asked import asked_workers


def read(data: str | Path, **options: Any) -> Dataset:
    """Read a file, or a dataset of the catalog by its name.

    Parameters
    ----------
    data
        A file, or a name that ``auscult data list`` knows (its training part).
    **options
        ``target``, ``group``, ``id``, ``drop``, ``categorical``, ``sheet``, ``signals``,
        ``encoding``, ``recipe``, ``channel``, as of :func:`auscult.data.read.read`.

    Raises
    ------
    InputError
        The file cannot be read, or holds something that neither a table nor signals can.
    """
    source = _source(data, None, options)
    return _named(read_file(source.train, **source.options), source)


def read_study(data: str | Path, test: str | Path | None = None, **options: Any) -> Loaded:
    """Read a training file and, where there is one, its test file.

    A name of the catalog brings its own test file, and knows how it is read.

    Raises
    ------
    InputError
        As :func:`read`.
    """
    source = _source(data, test, options)
    if source.test is None:
        dataset = _read_cases(source)
        return Loaded(_named(dataset, source), None, source.terms, (source.train,), source.options)
    train, tested = read_pair(source.train, source.test, **source.options)
    joined, test_cases = join(_named(train, source), _known(tested))
    files = (source.train, source.test)
    return Loaded(joined, test_cases, source.terms, files, source.options)


@dataclass(frozen=True)
class _Source:
    """Where a study's files are and how they are read."""

    train: Path
    test: Path | None
    options: dict[str, Any]
    name: str | None = None
    terms: str | None = None


def _source(data: str | Path, test: str | Path | None, options: dict[str, Any]) -> _Source:
    given = {key: value for key, value in options.items() if value not in (None, ())}
    tested = None if test is None else Path(test)
    path = Path(data)
    # os.path says no to a name that no disk can hold; Path raises.
    if os.path.isfile(path) or path.name != str(data) or path.suffix:
        return _Source(path, tested, given)
    known = catalog().get(str(data))
    # A folder hides no data set of the catalog, save one that is itself a folder of records.
    if os.path.exists(path) and (known is None or known.kind == "records"):
        return _Source(path, tested, given)
    entry = entry_of(str(data))
    if entry.kind == "series":
        raise InputError(_SERIES.format(entry.name), where=entry.name)
    files = locate(entry.name)
    readable = {k: v for k, v in entry.options.given().items() if k in _READ_OPTIONS}
    return _Source(
        files.train, tested or files.test, {**readable, **given}, entry.name, entry.terms
    )


_SERIES = "is a series, not cases with a class. Try: auscult forecast {} --horizon 12"
_READ_OPTIONS = ("target", "id", "drop", "categorical", "group", "header", "signals")


def _read_cases(source: _Source) -> Dataset:
    """The cases of a file; one that holds none, and is a series, is named as that."""
    try:
        return read_file(source.train, **source.options)
    except InputError:
        if "target" not in source.options and looks_like_series(source.train):
            name = source.train.name
            raise InputError(_SERIES.format(name), where=name) from None
        raise


def _named(dataset: Dataset, source: _Source) -> Dataset:
    if source.name is None:
        return _known(dataset)
    # The catalog knows how its files are read: that the reader saw it too is no news.
    findings = tuple(found for found in dataset.findings if found.code != "read-as-signals")
    return _known(replace(dataset, name=source.name, findings=findings))


def _known(dataset: Dataset) -> Dataset:
    """Add what the catalog knows of a file with this hash."""
    return replace(dataset, findings=dataset.findings + known_traps(dataset.sha256))


def compare(
    data: str | Path | Dataset | Loaded,
    *,
    test: str | Path | None = None,
    models: str | Sequence[str] | None = None,
    plan: str | None = None,
    folds: int = 5,
    repeats: int = 2,
    seed: int = 0,
    epochs: int | None = None,
    grid: str | None = None,
    votes: str | Sequence[str] = (),
    calibrate: str | None = None,
    sets: str | float | None = None,
    sensitivity: str | float | None = None,
    by: str | Sequence[str] = (),
    explain: bool = False,
    nested: bool = False,
    search: int | None = None,
    metric: str = "accuracy",
    out: str | Path | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    slurm: bool = False,
    ddp: int | None = None,
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
    plan
        ``kfold``, ``grouped`` or, for beats of ECG records, ``ds1-ds2`` or ``by-beat``; None
        takes the test file, else folds of whole groups where there are groups.
    folds, repeats, seed
        Of cross-validation.
    epochs
        The most epochs of the networks.
    grid
        Settings to try, as ``"optimizer=sgd,adam batch=30,100"``. Every model that has all of
        them is swept: chosen on the validation part of each fit, scored once on its test part.
    votes
        Votes over models of the study, as ``("soft", "weighted:lstm+fcn")``: ``soft``, ``hard``
        or ``weighted``, of the models named behind it or of all but ``majority``.
    calibrate
        ``temperature``, ``platt`` or ``isotonic``: probabilities calibrated on cases that each
        fit keeps aside (its validation part, or folds of its training cases).
    sets
        The coverage of conformal prediction sets, as ``"0.9"``, ``"0.9:aps"`` or
        ``"0.9:by-class"``.
    sensitivity
        A sensitivity to choose a threshold for, as ``"0.95"``, or ``"CLASS=0.95"``.
    by
        Columns to tell the best model's figures by, as ``"sex,age"``.
    explain
        Whether to measure what each model looks at; a few test cases then stand in the result.
    nested
        Whether to choose among the models, and settings of ``grid``, inside the training cases of
        each fit too: one more row, whose figures are of choosing and of what was chosen.
    search
        How many settings a search tries there for each fit, in place of all of ``grid``; needs
        the extra ``search``. ``nested`` goes with it.
    metric
        What the leaderboard is sorted by.
    out
        A run folder to write. Fits are kept in it as they are made: the same call goes on where
        an earlier one was stopped, to the same figures.
    jobs
        Processes of this machine that fit, one thread each; None fits in this process.
    cluster
        Address of a Dask scheduler whose workers fit.
    slurm
        Whether workers that SLURM begins as there is work fit, see ``docs/cluster.md``.
    ddp
        Processes of this machine that train each network together, this one among them, each on
        its share of every batch; to the figures of one process, but for rounding.
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
        require_folder(Path(out))
    dataset = loaded.dataset
    folder = None if out is None else Path(out)
    with under_way(folder, command, dataset.sha256), asked_workers(jobs, cluster, slurm, ddp):
        result = run_study(
            dataset,
            plan_of(loaded, plan, folds, repeats, seed),
            parse_models(models, dataset.kind),
            test_cases=loaded.test_cases,
            headline=metric,
            epochs=epochs,
            grid=grid,
            votes=votes,
            calibrate=calibrate,
            sets=None if sets is None else str(sets),
            sensitivity=None if sensitivity is None else str(sensitivity),
            by=_listed(by),
            explain=explain,
            nested=nested,
            search=search,
            command=command,
            terms=loaded.terms,
            progress=progress,
        )
        study = StudyResult.of(result, dataset.ids, loaded)
        if out is not None:
            study.save(out)
    return study


def _listed(names: str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        return tuple(filter(None, map(str.strip, names.split(","))))
    return tuple(names)


def load(folder: str | Path) -> StudyResult:
    """The result of a run folder that an earlier study wrote."""
    result = load_result(Path(folder))
    return StudyResult.of(result, case_names(folder, result))


def plan_of(loaded: Loaded, named: str | None, folds: int, repeats: int, seed: int) -> Plan:
    """The plan that is named, or the one that suits what was loaded."""
    given, dataset = loaded.test_cases is not None, loaded.dataset
    if given and named not in (None, "given"):
        raise InputError("the test file is the plan. Leave out --plan or --test.", where="--plan")
    kind = "given" if given else "kfold" if dataset.groups is None else "grouped"
    group = dataset.group_name
    return Plan(named or kind, folds=folds, repeats=repeats, seed=seed, group=group)  # type: ignore[arg-type]


def require_folder(folder: Path) -> None:
    """Refuse a place that cannot be written before hours are spent on figures for it."""
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise InputError("is a file, not a folder. Name another with --out.", where=str(nearest))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError("cannot be written. Name another folder with --out.", where=str(nearest))
