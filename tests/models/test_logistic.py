"""The linear baseline ends at the same weights whatever solver suits the data's size."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from auscult.models.logistic import Logistic


def test_newtons_steps_end_where_lbfgs_does() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(6_000, 4))
    y = np.argmax(X[:, :3] + rng.gumbel(size=(6_000, 3)), axis=1)
    many = Logistic().fit(X, y)
    assert many.inner_[-1].solver == "newton-cholesky"
    scaled = StandardScaler().fit_transform(X)
    plain = LogisticRegression(tol=1e-8).fit(scaled, y)
    np.testing.assert_allclose(many.predict_proba(X), plain.predict_proba(scaled), atol=1e-3)
    assert Logistic().fit(X[:500], y[:500]).inner_[-1].solver == "lbfgs"
