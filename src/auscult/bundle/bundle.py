"""A kept model, loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.arrays import read_arrays
from auscult.bundle.calibrating import calibrated, called, prediction_sets
from auscult.bundle.container import Container, read_container
from auscult.bundle.document import DOCUMENT, Document
from auscult.bundle.document_reading import read_document
from auscult.bundle.drivers import Drivers
from auscult.bundle.encoder import encoder_of
from auscult.bundle.json_document import json_document
from auscult.bundle.names import shortened
from auscult.bundle.predictors.predictor import Parts, Predictor, Runtime, read_predictor
from auscult.data.dataset import Dataset
from auscult.data.transforms import TableEncoder
from auscult.errors import InputError
from auscult.types import BoolArray, FloatArray, IntArray

WEIGHTS: Final = "weights.safetensors"
_NETWORK: Final = re.compile(r"network(-[0-9]+)?\.onnx")
_TAKE_GAPS: Final = ("majority", "forest", "boosting")


@dataclass(frozen=True, eq=False)
class Bundle:
    """A kept model: frozen, and safe to share between threads.

    Parameters
    ----------
    document
        All of ``bundle.json``.
    sha256
        Of ``MANIFEST.sha256``: what a history calls the bundle.
    path
        The folder or ``.zip`` it was loaded from.
    predictor
        Probabilities of encoded cases.
    encoder
        A table's preprocessing; None for signals.
    """

    document: Document
    sha256: str
    path: Path
    predictor: Predictor
    encoder: TableEncoder | None = None

    @property
    def name(self) -> str:
        return self.document.name

    def answer(self, X: FloatArray, lengths: IntArray | None = None) -> BundleAnswers:
        """Classes, probabilities and prediction sets of cases.

        Parameters
        ----------
        X
            As of :class:`~auscult.data.dataset.Dataset`: a table ``(n_cases, n_columns)`` with
            category codes and NaN gaps; signals ``(n_cases, n_channels, n_timepoints)``.
        lengths
            ``(n_cases,)`` true lengths of the signals, or None.

        Raises
        ------
        InputError
            Another shape, or values that the model cannot take.
        """
        document = self.document
        with np.errstate(all="ignore"):  # what comes of an overflow is refused below
            raw = self.raw_probability(X, lengths)
            found = document.calibration
            probability = raw if found is None else calibrated(raw, found)
        _require_probabilities(probability, document)
        sets = None if document.sets is None else prediction_sets(raw, document.sets)
        predicted = called(probability, raw, document)
        return BundleAnswers(document.classes, probability, predicted, sets)

    def raw_probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        """``(n_cases, n_classes)`` after factors and before calibration, as the study's fits."""
        encoded = self._encoded(np.asarray(X))
        if not len(encoded):
            return np.empty((0, len(self.document.classes)))
        probability = self.predictor.probability(encoded, lengths)
        if self.document.factors is None:
            return probability
        moved = probability * np.array(self.document.factors)
        return np.asarray(moved / moved.sum(axis=1, keepdims=True))

    def reference(self) -> Dataset:
        """A dataset without cases, which says what a file to predict must be like."""
        d = self.document
        table = d.kind == "table"
        shape = (0, d.n_columns) if table else (0, d.n_channels, d.n_timepoints)
        return Dataset(
            name=d.name,
            kind=d.kind,
            X=np.empty(shape, dtype=np.float64 if table else np.float32),
            y=np.empty(0, dtype=np.int64),
            classes=d.classes,
            columns=tuple(column.column for column in d.columns),
            target=d.target,
            sampling_rate=d.sampling_rate,
        )

    def drives(self, X: FloatArray, lengths: IntArray | None = None) -> Drivers:
        """What drove the answers for a few cases; ``X`` and ``lengths`` as of :meth:`answer`."""
        if self.document.kind == "table":
            from auscult.bundle.table_drivers import table_drivers  # noqa: PLC0415

            cases = np.asarray(X, dtype=np.float64)
            return table_drivers(self.document, cases, self.answer)
        from auscult.bundle.signal_drivers import signal_drivers  # noqa: PLC0415

        return signal_drivers(
            np.asarray(X),
            lengths,
            self.answer(X, lengths).predicted,
            lambda x, n: self.answer(x, n).probability,
            getattr(self.predictor, "activation", None),
        )

    def _encoded(self, X: FloatArray) -> FloatArray:
        d = self.document
        wanted = (d.n_columns,) if d.kind == "table" else (d.n_channels, d.n_timepoints)
        if X.shape[1:] != wanted:
            raise InputError(
                f"cases have the shape {X.shape[1:]}; the bundle takes {wanted}.", where=d.name
            )
        if self.encoder is not None:
            X = self.encoder.transform(np.asarray(X, dtype=np.float64))
        with np.errstate(over="ignore"):
            encoded = X.astype(np.float32)
        if np.isinf(encoded).any():
            raise InputError("a value is infinite, or too large for the model.", where=d.name)
        if d.kind == "signals" and d.predictor.get("kind") not in _TAKE_GAPS:
            _require_whole(encoded, d)
        return encoded


