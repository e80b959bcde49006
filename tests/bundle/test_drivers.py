"""What drove an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.kept import heart_like, waves

from auscult.bundle.bundle import load_bundle
from auscult.bundle.document import Threshold
from auscult.bundle.table_drivers import usual_values


def test_a_table_s_columns(heart_bundle: Path) -> None:
    bundle, X = load_bundle(heart_bundle), heart_like().X[:5]
    found = bundle.drives(X)
    said = bundle.answer(X)
    usual = usual_values(bundle.document.columns)
    assert found.kind == "table"
    assert found.values.shape == X.shape
    assert np.array_equal(found.code, said.predicted)
    for case, column in ((0, 5), (3, 0)):
        changed = X[case : case + 1].copy()
        changed[0, column] = usual[column]
        after = bundle.answer(changed).probability[0, found.code[case]]
        before = said.probability[case, found.code[case]]
        assert np.isclose(found.values[case, column], before - after)


def test_a_usual_case_has_no_drivers(heart_bundle: Path) -> None:
    bundle = load_bundle(heart_bundle)
    assert not bundle.drives(usual_values(bundle.document.columns)[None]).values.any()


def test_the_class_that_is_called_is_explained_though_another_is_likelier(
    signal_bundle: Path,
) -> None:
    bundle, X = load_bundle(signal_bundle), waves().X[:6]
    rarer = bundle.answer(X).probability.argmin(axis=1)[0]
    threshold = Threshold(bundle.document.classes[rarer], 0.9, 0.0, "parts", 60)
    early = replace(bundle, document=replace(bundle.document, threshold=threshold))
    found = early.drives(X)
    assert found.code.tolist() == early.answer(X).predicted.tolist() == [rarer] * 6
    assert not np.array_equal(found.values[0], bundle.drives(X).values[0])


def test_signals_over_time(signal_bundle: Path) -> None:
    found = load_bundle(signal_bundle).drives(waves().X[:2])
    assert found.kind == "signals"
    assert found.values.shape == (2, waves().X.shape[2])
