"""Models over several sets of data: a study of each, then one verdict over all."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from auscult.api import compare, load, read_study, require_folder
from auscult.data.several import Source, sources_of
from auscult.data.whole import whole_file
from auscult.errors import AuscultError, DiskError, InputError
from auscult.evaluate.metrics import HIGHER_IS_BETTER
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.provenance import versions
from auscult.evaluate.several.ranks import Ranks, rank
from auscult.report.benched import write_bench_page
from auscult.studies import Loaded, StudyResult
from auscult.train.workers.asked import asked_workers

PAGE: Final = "bench.html"
BENCH: Final = "bench.json"


@dataclass(frozen=True)
class Bench:
    """What several studies found.

    Parameters
    ----------
    metric
        What models are ranked by.
    studies
        Data to study, in the order they were asked for.
    figures
        Data to model to figure.
    ranks
        Of the models that all studies have; None with fewer than two of either.
    failed
        Data to why there is no study of it.
    missing
        Model to the data that have no figure of it.
    taken
        Data whose study was there already.
    command
        The way to repeat it.
    """

    metric: str
    studies: Mapping[str, StudyResult]
    figures: Mapping[str, Mapping[str, float]]
    ranks: Ranks | None
    failed: Mapping[str, str]
    missing: Mapping[str, tuple[str, ...]]
    taken: tuple[str, ...]
    command: str


def bench(
    data: Sequence[str | Path],
    *,
    out: str | Path,
    models: str | None = None,
    folds: int = 5,
    repeats: int = 2,
    seed: int = 0,
    epochs: int | None = None,
    metric: str = "accuracy",
    jobs: int | None = None,
    cluster: str | None = None,
    slurm: bool = False,
    command: str = "",
    progress: StudyProgress | None = None,
    told: Callable[[str, str], None] = lambda name, text: None,
    **options: Any,
) -> Bench:
    """Compare models on several sets of data, and say what all of it bears out.

    Parameters
    ----------
    data
        Files, names of the catalog, ``catalog`` for all of it, or folders of files; beside
        ``NAME_TRAIN.tsv``, ``NAME_TEST.tsv`` is its test file.
    out
        A folder to write: a run folder for each set of data, ``bench.html``, ``bench.json``. The
        same call goes on where an earlier one was stopped.
    models, folds, repeats, seed, epochs, metric, jobs, cluster, slurm, command, progress
        As of :func:`auscult.compare`.
    told
        Given the name of each set of data and what came of it.
    **options
        Of :func:`auscult.read`, for every file.

    Raises
    ------
    InputError
        There are no data, a metric is not known, or no study could be made.
    """
    if metric not in HIGHER_IS_BETTER:
        raise InputError(
            f"'{metric}' is none. Known: {', '.join(HIGHER_IS_BETTER)}.", where="--metric"
        )
    folder, sources = Path(out), sources_of(data)
    require_folder(folder)
    settings = {"models": models, "folds": folds, "repeats": repeats, "seed": seed}
    settings |= {"epochs": epochs, "metric": metric}
    one = _One(folder, settings, options, progress)
    studies: dict[str, StudyResult] = {}
    failed: dict[str, str] = {}
    taken: list[str] = []
    with asked_workers(jobs, cluster, slurm):
        for source in sources:
            try:
                studies[source.name], known = one.study(source)
            except AuscultError as error:
                failed[source.name] = str(error)
                told(source.name, f"left out: {error}")
                continue
            if known:
                taken.append(source.name)
            told(source.name, _said(studies[source.name], known))
    if not studies:
        raise InputError(f"no study could be made; of {next(iter(failed.items()))[1]}")
    found = _bench(metric, studies, failed, tuple(taken), command)
    _write(found, folder)
    return found


@dataclass(frozen=True)
class _One:
    """Makes a study, or takes the one that is there."""

    folder: Path
    settings: Mapping[str, Any]
    options: Mapping[str, Any]
    progress: StudyProgress | None

    def study(self, source: Source) -> tuple[StudyResult, bool]:
        """The study of a set of data, and whether it was there already."""
        loaded = read_study(source.data, source.test, **self.options)
        folder, command = self.folder / source.name, self._command(source)
        known = _known(folder, loaded, command)
        if known is not None:
            return known, True
        how = dict(self.settings)
        made = compare(loaded, out=folder, command=command, progress=self.progress, **how)
        return made, False

    def _command(self, source: Source) -> str:
        """The same study by itself."""
        words = ["auscult", "compare", source.data]
        if source.test is not None:
            words += ["--test", source.test]
        for name, value in (*self.options.items(), *self.settings.items()):
            if value in (None, (), False):
                continue
            text = ",".join(value) if isinstance(value, tuple) else str(value)
            words += [f"--{name}"] if value is True else [f"--{name}", text]
        return shlex.join(words)


def _known(folder: Path, loaded: Loaded, command: str) -> StudyResult | None:
    """The study of a run folder, where it is of these data, settings and versions."""
    try:
        found = load(folder)
    except AuscultError:
        return None
    made = found.provenance
    same = found.data.sha256 == loaded.dataset.sha256 and made.command == command
    return found if same and dict(made.versions) == dict(versions()) else None


def _said(study: StudyResult, known: bool) -> str:
    best = study.winner
    figure = best.metrics[study.headline].value
    return f"{best.label} {figure:.3f}" + (", made earlier" if known else "")


def _bench(
    metric: str,
    studies: Mapping[str, StudyResult],
    failed: Mapping[str, str],
    taken: tuple[str, ...],
    command: str,
) -> Bench:
    figures = {
        name: {row.model: row.metrics[metric].value for row in study.models if row.leaky is None}
        for name, study in studies.items()
    }
    models = dict.fromkeys(model for known in figures.values() for model in known)
    missing = {
        model: tuple(n for n, known in figures.items() if not np.isfinite(known.get(model, np.nan)))
        for model in models
    }
    missing = {model: names for model, names in missing.items() if names}
    common = [model for model in models if model not in missing]
    ranks = None
    if len(common) > 1 and len(figures) > 1:
        values = np.array([[known[model] for model in common] for known in figures.values()])
        ranks = rank(common, values, higher_is_better=HIGHER_IS_BETTER[metric])
    return Bench(metric, studies, figures, ranks, failed, missing, taken, command)


def _write(found: Bench, folder: Path) -> None:
    content = {
        "schema": 1,
        "command": found.command,
        "versions": dict(versions()),
        "metric": found.metric,
        "figures": found.figures,
        "sha256": {name: study.data.sha256 for name, study in found.studies.items()},
        "ranks": None if found.ranks is None else asdict(found.ranks),
        "failed": found.failed,
        "missing": found.missing,
    }
    try:
        with whole_file(folder / BENCH) as file:
            text = json.dumps(_finite(content), indent=1, allow_nan=False, ensure_ascii=False)
            file.write(text.encode("utf-8") + b"\n")
    except OSError as error:
        raise DiskError(error, folder) from error
    labels = {row.model: row.label for study in found.studies.values() for row in study.models}
    write_bench_page(
        folder / PAGE,
        metric=found.metric,
        figures=found.figures,
        ranks=found.ranks,
        labels=labels,
        left_out=(found.failed, found.missing),
        command=found.command,
    )


def _finite(value: Any) -> Any:
    """Without figures that JSON has not."""
    if isinstance(value, Mapping):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
