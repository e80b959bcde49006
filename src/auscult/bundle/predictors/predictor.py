"""What every predictor is, and which module reads which kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from auscult.bundle.decoding import Reading
from auscult.bundle.document import Document
from auscult.errors import InputError, did_you_mean
from auscult.types import FloatArray, IntArray

Runtime = Literal["onnx", "torch"]
"""What runs networks."""


class Predictor(Protocol):
    """A fitted model, safe to share between threads."""

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        """``(n_cases, n_classes)`` float64 of encoded cases, before factors and calibration.

        Parameters
        ----------
        X
            float32, ``(n_cases, n_features)`` of a table as its encoder makes them, or
            ``(n_cases, n_channels, n_timepoints)``, NaN past a shorter signal's end.
        lengths
            ``(n_cases,)`` true lengths of the signals, or None.
        """
        ...


@dataclass(frozen=True, eq=False)
class Parts:
    """What a predictor is made of.

    Parameters
    ----------
    document
        The whole of ``bundle.json``.
    arrays
        Of ``weights.safetensors``, by name; those of a predictor have no NaN unless it says so.
    files
        All other files of the bundle, by name.
    n_features
        Features of an encoded case: of a table what its encoder makes, of signals all points.
    path
        Where the bundle is.
    runtime
        What runs a network: ``onnx`` needs no torch; ``torch`` gives the bits of training. None
        takes onnxruntime where it is installed.
    threads
        Of onnxruntime, for one answer.
    """

    document: Document
    arrays: Mapping[str, NDArray[Any]]
    files: Mapping[str, bytes]
    n_features: int
    path: Path
    runtime: Runtime | None = None
    threads: int = 1

    @property
    def settings(self) -> Reading:
        """What the document says of the predictor."""
        return Reading(dict(self.document.predictor), "predictor")

    @property
    def n_classes(self) -> int:
        """Classes that the model knows: all, but where training had no case of some."""
        return len(self.codes or self.document.classes)

    @property
    def codes(self) -> tuple[int, ...]:
        """Codes of the classes that the model knows; empty where it knows all."""
        if "codes" not in self.settings.content:
            return ()
        codes, n = self.settings.wholes("codes"), len(self.document.classes)
        rising = all(a < b for a, b in zip((-1, *codes), (*codes, n), strict=True))
        if not codes or not rising:
            raise self.settings.wrong("codes", f"rising and below {n}")
        return codes

    def array(self, name: str, dtype: str, shape: tuple[int | None, ...]) -> NDArray[Any]:
        """An array, of the dtype and shape it must have; None is any length.

        Raises
        ------
        InputError
            It is not there, or another.
        """
        if name not in self.arrays:
            raise InputError(f"weights.safetensors: there is no array '{name}'.")
        found = self.arrays[name]
        fits = found.ndim == len(shape) and all(
            wanted in (None, length) for wanted, length in zip(shape, found.shape, strict=True)
        )
        if found.dtype != dtype or not fits:
            raise InputError(
                f"weights.safetensors: '{name}' is {found.dtype} {found.shape}, not {dtype} "
                f"({', '.join('any' if n is None else str(n) for n in shape)})."
            )
        return found


PREDICTORS: Final[dict[str, str]] = {
    "majority": "auscult.bundle.predictors.majority:read",
    "logistic": "auscult.bundle.predictors.logistic:read",
    "forest": "auscult.bundle.predictors.forest:read",
    "boosting": "auscult.bundle.predictors.boosting:read",
    "knn": "auscult.bundle.predictors.knn:read",
    "network": "auscult.bundle.predictors.network:read",
    "vote": "auscult.bundle.predictors.vote:read",
}
"""Kind to the function that makes a predictor of :class:`Parts`."""


_IN_TORCH: Final = "auscult.bundle.predictors.torch_network:read"


def read_predictor(parts: Parts) -> Predictor:
    """The predictor of a bundle.

    Raises
    ------
    InputError
        No such kind, or its numbers are not what they must be.
    """
    kind = parts.settings.text("kind", 100)
    if kind not in PREDICTORS:
        raise InputError(
            f"bundle.json: no predictor is called '{kind}'. {did_you_mean(kind, PREDICTORS)}"
        )
    path = _IN_TORCH if kind == "network" and _by_torch(parts.runtime) else PREDICTORS[kind]
    module, _, function = path.partition(":")
    predictor: Predictor = getattr(import_module(module), function)(parts)
    return (
        Widened(predictor, parts.codes, len(parts.document.classes)) if parts.codes else predictor
    )


def _by_torch(runtime: Runtime | None) -> bool:
    if runtime is not None:
        return runtime == "torch"
    return find_spec("onnxruntime") is None and find_spec("torch") is not None


@dataclass(frozen=True, eq=False)
class Widened:
    """A predictor of some of the classes; the others have a probability of 0."""

    inner: Predictor
    codes: tuple[int, ...]
    n_classes: int

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        found = np.zeros((len(X), self.n_classes))
        found[:, self.codes] = self.inner.probability(X, lengths)
        return found
