"""``keep``: a row of a finished study as a bundle on the disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from auscult.bundle.arrays import write_arrays
from auscult.bundle.bundle import WEIGHTS, Bundle, bundle_of
from auscult.bundle.container import Container, write_container
from auscult.bundle.document import DOCUMENT, Document
from auscult.bundle.keep.describe import About, describe
from auscult.bundle.keep.refit import Refit, refit
from auscult.data.dataset import Dataset
from auscult.errors import InputError, did_you_mean
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.result import ModelResult, Result

BEST = "best"


def keep(
    result: Result,
    dataset: Dataset,
    paths: Sequence[Path],
    model: str | None = None,
    *,
    about: About | None = None,
    progress: StudyProgress | None = None,
) -> Document:
    """Fit a model of a study on all its cases and write it as a bundle.

    Parameters
    ----------
    result
        A finished study.
    dataset
        Its cases.
    paths
        Where: folders, or files that end in ``.zip``.
    model
        A row of the study; None or ``best`` takes the best.
    about
        What neither says.
    progress
        Told what happens.

    Returns
    -------
    Document
        What the bundle says of itself.

    Raises
    ------
    InputError
        The study has no such model, the row cannot be kept, or the place cannot be written.
    """
    row = row_named(result, model)
    fit = refit(result, row, dataset, progress)
    document = describe(result, row, dataset, fit, about or About())
    files = {
        DOCUMENT: document_bytes(document),
        WEIGHTS: write_arrays(fit.exported.arrays),
        **fit.exported.files,
    }
    _require_faithful(bundle_of(Container(paths[0], files, ""), "torch"), fit, dataset)
    for path in paths:
        write_container(path, files)
    return document


def document_bytes(document: Document) -> bytes:
    """The file ``bundle.json``: one line a key."""
    lines = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for key, value in document.to_json().items()
    ]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8")


def row_named(result: Result, model: str | None) -> ModelResult:
    """The row of a model, or the best.

    Raises
    ------
    InputError
        The study has no such row.
    """
    wanted = result.best if model in (None, BEST) else model
    for row in result.models:
        if row.model == wanted:
            return row
    alike = [row for row in result.models if row.model.partition(":")[0] == wanted]
    if len(alike) == 1:
        return alike[0]
    if alike:
        named = " or ".join(f"'{row.model}'" for row in alike)
        raise InputError(f"the study has several '{wanted}'. Name {named}.", where="--keep")
    if wanted in result.failed:
        raise InputError(f"'{wanted}' gave no figure: {result.failed[wanted]}.", where="--keep")
    names = [BEST, *(row.model for row in result.models)]
    raise InputError(
        f"the study has no model '{wanted}'. {did_you_mean(str(wanted), names)}", where="--keep"
    )


def _require_faithful(bundle: Bundle, fit: Refit, dataset: Dataset) -> None:
    """The bundle must say what the model says, bit by bit, before it takes its place."""
    lengths = None if dataset.lengths is None else dataset.lengths[fit.cases]
    said = bundle.raw_probability(dataset.X[fit.cases], lengths)
    if not np.array_equal(said, fit.probability):
        worst = float(np.abs(said - fit.probability).max())
        raise AssertionError(f"{fit.name}: the bundle's answers differ by {worst:.3g}")
