"""``predict``: train on every labelled case and answer for the cases of another file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auscult.api import read
from auscult.data.dataset import Dataset
from auscult.data.ecg.records import is_record
from auscult.data.formats import EXCEL_ENDINGS
from auscult.data.read import read_like
from auscult.data.roles import left_out_id
from auscult.errors import InputError
from auscult.evaluate.contest import Answers, train_and_answer
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.public import PublicParts, public_parts, public_size
from auscult.models.spec import ModelSpec, parse_models
from auscult.models.table import PREDICTING
from auscult.report.answers import (
    predictions_csv,
    require_writable,
    submission_csv,
    write_whole,
)

_ONCE = ("target", "group", "id", "drop", "encoding", "header", "recipe", "channel", "progress")


@dataclass(frozen=True, eq=False)
class Asked:
    """Labelled cases and cases to predict, read in one form.

    ``id_name`` is the column of ids, where there is one; ``files`` is what was read.
    """

    train: Dataset
    cases: Dataset
    id_name: str | None = None
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, eq=False)
class Predicted:
    """Answers for the cases of a file, in its order. Not a medical device."""

    answers: Answers
    asked: Asked
    seed: int = 0

    @property
    def predicted(self) -> tuple[str, ...]:
        """``(n_cases,)`` names of the predicted classes."""
        return tuple(self.answers.classes[code] for code in self.answers.predicted)

    def public(self, share: float = 0.1, **options: Any) -> PublicParts:
        """How far a public part's figure wanders, where the cases' classes are known."""
        options = {"seed": self.seed, **options}
        true, answers = self.asked.cases.y, self.answers
        return public_parts(true, answers.probabilities, share=share, **options)

    def save(self, out: str | Path | None = None, submission: str | Path | None = None) -> None:
        """Write a CSV of ids, classes and probabilities, a contest's two columns, or both.

        Raises
        ------
        InputError
            A file cannot be written, or a submission lacks ids.
        """
        asked, files = self.asked, {}
        ids = asked.cases.ids
        if out is not None:
            files[Path(out)] = predictions_csv(self.answers, ids, asked.id_name)
        if submission is not None:
            _require_ids(asked)
            names = (ids or (), asked.id_name or "Id", asked.train.target)
            files[Path(submission)] = submission_csv(self.answers, *names)
        write_whole(files)


def read_asked(
    train: str | Path, cases: str | Path, *, need_ids: bool = False, **options: Any
) -> Asked:
    """Read a training file, and a file to predict like it.

    Parameters
    ----------
    train
        A file, or a name of the catalog.
    cases
        A file; its classes, where it holds some, are only scored by.
    need_ids
        Whether every case to predict must have an id of its own.
    **options
        Of :func:`auscult.read`. Without ``id`` a column that names the case is found by its name.

    Raises
    ------
    InputError
        A file cannot be read, they differ in form, or ids are missing or repeated.
    """
    given = {key: value for key, value in options.items() if value not in (None, ())}
    known = read(train, **given)
    case_id = given.get("id") or left_out_id(known.findings)
    same = {key: given[key] for key in _ONCE if key in given} | {"id": case_id}
    if "sheet" in given and Path(cases).suffix.lower() in EXCEL_ENDINGS:
        same["sheet"] = given["sheet"]
    asked = read_like(
        cases,
        known,
        labelled=False,
        need_ids=bool(given.get("id")) or (need_ids and case_id is not None),
        **same,
    )
    name = "beat" if is_record(Path(cases)) else case_id
    return Asked(known, asked, name if asked.ids else None, (Path(train), Path(cases)))


def predict(
    train: str | Path | Dataset | Asked,
    cases: str | Path | Dataset | None = None,
    *,
    models: str | Sequence[str] | None = None,
    vote: str | None = None,
    seed: int = 0,
    epochs: int | None = None,
    out: str | Path | None = None,
    submission: str | Path | None = None,
    public: float | None = None,
    progress: StudyProgress | None = None,
    **options: Any,
) -> Predicted:
    """Train on every case of one file and answer for those of another.

    Nothing here says what the answers are worth: :func:`auscult.compare` on the training file
    does. Not a medical device.

    Parameters
    ----------
    train
        Labelled cases: a file, a name of the catalog, a dataset, or both sides as
        :func:`read_asked` gives them.
    cases
        Cases to predict: a file, or a dataset read like ``train``.
    models
        Names with settings, as ``"lenet"`` or ``"lenet,resnet-1d"``; None takes one that suits
        the kind of data.
    vote
        ``soft``, ``hard`` or ``weighted``, where there are several models; None is ``soft``.
    seed, epochs
        Where all chance starts; the most epochs of the networks.
    out, submission
        Files to write: ids, classes and probabilities; a contest's ids and classes.
    public
        The share that :meth:`Predicted.public` will be asked for: refused before any training
        where it cannot be scored.
    progress
        Told what happens.
    **options
        Of :func:`auscult.read`.

    Raises
    ------
    InputError
        A file, a model, a vote or a place to write is wrong.
    """
    asked = _asked(train, cases, need_ids=submission is not None, **options)
    specs = _specs(models, vote, asked.train)
    _refuse_early(asked, out, submission, public)
    answers = train_and_answer(
        asked.train,
        asked.cases,
        specs,
        vote=vote,
        seed=seed,
        epochs=epochs,
        progress=progress,
    )
    predicted = Predicted(answers, asked, seed)
    if out is not None or submission is not None:
        predicted.save(out, submission)
    return predicted


def _asked(train: Any, cases: Any, **options: Any) -> Asked:
    if isinstance(train, Asked):
        return train
    if isinstance(train, Dataset) and isinstance(cases, Dataset):
        return Asked(train, cases, "id" if cases.ids else None)
    if cases is None or isinstance(train, Dataset) or isinstance(cases, Dataset):
        raise InputError(
            "predict needs two files, or two datasets of which the second is read like the first."
        )
    return read_asked(train, cases, **options)


def _specs(
    models: str | Sequence[str] | None, vote: str | None, train: Dataset
) -> tuple[ModelSpec, ...]:
    specs = parse_models(models or PREDICTING[train.kind], train.kind, baselines=False)
    if vote is not None and len(specs) < 2:
        raise InputError(
            "a vote needs two models or more. Name them with --models.", where="--vote"
        )
    return specs


def _refuse_early(asked: Asked, out: Any, submission: Any, public: float | None) -> None:
    """What would fail behind the training fails before it."""
    if submission is not None:
        _require_ids(asked)
    for path, flag in ((out, "--out"), (submission, "--submission")):
        if path is not None:
            require_writable(Path(path), flag, asked.files)
    if out is not None and submission is not None and Path(out) == Path(submission):
        raise InputError("is also --submission. Name two files.", where=f"--out {out}")
    if public is not None:
        public_size(asked.cases.y, public)


def _require_ids(asked: Asked) -> None:
    if asked.cases.ids is None:
        raise InputError(
            "the file to predict has no column of ids. Name it with --id, or write predictions "
            "with --out.",
            where="--submission",
        )
