"""Symbols of WFDB become the five classes of AAMI; what is no beat is none."""

from __future__ import annotations

import numpy as np

from auscult.data.ecg.annotations import AAMI, CLASSES, Annotations, aami_codes


def test_every_symbol_has_its_class() -> None:
    symbols = np.array(list("NLRejAaJSVEF/fQ"))
    names = [CLASSES[code] for code in aami_codes(symbols)]
    assert "".join(names) == "NNNNNSSSSVVFQQQ"
    assert CLASSES == ("N", "S", "V", "F", "Q")
    assert sum(map(len, AAMI.values())) == 15


def test_rhythms_flutter_and_noise_are_no_beats() -> None:
    marks = Annotations(np.arange(8), np.array(list('+~|!x"[N')))
    assert marks.classes.tolist() == [-1] * 7 + [0]
    assert np.flatnonzero(marks.beats).tolist() == [7]


def test_no_marks_at_all() -> None:
    assert len(aami_codes(np.array([], dtype=np.str_))) == 0
