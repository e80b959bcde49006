"""Whether the test cases come from where the training cases come from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.evaluate.audit.models import auc, drawn, out_of_fold
from auscult.evaluate.audit.ranks import spread_of_area
from auscult.evaluate.audit.view import NotRun, View
from auscult.types import Finding, FloatArray, IntArray

DIFFERS = 0.6
Z = 3.5
FEW = 10
SHARES = 0.1
P_VALUE = 1e-4


def test_sampling(view: View) -> Iterator[Finding]:
    """A model that tells test cases from training cases, and shares of classes that differ.

    The classifier two-sample test of D. Lopez-Paz and M. Oquab (ICLR 2017): cross-validated, by
    group where there are groups, its AUC is 0.5 where both parts are drawn alike, with the spread
    of Mann and Whitney's statistic over cases or over groups.
    """
    train, test = view.halves
    if min(len(train), len(test)) < FEW:
        raise NotRun(f"a part has fewer than {FEW} cases")
    yield from _classifier(view, train, test)
    yield from _shares(view, train, test)


def _classifier(view: View, train: IntArray, test: IntArray) -> Iterator[Finding]:
    index = np.concatenate([train, test])
    index = index[drawn(len(index), view.seed)]
    tested = np.isin(index, test).astype(np.int64)
    groups = view.dataset.groups
    n, rest = float(tested.sum()), float((1 - tested).sum())
    if groups is not None:
        groups = groups[index]
        n, rest = (float(len(np.unique(groups[tested == side]))) for side in (1, 0))
    if min(n, rest) < 2:
        return
    found = max(
        _auc(view.points[index], tested, groups, "logistic", view.seed),
        _auc(view.points[index], tested, groups, "forest", view.seed),
    )
    least = 0.5 + Z * spread_of_area(n, rest)
    if found >= max(DIFFERS, least):
        yield Finding(
            "test-differs",
            f"A model tells test cases from training cases (AUC {found:.2f}; below {least:.2f} "
            f"it could be chance).{_which(view, train, test)} The figure is one of other patients "
            "than those trained on, and says little of patients like either alone.",
            mend="draw the test cases from the same place and time, or say for whom the figure is",
        )


def _auc(
    X: FloatArray, tested: IntArray, groups: IntArray | None, learner: str, seed: int
) -> float:
    score = out_of_fold(X, tested, learner, seed, groups=groups)[:, 1]  # type: ignore[arg-type]
    return auc(score, tested)


def _which(view: View, train: IntArray, test: IntArray) -> str:
    """The column in which they differ most."""
    if not view.is_table or not len(view.numeric):
        return ""
    X = view.dataset.X[:, view.numeric]
    side = np.concatenate([np.zeros(len(train)), np.ones(len(test))])
    values = X[np.concatenate([train, test])]
    apart = np.array([abs(_column_auc(values[:, j], side) - 0.5) for j in range(X.shape[1])])
    name = view.dataset.columns[int(view.numeric[int(np.nanargmax(apart))])].name
    return f" They differ most in '{name}' (AUC {0.5 + np.nanmax(apart):.2f})."


def _column_auc(values: FloatArray, side: FloatArray) -> float:
    present = ~np.isnan(values)
    found = auc(values[present], side[present])
    return 0.5 if np.isnan(found) else found


def _shares(view: View, train: IntArray, test: IntArray) -> Iterator[Finding]:
    from scipy.stats import chi2_contingency  # noqa: PLC0415

    n_classes = len(view.dataset.classes)
    counts = np.array(
        [np.bincount(view.dataset.y[part], minlength=n_classes) for part in (train, test)]
    )
    counts = counts[:, counts.sum(axis=0) > 0]
    shares = counts / counts.sum(axis=1, keepdims=True)
    apart = np.abs(shares[1] - shares[0])
    code = int(apart.argmax())
    if view.dataset.groups is not None or apart[code] < SHARES:
        return
    if chi2_contingency(counts).pvalue < P_VALUE:
        yield Finding(
            "class-shares-differ",
            f"Class '{view.dataset.classes[code]}' is {shares[0, code]:.0%} of training cases and "
            f"{shares[1, code]:.0%} of test cases: accuracy and precision of these test cases hold "
            "for their shares only.",
            mend="look at balanced_accuracy and roc_auc, which do not depend on the shares",
        )
