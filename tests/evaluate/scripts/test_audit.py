"""What the audit of scripts follows: functions, classes, pipelines, folds, names."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from auscult.errors import InputError
from auscult.evaluate.scripts.audit import audit_script

HEAD = """\
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import *
from sklearn.model_selection import *
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("heart.csv")
X, y = df.drop(columns="target"), df["target"]
"""
SPLIT = "X_train, X_test, y_train, y_test = train_test_split(X, y)\n"
JUDGE = "print(LogisticRegression().fit(X_train, y_train).score(X_test, y_test))\n"


def codes(folder: Path, text: str) -> list[tuple[int, str]]:
    """Line (after the head) and code of each finding."""
    path = folder / "script.py"
    path.write_text(HEAD + dedent(text), encoding="utf-8")
    skipped = HEAD.count("\n")
    return [(finding.line - skipped, finding.code) for finding in audit_script(path)]


def test_scaler_before_and_after_the_split(tmp_path: Path) -> None:
    scaled = "X = StandardScaler().fit_transform(X)\n"
    assert codes(tmp_path, scaled + SPLIT + JUDGE) == [(1, "fit-before-split")]
    after = (
        "s = StandardScaler()\nX_train, X_test = s.fit_transform(X_train), s.transform(X_test)\n"
    )
    assert codes(tmp_path, SPLIT + after + JUDGE) == []


def test_scaler_fitted_on_all_and_applied_to_parts(tmp_path: Path) -> None:
    fitted = "s = StandardScaler().fit(X)\n"
    applied = "X_train, X_test = s.transform(X_train), s.transform(X_test)\n"
    assert codes(tmp_path, fitted + SPLIT + applied + JUDGE) == [(1, "fit-before-split")]


def test_fitting_for_a_picture_is_no_sin(tmp_path: Path) -> None:
    drawn = "plt.scatter(*PCA(2).fit_transform(X).T)\nplt.matshow(df.corr())\n"
    assert codes(tmp_path, "from sklearn.decomposition import PCA\n" + drawn + SPLIT + JUDGE) == []


def test_functions_are_read_into(tmp_path: Path) -> None:
    text = """\
        def prepare(table, scaler=None):
            scaler = scaler or StandardScaler()
            return scaler.fit_transform(table)

        def divide(a, b):
            return train_test_split(a, b, test_size=0.2)

        X_train, X_test, y_train, y_test = divide(prepare(X), y)
        """
    assert codes(tmp_path, dedent(text) + JUDGE) == [(3, "fit-before-split")]


def test_function_that_nothing_calls_is_read_by_its_names(tmp_path: Path) -> None:
    text = """\
        def experiment(X_train, y_train, X_test, y_test):
            scaler = StandardScaler()
            X_train = scaler.fit_transform(X_train)
            X_test = scaler.fit_transform(X_test)
            return LogisticRegression().fit(X_train, y_train).score(X_test, y_test)
        """
    assert codes(tmp_path, text) == [(4, "fit-on-test")]


def test_methods_share_their_object(tmp_path: Path) -> None:
    text = """\
        class Study:
            def __init__(self):
                self.scaler = StandardScaler()

            def load(self):
                self.X = self.scaler.fit_transform(X)

            def run(self):
                a, b, c, d = train_test_split(self.X, y)
                return LogisticRegression().fit(a, c).score(b, d)

        study = Study()
        study.load()
        study.run()
        """
    assert codes(tmp_path, text) == [(6, "fit-before-split")]


def test_pipelines_in_cross_validation_are_clean(tmp_path: Path) -> None:
    text = """\
        model = make_pipeline(StandardScaler(), RandomForestClassifier())
        print(cross_val_score(model, X, y, cv=KFold(5, shuffle=True)).mean())
        grid = GridSearchCV(model, {"randomforestclassifier__max_depth": [2, 4]})
        print(cross_val_score(grid, X, y).mean())
        """
    assert codes(tmp_path, text) == []


@pytest.mark.parametrize(
    ("score", "wrong"),
    [
        ("model.predict(X_test)", True),
        ("(model.predict_proba(X_test)[:, 1] > 0.5).astype(int)", True),
        ("np.round(model.predict_proba(X_test)[:, 1])", True),
        ("model.predict_proba(X_test)[:, 1]", False),
        ("model.decision_function(X_test)", False),
    ],
)
def test_auc_of_classes(tmp_path: Path, score: str, wrong: bool) -> None:
    fitted = "model = LogisticRegression().fit(X_train, y_train)\n"
    text = SPLIT + fitted + f"print(roc_auc_score(y_test, {score}))\n"
    assert codes(tmp_path, text) == ([(3, "auc-from-labels")] if wrong else [])


@pytest.mark.parametrize(
    ("formula", "wrong"),
    [
        ("np.mean(np.abs((y_test - p) / p))", True),
        ("np.mean(abs(p - y_test) / p)", True),
        ("((y_test - p) / p).abs().mean()", True),
        ("mean_absolute_percentage_error(p, y_test)", True),
        ("np.mean(np.abs((y_test - p) / y_test))", False),
        ("np.mean(np.abs(y_test - p) / (np.abs(y_test) + np.abs(p)))", False),
        ("mean_absolute_percentage_error(y_test, p)", False),
    ],
)
def test_mape(tmp_path: Path, formula: str, wrong: bool) -> None:
    text = SPLIT + "p = RandomForestRegressor().fit(X_train, y_train).predict(X_test)\n"
    assert codes(tmp_path, text + formula) == ([(3, "mape-of-prediction")] if wrong else [])


@pytest.mark.parametrize(
    ("features", "wrong"),
    [
        ("df", True),
        ("df.drop(columns=['id'])", True),
        ("df[[c for c in df.columns if c != 'id']]", True),
        ("df.drop('target', axis=1)", False),
        ("df[['age', 'sex']]", False),
        ("df[[c for c in df.columns if c not in ['id', 'target']]]", False),
        ("df[columns_of_interest]", False),
    ],
)
def test_target_among_the_features(tmp_path: Path, features: str, wrong: bool) -> None:
    text = f"X = {features}\n" + SPLIT + JUDGE
    assert codes(tmp_path, text) == ([(2, "target-in-features")] if wrong else [])


def test_final_model_on_all_rows_after_judging(tmp_path: Path) -> None:
    last = "final = RandomForestClassifier().fit(X, y)\njoblib.dump(final, 'm.joblib')\n"
    assert codes(tmp_path, SPLIT + JUDGE + last) == []


def test_features_of_single_cases_learn_nothing_of_others(tmp_path: Path) -> None:
    text = """\
        signals = np.load("signals.npy")
        X = np.array([[s.mean(), s.std()] for s in signals])
        rows = []
        for i in range(len(signals)):
            rows.append(np.median(signals[i]))
        X = np.column_stack([X, rows])
        """
    assert codes(tmp_path, dedent(text) + SPLIT + JUDGE) == []


def test_nothing_is_run(tmp_path: Path) -> None:
    trace = tmp_path / "run"
    text = f"open({str(trace)!r}, 'w').write('x')\nimport no_such_package\nraise SystemExit(3)\n"
    assert codes(tmp_path, text) == []
    assert not trace.exists()


@pytest.mark.parametrize(
    "text",
    [
        "x = [1]\n" + "x = [x, x]\n" * 200,
        "def f(x):\n    return f(f(x))\nf(f(1))\n",
        "def f0(x):\n    return x\n"
        + "".join(f"def f{i}(x):\n    return f{i - 1}(f{i - 1}(x))\n" for i in range(1, 25))
        + "f24(X)\n",
        "x = []\nx.append(x)\n" * 100,
    ],
    ids=["nested lists", "recursion", "functions of functions", "a list in itself"],
)
def test_scripts_that_unfold_without_end_are_read(tmp_path: Path, text: str) -> None:
    assert codes(tmp_path, text) == []


def test_too_long_a_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too long to be read"):
        codes(tmp_path, "X = load(X, other())\n" * 6000)