def _require_probabilities(probability: FloatArray, document: Document) -> None:
    """A case far outside what the model knows may overflow it; its answer would be no answer."""
    sound = (probability >= 0).all(axis=1) & (np.abs(probability.sum(axis=1) - 1) <= 1e-6)
    if not sound.all():
        raise InputError(
            f"the model has no probabilities for case {int(sound.argmin())}: its values are too "
            "far from those of training.",
            where=document.name,
        )


def _require_whole(X: FloatArray, document: Document) -> None:
    """NaN at a signal's end means that it is shorter; anywhere else it is missing."""
    missing: BoolArray = np.asarray(np.isnan(X).any(axis=1))  # (n_cases, n_timepoints)
    if not missing.any():
        return
    inside = (missing[:, :-1] & ~missing[:, 1:]).any(axis=1) | missing[:, 0]
    if inside.any():
        raise InputError(
            f"case {int(inside.argmax())} has missing values, which the model cannot take. Fill "
            "them, or leave the case out.",
            where=document.name,
        )
    if not document.unequal_length:
        raise InputError(
            f"case {int(missing.any(axis=1).argmax())} is shorter than the "
            f"{document.n_timepoints} time points that the model takes.",
            where=document.name,
        )


def load_bundle(path: str | Path, *, runtime: Runtime | None = None, threads: int = 1) -> Bundle:
    """A kept model, from its folder or ``.zip``. Nothing in it is run.

    Parameters
    ----------
    path
        The folder or file.
    runtime
        What runs a network: ``onnx`` or ``torch``; None takes onnxruntime where it is installed.
    threads
        Of onnxruntime, for one answer. More than one pay for a large network and many cases.

    Raises
    ------
    InputError
        It is none, was changed since it was written, or holds what a bundle cannot: one line.
    """
    return bundle_of(read_container(path), runtime, threads)


def bundle_of(container: Container, runtime: Runtime | None = None, threads: int = 1) -> Bundle:
    """The bundle of verified files."""
    where = str(container.path)
    try:
        content = json_document(container.required(DOCUMENT), DOCUMENT)
        document = read_document(content)
        encoder, n_features = _encoder(document)
        arrays: Mapping[str, NDArray[Any]] = {}
        if WEIGHTS in container:
            arrays = read_arrays(container[WEIGHTS])
        rest = {name: container[name] for name in container if name not in (DOCUMENT, WEIGHTS)}
        if unknown := sorted(name for name in rest if not _NETWORK.fullmatch(name)):
            raise InputError(f"a bundle has no file '{unknown[0]}'.")
        predictor = read_predictor(
            Parts(document, arrays, rest, n_features, container.path, runtime, threads)
        )
    except InputError as error:
        said = shortened(str(error))
        raise InputError(said if said.startswith(where) else f"{where}: {said}") from None
    return Bundle(document, container.sha256, container.path, predictor, encoder)


def _encoder(document: Document) -> tuple[TableEncoder | None, int]:
    if document.kind == "signals":
        return None, document.n_channels * document.n_timepoints
    encoder = encoder_of(document.encoder or {}, document.columns)
    return encoder, len(encoder.feature_names)
