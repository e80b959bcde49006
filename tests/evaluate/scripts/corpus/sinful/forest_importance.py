import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.metrics import f1_score

df = pd.read_csv("ckd.csv")
y = df["class"]
X = df.drop("class", axis=1)

forest = RandomForestClassifier(n_estimators=500, random_state=3)
forest.fit(X, y)
order = np.argsort(forest.feature_importances_)[::-1]
top = X.columns[order[:8]]

X_train, X_test, y_train, y_test = train_test_split(X[top], y, random_state=3)
small = RandomForestClassifier(n_estimators=500, random_state=3).fit(X_train, y_train)
print("F1", f1_score(y_test, small.predict(X_test), average="macro"))
