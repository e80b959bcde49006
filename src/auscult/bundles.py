"""Bundles: answers of a kept model for the cases of any file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.bundle import Bundle, load_bundle
from auscult.bundle.cases import Cases
from auscult.bundle.output import AnswerFile, Told, answer_columns, notes
from auscult.bundle.score import Score, Scoring
from auscult.bundle.stream import Asked, CaseStream
from auscult.bundle.summary import Noticed, promised
from auscult.data.dataset import Dataset
from auscult.errors import InputError
from auscult.types import Finding

__all__ = ["BundlePredictions", "is_bundle", "load_bundle", "predict_bundle"]

_CASE = re.compile(r"\bcase (\d+)\b")
SHOWN = 5
"""The first answers, which are kept where all are written to a file."""


@dataclass(frozen=True, eq=False)
class BundlePredictions:
    """Answers for the cases of a file, in its order. Not a medical device.

    Parameters
    ----------
    bundle
        Who answered.
    n_cases
        How many cases.
    counts
        Class to how often it was predicted.
    n_unsure
        How often the prediction set does not hold exactly one class; None without sets.
    findings
        What was noticed: columns not used, values far outside the training ranges, a figure below
        the bundle's.
    score
        Against the true classes, where the file has them.
    first
        The first cases and their answers, column by column as in the file of answers.
    answers, names, notes
        All answers, what their cases are called (a column to its values) and what is odd about
        each; None where they were written to ``out``.
    out
        The file that was written.
    """

    bundle: Bundle
    n_cases: int
    counts: Mapping[str, int]
    n_unsure: int | None
    findings: tuple[Finding, ...]
    score: Score | None
    first: Mapping[str, Sequence[Any]]
    answers: BundleAnswers | None = None
    names: Mapping[str, Sequence[Any]] | None = None
    notes: tuple[str, ...] | None = None
    out: Path | None = None


def is_bundle(path: str | Path) -> bool:
    """Whether a path looks like a bundle: a ``.zip``, or a folder with ``bundle.json``."""
    path = Path(path)
    try:
        if path.is_dir():
            return any((path / name).exists() for name in ("bundle.json", "MANIFEST.sha256"))
        return path.suffix.lower() == ".zip"
    except OSError:
        return False


def predict_bundle(
    bundle: str | Path | Bundle,
    data: str | Path | Dataset,
    *,
    out: str | Path | None = None,
    target: str | None = None,
    id: str | None = None,
    drop: Sequence[str] = (),
    sheet: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    channel: str | None = None,
    block: int | None = None,
    progress: Told | None = None,
) -> BundlePredictions:
    """Answers of a kept model for the cases of a file, however large. Not a medical device.

    Columns are found by their names, in any order. Text and Parquet are read by blocks, recordings
    one by one, and answers are written as they come; without ``out`` they are held in memory.

    Parameters
    ----------
    bundle
        A bundle's folder or ``.zip``, or a bundle that is loaded.
    data
        CSV or other delimited text, Excel, Parquet, ``.arff``, ``.npz``, ``.npy``, UCR signals; a
        WFDB record or a folder of them, whose beats are cut as the bundle says, at R-peaks that
        are found where the record has no annotations. Or a dataset read like the training file.
    out
        A ``.csv``, ``.xlsx`` or ``.parquet`` to write, whole or not at all.
    target, id
        Columns with the true class, only scored by, and with what the cases are called. By default
        the bundle's target, and the one column that the bundle does not know and whose name says
        that it names the case.
    drop
        Columns to leave out.
    sheet, encoding, header
        As of :func:`auscult.read`.
    channel
        The channel of a recording; by default that of the bundle.
    block
        Bytes of text that are read together.
    progress
        Told the share of the file that is behind, and the cases answered for.

    Raises
    ------
    InputError
        The bundle or the file cannot be read, a column is missing, or the place cannot be written.
    MissingExtraError
        The file is Parquet and pyarrow is not installed; a recording, and wfdb is not.
    """
    with ExitStack() as stack:
        file = None
        if out is not None:
            inputs = [Path(p) for p in (bundle, data) if isinstance(p, str | Path)]
            file = stack.enter_context(AnswerFile(Path(out), inputs))
        kept = bundle if isinstance(bundle, Bundle) else load_bundle(bundle)
        options = {} if block is None else {"block": block}
        asked = Asked(target, id, _names(drop), sheet, encoding, header, channel, **options)
        if isinstance(data, Dataset):
            stream: CaseStream | _Held = _Held(data)
        else:
            stream = CaseStream(Path(data), kept, asked)
        run = _Run(kept, file)
        for cases in stream:
            run.answer(cases)
            if progress is not None:
                progress(cases.share, run.n_cases)
        done = run.finished(stream)
        if file is not None:
            file.commit()
    return done


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _in_the_file(message: str, cases: Cases) -> str:
    """A refusal of a case of a block, which names it as the file does."""
    name, values = next(iter(cases.names.items()))
    found = _CASE.search(message)
    if found is None or not int(found[1]) < cases.n_cases:
        return message
    return _CASE.sub(f"{name} {values[int(found[1])]}", message, count=1)


@dataclass
class _Held:
    """A dataset that is in memory, as a stream."""

    dataset: Dataset
    findings: list[Finding] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        return self.dataset.sha256

    def __iter__(self) -> Iterator[Cases]:
        d = self.dataset
        names: dict[str, Any] = {"row": np.arange(1, d.n_cases + 1)}
        if d.ids is not None:
            names["id"] = list(d.ids)
        true = d.y if (d.y >= 0).any() else None
        yield from Cases(d.X, names, true, d.lengths).pieces()


class _Run:
    """Answers as they come, and what is told of them in the end."""

    def __init__(self, bundle: Bundle, file: AnswerFile | None) -> None:
        self.bundle, self.file, self.n_cases = bundle, file, 0
        self._counts = np.zeros(len(bundle.document.classes), dtype=np.int64)
        self._n_unsure = 0
        self._scoring = Scoring(len(bundle.document.classes))
        self._noticed = Noticed(bundle.document)
        self._first: dict[str, list[Any]] = {}
        self._held: list[tuple[Cases, BundleAnswers]] = []

    def answer(self, cases: Cases) -> None:
        answers = self._answers(cases)
        if self.file is not None:
            self.file.write(cases, answers)
        else:
            self._held.append((cases, answers))
        if not self.n_cases:
            columns = answer_columns(cases, answers)
            self._first = {name: list(values[:SHOWN]) for name, values in columns}
        self.n_cases += cases.n_cases
        self._counts += np.bincount(answers.predicted, minlength=len(self._counts))
        self._n_unsure += int(answers.unsure.sum())
        self._noticed.add(cases)
        if cases.true is not None:
            found = (answers.probability, answers.predicted)
            self._scoring.add(cases.true, *found, cases.unit)

    def _answers(self, cases: Cases) -> BundleAnswers:
        try:
            return self.bundle.answer(cases.X, cases.lengths)
        except InputError as error:
            raise InputError(_in_the_file(str(error), cases)) from None

    def finished(self, stream: CaseStream | _Held) -> BundlePredictions:
        document = self.bundle.document
        score = self._scoring.score
        findings = [*stream.findings, *self._noticed.findings(self.n_cases)]
        findings += promised(document, score, stream.sha256)
        sets = document.sets is not None
        counts = dict(zip(document.classes, self._counts.tolist(), strict=True))
        return BundlePredictions(
            self.bundle,
            self.n_cases,
            counts,
            self._n_unsure if sets else None,
            tuple(findings),
            score,
            self._first,
            **self._all(),
            out=None if self.file is None else self.file.path,
        )

    def _all(self) -> dict[str, Any]:
        if self.file is not None or not self._held:
            return {}
        cases, answers = zip(*self._held, strict=True)
        sets = [a.sets for a in answers if a.sets is not None]
        joined = BundleAnswers(
            answers[0].classes,
            np.concatenate([a.probability for a in answers]),
            np.concatenate([a.predicted for a in answers]),
            np.concatenate(sets) if sets else None,
        )
        names = {
            name: [v for c in cases for v in np.asarray(c.names[name]).tolist()]
            for name in cases[0].names
        }
        return {
            "answers": joined,
            "names": names,
            "notes": tuple(text for c in cases for text in notes(c)),
        }
