import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import cross_val_score

df = pd.read_csv("breast.csv").drop(columns=["id"])
df["diagnosis"] = df["diagnosis"].map({"M": 1, "B": 0})
corr = df.corr()["diagnosis"].abs().sort_values(ascending=False)
best = corr[1:11].index
X = df[best]
y = df["diagnosis"]
model = GradientBoostingClassifier()
print(cross_val_score(model, X, y, cv=5, scoring="roc_auc").mean())
