from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import joblib
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_validate, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler


@dataclass
class Config:
    data: Path
    target: str = "target"
    seed: int = 0


def candidates() -> dict[str, Pipeline]:
    prep = [("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())]
    return {
        "logistic": Pipeline([*prep, ("model", LogisticRegression(max_iter=1000))]),
        "forest": Pipeline([*prep, ("model", RandomForestClassifier())]),
    }


def choose(X_train, y_train, seed):
    cv = StratifiedKFold(5, shuffle=True, random_state=seed)
    scores = {}
    for name, model in candidates().items():
        result = cross_validate(clone(model), X_train, y_train, cv=cv, scoring="roc_auc")
        scores[name] = result["test_score"].mean()
    best = max(scores, key=scores.get)
    return best, scores


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    args = parser.parse_args()
    config = Config(args.data)
    df = pd.read_csv(config.data)
    X, y = df.drop(columns=[config.target]), df[config.target]
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, test_size=0.2, random_state=config.seed)
    name, scores = choose(X_train, y_train, config.seed)
    model = candidates()[name].fit(X_train, y_train)
    proba = model.predict_proba(X_test)[:, 1]
    report = {
        "model": name,
        "cv": scores,
        "test_auc": roc_auc_score(y_test, proba),
        "test_accuracy": accuracy_score(y_test, proba > 0.5),
    }
    Path("report.json").write_text(json.dumps(report, indent=2))
    joblib.dump(model, "model.joblib")


if __name__ == "__main__":
    main()
