import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_curve, accuracy_score
from sklearn.model_selection import train_test_split

df = pd.read_csv("icu.csv")
X, y = df.drop("died", axis=1), df["died"]
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y)
lr = LogisticRegression(max_iter=2000).fit(X_train, y_train)
prob = lr.predict_proba(X_test)[:, 1]
fpr, tpr, thr = roc_curve(y_test, prob)
cut = thr[np.argmax(tpr - fpr)]
print("threshold", cut, "accuracy", accuracy_score(y_test, prob >= cut))
