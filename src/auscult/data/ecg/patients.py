"""Who is who in the MIT-BIH Arrhythmia Database, and de Chazal's two halves of it.

De Chazal, O'Dwyer and Reilly, Automatic classification of heartbeats using ECG morphology and
heartbeat interval features, IEEE Trans. Biomed. Eng. 51(7), 2004. The paced records 102, 104, 107
and 217 stand in neither half.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from auscult.data.catalog import entry_of
from auscult.types import BoolArray

DS1: Final = (
    "101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122", "124", "201",
    "203", "205", "207", "208", "209", "215", "220", "223", "230",
)  # fmt: skip
DS2: Final = (
    "100", "103", "105", "111", "113", "117", "121", "123", "200", "202", "210", "212", "213",
    "214", "219", "221", "222", "228", "231", "232", "233", "234",
)  # fmt: skip

_SAME_PERSON: Final = {"202": "201"}


def patient_of(record: str, header_sha256: str) -> str:
    """The record that stands for a record's patient: itself, except for MIT-BIH's 202.

    Records 201 and 202 are of one person. Another database's 202 is its own.
    """
    known = {file.name: file.sha256 for file in entry_of("mitdb").files}
    return (
        _SAME_PERSON.get(record, record) if known.get(f"{record}.hea") == header_sha256 else record
    )


def record_of(case: str) -> str:
    """The record in a beat's name, ``record:sample``."""
    return case.rpartition(":")[0]


def in_records(cases: Sequence[str], records: Sequence[str]) -> BoolArray:
    """``(n_cases,)`` which beats, named ``record:sample``, are of these records."""
    wanted = set(records)
    return np.fromiter((record_of(case) in wanted for case in cases), np.bool_, len(cases))
