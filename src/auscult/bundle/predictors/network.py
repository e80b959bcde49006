"""A network, run by onnxruntime: no torch."""

from __future__ import annotations

from typing import Any

import numpy as np

from auscult.bundle.links import softmax
from auscult.bundle.network.check import (
    ACTIVATION,
    CASES,
    LENGTHS,
    LOGITS,
    Checked,
    Ends,
    check_graph,
)
from auscult.bundle.network.onnx_file import FILE, read_graph
from auscult.bundle.predictors.predictor import Parts
from auscult.errors import InputError, MissingExtraError
from auscult.types import BoolArray, FloatArray, IntArray


class NetworkPredictor:
    """A checked network in a session of onnxruntime, safe to share between threads.

    Parameters
    ----------
    data
        The file ``network.onnx``.
    ends
        What it must take and give.
    threads
        Of one answer. Networks of this size mostly wait for each other with more than one, and
        answers stand side by side in a service.

    Raises
    ------
    InputError
        The file is not a network that :mod:`auscult.bundle.network` allows.
    MissingExtraError
        onnxruntime is not installed.
    """

    def __init__(self, data: bytes, ends: Ends, *, threads: int = 1) -> None:
        self.ends = ends
        self.checked: Checked = check_graph(read_graph(data), ends)
        self._session = _session(data, threads)

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        """``(n_cases, n_classes)`` float64: the softmax of the network's logits."""
        logits = self._run(LOGITS, X, lengths).astype(np.float64)
        odd = np.flatnonzero(~np.isfinite(logits).all(axis=1))
        if len(odd):
            raise InputError(f"the network's answer for case {odd[0]} is not a finite number.")
        return softmax(logits)

    def activation(self, X: FloatArray) -> FloatArray | None:
        """``(n_cases, n_classes, time)`` class activation maps; None where it has none."""
        return self._run(ACTIVATION, X, None) if self.checked.gives_activation else None

    def _run(self, output: str, X: FloatArray, lengths: IntArray | None) -> FloatArray:
        cases, ends = self._cases(X, lengths)
        found = []
        for start in range(0, len(cases), self.checked.chunk):
            part = slice(start, start + self.checked.chunk)
            feeds: dict[str, Any] = {CASES: cases[part]}
            if ends is not None:
                feeds[LENGTHS] = ends[part]
            try:
                found.append(self._session.run([output], feeds)[0])
            except Exception as error:  # of onnxruntime's own kinds
                raise InputError(f"the network cannot answer: {_first_line(error)}") from error
        return np.concatenate(found)

    def _cases(self, X: FloatArray, lengths: IntArray | None) -> tuple[FloatArray, IntArray | None]:
        shape = (len(X), self.ends.n_channels, self.ends.n_timepoints)
        cases = np.ascontiguousarray(X, dtype=np.float32).reshape(shape)
        known = known_points(cases)
        if self.checked.takes_lengths:
            if lengths is not None:
                known = np.clip(lengths, 1, known).astype(np.int64)
            return cases, known
        short = np.flatnonzero(known < shape[2])
        if len(short):
            raise InputError(
                f"case {short[0]} is shorter than the "
                f"{shape[2]} points that this model takes. Resample it."
            )
        return cases, None


def known_points(X: FloatArray) -> IntArray:
    """``(n_cases,)`` points before the NaN at each signal's end.

    Raises
    ------
    InputError
        A case has NaN elsewhere, or nothing else.
    """
    missing: BoolArray = np.asarray(np.isnan(X).any(axis=1))
    inside = (missing[:, :-1] & ~missing[:, 1:]).any(axis=1) | missing[:, 0]
    odd = np.flatnonzero(inside)
    if len(odd):
        raise InputError(f"case {odd[0]} has gaps (NaN). Fill them, or leave the case out.")
    return np.asarray((~missing).sum(axis=1), dtype=np.int64)


def _session(data: bytes, threads: int) -> Any:
    try:
        # A bundle of another model needs none of it.
        import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "a network needs the package 'onnxruntime': pip install 'auscult[serve]'"
        ) from error
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # of onnxruntime's own kinds
        raise InputError(f"{FILE}: onnxruntime refuses it: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]


def read(parts: Parts) -> NetworkPredictor:
    """From the file ``network.onnx``."""
    document = parts.document
    if FILE not in parts.files:
        raise InputError(f"there is no file {FILE}.")
    table = document.kind == "table"
    shape = (1, parts.n_features) if table else (document.n_channels, document.n_timepoints)
    return NetworkPredictor(parts.files[FILE], Ends(*shape, parts.n_classes), threads=parts.threads)
