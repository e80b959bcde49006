"""A study, before and after: what was read, and what a person does with the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from auscult.bundle.keep.describe import About, bundle_name
from auscult.bundle.keep.keeping import BEST, row_named
from auscult.bundle.keep.keeping import keep as keep_bundle
from auscult.data.catalog import units_of
from auscult.data.dataset import Dataset
from auscult.data.ecg.beats import RECIPES
from auscult.data.ecg.records import is_record
from auscult.errors import InputError, did_you_mean
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.result import Result
from auscult.evaluate.under_way import fits_added
from auscult.models.spec import parse_models
from auscult.report.card.kept import card_of
from auscult.report.card.model_card import plan_text
from auscult.report.html import write as write_report
from auscult.report.run_folder import write_run
from auscult.types import DataKind, IntArray

_IN_MILLIVOLTS = ("window", "live")
"""Recipes that leave the leads in mV; their further channels are rhythm."""


@dataclass(frozen=True)
class Loaded:
    """What a study is made of: the cases, and which of them a given test file holds."""

    dataset: Dataset
    test_cases: IntArray | None = None
    terms: str | None = None
    files: tuple[Path, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """The files it was read of, training file first, and how."""

    @property
    def recipe(self) -> dict[str, Any] | None:
        """How beats were cut, where the cases are beats of recordings."""
        if not self.files or not is_record(self.files[0]):
            return None
        recipe, channel = self.options.get("recipe"), self.options.get("channel")
        return {"recipe": recipe or RECIPES[0], "channel": channel}

    @property
    def units(self) -> dict[str, str]:
        """Column to unit, where the catalog or the recipe knows it."""
        recipe = self.recipe
        if recipe is None:
            return dict(units_of(self.dataset.sha256))
        names = [column.name for column in self.dataset.columns]
        leads = [name for name in names if not name.startswith("RR ")]
        return dict.fromkeys(leads, "mV") if recipe["recipe"] in _IN_MILLIVOLTS else {}


@dataclass(frozen=True)
class StudyResult(Result):
    """A finished study, with what a person does next. ``ids`` name the cases, where known."""

    ids: tuple[str, ...] | None = None
    loaded: Loaded | None = field(default=None, repr=False, compare=False)
    """The cases; None where the study was read from a run folder, which holds none."""

    @classmethod
    def of(
        cls, result: Result, ids: tuple[str, ...] | None = None, loaded: Loaded | None = None
    ) -> Self:
        known = {f.name: getattr(result, f.name) for f in fields(Result)}
        return cls(**known, ids=ids, loaded=loaded)

    def report(self, path: str | Path = "report.html") -> Path:
        """Write the report, one self-contained HTML file, and return where it is."""
        return write_report(self, path, ids=self.ids)

    def save(self, folder: str | Path) -> Path:
        """Write ``result.json``, ``predictions.csv`` and ``report.html`` into a run folder.

        The three appear together: a failure or a signal leaves what was there before.
        """
        return write_run(self, folder, ids=self.ids)

    def keep(
        self,
        path: str | Path,
        model: str | None = None,
        *,
        data: Dataset | Loaded | None = None,
        zipped: bool = False,
        progress: StudyProgress | None = None,
    ) -> Path:
        """Fit a model on all cases, as the plan chose, and write it as a bundle.

        Parameters
        ----------
        path
            A folder, or a file that ends in ``.zip``.
        model
            A row of the study; None or ``best`` takes the best.
        data
            The cases, as :func:`auscult.read` gives them, where the study was read from a run
            folder.
        zipped
            Whether ``PATH.zip``, the same in one file, is written beside the folder.
        progress
            Told what happens.

        Returns
        -------
        Path
            ``path``.

        Raises
        ------
        InputError
            The study has no such model, a bundle cannot hold it, the data are not those of the
            study, or the place cannot be written.
        """
        loaded = self._cases(data)
        about = About(
            loaded.units,
            loaded.recipe,
            card_of(self, row_named(self, model).model),
            plan_text(self.plan),
        )
        paths = [Path(path), *([Path(f"{path}.zip")] if zipped else [])]
        keep_bundle(self, loaded.dataset, paths, model, about=about, progress=progress)
        return Path(path)

    def _cases(self, data: Dataset | Loaded | None) -> Loaded:
        """The cases of this study; others are refused."""
        given = Loaded(data) if isinstance(data, Dataset) else data
        loaded = given or self.loaded
        if loaded is None:
            raise InputError(
                "the study was read from a run folder, which holds no cases. Give them: "
                "keep(path, data=auscult.read(FILE))."
            )
        if loaded.dataset.sha256 != self.data.sha256:
            raise InputError("these are not the data of the study: their hash is another.")
        return loaded


def require_keepable(model: str, models: str | Sequence[str] | None, kind: DataKind) -> None:
    """Refuse, before any work is done, a model to keep that the study will not have.

    Parameters
    ----------
    model
        What is to be kept: ``best``, or a model with or without its settings.
    models
        The models of the study, as of :func:`auscult.compare`.
    kind
        Of the data.

    Raises
    ------
    InputError
        The study will have no such model.
    """
    names = [str(spec) for spec in parse_models(models, kind)]
    known = {BEST, *names, *(name.partition(":")[0] for name in names)}
    if model.removesuffix(":grid") in known or "vote" in model or model == "chosen-inside":
        return
    raise InputError(
        f"the study has no model '{model}'. {did_you_mean(model, sorted(known))}", where="--keep"
    )


def kept_in(folder: Path, study: StudyResult, model: str, progress: StudyProgress) -> Path:
    """Keep a model in a run folder: ``models/NAME``, and beside it ``models/NAME.zip``.

    A fit on all cases that was stopped goes on there.
    """
    name = bundle_name(row_named(study, model).model)
    with fits_added(folder):
        return study.keep(folder / "models" / name, model, zipped=True, progress=progress)
