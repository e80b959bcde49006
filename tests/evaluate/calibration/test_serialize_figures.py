"""Figures of probabilities go to JSON and come back the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.evaluate.calibration.result import (
    Calibration,
    ChosenSensitivity,
    DecisionCurve,
    PredictionSets,
    Recalibration,
    Subgroup,
)
from auscult.evaluate.calibration.serialize import (
    decode_calibration,
    decode_sensitivity,
    decode_sets,
    decode_subgroup,
)
from auscult.evaluate.result_files import plain
from auscult.types import Estimate

number = st.floats()
text = st.text(max_size=5)
numbers = st.lists(number, max_size=3).map(tuple)
estimate = st.builds(Estimate, number, number, number)
estimates = st.dictionaries(text, estimate, max_size=3)
curve = st.builds(DecisionCurve, numbers, numbers, numbers, numbers, numbers)
pairs = st.lists(st.tuples(number, number), max_size=2).map(tuple)
recalibration = st.builds(Recalibration, text, text, estimates, estimates, numbers, pairs)
calibration = st.builds(
    Calibration, estimate, number, estimates, st.none() | curve, st.none() | recalibration
)
chosen = st.builds(
    ChosenSensitivity,
    *(text, number, text, estimate, estimate, estimate, estimate, numbers, st.integers(0, 9)),
)
sets = st.builds(
    PredictionSets,
    *(text, number, st.booleans(), text, text, estimate),
    st.lists(estimate, max_size=3).map(tuple),
    *(estimate, estimate, estimate, numbers, st.integers(0, 9)),
)
subgroup = st.builds(
    Subgroup,
    *(text, text, st.integers(0, 9), st.lists(st.integers(0, 9), max_size=3).map(tuple)),
    *(estimates, estimates, st.dictionaries(text, number, max_size=2)),
)


def there_and_back(value: Any, decode: Any) -> None:
    again = decode(json.loads(json.dumps(plain(value, ()), allow_nan=False)))
    assert repr(again) == repr(value)  # NaN equals NaN


@given(calibration, chosen, sets, subgroup)
@settings(max_examples=60, deadline=None)
def test_round_trip(a: Calibration, b: ChosenSensitivity, c: PredictionSets, d: Subgroup) -> None:
    there_and_back(a, decode_calibration)
    there_and_back(b, decode_sensitivity)
    there_and_back(c, decode_sets)
    there_and_back(d, decode_subgroup)


def test_a_result_without_them_has_none() -> None:
    assert decode_calibration(None) is None
    assert decode_sets(None) is None
    assert decode_sensitivity(None) is None
