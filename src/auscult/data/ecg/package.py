"""The optional decoder of WFDB files."""

from __future__ import annotations

import warnings
from typing import Any

from auscult.errors import MissingExtraError


def wfdb() -> Any:
    """The ``wfdb`` package.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        with warnings.catch_warnings():
            # Its tables are built in ways that the newest pandas deprecates.
            warnings.simplefilter("ignore")
            import wfdb as package  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            'reading ECG records needs wfdb: pip install "auscult[ecg]"'
        ) from None
    return package
