import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold

df = pd.read_csv("windows.csv")
print(df["subject_id"].nunique(), "subjects")
groups = df["subject_id"].values
X = df.drop(columns=["subject_id", "activity"]).values
y = df["activity"].values
scores = []
for train_idx, test_idx in GroupKFold(n_splits=5).split(X, y, groups):
    model = RandomForestClassifier().fit(X[train_idx], y[train_idx])
    scores.append(balanced_accuracy_score(y[test_idx], model.predict(X[test_idx])))
print(np.mean(scores), np.std(scores))
